"""Settings to the parts of a running Tape: the one place that decides which real thing is used."""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Self

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine

from bot.alerting import Alerting
from bot.asking import (
    answer_asked,
    held_by,
    muted_in,
    stored_at,
    text_of,
    watched_by,
)
from bot.blocks.alerts import FACES
from bot.blocks.digest import digest_message, thread_messages
from bot.channels import Channels
from bot.delivery import SLACK, delivery
from bot.engines import embedder_of, reader_of, utc_now, writer_of
from bot.entrances import ByHttp, Entrance, ForMany, Listening, by_sockets
from bot.feedback import Feedback
from bot.inbox import Inbox
from bot.modes import Mode
from bot.owner import own_name
from bot.parts import Parts
from bot.personal import Personal
from bot.private import Private
from bot.renewal import Credentials, Renewal
from bot.settings import Settings
from bot.tokens import Installations, States, cipher_of
from jobs.alerts.live import Evaluator
from jobs.alerts.state import Alerts
from jobs.book.prices import Prices
from jobs.book.reading import news_on
from jobs.brief import Desk
from jobs.feeds.poller import Poller
from jobs.feeds.rows import Feeds
from jobs.feeds.trial import Tools
from jobs.mutes import Mutes
from jobs.news import news_of
from jobs.people import People
from jobs.planning import exchanges_of
from jobs.state import State
from retrieval.ask.audit import read_payload
from retrieval.contract import Json
from retrieval.db import connect, migrate
from retrieval.errors import LockedError
from retrieval.library import Library
from retrieval.models import Scope
from retrieval.sources.fetch import poll
from retrieval.sources.sandbox import Sandbox

TABLES = ("jobs", "bot")
"""Whose migrations run beside the library's own."""


def open_library(settings: Settings) -> Library:
    """Open the store and own its indexes.

    Raises:
        LockedError: another process owns them.
        StoreError: the database cannot be used.
    """
    return _alerting(
        Library.open(
            settings.url,
            settings.data_dir,
            embedder=embedder_of(settings),
            reader=reader_of(settings),
        )
    )


def open_beside(settings: Settings) -> Library:
    """Open the store, beside a running Tape if need be.

    That one owns the indexes and follows what we write; we search the store itself.
    """
    try:
        return open_library(settings)
    except LockedError:
        beside = Library.beside(
            settings.url, embedder=embedder_of(settings), reader=reader_of(settings)
        )
        return _alerting(beside)


def _alerting(library: Library) -> Library:
    """Let what is stored be held against the alert rules, however it comes in."""
    migrate(library.store.engine, "jobs")
    return replace(library, then=Evaluator(FACES))


@contextmanager
def feed_tools() -> Iterator[Tools]:
    """What feeds are asked and read with, for a short while."""
    with Sandbox() as sandbox:
        yield Tools(poll, sandbox)


def poller_of(feeds: Feeds, tools: Tools, library: Library) -> Poller:
    """Who asks the feeds that are due, and reads them into the library."""
    return Poller(feeds, tools, library, owner=own_name(), draw=random.random)


@dataclass(frozen=True, slots=True)
class Office:
    """The tables and readers behind digests and answers, over one library."""

    library: Library
    engine: Engine
    desk: Desk
    tools: Tools = field(default_factory=lambda: Tools(poll, Sandbox()))

    @classmethod
    def open(cls, settings: Settings, library: Library) -> Self:
        """Bring the tables of jobs and bot up to date and wire the desk."""
        engine = connect(settings.url)
        migrate(engine, *TABLES)
        desk = Desk(
            state=State(engine),
            read=partial(news_of, library.store),
            render=digest_message,
            watched=partial(watched_by, people=People(engine)),
            held=partial(held_by, people=People(engine)),
            muted=partial(muted_in, mutes=Mutes(engine)),
            thread=thread_messages,
        )
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
                clock=utc_now,
                writer=writer_of(settings),
            ),
            text_of=partial(text_of, library=self.library),
            kept=partial(kept_answer, library=self.library),
            inbox=Inbox(self.engine),
            feedback=Feedback(self.engine),
            now=utc_now,
            owner=own_name(),
            desk=self.desk,
            at_once=settings.workers,
            personal=personal,
            poller=poller_of(Feeds(self.engine), self.tools, self.library),
            follow_ups=lambda team, channel: (
                personal.channels.settings(team or "", channel).follow_ups
            ),
        )

    def personal(self) -> Personal:
        """What people and channels keep, and what is needed to show it."""
        store = self.library.store
        return Personal(
            people=People(self.engine),
            mutes=Mutes(self.engine),
            channels=Channels(self.engine),
            private=Private(self.engine),
            feedback=Feedback(self.engine),
            securities=self.library.securities,
            desk=self.desk,
            feeds=Feeds(self.engine),
            tools=self.tools,
            alerting=self.alerting(),
            health=lambda: store.searched(Scope()),
            sources=store.sources,
            book_news=partial(news_on, store=store, prices=Prices(self.engine)),
            stored=partial(stored_at, library=self.library),
            forget_answers=store.forget_answers,
        )

    def alerting(self) -> Alerting:
        """What people see of alerts and do with them."""
        store = self.library.store
        return Alerting(Alerts(store.engine), store, self.library.securities)

    def behind(self) -> int:
        """Count the changes of articles that the slower of the indexes has not taken up."""
        health = self.library.indexes.health()
        taken = health.lexical if health.dense is None else min(health.lexical, health.dense)
        return health.last_change - taken

    def calendar_days(self) -> int | None:
        """Count the days that the trading calendars in use still cover; None when none is used."""
        used = exchanges_of(self.desk.state.subscriptions())
        ends = [self.desk.calendars.runs_out(exchange) for exchange in used]
        return (min(ends) - utc_now().date()).days if ends else None

    def close(self) -> None:
        """Let go of the database. The process that parses feeds ends with this one."""
        self.engine.dispose()


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
        forget=(
            Inbox(office.engine).forget,
            People(office.engine).forget_team,
            Mutes(office.engine).forget_team,
            Channels(office.engine).forget_team,
            office.desk.state.forget_team,
            Feeds(office.engine).forget_team,
            office.alerting().alerts.forget_team,
        ),
    )


def kept_answer(replay_id: str, *, library: Library) -> Json | None:
    """Give an answer as the audit kept it; None where there is none that can be read."""
    payload = library.store.audited(replay_id)
    if payload is None:
        return None
    try:
        return read_payload(payload)[0]
    except (TypeError, ValueError):  # another program wrote it
        return None
