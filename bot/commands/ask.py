"""Questions to answers on the terminal or as JSON.

From the store, from one article, or from a corpus of lines.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import console
from bot.blocks.kit import DISCLAIMER
from bot.engines import embedder_of, reader_of, utc_now, writer_of
from bot.lines import read_rows
from bot.settings import Settings, load
from bot.wiring import open_beside
from jobs.book.preview import Preview, preview_of
from jobs.book.saved import table_text
from jobs.errors import UnreadableTableError
from retrieval.answers import Answer
from retrieval.ask import wording
from retrieval.ask.answer import answer
from retrieval.ask.search import by_article, search
from retrieval.contract import Json, answer_json, dumps
from retrieval.errors import (
    BadDateError,
    InputError,
    MissingPathError,
    NothingReadError,
    UnreadableFileError,
    WhichQuestionError,
)
from retrieval.ingest import ingest
from retrieval.language.securities import load_securities
from retrieval.library import Library
from retrieval.models import Article, Scope
from retrieval.sources.fetch import fetch
from retrieval.sources.ids import id_of_url
from retrieval.sources.reading import Failure, path_of, read, read_jsonl

LEAST_HITS = 10
"""How many passages a question over a corpus lists at least, if there are so many."""

_CHUNKS = 60
"""How many chunks are looked at first; more if they are of too few passages."""


def ask(
    question: str,
    *,
    article: str | None,
    as_of: str | None,
    holdings: Path | None,
    as_json: bool,
) -> None:
    """Answer one question; `holdings` are read for this answer and kept nowhere.

    Raises:
        WhichQuestionError: the question is blank.
        BadDateError: `as_of` is no date.
        InputError: `holdings` cannot be read as a book, and what to change in it.
        SourceError: the article is neither readable nor stored.
    """
    if not question.strip():
        raise WhichQuestionError
    moment = parse_moment(as_of) if as_of is not None else None
    held = read_book(holdings).holdings if holdings is not None else ()
    settings = load()
    with _library_for(article, settings) as (library, scope):
        found = answer(
            question,
            library=library,
            now=utc_now(),
            scope=replace(scope, as_of=moment),
            holdings=held,
            writer=writer_of(settings),
        )
    if as_json:
        console.write(dumps(answer_json(found)))
    else:
        console.say(plain_text(found))


def ask_corpus(questions: Path, corpus: Path) -> None:
    """Answer each line of one file from the lines of another only.

    One JSON line a question, with what was found. A bad line of either is told on stderr.

    Raises:
        MissingPathError: one of the files is not there.
        UnreadableFileError: the questions are not in a file that can be opened.
        BadLineError: there are lines, and not one is {id, question}.
        NothingReadError: there are lines, and not one is {id, text}.
    """
    asked = list(read_rows(questions, _question))
    settings = load()
    writer = writer_of(settings)
    with _holding(read_jsonl(corpus, now=utc_now()), settings) as library:
        for key, text in asked:
            found = answer(text, library=library, now=utc_now(), writer=writer)
            hits = _hits(text, library)
            console.write(dumps({"id": key, **answer_json(found), "hits": hits}))


def read_book(path: Path) -> Preview:
    """Read the positions of a book from a table in a file; nothing of it is kept.

    Raises:
        MissingPathError: there is no such file.
        UnreadableFileError: it cannot be opened.
        InputError: it is no book, and what to change in it.
    """
    text = read_table(path)
    try:
        return preview_of(text, load_securities())
    except InputError as error:
        raise type(error)(": ".join(filter(None, (str(path), error.detail)))) from error


def read_table(path: Path) -> str:
    """Read the text of a table in a file.

    Raises:
        MissingPathError: there is no such file.
        UnreadableFileError: it cannot be opened.
        UnreadableTableError: it is no text.
    """
    file = path_of(str(path))
    if file is None or not file.is_file():
        raise MissingPathError(str(path))
    try:
        return table_text(file.read_bytes())
    except OSError as error:
        raise UnreadableFileError(str(path)) from error
    except UnreadableTableError as error:
        raise UnreadableTableError(str(path)) from error


def parse_moment(text: str) -> datetime:
    """Read an ISO date or time as UTC; without a zone it is UTC already.

    Raises:
        BadDateError: it is neither, or UTC has no such year.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise BadDateError(text) from error


@contextmanager
def _library_for(article: str | None, settings: Settings) -> Iterator[tuple[Library, Scope]]:
    """Open what a question is asked of.

    The store, one stored article, or a file or page alone in memory.
    """
    if article is None or path_of(article) is None:
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
    """Read a file, folder or page as the only source, in memory."""
    items = read(source, fetch=fetch, now=utc_now())
    with _holding(items, settings, embeds_late=True) as library:
        yield library, Scope(article_ids=_all_in(library))


@contextmanager
def _holding(
    items: Iterable[Article | Failure], settings: Settings, *, embeds_late: bool = False
) -> Iterator[Library]:
    """Keep articles in memory as long as they are asked about.

    Raises:
        NothingReadError: there were items, and none could be read.
    """
    library = Library.in_memory(embedder_of(settings), reader_of(settings), embeds_late=embeds_late)
    try:
        with console.progress("Reading") as advance:
            counts = ingest(items, library=library, now=utc_now, progress=advance)
        if counts.failed and not counts.new:
            first = counts.failed[0]
            raise NothingReadError(f"{first.source}: {first.reason}")
        for failure in counts.failed:
            console.note(f"{failure.source}: {failure.reason}")
        yield library
    finally:
        library.close()


def _all_in(library: Library) -> tuple[str, ...]:
    everything = library.store.searched(Scope()).articles
    return tuple(head.article_id for head in library.store.newest(Scope(), limit=everything))


def _question(row: dict[str, Any]) -> tuple[str, str]:
    key, text = row["id"], row["question"]
    if not isinstance(key, str | int) or not isinstance(text, str) or not text.strip():
        raise TypeError
    return str(key), text


def _hits(text: str, library: Library) -> list[Json]:
    limit = _CHUNKS
    while True:
        chunks = search(text, library=library, scope=Scope(), limit=limit)
        found = by_article(chunks)
        if len(found) >= LEAST_HITS or len(chunks) < limit:
            return [{"id": hit.article_id, "score": round(hit.score, 6)} for hit in found]
        limit *= 4


def plain_text(found: Answer) -> str:
    """Write an answer for a terminal, with its sources and the footer."""
    close = f"{DISCLAIMER} · id {found.replay_id}"
    parts = [*wording.sections(found), wording.citation_texts(found.citations), [close]]
    return "\n\n".join("\n".join(part) for part in parts if part)
