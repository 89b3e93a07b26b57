"""Settings come from the environment, then .env, then defaults; secrets are never shown."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings, describe, load, masked
from retrieval.errors import SettingError


@pytest.fixture(autouse=True)
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TAPE_{name.upper()}", raising=False)
    for field in Settings.model_fields.values():
        if field.validation_alias:
            monkeypatch.delenv(str(field.validation_alias), raising=False)


def origins() -> dict[str, tuple[str, str]]:
    return {s.name: (s.value, s.origin) for s in describe(load())}


def test_defaults_need_nothing() -> None:
    settings = load()
    assert settings.url == "sqlite:///.tape/tape.db"
    assert {origin for _, origin in origins().values()} == {"default"}
    assert all(s.meaning for s in describe(settings))


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("TAPE_WORKERS=2\nTAPE_LOG_LEVEL=debug\nOTHER=1\n", "utf-8")
    monkeypatch.setenv("TAPE_WORKERS", "3")
    assert origins()["TAPE_WORKERS"] == ("3", "environment")
    assert origins()["TAPE_LOG_LEVEL"] == ("debug", ".env")


def test_what_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TAPE_DATA_DIR", "TAPE_WORKERS", "SLACK_BOT_TOKEN", "TAPE_DATABASE_URL"):
        monkeypatch.setenv(name, "")
    assert load().data_dir == Path(".tape")
    assert load().slack_bot_token is None
    assert origins()["TAPE_DATA_DIR"] == (".tape", "default")


def test_both_tokens_and_an_address_are_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-canary-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-canary-2")
    monkeypatch.setenv("TAPE_DATABASE_URL", "postgresql://u:canary@127.0.0.1/x")
    settings = load()
    assert settings.slack_bot_token
    assert settings.slack_bot_token.get_secret_value() == "xoxb-canary-1"
    assert settings.url.startswith("postgresql://u:canary")
    assert "canary" not in repr(describe(settings)) + repr(settings)
    assert origins()["SLACK_APP_TOKEN"] == ("xapp-…", "environment")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "(not set)"),
        ("", "(not set)"),
        (SecretStr("xoxb-1-2"), "xoxb-…"),
        (SecretStr("other-1"), "…"),
        (Path("a"), "a"),
        (4, "4"),
    ],
)
def test_how_a_value_is_shown(value: object, shown: str) -> None:
    assert masked(value) == shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TAPE_WORKERS", "many"),
        ("TAPE_WORKERS", "0"),
        ("TAPE_LOG_LEVEL", "canary"),
        ("TAPE_PLAYGROUND_PORT", "70000"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError) as caught:
        load()
    assert caught.value.sentence.startswith(f"{name}: ")
    assert "canary" not in caught.value.sentence


def test_a_file_that_is_no_text_is_named() -> None:
    Path(".env").write_bytes(b"\xff\xfeTAPE_WORKERS=2")
    with pytest.raises(SettingError, match=r"\.env"):
        load()


def test_a_chat_model_takes_its_own_key_before_its_providers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-1")
    monkeypatch.setenv("TAPE_MODEL", "anthropic:model")
    assert load().provider_key is None
    monkeypatch.setenv("TAPE_MODEL", "openai:model")
    assert load().provider_key == "sk-canary-1"
    monkeypatch.setenv("TAPE_MODEL_KEY", "canary-2")
    assert load().provider_key == "canary-2"
    assert (origins()["TAPE_MODEL_KEY"], origins()["OPENAI_API_KEY"]) == (
        ("…", "environment"),
        ("…", "environment"),
    )
    assert "canary" not in repr(describe(load())) + repr(load())
