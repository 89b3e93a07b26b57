"""The sample articles that come with Tape: invented situations, marked as such. Knows no store."""

from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files

from bot.playground import samples as pages
from retrieval.models import Article
from retrieval.sources.markdown import parse_markdown

_SAME_EVENT = {"sample-tsmc-plan-rewrite": "sample-tsmc-raises-spending"}
"""Samples that report what another one reports."""

LIVE = ".live.md"
NOTICE = "Sample article: an invented situation, written for Tape."


@dataclass(frozen=True, slots=True)
class Sample:
    """One of them, as it was written: without an address until somebody serves it."""

    slug: str
    written: Article

    @property
    def page(self) -> pages.Sample:
        """What the playground shows of it."""
        article = self.written
        return pages.Sample(
            article.title or self.slug, article.source, article.published_at, article.text
        )

    def article(self, site: str) -> Article:
        """Give it the address that it has on the playground at `site`."""
        return replace(self.written, url=f"{site.rstrip('/')}/samples/{self.slug}")


def samples() -> tuple[Sample, ...]:
    """Read them all but the live one, in the order of their slugs."""
    notes = {note.name: note for note in files("bot.samples").iterdir()}
    return tuple(
        _sample(name.removesuffix(".md"), notes[name].read_bytes())
        for name in sorted(notes)
        if name.endswith(".md") and not name.endswith(LIVE)
    )


def live_sample(published_at: datetime) -> Sample:
    """Read the one that arrives as news when the playground first starts, with the date of then."""
    (note,) = (note for note in files("bot.samples").iterdir() if note.name.endswith(LIVE))
    sample = _sample(note.name.removesuffix(LIVE), note.read_bytes())
    return replace(sample, written=replace(sample.written, published_at=published_at))


def sample_book() -> str:
    """Read the table of the book that one of the playground's people holds."""
    return (files("bot.samples") / "book.csv").read_text("utf-8")


def by_event() -> dict[str, list[Article]]:
    """Group them by what they report, under the id of the one that reported it first."""
    events: dict[str, list[Article]] = {}
    for article in sorted((s.written for s in samples()), key=lambda a: a.id in _SAME_EVENT):
        events.setdefault(_SAME_EVENT.get(article.id, article.id), []).append(article)
    return events


def _sample(slug: str, body: bytes) -> Sample:
    (article,) = parse_markdown(body, origin=slug)
    return Sample(slug, article)
