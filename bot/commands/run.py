"""Settings to a running Tape on Slack, or on the playground. Ends on SIGINT and SIGTERM."""

import asyncio
import logging
import signal
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import structlog

from bot import console
from bot.app import SlackSide
from bot.playground.server import Playground
from bot.samples import Sample, samples
from bot.settings import Settings, load
from bot.wiring import Office, open_library, utc_now
from jobs.models import DIGEST, WEEKDAYS, Subscription
from retrieval.errors import SettingError
from retrieval.ingest import ingest
from retrieval.library import Library

PLAYGROUND_CHANNEL = "daily-brief"


def run(*, playground: bool = False) -> None:
    """Start Tape and stay until a signal ends it.

    Raises:
        SettingError: only one of the two Slack tokens is set, or Slack refuses one.
        LockedError: another Tape uses this data folder.
    """
    settings = load()
    _log(settings)
    if not playground and (settings.slack_bot_token is None) != (settings.slack_app_token is None):
        raise SettingError("SLACK_BOT_TOKEN and SLACK_APP_TOKEN (both are needed)")
    with console.working("Opening the library"):
        library = open_library(settings)
    try:
        office = Office.open(settings, library)
        asyncio.run(_serve(settings, library, office, playground=playground))
        office.close()
    finally:
        library.close()


async def _serve(settings: Settings, library: Library, office: Office, *, playground: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    parts = office.parts(settings)
    async with AsyncExitStack() as running:
        tokens = None if playground else settings.slack_tokens
        if tokens:
            side = SlackSide(parts, bot_token=tokens[0], app_token=tokens[1])
            await running.enter_async_context(side)
            console.note("Tape is connected to Slack. Mention it in a channel, or write to it.")
        else:
            fake = await _playground(settings, library, office, running)
            side = SlackSide(
                parts,
                bot_token=fake.bot_token,
                app_token=fake.app_token,
                base_url=fake.api_url,
            )
            await running.enter_async_context(side)
            console.note(f"Open {fake.url} and ask: which tickers benefit?   (Ctrl-C ends it)")
        await stop.wait()
        console.note("Finishing what is in hand…")


async def _playground(
    settings: Settings, library: Library, office: Office, running: AsyncExitStack
) -> Playground:
    """Start the fake Slack, read the samples once, and subscribe its channel to a digest."""
    articles = samples()
    fake = Playground(utc_now, samples={s.slug: s.page for s in articles})
    await fake.start(settings.playground_port)
    running.push_async_callback(fake.stop)
    console.note("No Slack tokens are set, so this is the playground: a Slack of its own, here.")
    await asyncio.to_thread(_read_samples, articles, fake.url, library)
    _subscribe(office)
    return fake


def _read_samples(articles: tuple[Sample, ...], url: str, library: Library) -> None:
    with console.progress("Reading the sample articles", total=len(articles)) as advance:
        ingest(
            (sample.article(url) for sample in articles),
            library=library,
            now=utc_now,
            progress=advance,
        )


def _subscribe(office: Office) -> None:
    """Give the playground's channel a daily digest, due at once on the first day."""
    wanted = office.desk.state.subscriptions()
    if any(s.recipient == PLAYGROUND_CHANNEL for s in wanted):
        return
    now = utc_now().astimezone(UTC)
    office.desk.state.subscribe(
        Subscription(
            kind=DIGEST,
            recipient=PLAYGROUND_CHANNEL,
            at=now.time().replace(second=0, microsecond=0),
            weekdays=WEEKDAYS,
            zone="UTC",
            created_at=datetime.combine(now.date(), datetime.min.time(), UTC),
        )
    )


def _log(settings: Settings) -> None:
    """Log lines are events with ids and lengths on stderr; never texts or tokens."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    logging.basicConfig(level=max(level, logging.WARNING), stream=sys.stderr)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
