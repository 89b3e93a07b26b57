"""Settings to the parts of a running Tape: the one place that decides which real thing is used."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache, partial
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine

from bot.aloud import Aloud, Patient
from bot.blocks.digest import digest_message
from bot.delivery import SLACK, delivery
from bot.entrances import ByHttp, Entrance, ForMany, Listening, by_sockets
from bot.feedback import Feedback
from bot.inbox import Asked, Inbox
from bot.modes import Mode
from bot.owner import own_name
from bot.parts import Parts
from bot.renewal import Credentials, Renewal
from bot.settings import Settings
from bot.tokens import Installations, States, cipher_of
from jobs.brief import Desk, last_brief
from jobs.news import news_of
from jobs.state import State
from retrieval.answers import Answer
from retrieval.ask.answer import AnswerStep, answer
from retrieval.ask.chat import ChatWriter, Writer
from retrieval.ask.wording import plural
from retrieval.db import connect, migrate
from retrieval.errors import LockedError, UnreadableFileError
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
from retrieval.sources.reading import read
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
        desk = Desk(State(engine), partial(news_of, library.store), digest_message)
        return cls(library, engine, desk)

    def parts(self, settings: Settings) -> Parts:
        """What the Slack side works with."""
        return Parts(
            ask=partial(
                answer_asked, library=self.library, desk=self.desk, writer=writer_of(settings)
            ),
            text_of=partial(text_of, library=self.library),
            inbox=Inbox(self.engine),
            feedback=Feedback(self.engine),
            now=utc_now,
            owner=own_name(),
            desk=self.desk,
            at_once=settings.workers,
        )

    def behind(self) -> int:
        """Count the changes of articles that the slower of the indexes has not taken up."""
        health = self.library.indexes.health()
        taken = health.lexical if health.dense is None else min(health.lexical, health.dense)
        return health.last_change - taken

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


STEPS: Mapping[AnswerStep, str] = {
    "searching": "Searching {articles}",
    "checking": "Checking the quotes",
    "writing": "Putting it into words",
}


def entrance_of(settings: Settings, mode: Mode, office: Office) -> Entrance:
    """The way in which Slack reaches Tape, for every mode but the playground.

    Raises:
        TokenKeyError: there is no key to seal the tokens of many workspaces with.
        SealedTokenError: a stored token was sealed with a key that is not set any more.
    """
    secret = settings.slack_signing_secret
    listening = Listening(
        settings.http_host, settings.http_port, secret.get_secret_value() if secret else "", utc_now
    )
    if mode == "many":
        return _for_many(settings, office, listening)
    assert settings.slack_bot_token
    bot_token = settings.slack_bot_token.get_secret_value()
    if mode == "http":
        return ByHttp(delivery(bot_token), listening)
    assert settings.slack_app_token
    return by_sockets(bot_token, settings.slack_app_token.get_secret_value())


def _for_many(settings: Settings, office: Office, listening: Listening) -> ForMany:
    key, secret = settings.token_key, settings.slack_client_secret
    cipher = cipher_of(key.get_secret_value() if key else "")
    store = Installations(office.engine, cipher)
    store.reseal()  # so that an earlier key can be taken away after this start
    app = Credentials(settings.slack_client_id, secret.get_secret_value() if secret else "")
    calls = AsyncWebClient(base_url=SLACK, retry_handlers=[])
    return ForMany(
        Renewal(store, app, calls, utc_now, own_name()),
        States(office.engine, now=utc_now, draw=partial(secrets.token_urlsafe, 32)),
        listening,
        forget=(Inbox(office.engine).forget,),
    )


def answer_asked(
    asked: Asked, aloud: Aloud, *, library: Library, desk: Desk, writer: Writer | None = None
) -> Answer:
    """Answer a question from Slack, and tell meanwhile what is done.

    It is about the articles whose links it gives or stands under, if there are any; one that is
    about nothing else is about the last brief of its channel.
    """
    library.indexes.catch_up()

    def on_step(step: AnswerStep) -> None:
        articles = library.store.searched(scope).articles if step == "searching" else 0
        aloud.step(STEPS[step].format(articles=plural(articles, "article")))

    now = utc_now().astimezone(zone_named(asked.zone))
    scope = Scope()
    if asked.article_links:
        aloud.step(f"Reading {plural(len(asked.article_links), 'link')}")
        pages = (stored_page(link, library) for link in asked.article_links)
        scope = Scope(article_ids=tuple(dict.fromkeys(pages)))
    return answer(
        asked.text,
        library=library,
        now=now,
        scope=scope,
        follows=asked.follows,
        latest=partial(last_brief, asked.channel, now, desk, under=asked.thread_ts),
        writer=Patient(writer, aloud) if writer else None,
        on_line=aloud.line,
        on_step=on_step,
    )


def zone_named(name: str | None) -> tzinfo:
    """The zone of a user's days; UTC when it is not known, or is none that we know."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown, a path, a folder
        return UTC


def stored_page(url: str, library: Library) -> str:
    """Name the stored article of an address; read the page first when it is not stored.

    Raises:
        SourceError: the page cannot be read.
    """
    key = id_of_url(url)
    if library.store.hashes([key]):
        return key
    if stored := library.store.at(url.partition("#")[0]):
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
