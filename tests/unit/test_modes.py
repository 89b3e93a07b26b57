"""What is set for Slack -> how it reaches Tape, or what does not go together, named."""

import pytest
from pydantic import SecretStr

from bot.modes import Mode, mode_of
from bot.settings import Settings
from retrieval.errors import SettingError

SET = {
    "B": {"slack_bot_token": SecretStr("xoxb-canary")},
    "A": {"slack_app_token": SecretStr("xapp-canary")},
    "S": {"slack_signing_secret": SecretStr("canary")},
    "C": {"slack_client_id": "1.2"},
    "X": {"slack_client_secret": SecretStr("canary")},
}


def settings_with(letters: str) -> Settings:
    given: dict[str, object] = dict.fromkeys(
        ("slack_bot_token", "slack_app_token", "slack_signing_secret", "slack_client_secret")
    )
    given["slack_client_id"] = ""
    for letter in letters:
        given |= SET[letter]
    return Settings.model_construct(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("letters", "mode"),
    [("", "playground"), ("BA", "sockets"), ("BAS", "sockets"), ("BS", "http"), ("CXS", "many")],
)
def test_what_is_set_decides_the_way(letters: str, mode: Mode) -> None:
    assert mode_of(settings_with(letters)) == mode


@pytest.mark.parametrize(
    ("letters", "named"),
    [
        ("B", "SLACK_APP_TOKEN"),
        ("A", "SLACK_BOT_TOKEN"),
        ("AS", "SLACK_BOT_TOKEN"),
        ("S", "SLACK_BOT_TOKEN"),
        ("C", "SLACK_CLIENT_SECRET and SLACK_SIGNING_SECRET"),
        ("CX", "SLACK_SIGNING_SECRET"),
        ("XS", "SLACK_CLIENT_ID"),
        ("CXSB", "many workspaces, or one"),
        ("CXSA", "many workspaces, or one"),
        ("BACXS", "many workspaces, or one"),
    ],
)
def test_what_does_not_go_together_is_named_and_never_shown(letters: str, named: str) -> None:
    with pytest.raises(SettingError) as refused:
        mode_of(settings_with(letters))
    assert named in refused.value.sentence
    assert "canary" not in refused.value.sentence
