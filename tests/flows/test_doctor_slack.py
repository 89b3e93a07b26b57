"""`tape doctor --slack`: each missing scope or setting in words, with where to click."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.checks import Check
from bot.commands.doctor import doctor_slack
from bot.commands.doctor_slack import Tokens, granted, slack_checks
from bot.needs import EVENT_USES, SCOPE_USES, our_needs
from bot.playground.server import Playground
from bot.settings import Settings
from retrieval.errors import SettingError

NEEDS = our_needs()


def now() -> datetime:
    return datetime(2026, 11, 27, 13, 0, tzinfo=UTC)


def asked(
    change: Callable[[Playground], Tokens | None] = lambda _: None,
    scopes: frozenset[str] | None = None,
) -> list[Check]:
    async def run() -> list[Check]:
        async with Playground(now, scopes=scopes) as slack:
            tokens = change(slack) or Tokens(slack.bot_token, slack.app_token)
            return await slack_checks(tokens, NEEDS, slack.api_url)

    return asyncio.run(run())


def test_everything_in_the_manifest_has_words_for_what_it_is_for() -> None:
    assert set(NEEDS.scopes) <= SCOPE_USES.keys()
    assert set(NEEDS.events) <= EVENT_USES.keys()


def test_with_all_scopes_everything_is_well_and_what_cannot_be_asked_is_listed() -> None:
    checks = asked()
    assert all(check.well for check in checks)
    said = {check.name: check.seen for check in checks}
    assert said["bot token"] == "tape in Tape Lab"
    assert said["socket mode"].startswith("on")
    assert {said[f"scope {scope}"] for scope in NEEDS.required} == {"granted"}
    for event in NEEDS.events:
        assert event in said["events"]
    assert "Messages Tab" in said["tabs"]


@pytest.mark.parametrize("scope", NEEDS.required)
def test_a_missing_scope_is_named_with_its_use_and_its_remedy(scope: str) -> None:
    (ill,) = [c for c in asked(scopes=frozenset(NEEDS.scopes) - {scope}) if not c.well]
    assert ill.name == f"scope {scope}"
    assert SCOPE_USES[scope] in ill.seen
    assert "Bot Token Scopes" in ill.seen
    assert "Reinstall" in ill.seen


@pytest.mark.parametrize("scope", NEEDS.optional)
def test_a_missing_optional_scope_is_told_and_stops_nothing(scope: str) -> None:
    checks = asked(scopes=frozenset(NEEDS.scopes) - {scope})
    assert all(check.well for check in checks)
    (told,) = [c for c in checks if c.name == f"scope {scope} (optional)"]
    assert "not granted" in told.seen
    assert SCOPE_USES[scope] in told.seen


def test_a_bot_token_that_slack_refuses_is_told_with_where_to_find_the_right_one() -> None:
    checks = asked(lambda slack: Tokens("xoxb-canary", slack.app_token))
    (ill,) = [check for check in checks if not check.well]
    assert (ill.name, "invalid_auth" in ill.seen) == ("bot token", True)
    assert "OAuth & Permissions" in ill.seen
    assert "canary" not in str(checks)


@pytest.mark.parametrize("token", ["xapp-canary", "xoxb-playground"])
def test_an_app_token_that_opens_no_socket_is_told_with_where_to_make_one(token: str) -> None:
    (ill,) = [c for c in asked(lambda slack: Tokens(slack.bot_token, token)) if not c.well]
    assert ill.name == "socket mode"
    assert "connections:write" in ill.seen
    assert "Enable Socket Mode" in ill.seen


def test_over_http_no_socket_is_asked_for() -> None:
    names = {check.name for check in asked(lambda slack: Tokens(slack.bot_token))}
    assert "socket mode" not in names


def test_a_slack_that_is_not_reached_is_not_a_bad_token() -> None:
    tokens = Tokens("xoxb-1", "xapp-1")
    checks = asyncio.run(slack_checks(tokens, NEEDS, "http://127.0.0.1:9/api/"))
    ill = [check for check in checks if not check.well]
    assert [check.name for check in ill] == ["bot token", "socket mode"]
    assert all("not reached" in check.seen for check in ill)


def test_scopes_are_read_whatever_the_case_of_the_header() -> None:
    assert granted({"X-OAuth-Scopes": "chat:write, im:history,"}) == {"chat:write", "im:history"}
    assert granted({}) == frozenset()


@pytest.fixture
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    return monkeypatch


def test_the_command_writes_json_and_says_whether_all_is_well(
    clean: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clean.setenv("SLACK_BOT_TOKEN", "xoxb-canary")
    clean.setenv("SLACK_APP_TOKEN", "xapp-canary")
    assert doctor_slack(as_json=True, base_url="http://127.0.0.1:9/api/") is False
    told = capsys.readouterr().out
    checks = json.loads(told)["checks"]
    assert [c["name"] for c in checks if not c["ok"]] == ["bot token", "socket mode"]
    assert "canary" not in told


def test_without_tokens_the_command_says_what_to_set(clean: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingError, match="SLACK_BOT_TOKEN"):
        doctor_slack(as_json=False)
