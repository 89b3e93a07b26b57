"""Files to what they say about whom, on the terminal or as JSON. Opens no database."""

from collections.abc import Iterator
from pathlib import Path

from rich.table import Table

from bot import console
from bot.blocks.kit import DISCLAIMER
from retrieval.ask.wording import one_line, rated, shortened, tone_text
from retrieval.contract import analysis_json, dumps
from retrieval.errors import MissingPathError
from retrieval.language.analyse import analyse as read_out
from retrieval.language.securities import load_securities
from retrieval.models import Analysis, Article, Impact
from retrieval.sources.fetch import fetch
from retrieval.sources.reading import Failure, read, read_jsonl

_QUOTE_LENGTH = 110


def analyse(path: str | None, *, jsonl: Path | None, as_json: bool) -> bool:
    """Write what each article says; failures go to stderr. False if nothing could be read.

    Raises:
        MissingPathError: neither a path nor a file of lines was given, or it is not there.
    """
    securities, done = load_securities(), 0
    for item in _items(path, jsonl):
        if isinstance(item, Failure):
            console.note(f"{item.source}: {item.reason}")
            continue
        analysis = read_out(item, securities)
        done += 1
        if as_json or jsonl is not None:
            console.write(dumps(analysis_json(item, analysis)))
        else:
            _show(item, analysis)
    return done > 0


def _items(path: str | None, jsonl: Path | None) -> Iterator[Article | Failure]:
    if jsonl is not None:
        return read_jsonl(jsonl)
    if path is None:
        raise MissingPathError("Name a file, or --jsonl FILE")
    return read(path, fetch=fetch)


def _show(article: Article, analysis: Analysis) -> None:
    console.write(f"\n{article.title or shortened(article.text, _QUOTE_LENGTH)}")
    console.write(f"{analysis.language} · {tone_text(analysis.sentiment)}\n")
    console.write(f"{one_line(analysis.summary)}\n")
    if analysis.impacts:
        console.show(_impacts(analysis.impacts))
    for trigger in analysis.triggers:
        horizon = f" ({trigger.horizon})" if trigger.horizon else ""
        console.write(f"Would change the view: {one_line(trigger.quote.text)}{horizon}")
    console.write(f"{DISCLAIMER}.")


def _impacts(impacts: tuple[Impact, ...]) -> Table:
    table = console.table("Who gains or loses", "target", "kind", "sentiment", "order", "quote")
    for impact in impacts:
        table.add_row(
            impact.target.id,
            impact.target.kind,
            f"{impact.sentiment.arrow} {rated(impact.sentiment)}",
            str(impact.order),
            shortened(impact.quotes[0].text, _QUOTE_LENGTH),
        )
    return table
