"""manifest.yml against Slack's schema, and against what the listeners and the code need."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.registering import Recorder, recorded

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
SCOPE_OF = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "app_context_changed": "assistant:write",
    "agent_session_stopped": "chat:write",
}
WITH_OPTIONAL = {
    "link_shared": "links:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
}
WITHOUT_SCOPE = {"app_home_opened"}
CALLED = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "assistant.threads.setStatus": "chat:write",
}
OPTIONALLY_CALLED = {
    "users.info": "users:read",
    "chat.unfurl": "links:write",
    "files.info": "files:read",
    "files.getUploadURLExternal": "files:write",
    "conversations.open": "im:write",
    "chat.postMessage elsewhere": "chat:write.public",
}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(MANIFEST.read_text("utf-8"))
    return loaded


@pytest.fixture
def registered() -> Recorder:
    return recorded()


def test_slack_would_take_the_manifest(manifest: dict[str, Any], shared: Path) -> None:
    schema = json.loads((shared / "slack" / "manifest.schema.json").read_text("utf-8"))
    found = list(jsonschema.Draft7Validator(schema).iter_errors(manifest))
    assert found == []


def test_every_subscribed_event_has_its_listener_and_every_listener_its_event(
    manifest: dict[str, Any], registered: Recorder
) -> None:
    subscribed = manifest["settings"]["event_subscriptions"]["bot_events"]
    named = [name for name in registered.events if isinstance(name, str)]
    assert {name.partition(".")[0] for name in subscribed} == set(named)


def test_the_catch_all_comes_last_so_that_unknown_events_are_acknowledged(
    registered: Recorder,
) -> None:
    *_, last = registered.events
    assert isinstance(last, re.Pattern)
    assert last.fullmatch("anything_new")


def test_buttons_need_interactivity(manifest: dict[str, Any], registered: Recorder) -> None:
    assert manifest["settings"]["interactivity"]["is_enabled"]
    assert registered.actions
    assert registered.views


def test_every_command_and_shortcut_is_heard_and_nothing_else(
    manifest: dict[str, Any], registered: Recorder
) -> None:
    features = manifest["features"]
    assert [c["command"] for c in features["slash_commands"]] == registered.commands
    assert [s["callback_id"] for s in features["shortcuts"]] == registered.shortcuts
    assert len(set(registered.views)) == len(registered.views)


def test_the_home_tab_is_on_and_cards_have_their_sites(manifest: dict[str, Any]) -> None:
    assert manifest["features"]["app_home"]["home_tab_enabled"]
    assert 1 <= len(manifest["features"]["unfurl_domains"]) <= 5


def test_every_scope_is_needed_and_every_needed_scope_is_there(manifest: dict[str, Any]) -> None:
    scopes = manifest["oauth_config"]["scopes"]
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    needing = [name for name in events if name not in WITHOUT_SCOPE | WITH_OPTIONAL.keys()]
    needed = {SCOPE_OF[name] for name in needing} | set(CALLED.values())
    needed |= {"assistant:write", "commands"}
    assert set(scopes["bot"]) == needed
    assert not set(scopes["bot"]) & set(scopes["bot_optional"])
    wished = {WITH_OPTIONAL[name] for name in events if name in WITH_OPTIONAL}
    assert set(scopes["bot_optional"]) == wished | set(OPTIONALLY_CALLED.values())


def test_people_can_write_to_the_app(manifest: dict[str, Any]) -> None:
    home = manifest["features"]["app_home"]
    assert home["messages_tab_enabled"]
    assert not home["messages_tab_read_only_enabled"]
