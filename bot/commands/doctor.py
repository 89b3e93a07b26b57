"""This installation to a list of checks, each with its remedy in words."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from bot import console
from bot.settings import Settings, describe, load
from bot.wiring import chat_of, embedder_of, open_beside, utc_now
from retrieval.errors import TapeError
from retrieval.language.securities import load_securities
from retrieval.models import Scope
from retrieval.store.purse import Purse

LIBRARIES = ("slack-bolt", "chromadb", "tantivy", "sentence-transformers", "torch", "sqlalchemy")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is well, and what was seen."""

    name: str
    well: bool
    seen: str


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
        _checked("analyst", lambda: _analyst(settings)),
        _slack(settings),
    ]
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


def _analyst(settings: Settings) -> str:
    """Who reads articles. A chat model is set up as it would be used, and asked nothing."""
    if settings.analyst == "builtin":
        return "the built-in engine"
    chat = chat_of(settings)
    spent = Purse.open(settings.url).spent(utc_now().date())
    return f"{chat.name}; {spent:,} of {settings.model_budget:,} tokens taken today (UTC)"


def _slack(settings: Settings) -> Check:
    one = (settings.slack_bot_token is None) != (settings.slack_app_token is None)
    if one:
        return Check("slack", well=False, seen="Set both SLACK_BOT_TOKEN and SLACK_APP_TOKEN.")
    if settings.slack_tokens is None:
        return Check("slack", well=True, seen="no tokens: `tape run` starts the playground")
    return Check("slack", well=True, seen="both tokens are set")


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
