"""manifest.yml -> what Tape needs of a workspace, and what each of it is for. Knows no client."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

SCOPE_USES: Mapping[str, str] = {
    "app_mentions:read": "to hear that somebody mentions it",
    "assistant:write": "to suggest questions and to know what a person looks at",
    "channels:history": "to read the thread and the link that a question stands under",
    "channels:read": "to name channels in its settings",
    "chat:write": "to answer",
    "chat:write.public": "to post digests in public channels that it was not invited to",
    "commands": "for /tape and the shortcut on messages",
    "files:read": "to read files that people share with it",
    "files:write": "to send a chart as a picture where Slack does not draw it",
    "groups:history": "to read the thread and the link of a question in private channels",
    "groups:read": "to name private channels in its settings",
    "im:history": "to read what people write to it directly",
    "im:write": "to open a direct message for somebody's own brief",
    "links:read": "to hear of links to stored articles",
    "links:write": "to unfold links to stored articles",
    "reactions:write": "to mark messages with a reaction",
    "users:read": "to know the time zone in which a person says today",
}
EVENT_USES: Mapping[str, str] = {
    "agent_session_stopped": "the Stop button",
    "agent_session_title_changed": "a thread that gets another title",
    "app_context_changed": "what a person looks at",
    "app_home_opened": "people who open Tape",
    "app_mention": "mentions in channels",
    "app_uninstalled": "workspaces that send Tape away",
    "file_shared": "files that people share",
    "link_shared": "links to stored articles",
    "message.channels": "follow-ups in public channels",
    "message.groups": "follow-ups in private channels",
    "message.im": "direct messages",
    "tokens_revoked": "tokens that end",
}


@dataclass(frozen=True, slots=True)
class Needs:
    """Without the required scopes Tape does not answer; without the others a part is missing."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    events: tuple[str, ...]
    home_tab: bool

    @property
    def scopes(self) -> tuple[str, ...]:
        """Every scope that is asked for."""
        return self.required + self.optional


def needs_of(manifest: Mapping[str, Any]) -> Needs:
    """Read the needs out of a manifest."""
    scopes = manifest["oauth_config"]["scopes"]
    return Needs(
        required=tuple(scopes["bot"]),
        optional=tuple(scopes.get("bot_optional", ())),
        events=tuple(manifest["settings"]["event_subscriptions"]["bot_events"]),
        home_tab=bool(manifest["features"]["app_home"].get("home_tab_enabled")),
    )


@cache
def our_needs() -> Needs:
    """Read the manifest that ships with Tape."""
    text = (files("bot.playground") / "data" / "manifest.yml").read_text("utf-8")
    return needs_of(yaml.safe_load(text))
