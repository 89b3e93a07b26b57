"""Working stand-ins for what is slow or outside, each under the same tests as the real thing."""

import re
import zlib
from collections import deque
from collections.abc import Generator, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from retrieval.errors import BadReplyError, ModelError
from retrieval.language.passages import Passage
from retrieval.language.sentiment import by_rules
from retrieval.llm import Prompt, Reply, T


class HashEmbedder:
    """Each lower-cased word is a direction, so texts that share words are near. Counts its work."""

    name = "hash@1"
    dimensions = 384

    def __init__(self) -> None:
        self.texts = 0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += len(texts)
        return np.stack([self._vector(text) for text in texts]) if texts else self._none()

    def tokens(self, text: str) -> int:
        return len(_words(text))

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(self.dimensions, np.float32)
        for word in _words(text) or [""]:
            code = zlib.crc32(word.encode("utf-8", "replace"))
            vector[code % self.dimensions] += 1 if code & 1 << 31 else -1
        length = float(np.linalg.norm(vector))
        if not length:  # its words cancelled out
            vector[0] = length = 1.0
        return vector / np.float32(length)

    def _none(self) -> NDArray[np.float32]:
        return np.zeros((0, self.dimensions), np.float32)


class AgreeingJudge:
    """A sentiment model that leans as the rules do, so that only the rules decide."""

    name = "agreeing"

    def leanings(self, passages: Sequence[Passage]) -> NDArray[np.float32]:
        return np.array([by_rules(passage).score for passage in passages], np.float32)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text.lower())


class QueueChat:
    """A chat model that gives its replies in turn and remembers what it was asked.

    A reply is what a model would write: a value that may or may not have the shape, or an error.
    """

    name = "openai:scripted"
    tokens: int | None = 100

    def __init__(self, *replies: Any) -> None:
        self.replies = deque(replies)
        self.prompts: list[Prompt] = []

    def structured(self, prompt: Prompt, schema: type[T]) -> Reply[T]:
        self.prompts.append(prompt)
        reply = self.replies.popleft()
        if isinstance(reply, ModelError):
            raise reply
        try:
            return Reply(schema.model_validate(reply), self.tokens)
        except ValidationError as error:
            raise BadReplyError(tokens=self.tokens) from error

    def streamed(self, prompt: Prompt) -> Generator[str, None, int | None]:
        """Give the pieces of a reply; an error among them comes when its turn does."""
        self.prompts.append(prompt)
        reply = self.replies.popleft()
        for piece in [reply] if isinstance(reply, str | ModelError) else reply:
            if isinstance(piece, ModelError):
                raise piece
            yield piece
        return self.tokens


class MemoryPurse:
    """Replies and spending in memory."""

    def __init__(self) -> None:
        self.replies: dict[str, str] = {}
        self.tokens: dict[date, int] = {}

    def kept(self, key: str) -> str | None:
        return self.replies.get(key)

    def keep(self, key: str, reply: str, *, now: datetime) -> None:
        self.replies.setdefault(key, reply)

    def reserve(self, day: date, tokens: int, *, limit: int) -> bool:
        if self.spent(day) + tokens > limit:
            return False
        self.tokens[day] = self.spent(day) + tokens
        return True

    def settle(self, day: date, reserved: int, paid: int) -> None:
        self.tokens[day] += paid - reserved

    def spent(self, day: date) -> int:
        return self.tokens.get(day, 0)
