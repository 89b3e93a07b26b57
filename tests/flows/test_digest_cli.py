"""`tape digest` and `tape doctor` about schedules: what comes next, and until when it is known."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from bot.commands.digest import listing
from bot.commands.doctor import doctor
from jobs.models import DIGEST, WRAP, Subscription
from jobs.schedules import WEEKDAYS, AfterWeek, BeforeOpen, Daily
from jobs.state import State
from retrieval.db import connect, migrate

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
BRIEF = Subscription(DIGEST, "C1", BeforeOpen("XNYS", 45), LONG_AGO)
WRAPPED = Subscription(WRAP, "D1", AfterWeek("XLON", 15), LONG_AGO, user="U1")
PAUSED = Subscription(DIGEST, "C2", Daily(time(8), WEEKDAYS, "UTC"), LONG_AGO, active=False)


@pytest.fixture
def subscribed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A database of its own with some digests, which the settings name."""
    monkeypatch.setenv("TAPE_DATA_DIR", str(tmp_path))

    def subscribe(*wanted: Subscription) -> None:
        engine = connect(f"sqlite:///{tmp_path}/tape.db")
        migrate(engine, "jobs")
        for one in wanted:
            State(engine).subscribe(one)
        engine.dispose()

    return subscribe


def test_every_digest_is_listed_with_its_next_run(
    subscribed: Callable[..., None], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    subscribed(BRIEF, WRAPPED, PAUSED)
    listing(as_json=True)
    rows = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    brief, paused, wrap = rows
    assert (brief["kind"], brief["recipient"], brief["exchange"]) == (DIGEST, "C1", "XNYS")
    assert brief["schedule"] == "45 min before XNYS opens"
    assert (brief["next"] is None) == (brief["unknown"] is not None)
    assert (paused["active"], paused["next"], paused["own"]) == (False, None, False)
    assert (wrap["kind"], wrap["own"], wrap["left_out"]) == (WRAP, True, False)


def test_the_list_is_a_table_for_people(
    subscribed: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    subscribed(PAUSED)
    listing(as_json=False)
    told = capsys.readouterr().out
    assert "C2" in told
    assert "paused" in told


def test_doctor_tells_until_when_the_calendars_in_use_reach(
    subscribed: Callable[..., None], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for wanted, seen in (((PAUSED,), "no digest goes by an exchange"), ((BRIEF, WRAPPED), "XNYS")):
        subscribed(*wanted)
        doctor(as_json=True)
        checks = json.loads(capfdbinary.readouterr().out)["checks"]
        (found,) = (check["seen"] for check in checks if check["name"] == "trading calendars")
        assert seen in found
        assert "XLON" in found or wanted == (PAUSED,)
