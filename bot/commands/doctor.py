"""This installation to a list of checks, each with its remedy in words."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version

from bot import console
from bot.checks import Check
from bot.commands.doctor_slack import Tokens, slack_checks
from bot.delivery import SLACK
from bot.engines import chat_of, embedder_of, utc_now
from bot.modes import mode_of
from bot.needs import our_needs
from bot.settings import Settings, describe, load
from bot.wiring import open_beside
from jobs.calendars import Calendars
from jobs.errors import CalendarEndsError
from jobs.feeds.health import health
from jobs.feeds.rows import Feeds
from jobs.planning import exchanges_of
from jobs.state import State
from retrieval.db import connect, migrate
from retrieval.errors import SettingError, TapeError
from retrieval.language.securities import load_securities
from retrieval.models import Scope
from retrieval.store.purse import Purse

LIBRARIES = ("slack-bolt", "chromadb", "tantivy", "sentence-transformers", "torch", "sqlalchemy")


def doctor(*, as_json: bool) -> bool:
    """Print settings and checks. False when something is not well.

    Raises:
        SettingError: a setting cannot be used at all.
    """
    settings = load()
    checks = [
        _checked("python", _python),
        _checked("company table", lambda: f"{len(load_securities()):,} tickers"),
        _checked("embedding model", lambda: _model(settings)),
        _checked("database and indexes", lambda: _library(settings)),
        _outbox(settings),
        _checked("feeds", lambda: _feeds(settings)),
        _checked("analyst", lambda: _analyst(settings)),
        _checked("trading calendars", lambda: _calendars(settings)),
        _checked("slack", lambda: _slack(settings)),
    ]
    return _told(settings, checks, as_json=as_json)


def doctor_slack(*, as_json: bool, base_url: str = SLACK) -> bool:
    """Ask Slack what the tokens may do, and print it. False when something needed is missing.

    Raises:
        SettingError: there are no tokens to ask with, or they do not go together.
    """
    settings = load()
    mode_of(settings)
    bot, app = settings.slack_bot_token, settings.slack_app_token
    if bot is None:
        raise SettingError("SLACK_BOT_TOKEN (`tape doctor --slack` asks with it)")
    tokens = Tokens(bot.get_secret_value(), app.get_secret_value() if app else None)
    checks = asyncio.run(slack_checks(tokens, our_needs(), base_url))
    return _told(settings, checks, as_json=as_json)


def _told(settings: Settings, checks: list[Check], *, as_json: bool) -> bool:
    if as_json:
        console.write(json.dumps(_json(settings, checks), ensure_ascii=False, indent=2))
    else:
        _show(settings, checks)
    return all(check.well for check in checks)


def _checked(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, well=True, seen=look())
    except TapeError as error:
        return Check(name, well=False, seen=error.sentence)


def _python() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"{sys.version.split()[0]}; {libraries}"


def _model(settings: Settings) -> str:
    embedder = embedder_of(settings)
    name = embedder.name  # looks for the weights before anything loads them
    return f"{name}, {len(embedder.encode(['Copper rose.'])[0])} dimensions"


def _library(settings: Settings) -> str:
    library = open_beside(settings)
    try:
        library.indexes.wait()
        searched, health = library.store.searched(Scope()), library.indexes.health()
        state = "ready" if health.ready else "catching up; answers are exact meanwhile"
        chunks = len(library.store.chunk_ids())
        fallen = library.store.fallbacks()
    finally:
        library.close()
    seen = f"{searched.articles:,} articles, {chunks:,} chunks, indexes {state}"
    instead = (f"{n:,} read by the built-in engine instead: {why}" for why, n in fallen.items())
    return "; ".join([seen, *instead])


def _outbox(settings: Settings) -> Check:
    """What waits to be posted, and whether a person is wanted."""
    name = "outbox"
    try:
        engine = connect(settings.url)
        migrate(engine, "jobs")
        backlog = State(engine).backlog(utc_now())
        engine.dispose()
    except TapeError as error:
        return Check(name, well=False, seen=error.sentence)
    waits = f"{backlog.waiting} waiting"
    if backlog.oldest:
        waits += f", the first for {backlog.oldest.total_seconds() / 60:.0f} min"
    ends = {"failed": backlog.failed, "of unknown fate": backlog.unknown, "late": backlog.late}
    lately = [f"{count} {end}" for end, count in ends.items() if count]
    if not lately:
        return Check(name, well=True, seen=waits)
    told = f"{waits}; in seven days {', '.join(lately)}: `tape outbox` lists them, and takes one up"
    return Check(name, well=not (backlog.failed or backlog.unknown), seen=told)


def _feeds(settings: Settings) -> str:
    """How the feeds go; one that fails is no fault of this installation."""
    engine = connect(settings.url)
    try:
        migrate(engine, "jobs")
        found = Feeds(engine).followed()
    finally:
        engine.dispose()
    counts = Counter(health(one.feed, utc_now()).state for one in found)
    told = ", ".join(f"{count} {state}" for state, count in counts.items())
    return f"{told}; `tape feeds list` says more" if told else "none; `tape feeds add URL`"


def _analyst(settings: Settings) -> str:
    """Who reads articles. A chat model is set up as it would be used, and asked nothing."""
    if settings.analyst == "builtin":
        return "the built-in engine"
    chat = chat_of(settings)
    spent = Purse.open(settings.url).spent(utc_now().date())
    return f"{chat.name}; {spent:,} of {settings.model_budget:,} tokens taken today (UTC)"


def _calendars(settings: Settings) -> str:
    """Say which calendars digests go by and until when; one that ends soon is not well.

    Raises:
        CalendarEndsError: it names those.
        UnknownExchangeError: exchange-calendars has no such exchange any more.
    """
    engine = connect(settings.url)
    try:
        migrate(engine, "jobs")
        used = exchanges_of(State(engine).subscriptions())
    finally:
        engine.dispose()
    calendars = Calendars()
    ending = calendars.ending(used, utc_now().date())
    if ending:
        raise CalendarEndsError(", ".join(f"{code} {last}" for code, last in ending.items()))
    ends = (f"{code} until {calendars.runs_out(code)}" for code in sorted(used))
    return ", ".join(ends) or "no digest goes by an exchange"


def _slack(settings: Settings) -> str:
    return {
        "playground": "no tokens: `tape run` starts the playground",
        "sockets": "both tokens are set; `tape doctor --slack` asks Slack what they may do",
        "http": "one workspace over HTTP; `tape doctor --slack` asks Slack what the token may do",
        "many": "many workspaces over HTTP",
    }[mode_of(settings)]


def _json(settings: Settings, checks: list[Check]) -> object:
    return {
        "settings": [
            {"name": s.name, "value": s.value, "source": s.origin} for s in describe(settings)
        ],
        "checks": [{"name": c.name, "ok": c.well, "seen": c.seen} for c in checks],
    }


def _show(settings: Settings, checks: list[Check]) -> None:
    listed = console.table("Settings", "setting", "value", "source", "meaning")
    for setting in describe(settings):
        console.row(listed, setting.name, setting.value, setting.origin, setting.meaning)
    console.show(listed)
    found = console.table("Checks", "", "what", "seen")
    for check in checks:
        console.row(found, "✔" if check.well else "✘", check.name, check.seen)
    console.show(found)
