"""Settings to the parts of a running Tape: the one place that decides which real thing is used."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache, partial
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Engine

from bot.aloud import Aloud, Patient
from bot.blocks.digest import digest_message
from bot.channels import Channels
from bot.feedback import Feedback
from bot.inbox import Asked, Document, Inbox
from bot.owner import own_name
from bot.parts import Parts
from bot.personal import Personal, Stored
from bot.private import Private
from bot.settings import Settings
from jobs.brief import Desk, last_brief
from jobs.models import Subscription
from jobs.news import MAX_ITEMS, news_of
from jobs.people import People
from jobs.state import State
from retrieval.answers import Answer
from retrieval.ask.answer import AnswerStep, answer
from retrieval.ask.audit import private_payload_of
from retrieval.ask.chat import ChatWriter, Writer
from retrieval.ask.wording import plural
from retrieval.db import connect, migrate
from retrieval.errors import LinksOffError, LockedError, NothingReadError, UnreadableFileError
from retrieval.index.embed import Embed, Embedder
from retrieval.index.minilm import MiniLM
from retrieval.ingest import ingest
from retrieval.language.adapter import Adapter
from retrieval.language.analyse import Builtin
from retrieval.language.chat import ChatReader
from retrieval.language.paying import Paying
from retrieval.language.reader import Reader
from retrieval.language.securities import load_securities
from retrieval.library import Library
from retrieval.llm import Connection, LangChat
from retrieval.models import Article, Scope
from retrieval.sources.fetch import fetch
from retrieval.sources.ids import id_of_url
from retrieval.sources.reading import Failure, read, read_bytes
from retrieval.store.purse import Purse

TABLES = ("jobs", "bot")
"""Whose migrations run beside the library's own."""


def utc_now() -> datetime:
    """The clock that everything else takes as an argument."""
    return datetime.now(UTC)


def embedder_of(settings: Settings) -> Embed:
    """The embedder of the settings; it loads its weights at the first use."""
    return Embedder(settings.embedding_model) if settings.embedding_model else MiniLM()


@cache
def judge_of() -> Adapter:
    """The sentiment model, one for the process; it loads its weights at the first use."""
    return Adapter()


def reader_of(settings: Settings) -> Reader:
    """The engine that reads articles.

    Raises:
        SettingError: TAPE_MODEL does not name a chat model.
        ModelKeyError: a chat model has no key.
        MissingPackageError: the provider's package is not installed.
        StoreError: the database, which counts the chat model's tokens, cannot be used.
    """
    securities = load_securities()
    builtin = Builtin(securities, judge_of())
    if settings.analyst == "builtin":
        return builtin
    return ChatReader(builtin, paying_of(settings), securities)


def writer_of(settings: Settings) -> Writer | None:
    """Who puts answers into words: the chat model, where one is set.

    Raises:
        SettingError, ModelKeyError, MissingPackageError, StoreError: as `reader_of` says.
    """
    if not settings.model:
        return None
    return ChatWriter(paying_of(settings), load_securities())


def paying_of(settings: Settings) -> Paying:
    """The chat model of the settings, with the day's budget in the database.

    Raises:
        SettingError, ModelKeyError, MissingPackageError, StoreError: as `reader_of` says.
    """
    chat, purse = chat_of(settings), Purse.open(settings.url)
    return Paying(chat, purse, settings.model_budget, now=utc_now, sleep=time.sleep)


def chat_of(settings: Settings) -> LangChat:
    """The chat model of the settings; nothing is sent to it yet.

    Raises:
        SettingError, ModelKeyError, MissingPackageError: as `reader_of` says.
    """
    return LangChat(
        Connection(
            settings.model,
            key=settings.provider_key,
            base_url=settings.model_url or None,
            timeout=settings.model_timeout,
            first=settings.model_first,
        )
    )


def open_library(settings: Settings) -> Library:
    """Open the store and own its indexes.

    Raises:
        LockedError: another process owns them.
        StoreError: the database cannot be used.
    """
    return Library.open(
        settings.url,
        settings.data_dir,
        embedder=embedder_of(settings),
        reader=reader_of(settings),
    )


def open_beside(settings: Settings) -> Library:
    """Open the store, beside a running Tape if need be.

    That one owns the indexes and follows what we write; we search the store itself.
    """
    try:
        return open_library(settings)
    except LockedError:
        return Library.beside(
            settings.url, embedder=embedder_of(settings), reader=reader_of(settings)
        )


@dataclass(frozen=True, slots=True)
class Office:
    """The tables and readers behind digests and answers, over one library."""

    library: Library
    engine: Engine
    desk: Desk

    @classmethod
    def open(cls, settings: Settings, library: Library) -> Self:
        """Bring the tables of jobs and bot up to date and wire the desk."""
        engine = connect(settings.url)
        migrate(engine, *TABLES)
        watched = partial(watched_by, people=People(engine))
        desk = Desk(State(engine), partial(news_of, library.store), digest_message, watched)
        return cls(library, engine, desk)

    def parts(self, settings: Settings) -> Parts:
        """What the Slack side works with."""
        personal = self.personal()
        return Parts(
            ask=partial(
                answer_asked,
                library=self.library,
                desk=self.desk,
                personal=personal,
                writer=writer_of(settings),
            ),
            text_of=partial(text_of, library=self.library),
            inbox=Inbox(self.engine),
            feedback=Feedback(self.engine),
            now=utc_now,
            owner=own_name(),
            desk=self.desk,
            at_once=settings.workers,
            personal=personal,
            follow_ups=lambda team, channel: (
                personal.channels.settings(team or "", channel).follow_ups
            ),
        )

    def personal(self) -> Personal:
        """What people and channels keep, and what is needed to show it."""
        store = self.library.store
        return Personal(
            people=People(self.engine),
            channels=Channels(self.engine),
            private=Private(self.engine),
            securities=self.library.securities,
            desk=self.desk,
            health=lambda: store.searched(Scope()),
            sources=store.sources,
            told_of=partial(told_of, library=self.library),
            stored=partial(stored_at, library=self.library),
        )

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


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
    writer: Writer | None = None,
) -> Answer:
    """Answer a question from Slack, and tell meanwhile what is done.

    It is about what it brings, or the articles whose links it gives or stands under, if there are
    any; one that is about nothing else is about the last brief of its channel. "Mine" are the names
    that its asker follows or holds.
    """
    library.indexes.catch_up()
    now = utc_now().astimezone(zone_named(asked.zone))
    patient = Patient(writer, aloud) if writer else None
    if asked.documents or asked.words:
        aloud.step("Reading what was shared")
        with alone(asked, library) as (own, scope):
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
    scope = _scope(asked, library, personal)
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


def _scope(asked: Asked, library: Library, personal: Personal) -> Scope:
    """Which articles a question is about; pages are read for it where its channel wants that."""
    links = asked.article_links
    wants = personal.channels.settings(asked.owner.team, asked.channel)
    if wants.links == "off" and not asked.private:
        links = tuple(link for link in links if known_page(link, library))
        if asked.article_links and not links:
            raise LinksOffError
    pages = tuple(dict.fromkeys(stored_page(link, library) for link in links))
    return Scope(article_ids=pages) if pages else Scope()


@contextmanager
def alone(asked: Asked, library: Library) -> Iterator[tuple[Library, Scope]]:
    """Read what a question brings as its only source, and keep nothing of it.

    A file or a message is its channel's: in the common ledger, everybody would be answered from it.

    Raises:
        SourceError: it cannot be read.
    """
    own = Library.in_memory(library.embedder, library.reader, embeds_late=True)
    try:
        articles = _brought(asked)
        ingest(articles, library=own, now=utc_now, progress=lambda _: None)
        yield own, Scope(article_ids=tuple(article.id for article in articles))
    finally:
        own.close()


def _brought(asked: Asked) -> list[Article]:
    documents = asked.documents or (Document("message.txt", asked.words.encode()),)
    items = [item for one in documents for item in read_bytes(one.name, one.body, now=utc_now())]
    articles = [item for item in items if isinstance(item, Article)]
    if not articles:
        failed = (f"{item.source}: {item.reason}" for item in items if isinstance(item, Failure))
        raise NothingReadError(next(failed, documents[0].name))
    return articles


def watched_by(wanted: Subscription, *, people: People) -> tuple[str, ...]:
    """The names that a brief puts first: those that its owner follows."""
    return people.watchlist(wanted.owner) if wanted.owner else ()


def told_of(tickers: tuple[str, ...], *, library: Library) -> frozenset[str]:
    """Of which tickers the articles make claims."""
    claims = library.store.claims(Scope(tickers=tickers), limit=MAX_ITEMS)
    return frozenset(claim.impact.target.id for claim in claims)


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


def stored_page(url: str, library: Library) -> str:
    """Name the stored article of an address; read the page first when it is not stored.

    Raises:
        SourceError: the page cannot be read.
    """
    if stored := known_page(url, library):
        return stored
    items = read(url, fetch=fetch, now=utc_now())
    articles = [item for item in items if isinstance(item, Article)]
    if not articles:
        raise UnreadableFileError(url)
    ingest(articles, library=library, now=utc_now, progress=lambda _: None)
    return articles[0].id


def text_of(article_id: str, version: int, *, library: Library) -> str | None:
    """The text of an article's version; None when it is gone."""
    stored = library.store.article(article_id, version=version)
    return stored.article.text if stored else None
