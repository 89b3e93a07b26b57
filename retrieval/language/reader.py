"""What every engine that reads articles offers to the rest of Tape. Knows no engine."""

from collections.abc import Sequence
from typing import Protocol

from retrieval.models import Analysis, Article


class Reader(Protocol):
    """Turns articles into what they say about whom."""

    @property
    def engine(self) -> str:
        """The name and version that are stored with every version of an article it has read."""

    @property
    def local(self) -> "Reader":
        """The reader that runs here and costs nothing: itself, or the one behind a chat model."""

    def read(self, articles: Sequence[Article]) -> list[Analysis]:
        """One analysis for each article, in their order; a batch, so that work can be shared."""
