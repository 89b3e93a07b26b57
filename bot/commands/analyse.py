"""Files to what they say about whom, on the terminal or as JSON. Opens no database."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from rich.table import Table

from bot import console
from bot.blocks.kit import DISCLAIMER
from bot.engines import reader_of, utc_now
from bot.settings import load
from retrieval.ask.wording import one_line, rated, shortened, tone_text
from retrieval.contract import analysis_json, dumps
from retrieval.errors import WhichArticleError
from retrieval.ingest import BATCH
from retrieval.models import Analysis, Article, Impact, Inferred
from retrieval.sources.fetch import fetch
from retrieval.sources.reading import Failure, read, read_jsonl

_QUOTE_LENGTH = 110


def analyse(path: str | None, *, jsonl: Path | None, as_json: bool) -> bool:
    """Write what each article says; failures go to stderr. False if nothing could be read.

    Raises:
        WhichArticleError: neither a path nor a file of lines was given, or both.
        SourceError: what was given is not there.
        SettingError: a setting cannot be used.
    """
    reader, done = reader_of(load()), 0
    for articles in _batches(_items(path, jsonl)):
        for article, analysis in zip(articles, reader.read(articles), strict=True):
            if as_json or jsonl is not None:
                console.write(dumps(analysis_json(article, analysis)))
            else:
                _show(article, analysis)
        done += len(articles)
    return done > 0


def _batches(items: Iterator[Article | Failure]) -> Iterator[list[Article]]:
    """Gather what could be read, and tell what could not."""
    while taken := list(islice(items, BATCH)):
        for item in taken:
            if isinstance(item, Failure):
                console.note(f"{item.source}: {item.reason}")
        yield [item for item in taken if isinstance(item, Article)]


def _items(path: str | None, jsonl: Path | None) -> Iterator[Article | Failure]:
    match path, jsonl:
        case None, Path():
            return read_jsonl(jsonl, now=utc_now())
        case str(), None:
            return read(path, fetch=fetch, now=utc_now())
        case _:
            raise WhichArticleError


def _show(article: Article, analysis: Analysis) -> None:
    console.say(f"\n{one_line(article.title or shortened(article.text, _QUOTE_LENGTH))}")
    console.say(f"{analysis.language} · {tone_text(analysis.sentiment)}\n")
    if analysis.fallback:
        console.say(f"Read by the built-in engine. {analysis.fallback}\n")
    if analysis.summary:
        console.say(f"{one_line(analysis.summary)}\n")
    if analysis.impacts:
        console.show(_impacts(analysis.impacts))
    if analysis.inferred:
        console.show(_inferred(analysis.inferred))
    for trigger in analysis.triggers:
        horizon = f" ({trigger.horizon})" if trigger.horizon else ""
        console.say(f"Would change the view: {one_line(trigger.quote.text)}{horizon}")
    console.say(f"{DISCLAIMER}.")


def _impacts(impacts: tuple[Impact, ...]) -> Table:
    table = console.table("Who gains or loses", "target", "kind", "sentiment", "order", "quote")
    for impact in impacts:
        console.row(
            table,
            impact.target.id,
            impact.target.kind,
            f"{impact.sentiment.arrow} {rated(impact.sentiment)}",
            str(impact.order),
            shortened(impact.quotes[0].text, _QUOTE_LENGTH),
        )
    return table


def _inferred(inferred: tuple[Inferred, ...]) -> Table:
    """Draw what the article does not say in a table of its own, under the map's version."""
    version = inferred[0].map_version
    table = console.table(
        f"Inferred, not in the source (exposure map {version})",
        "ticker",
        "sentiment",
        "from the group",
        "because it",
        "quote on the group",
    )
    for one in inferred:
        console.row(
            table,
            one.impact.target.id,
            f"{one.impact.sentiment.arrow} {rated(one.impact.sentiment)}",
            one.group,
            one.why,
            shortened(one.impact.quotes[0].text, _QUOTE_LENGTH),
        )
    return table
