"""Working stand-ins for what is slow or outside, each under the same tests as the real thing."""

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.language.passages import Passage
from retrieval.language.sentiment import by_rules


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
