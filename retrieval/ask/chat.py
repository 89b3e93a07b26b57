"""An answer and its sources -> the lines in which a chat model puts it, each checked when complete.

Knows no provider. A line that its sources do not bear out is dropped and counted; what is left when
the model fails is said in the words of errors.py.
"""

import json
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

import structlog

from retrieval.answers import Answer
from retrieval.ask.grounds import Ground
from retrieval.ask.prompts import ANSWER_VERSION, MOST_LINES, answer_prompt
from retrieval.ask.said import Cause, Check, Said, counted
from retrieval.errors import (
    ModelBusyError,
    ModelError,
    ModelUnreachableError,
    NoWordsError,
    UnprovedError,
)
from retrieval.language.paying import Paying
from retrieval.language.securities import Securities
from retrieval.llm import Prompt
from retrieval.models import digest_of

WAITS = (0.5, 2.0)
"""Seconds before each further try: somebody waits for the answer."""

PASSING = (ModelBusyError, ModelUnreachableError)
"""What is tried again. Who has waited for an answer in vain is not made to wait once more."""

OnLine = Callable[[Said], None]
"""Is given each line that holds, once, as soon as it is complete."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """What came of asking: the lines that hold, and how many of the others failed which check.

    `failure` says why there are none, or why there are no more.
    """

    lines: tuple[Said, ...]
    dropped: dict[str, int]
    failure: str | None = None


class Writer(Protocol):
    """Puts an answer into words of its own, from numbered sources only."""

    @property
    def engine(self) -> str:
        """The prompt and the model, for the audit."""

    def write(self, answer: Answer, sources: Sequence[Ground], on_line: OnLine) -> Told:
        """Write the lines of an answer, each to `on_line` first; a failure is told, not raised."""


class ChatWriter:
    """Writes by a chat model, within a budget; what it was asked before costs nothing."""

    def __init__(
        self, paying: Paying, securities: Securities, *, waits: tuple[float, ...] = WAITS
    ) -> None:
        self._paying = paying
        self._securities = securities
        self._waits = waits

    @property
    def engine(self) -> str:
        """The prompt's version and the model."""
        return f"{ANSWER_VERSION}+{self._paying.chat.name}"

    def write(self, answer: Answer, sources: Sequence[Ground], on_line: OnLine) -> Told:
        """Ask, check and give the lines; keep them where the model came to its end."""
        prompt = answer_prompt(answer, sources)
        key = digest_of(self.engine, prompt.rules, prompt.data)
        kept = self._paying.account.kept(key)
        hearing = _Hearing(Check(sources, self._securities), on_line)
        if kept is not None:
            hearing.hear(iter(json.loads(kept)))
            return hearing.told(None if hearing.lines else hearing.silence.sentence)
        failure = self._heard(prompt, hearing)
        if failure is None:
            kept_lines = json.dumps(hearing.as_written, ensure_ascii=False)
            self._paying.account.keep(key, kept_lines, now=self._paying.now())
        else:
            log.warning("answer not written by the chat model", reason=failure, engine=self.engine)
        return hearing.told(failure)

    def _heard(self, prompt: Prompt, hearing: "_Hearing") -> str | None:
        """Hear the model out, and say why it fell silent; after a line it is not asked anew."""
        for wait in (*self._waits, None):
            try:
                with closing(lines_of(self._paying.streamed(prompt))) as written:
                    hearing.hear(written)
            except PASSING as error:
                if wait is None or hearing.lines:
                    return error.sentence
                self._paying.sleep(wait)
            except ModelError as error:
                return error.sentence
            else:
                return None if hearing.lines else hearing.silence.sentence
        return None


class _Hearing:
    """What was heard so far: the lines that held have been handed on, the others are counted."""

    def __init__(self, check: Check, on_line: OnLine) -> None:
        self._check, self._on_line = check, on_line
        self._causes: list[Cause] = []
        self.lines: list[Said] = []
        self.as_written: list[str] = []

    @property
    def silence(self) -> ModelError:
        """Why there is no line."""
        return UnprovedError() if self._causes else NoWordsError()

    def hear(self, written: Iterator[str]) -> None:
        """Judge each line as it comes, and stop asking when there are enough."""
        for line in written:
            judged = self._check.judge(line)
            if isinstance(judged, str):
                self._causes.append(judged)
            elif judged not in self.lines:
                self.lines.append(judged)
                self.as_written.append(line)
                self._on_line(judged)
            if len(self.lines) == MOST_LINES:
                break

    def told(self, failure: str | None) -> Told:
        """All that came of it."""
        return Told(tuple(self.lines), counted(self._causes), failure)


def lines_of(pieces: Generator[str]) -> Generator[str]:
    """Cut a stream into its lines, each given when it is complete; blank ones are none.

    The last needs no line break, but a stream that fails has no last line.
    """
    begun = ""
    try:
        for piece in pieces:
            *whole, begun = (begun + piece).replace("\r\n", "\n").split("\n")
            yield from (line for line in whole if line.strip())
    finally:
        pieces.close()
    if begun.strip():
        yield begun
