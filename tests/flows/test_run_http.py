"""`tape run` over HTTP, as an operator starts it: it listens, tells its health, ends in time."""

import signal
from pathlib import Path

import httpx
from cryptography.fernet import Fernet

from bot.oauth import INSTALL
from bot.web import EVENTS
from tests.http_side import free_port
from tests.running import refused, running

ONE = {"SLACK_BOT_TOKEN": "xoxb-canary", "SLACK_SIGNING_SECRET": "canary-secret"}
MANY = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "canary-secret",
    "SLACK_SIGNING_SECRET": "canary-secret",
}


def test_one_workspace_over_http_from_the_start_to_sigterm(tmp_path: Path) -> None:
    port, health = free_port(), free_port()
    ports = {"TAPE_HTTP_PORT": str(port), "TAPE_HEALTH_PORT": str(health)}
    with running(tmp_path, **ONE, **ports) as tape:
        base = f"http://127.0.0.1:{port}"
        assert httpx.post(f"{base}{EVENTS}", content=b"{}").status_code == 401
        assert httpx.get(f"{base}{INSTALL}").status_code == 404
        page = _health(health)
        assert page["ok"] is True
        assert page["sockets_open"] is None
        assert page["inbox_waiting"] == page["index_behind"] == 0
        code, seconds = tape.end(signal.SIGTERM)
        assert (code, seconds < 10) == (0, True)
        assert EVENTS in tape.said
        assert "canary" not in tape.said


def _health(port: int) -> dict[str, object]:
    transport = httpx.HTTPTransport(retries=5)
    with httpx.Client(transport=transport) as client:
        told: dict[str, object] = client.get(f"http://127.0.0.1:{port}/healthz").json()
    return told


def test_many_workspaces_are_offered_a_page_to_install_tape(tmp_path: Path) -> None:
    port = free_port()
    keys = {"TAPE_TOKEN_KEY": Fernet.generate_key().decode(), "TAPE_HTTP_PORT": str(port)}
    with running(tmp_path, **MANY, **keys) as tape:
        page = httpx.get(f"http://127.0.0.1:{port}{INSTALL}")
        assert page.status_code == 200
        assert "https://slack.com/oauth/v2/authorize?" in page.text
        assert "app_mentions:read" in page.text
        assert page.headers["set-cookie"].lower().count("secure") == 1
        code, _ = tape.end(signal.SIGTERM)
        assert code == 0


def test_without_a_key_for_the_tokens_nothing_starts_and_the_command_is_named(
    tmp_path: Path,
) -> None:
    done = refused(tmp_path, **MANY)
    assert done.returncode == 2
    assert "TAPE_TOKEN_KEY" in done.stderr
    assert "Fernet" in done.stderr
    assert "Traceback" not in done.stderr
    assert "canary" not in done.stderr
