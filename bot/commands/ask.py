"""Questions to answers on the terminal or as JSON.

From the store, from one article, or from a corpus of lines.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot import console
from bot.blocks.kit import DISCLAIMER
from bot.settings import Settings, load
from bot.wiring import embedder_of, open_beside, utc_now
from retrieval.ask.answer import answer
from retrieval.ask.search import by_article, search
from retrieval.ask.wording import citation_text
from retrieval.contract import Json, answer_json, dumps
from retrieval.errors import (
    BadDateError,
    BadLineError,
    InputError,
    MissingPathError,
    UnreadableFileError,
)
from retrieval.ingest import ingest
from retrieval.library import Library
from retrieval.models import Answer, Article, Scope
from retrieval.sources.fetch import fetch
from retrieval.sources.ids import id_of_url
from retrieval.sources.reading import Failure, read, read_jsonl

LEAST_HITS = 10
"""How many passages a question over a corpus lists at least, if there are so many."""

_ENOUGH_CHUNKS = 60


def ask(question: str | None, *, article: str | None, as_of: str | None, as_json: bool) -> None:
    """Answer one question.

    Raises:
        InputError: no question, or a date that is none.
        SourceError: the article is neither readable nor stored.
    """
    if not question or not question.strip():
        raise InputError('Write a question, such as tape ask "which tickers benefit?"')
    moment = parse_moment(as_of) if as_of else None
    with _library_for(article, load()) as (library, scope):
        found = answer(
            question,
            library=library,
            now=moment or utc_now(),
            scope=replace(scope, as_of=moment),
        )
    console.write(dumps(answer_json(found)) if as_json else _plain(found))


def ask_corpus(questions: Path | None, corpus: Path | None) -> None:
    """Answer each line of one file from the lines of another only.

    One JSON line a question, with what was found.

    Raises:
        InputError: one of the two files was not named.
        BadLineError: a question's line is not {id, question}.
    """
    if questions is None or corpus is None:
        raise InputError("Name both files: --jsonl QUESTIONS --corpus PASSAGES")
    asked = list(_questions(questions))
    settings = load()
    with _holding(read_jsonl(corpus), settings) as library:
        for key, text in asked:
            found = answer(text, library=library, now=utc_now())
            hits = _hits(text, library)
            console.write(dumps({"id": key, **answer_json(found), "hits": hits}))


def parse_moment(text: str) -> datetime:
    """Read an ISO date or time; without a zone it is UTC.

    Raises:
        BadDateError: it is neither.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise BadDateError(text) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@contextmanager
def _library_for(article: str | None, settings: Settings) -> Iterator[tuple[Library, Scope]]:
    """Open what a question is asked of.

    The store, one stored article, or a file or page alone in memory.
    """
    if article is not None and Path(article).exists():
        with _alone(article, settings) as opened:
            yield opened
        return
    library = open_beside(settings)
    try:
        known = _stored(article, library) if article is not None else None
        if article is None or known is not None:
            yield library, Scope(article_ids=known)
            return
    finally:
        library.close()
    with _alone(article, settings) as opened:
        yield opened


def _stored(article: str, library: Library) -> tuple[str, ...] | None:
    """Find a stored article by its id or address; None for a page that is not stored.

    Raises:
        MissingPathError: it is no address, and nothing is stored under it.
    """
    page = article.startswith(("http://", "https://"))
    key = id_of_url(article) if page else article
    if library.store.hashes([key]):
        return (key,)
    if page:
        return None
    raise MissingPathError(article)


@contextmanager
def _alone(source: str, settings: Settings) -> Iterator[tuple[Library, Scope]]:
    """Read a file or page as the only source, in memory."""
    items = list(read(source, fetch=fetch))
    articles = tuple(i for i in items if isinstance(i, Article))
    if not articles:
        failed = next((i for i in items if isinstance(i, Failure)), None)
        raise UnreadableFileError(failed.source if failed else source)
    with _holding(articles, settings) as library:
        yield library, Scope(article_ids=tuple(a.id for a in articles))


@contextmanager
def _holding(items: Iterable[Article | Failure], settings: Settings) -> Iterator[Library]:
    library = Library.in_memory(embedder_of(settings))
    try:
        with console.progress("Reading") as advance:
            counts = ingest(items, library=library, now=utc_now, progress=advance)
        for failure in counts.failed:
            console.note(f"{failure.source}: {failure.reason}")
        yield library
    finally:
        library.close()


def _questions(path: Path) -> Iterator[tuple[str, str]]:
    if not path.is_file():
        raise MissingPathError(str(path))
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _question(line, f"{path} line {number}")


def _question(line: str, where: str) -> tuple[str, str]:
    try:
        row = json.loads(line)
        return str(row["id"]), str(row["question"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadLineError(where) from error


def _hits(text: str, library: Library) -> list[Json]:
    found = by_article(search(text, library=library, scope=Scope(), limit=_ENOUGH_CHUNKS))
    return [{"id": hit.article_id, "score": round(hit.score, 6)} for hit in found]


def _plain(found: Answer) -> str:
    quotes = [citation_text(c) for c in found.citations]
    close = f"{DISCLAIMER} · id {found.replay_id}"
    return "\n".join([found.text, *([""] if quotes else []), *quotes, "", close])
