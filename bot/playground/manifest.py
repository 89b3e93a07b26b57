"""Turns an app's manifest into what it may do and what it hears. Knows no state.

What the manifest does not ask for, the fake Slack does not give: no scope, no event, no command.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command, as Slack lists it while one types."""

    name: str
    description: str = ""
    usage_hint: str = ""
    escaped: bool = False


@dataclass(frozen=True, slots=True)
class Shortcut:
    """An entry of a menu: of any message, or of the whole workspace (`global`)."""

    callback_id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the app asks for; the optional scopes count as granted."""

    scopes: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    unfurl_domains: tuple[str, ...] = ()
    home: bool = True
    interactive: bool = True


def read_manifest(text: str) -> Manifest:
    """Read the parts of a manifest (schema version 2) that decide what the app gets."""
    whole = yaml.safe_load(text)
    features = _table(whole, "features")
    scopes = _table(_table(whole, "oauth_config"), "scopes")
    events = _table(_table(whole, "settings"), "event_subscriptions")
    return Manifest(
        frozenset([*scopes.get("bot", ()), *scopes.get("bot_optional", ())]),
        frozenset(events.get("bot_events", ())),
        tuple(
            Command(
                c["command"],
                c.get("description", ""),
                c.get("usage_hint", ""),
                bool(c.get("should_escape")),
            )
            for c in features.get("slash_commands", ())
        ),
        tuple(
            Shortcut(s["callback_id"], s["name"], s["type"]) for s in features.get("shortcuts", ())
        ),
        tuple(features.get("unfurl_domains", ())),
        bool(_table(features, "app_home").get("home_tab_enabled")),
        bool(_table(_table(whole, "settings"), "interactivity").get("is_enabled")),
    )


@cache
def our_manifest() -> Manifest:
    """Read the manifest that ships with the app."""
    path = Path(__file__).parent / "data" / "manifest.yml"
    return read_manifest(path.read_text(encoding="utf-8"))


def _table(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return whole.get(name) or {}
