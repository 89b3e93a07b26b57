"""A running Tape over a small library and a fake Slack, for tests of what people see there."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from bot.app import SlackSide
from bot.asking import answer_asked, text_of
from bot.feedback import Feedback
from bot.inbox import Inbox
from bot.parts import Parts
from bot.playground.server import Playground
from bot.wiring import Office, poller_of
from jobs.digest import News
from jobs.feeds.rows import Feeds
from jobs.feeds.trial import Tools
from jobs.models import Owner
from jobs.people import People
from retrieval.answers import Holding
from retrieval.db import connect, migrate
from retrieval.ingest import ingest
from retrieval.library import Library
from retrieval.models import Article
from retrieval.sources.fetch import poll
from retrieval.sources.fetched import Poll
from retrieval.sources.sandbox import Sandbox
from tests.articles import builtin
from tests.fakes import HashEmbedder
from tests.personal import QUIET, personal_of

Json = dict[str, Any]
ADA, BEN = Owner("T0LAB00001", "U0ADA00001"), Owner("T0LAB00001", "U0BEN00001")
CHIPS = Article(
    "chips",
    "Nvidia suffers because orders for chips fall. Visa loses because shops choose. "
    "Nucor gains from the steel tariff because imports cost more.",
    title="Orders fall",
    url="https://www.reuters.com/chips",
    source="Harbor Wire",
    published_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
)
BOOK = (Holding("NVDA", 0.625), Holding("V", 0.25), Holding("NUE", -0.125))


@dataclass
class House:
    """A running Tape over a small library, and the fake Slack that it is connected to."""

    slack: Playground
    people: People
    office: Office


Scenario = Callable[[House], Awaitable[None]]


@contextmanager
def small_library() -> Iterator[Library]:
    """A library in memory that holds CHIPS."""
    opened = Library.in_memory(HashEmbedder(), builtin())
    migrate(opened.store.engine, "jobs")  # alerts live where the articles do
    ingest([CHIPS], library=opened, now=lambda: datetime.now(UTC), progress=lambda _: None)
    yield opened
    opened.close()


@contextmanager
def own_tables(folder: Path) -> Iterator[Engine]:
    """A database of its own with the tables of jobs and bot."""
    made = connect(f"sqlite:///{folder}/tape.db")
    migrate(made, "jobs", "bot")
    yield made
    made.dispose()


def real_time() -> datetime:
    return datetime.now(UTC)


def play(
    library: Library,
    engine: Engine,
    scenario: Scenario,
    *,
    news: News = QUIET,
    now: Callable[[], datetime] = real_time,
    web: Poll = poll,
    polls: bool = False,
    **slack: Any,
) -> None:
    """Run a scenario; its briefs tell of `news`, its answers of the library, its feeds of `web`."""
    tools = Tools(web, Sandbox())
    office = Office(library, engine, personal_of(engine, news=news).desk, tools)
    personal = office.personal()
    parts = Parts(
        ask=lambda asked, aloud: answer_asked(
            asked, aloud, library=library, desk=office.desk, personal=personal, clock=now
        ),
        text_of=lambda *key: text_of(*key, library=library),
        inbox=Inbox(engine),
        feedback=Feedback(engine),
        now=now,
        owner="test",
        personal=personal,
        desk=office.desk,
        poller=poller_of(Feeds(engine), tools, library) if polls else None,
    )

    async def run() -> None:
        async with (
            Playground(now, **slack) as fake,
            SlackSide(
                parts, bot_token=fake.bot_token, app_token=fake.app_token, base_url=fake.api_url
            ),
        ):
            await scenario(House(fake, personal.people, office))

    with tools.sandbox:
        asyncio.run(run())


async def answered(house: House, event: Json, count: int = 1, seconds: float = 30.0) -> list[Json]:
    asked = event["event"]
    root = asked.get("thread_ts") or asked["ts"]

    def there() -> list[Json]:
        return [m for m in house.slack.messages(asked["channel"], root) if m.get("metadata")]

    await house.slack.wait_for(lambda: len(there()) >= count, seconds)
    return there()


async def send(slack: Playground, form: str, values: Json | None = None) -> Any:
    """Send a form as Ada does, as soon as that form is what she sees."""

    def seen() -> bool:
        view = slack.windows.top(ADA.user)
        return view is not None and view.payload.get("callback_id") == form

    await slack.wait_for(seen)
    return await slack.submit_view(values)
