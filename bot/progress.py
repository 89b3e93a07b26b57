"""Steps and lines of an answer in the making -> chunks of a stream. Pure.

Links are only the addresses of what is cited, and stand in source chips; whatever is said goes
through `mrkdwn.live`, since a stream's text is markup.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.aloud import Doing, Line
from bot.mrkdwn import fit, live, safe_url
from retrieval.answers import Citation

Chunk = dict[str, Any]
State = Literal["in_progress", "complete", "error"]

READ = "Reading the question"
MOST_SOURCES = 8
TITLE, SOURCE = 200, 75
SAID = 11_000  # characters of streamed text: a stream's markdown ends at 12,000


@dataclass(slots=True)
class Progress:
    """The tasks of one stream so far; the last one is in progress until the end."""

    titles: list[str] = field(default_factory=list)
    said: int = 0

    def told(self, word: Doing | Line) -> list[Chunk]:
        """Draw a step that begins, or a line that holds."""
        return self.begin(word.title) if isinstance(word, Doing) else self.say(word.text)

    def begin(self, title: str) -> list[Chunk]:
        """Complete the step before and begin the next."""
        before = self._last("complete")
        self.titles.append(title)
        return [*before, *self._last("in_progress")]

    def say(self, text: str) -> list[Chunk]:
        """Add a line to the text, as long as there is room for it."""
        chunk: Chunk = {"type": "markdown_text", "text": f"{live(text)}\n\n"}
        self.said += len(chunk["text"])
        return [chunk] if self.said <= SAID else []

    def end(self, cited: Iterable[Citation], *, state: State = "complete") -> list[Chunk]:
        """Complete the last step, with chips of what is cited."""
        chunks = self._last(state)
        chips = sources(cited)
        return [{**chunk, "sources": chips} if chips else chunk for chunk in chunks]

    def _last(self, state: State) -> list[Chunk]:
        if not self.titles:
            return []
        title = live(fit(self.titles[-1], TITLE))
        return [
            {"type": "task_update", "id": f"t{len(self.titles)}", "title": title, "status": state}
        ]


def sources(cited: Iterable[Citation]) -> list[Chunk]:
    """Make a chip of each page that is cited, once."""
    pages = {safe_url(c.url): c.title or c.source or "untitled" for c in reversed([*cited])}
    return [
        {"type": "url", "url": url, "text": live(fit(title, SOURCE))}
        for url, title in reversed(pages.items())
        if url
    ][:MOST_SOURCES]
