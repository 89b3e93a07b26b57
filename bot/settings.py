"""The environment and the .env file to Settings. The only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from retrieval.errors import SettingError

ENV_FILE = Path(".env")

Origin = Literal["environment", ".env", "default"]


class Settings(BaseSettings):
    """Every setting of Tape. Names in the environment are TAPE_ and the field in capitals.

    Slack's keep their own.
    """

    model_config = SettingsConfigDict(
        env_prefix="TAPE_",
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
    )

    data_dir: Path = Field(Path(".tape"), description="the folder with the database and indexes")
    database_url: SecretStr | None = Field(
        None, description="a Postgres address; SQLite in the data folder when empty"
    )
    embedding_model: str = Field(
        "", description="a sentence-transformers model or path; the bundled MiniLM when empty"
    )
    slack_bot_token: SecretStr | None = Field(
        None, validation_alias="SLACK_BOT_TOKEN", description="xoxb-..., the bot's token"
    )
    slack_app_token: SecretStr | None = Field(
        None, validation_alias="SLACK_APP_TOKEN", description="xapp-..., for Socket Mode"
    )
    slack_signing_secret: SecretStr | None = Field(
        None, validation_alias="SLACK_SIGNING_SECRET", description="for HTTP, without an app token"
    )
    slack_client_id: str = Field(
        "", validation_alias="SLACK_CLIENT_ID", description="for many workspaces, over HTTP"
    )
    slack_client_secret: SecretStr | None = Field(
        None, validation_alias="SLACK_CLIENT_SECRET", description="for many workspaces, over HTTP"
    )
    token_key: SecretStr | None = Field(
        None, description="seals the tokens of many workspaces; the first of several seals anew"
    )
    http_host: str = Field("127.0.0.1", description="the address that takes Slack's requests")
    http_port: int = Field(3000, ge=0, le=65535, description="the port that takes them")
    health_port: int | None = Field(
        None, ge=0, le=65535, description="the port of /healthz and /metrics on 127.0.0.1"
    )
    analyst: Literal["builtin", "chat"] = Field(
        "builtin", description="who reads articles: the built-in engine, or a chat model"
    )
    model: str = Field(
        "",
        description="the chat model, as provider:name (anthropic, ollama or openai); answers"
        " are put into words by it",
    )
    model_key: SecretStr | None = Field(
        None, description="the chat model's key; else its provider's own variable is used"
    )
    anthropic_api_key: SecretStr | None = Field(
        None, validation_alias="ANTHROPIC_API_KEY", description="Anthropic's own variable"
    )
    openai_api_key: SecretStr | None = Field(
        None, validation_alias="OPENAI_API_KEY", description="OpenAI's own variable"
    )
    model_url: str = Field("", description="the address of another server of that protocol")
    model_timeout: float = Field(
        60.0, gt=0, le=3600, description="seconds until an unanswered request is given up"
    )
    model_first: float = Field(
        20.0, gt=0, le=3600, description="seconds until the first words of an answer must come"
    )
    model_budget: int = Field(
        1_000_000, ge=0, description="tokens that the chat model may take in a UTC day"
    )
    playground_port: int = Field(
        8765, ge=0, le=65535, description="the playground's port on 127.0.0.1 (0: any free one)"
    )
    workers: int = Field(
        2, ge=1, le=64, description="questions that compute at a time; more may wait for a model"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="how much the log says"
    )

    @property
    def url(self) -> str:
        """The database's address."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'tape.db'}"

    @property
    def provider_key(self) -> str | None:
        """The chat model's key: the one given for it, else its provider's own."""
        provider = self.model.partition(":")[0]
        own = {"anthropic": self.anthropic_api_key, "openai": self.openai_api_key}
        key = self.model_key or own.get(provider)
        return key.get_secret_value() if key is not None else None


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as `tape doctor` shows it; the value of a secret is masked."""

    name: str
    value: str
    origin: Origin
    meaning: str


def load() -> Settings:
    """Read the settings from the environment, then from .env, then the defaults.

    Raises:
        SettingError: a value or the .env file cannot be used; names it, never the value.
    """
    try:
        return Settings()  # type: ignore[call-arg]  # pydantic fills the aliased fields
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise SettingError(field if field.isupper() else f"TAPE_{field.upper()}") from None
    except (OSError, ValueError) as error:  # of all that is read here, only the file can be broken
        raise SettingError(str(ENV_FILE)) from error


def leave_proxies() -> None:
    """Forget the environment's proxies, for a Slack on this machine.

    Slack's library would send even calls to 127.0.0.1 to them; it knows no NO_PROXY.
    """
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        os.environ.pop(name, None)


def describe(settings: Settings) -> tuple[Setting, ...]:
    """List each setting with where its value came from."""
    in_file = dotenv_values(ENV_FILE) if ENV_FILE.is_file() else {}
    listed: list[Setting] = []
    for field, key in _keys():
        value = getattr(settings, field)
        origin: Origin = "environment" if _in(os.environ, key) else "default"
        if origin == "default" and _in(in_file, key):
            origin = ".env"
        meaning = Settings.model_fields[field].description or ""
        listed.append(Setting(key, masked(value), origin, meaning))
    return tuple(listed)


def masked(value: object) -> str:
    """Show a value; of a secret only that it is set, and its kind."""
    if value is None or value == "":
        return "(not set)"
    if isinstance(value, SecretStr):
        secret = value.get_secret_value()
        kind = secret.split("-", 1)[0] if secret.startswith(("xox", "xapp")) else ""
        return f"{kind}-…" if kind else "…"
    return str(value)


def _in(names: Mapping[str, object], key: str) -> bool:
    """Tell whether a name is set and not empty; pydantic does not regard its case."""
    return any(name.upper() == key and value != "" for name, value in names.items())


def _keys() -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, str(field.validation_alias or f"TAPE_{name.upper()}"))
        for name, field in Settings.model_fields.items()
    )
