"""Settings to a running Tape on Slack, or on the playground. Ends on SIGINT and SIGTERM."""

import asyncio
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, NoReturn

from bot import console
from bot.app import Side, SlackSide
from bot.engines import utc_now
from bot.furnishing import fresh_samples, live_news, read_live, read_samples, subscribe
from bot.health import HOST, Vitals, health_app
from bot.logs import log_to
from bot.modes import Mode, mode_of
from bot.oauth import INSTALL
from bot.playground.server import Playground
from bot.samples import Sample, samples
from bot.settings import Settings, leave_proxies, load
from bot.web import EVENTS, Server
from bot.wiring import Office, entrance_of, open_library
from retrieval.library import Library

EXAMPLES = (
    "Which tickers benefit?",
    "Who benefits from the copper mine outage?",
    "Who loses from the swipe fee rule?",
    "What about Nvidia?",
)
FIRST = "A brief and an alert are in #daily-brief; Ben has a book: ask as him of it."
AGAIN = "Earlier messages are gone: /tape digest preview in #daily-brief shows the brief again."
WARM = "ready"  # embedded once at the start: loading the weights takes seconds that no asker waits


def run(*, playground: bool = False) -> NoReturn:
    """Start Tape and stay until a signal ends it.

    Raises:
        SettingError: what is set for Slack does not go together, or Slack refuses a token.
        LockedError: another Tape uses this data folder.
    """
    settings = load()
    log_to(sys.stderr, settings.log_level)
    mode = "playground" if playground else mode_of(settings)
    with console.working("Opening the library"):
        library = open_library(settings)
    try:
        office = Office.open(settings, library)
        asyncio.run(_serve(settings, library, office, mode))
        office.close()
    finally:
        library.close()
    _leave()


async def _serve(settings: Settings, library: Library, office: Office, mode: Mode) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    parts = office.parts(settings)
    async with AsyncExitStack() as running:
        side: Side
        if mode != "playground":
            side = Side(parts, entrance_of(settings, mode, office))
            await running.enter_async_context(side)
            console.note(_ready(settings, mode))
        else:
            live = live_news(library)
            fake = await _playground(settings, office, live, running)
            await _read_samples(fake.url, library, stop)
            first = await asyncio.to_thread(read_live, live, fake.url, office)
            if stop.is_set():
                return
            side = SlackSide(
                parts,
                bot_token=fake.bot_token,
                app_token=fake.app_token,
                base_url=fake.api_url,
            )
            await running.enter_async_context(side)
            console.note(f"\nOpen {fake.url} and ask: which tickers benefit?   (Ctrl-C ends it)")
            console.note(FIRST if first else AGAIN)
        await _show_health(settings, side, office, running)
        await _warm(library, stop)
        await stop.wait()
        console.note("Finishing what is in hand…")


def _ready(settings: Settings, mode: Mode) -> str:
    if mode == "sockets":
        return "Tape is connected to Slack. Mention it in a channel, or write to it."
    where = f"http://{settings.http_host}:{settings.http_port}"
    ready = f"Tape waits for Slack's requests at {where}{EVENTS}."
    return ready if mode == "http" else f"{ready} Install it in a workspace at {where}{INSTALL}."


async def _show_health(
    settings: Settings, side: Side, office: Office, running: AsyncExitStack
) -> None:
    """Serve /healthz and /metrics where a port is set for them."""
    if settings.health_port is None:
        return

    async def look() -> Vitals:
        behind = await asyncio.to_thread(office.behind)
        days = await asyncio.to_thread(office.calendar_days)
        return replace(await side.vitals(), index_behind=behind, calendar_days=days)

    server = Server(health_app(look), HOST, settings.health_port)
    await server.start()
    running.push_async_callback(server.stop)
    console.note(f"Its health is at http://{HOST}:{server.port}/healthz.")


async def _playground(
    settings: Settings, office: Office, live: Sample, running: AsyncExitStack
) -> Playground:
    """Start the fake Slack, where somebody has subscribed to a brief and somebody has a book."""
    leave_proxies()
    pages = {s.slug: s.page for s in (*samples(), live)}
    fake = Playground(utc_now, samples=pages, examples=EXAMPLES)
    await fake.start(settings.playground_port)
    running.push_async_callback(fake.stop)
    console.note("No Slack tokens are set, so this is the playground: a Slack of its own, here.")
    subscribe(office)
    return fake


async def _read_samples(url: str, library: Library, stop: asyncio.Event) -> None:
    """Read the samples that are not stored yet; at another address, those that are moved."""
    fresh = fresh_samples(library)
    if not fresh:
        read_samples(fresh, url, library, lambda _: None, stop.is_set)
        return
    with console.working("Loading the embedding model"):
        await _warm(library, stop)
    with console.progress("Reading the sample articles", total=len(fresh)) as advance:
        await asyncio.to_thread(read_samples, fresh, url, library, advance, stop.is_set)


async def _warm(library: Library, stop: asyncio.Event) -> None:
    """Load the embedding model, or leave it halfway when the stop comes first.

    Raises:
        WeightsError: its weights are not there, which is better known now than at a question.
    """
    pool = ThreadPoolExecutor(1)
    loading = asyncio.get_running_loop().run_in_executor(pool, library.embedder.encode, [WARM])
    stopped = asyncio.create_task(stop.wait())
    racing: set[asyncio.Future[Any]] = {loading, stopped}
    await asyncio.wait(racing, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    pool.shutdown(wait=False)
    if loading.done():
        loading.result()


def _leave() -> NoReturn:
    """End at once. Python would wait for threads inside the model, which nothing can interrupt."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
