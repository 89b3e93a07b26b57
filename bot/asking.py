"""A question from Slack -> its answer from the library, and what else is known of its articles.

Knows no Slack client and no event loop; it reads pages and files where a question is about them.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, tzinfo
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.aloud import Aloud, Patient
from bot.personal import Personal, Stored
from bot.questions import Asked, Document
from jobs.brief import Desk
from jobs.models import Subscription
from jobs.mutes import Mutes, Place
from jobs.people import People
from jobs.posted import last_brief
from retrieval.answers import Answer
from retrieval.ask.answer import AnswerStep, answer
from retrieval.ask.audit import private_payload_of
from retrieval.ask.chat import Writer
from retrieval.ask.wording import plural
from retrieval.errors import LinksOffError, NothingReadError, UnreadableFileError
from retrieval.ingest import ingest
from retrieval.library import Library
from retrieval.models import Article, Scope
from retrieval.sources.fetch import fetch
from retrieval.sources.ids import id_of_url
from retrieval.sources.reading import Failure, read, read_bytes

Now = Callable[[], datetime]

STEPS: Mapping[AnswerStep, str] = {
    "searching": "Searching {articles}",
    "checking": "Checking the quotes",
    "writing": "Putting it into words",
}


def answer_asked(
    asked: Asked,
    aloud: Aloud,
    *,
    library: Library,
    desk: Desk,
    personal: Personal,
    clock: Now,
    writer: Writer | None = None,
) -> Answer:
    """Answer a question from Slack, and tell meanwhile what is done.

    It is about what it brings, or the articles whose links it gives or stands under, if there are
    any; one that is about nothing else is about the last brief of its channel. "Mine" are the names
    that its asker follows or holds.
    """
    library.indexes.catch_up()
    now = clock().astimezone(zone_named(asked.zone))
    patient = Patient(writer, aloud) if writer else None
    if asked.documents or asked.words:
        aloud.step("Reading what was shared")
        with alone(asked, library, clock) as (own, scope):
            found = answer(
                asked.text,
                library=own,
                now=now,
                scope=scope,
                writer=patient,
                on_line=aloud.line,
                on_step=partial(step_told, aloud, own, scope),
            )
        kept = private_payload_of(found, 0)
        library.store.audit(found.replay_id, asked=asked.text, payload=kept, now=now)
        return found
    if asked.article_links:
        aloud.step(f"Reading {plural(len(asked.article_links), 'link')}")
    scope = _scope(asked, library, personal, clock)
    book = personal.people.book(asked.owner)
    return answer(
        asked.text,
        library=library,
        now=now,
        scope=scope,
        follows=asked.follows,
        mine=personal.mine(asked.owner),
        holdings=book.holdings if book else (),
        latest=partial(last_brief, asked.channel, now, desk, under=asked.thread_ts),
        writer=patient,
        on_line=aloud.line,
        on_step=partial(step_told, aloud, library, scope),
    )


def step_told(aloud: Aloud, library: Library, scope: Scope, step: AnswerStep) -> None:
    """Say what begins, with how many articles it is about."""
    articles = library.store.searched(scope).articles if step == "searching" else 0
    aloud.step(STEPS[step].format(articles=plural(articles, "article")))


def _scope(asked: Asked, library: Library, personal: Personal, clock: Now) -> Scope:
    """Which articles a question is about; pages are read for it where its channel wants that."""
    links = asked.article_links
    wants = personal.channels.settings(asked.workspace or asked.owner.team, asked.channel)
    if wants.links == "off" and not asked.private:
        links = tuple(link for link in links if known_page(link, library))
        if asked.article_links and not links:
            raise LinksOffError
    pages = tuple(dict.fromkeys(stored_page(link, library, clock) for link in links))
    return Scope(article_ids=pages) if pages else Scope()


@contextmanager
def alone(asked: Asked, library: Library, clock: Now) -> Iterator[tuple[Library, Scope]]:
    """Read what a question brings as its only source, and keep nothing of it.

    A file or a message is its channel's: in the common ledger, everybody would be answered from it.

    Raises:
        SourceError: it cannot be read.
    """
    own = Library.in_memory(library.embedder, library.reader, embeds_late=True)
    try:
        articles = _brought(asked, clock())
        ingest(articles, library=own, now=clock, progress=lambda _: None)
        yield own, Scope(article_ids=tuple(article.id for article in articles))
    finally:
        own.close()


def _brought(asked: Asked, now: datetime) -> list[Article]:
    documents = asked.documents or (Document("message.txt", asked.words.encode()),)
    items = [item for one in documents for item in read_bytes(one.name, one.body, now=now)]
    articles = [item for item in items if isinstance(item, Article)]
    if not articles:
        failed = (f"{item.source}: {item.reason}" for item in items if isinstance(item, Failure))
        raise NothingReadError(next(failed, documents[0].name))
    return articles


def watched_by(wanted: Subscription, *, people: People) -> tuple[str, ...]:
    """The names that a brief puts first: those that its owner follows."""
    return people.watchlist(wanted.owner) if wanted.owner else ()


def held_by(wanted: Subscription, *, people: People) -> tuple[str, ...]:
    """The names in the book of a brief's owner; a channel has none."""
    book = people.book(wanted.owner) if wanted.owner else None
    return tuple(one.ticker for one in book.holdings) if book else ()


def muted_in(wanted: Subscription, today: date, *, mutes: Mutes) -> dict[str, date]:
    """The names that the recipient of a brief does not want to see today."""
    return mutes.muted(Place(wanted.team, wanted.recipient), today)


def stored_at(url: str, *, library: Library) -> Stored | None:
    """What is known of the article at an address; None when it is not stored."""
    key = known_page(url, library)
    stored = library.store.article(key) if key else None
    if stored is None:
        return None
    head = library.store.heads([stored.article.id])[stored.article.id]
    return Stored(head, stored.analysis.tickers)


def zone_named(name: str | None) -> tzinfo:
    """The zone of a user's days; UTC when it is not known, or is none that we know."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown, a path, a folder
        return UTC


def known_page(url: str, library: Library) -> str | None:
    """Name the stored article of an address; None when it is not stored."""
    key = id_of_url(url)
    if library.store.hashes([key]):
        return key
    return library.store.at(url.partition("#")[0])


def stored_page(url: str, library: Library, clock: Now) -> str:
    """Name the stored article of an address; read the page first when it is not stored.

    Raises:
        SourceError: the page cannot be read.
    """
    if stored := known_page(url, library):
        return stored
    items = read(url, fetch=fetch, now=clock())
    articles = [item for item in items if isinstance(item, Article)]
    if not articles:
        raise UnreadableFileError(url)
    ingest(articles, library=library, now=clock, progress=lambda _: None)
    return articles[0].id


def text_of(article_id: str, version: int, *, library: Library) -> str | None:
    """The text of an article's version; None when it is gone."""
    stored = library.store.article(article_id, version=version)
    return stored.article.text if stored else None
