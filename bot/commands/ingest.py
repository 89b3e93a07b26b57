"""Paths and addresses to stored articles, with counts for the terminal."""

from collections.abc import Iterator, Sequence
from itertools import chain

from bot import console
from bot.engines import utc_now
from bot.settings import load
from bot.wiring import open_beside
from retrieval.contract import counts_json, dumps
from retrieval.errors import SourceError
from retrieval.ingest import Counts
from retrieval.ingest import ingest as ingest_items
from retrieval.models import Article
from retrieval.sources.fetch import fetch
from retrieval.sources.reading import Failure, read


def ingest(sources: Sequence[str], *, backfill: bool, as_json: bool) -> bool:
    """Read the sources into the store and say what was new. False if nothing at all could be read.

    What is read as `backfill` is history: it is answered from, and alerts nobody.

    Raises:
        SourceError: the only source that was named is not there.
    """
    library = open_beside(load())
    try:
        with console.progress("Reading articles") as advance:
            counts = ingest_items(
                chain.from_iterable(_read(s, alone=len(sources) == 1) for s in sources),
                library=library,
                now=utc_now,
                progress=advance,
                backfill=backfill,
            )
    finally:
        library.close()
    _say(counts, backfill=backfill, as_json=as_json)
    return bool(counts.new + counts.changed + counts.same)


def _read(source: str, *, alone: bool) -> Iterator[Article | Failure]:
    """Read one source. One that is not there stops nothing, unless it is the only one."""
    try:
        yield from read(source, fetch=fetch, now=utc_now())
    except SourceError as error:
        if alone:
            raise
        yield Failure(source, type(error)().sentence)


def _say(counts: Counts, *, backfill: bool, as_json: bool) -> None:
    history = counts.new + counts.changed if backfill else 0
    if as_json:
        failed = ((f.source, f.reason) for f in counts.failed)
        plain = (counts.new, counts.changed, counts.same, failed)
        console.write(dumps(counts_json(*plain, backfilled=history)))
        return
    console.say(
        f"{counts.new} new, {counts.changed} changed, {counts.same} the same, "
        f"{len(counts.failed)} not read."
    )
    if backfill:
        console.say(f"{history} marked as history: no alert comes of them.")
    for failure in counts.failed:
        console.note(f"  {failure.source}: {failure.reason}")
