"""A thread that answers -> what it tells meanwhile to who waits, and whether it should go on.

Knows no Slack and no event loop: `tell` carries each word over to where those are.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.hands import Hands
from retrieval.answers import Answer, Citation
from retrieval.ask.chat import OnLine, Told, Writer
from retrieval.ask.grounds import Ground
from retrieval.errors import StoppedError


@dataclass(frozen=True, slots=True)
class Doing:
    """A step that begins, in words for the user."""

    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """A checked line of the answer, as it is shown, and what it cites."""

    text: str
    cited: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Aloud:
    """How one answer is told while it is made. After `stopped` is set, telling raises.

    `lines` collects what was told, in order.
    """

    tell: Callable[[Doing | Line], None] = lambda _: None
    hands: Hands | None = None
    stopped: threading.Event = field(default_factory=threading.Event)
    lines: list[str] = field(default_factory=list)

    def step(self, title: str) -> None:
        """Say what is done now.

        Raises:
            StoppedError: nobody waits for it any more.
        """
        self.check()
        self.tell(Doing(title))

    def line(self, text: str, cited: tuple[Citation, ...]) -> None:
        """Give a checked line of the answer.

        Raises:
            StoppedError: nobody waits for it any more.
        """
        self.check()
        self.lines.append(text)
        self.tell(Line(text, cited))

    def check(self) -> None:
        """Go on only while somebody waits.

        Raises:
            StoppedError: nobody does.
        """
        if self.stopped.is_set():
            raise StoppedError

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Wait for somebody else: let another question compute meanwhile."""
        if self.hands is None:
            yield
            return
        with self.hands.elsewhere():
            yield


@dataclass(frozen=True, slots=True)
class Patient:
    """A writer that holds no hand while its model writes."""

    writer: Writer
    aloud: Aloud

    @property
    def engine(self) -> str:
        """The writer's."""
        return self.writer.engine

    def write(self, answer: Answer, sources: Sequence[Ground], on_line: OnLine) -> Told:
        """Write the lines of an answer, each to `on_line` first."""
        self.aloud.check()
        with self.aloud.waiting():
            return self.writer.write(answer, sources, on_line)
