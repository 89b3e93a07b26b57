"""Settings -> the way in which Slack reaches Tape. Pure; opens nothing."""

from typing import Literal

from bot.settings import Settings
from retrieval.errors import SettingError

Mode = Literal["playground", "sockets", "http", "many"]


def mode_of(settings: Settings) -> Mode:
    """Choose the way: sockets where there is an app token, else HTTP for one workspace or many.

    Raises:
        SettingError: what is set does not go together, or lacks something; names it.
    """
    bot, app = settings.slack_bot_token, settings.slack_app_token
    secret = settings.slack_signing_secret
    client = (settings.slack_client_id, settings.slack_client_secret)
    if any(client) and (bot or app):
        raise SettingError("SLACK_CLIENT_ID and a token (many workspaces, or one: set one of them)")
    if any(client):
        return _many(settings)
    if bot and app:
        return "sockets"
    if bot and secret:
        return "http"
    if bot:
        raise SettingError("SLACK_APP_TOKEN (or SLACK_SIGNING_SECRET, for HTTP) is needed, too")
    if app:
        raise SettingError("SLACK_BOT_TOKEN and SLACK_APP_TOKEN (both are needed)")
    if secret:
        raise SettingError("SLACK_BOT_TOKEN (or SLACK_CLIENT_ID, for many workspaces) is needed")
    return "playground"


def _many(settings: Settings) -> Mode:
    needed = {
        "SLACK_CLIENT_ID": settings.slack_client_id,
        "SLACK_CLIENT_SECRET": settings.slack_client_secret,
        "SLACK_SIGNING_SECRET": settings.slack_signing_secret,
    }
    if missing := [name for name, value in needed.items() if not value]:
        raise SettingError(f"{' and '.join(missing)} (needed for many workspaces)")
    return "many"
