"""`tape outbox` as an operator uses it: what waits or failed, one post, another try, an end."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobs.models import OutboxRow, Rendered
from jobs.state import State
from retrieval.db import connect, migrate
from tests.typed import tape

NOW = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
ENDS = {
    "C0BRIEF001": ("failed", "not_in_channel"),
    "D0ADA00001": ("unknown", "5 tries without a clear outcome"),
    "C0RESEARCH": ("late", "its time was over"),
}


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder whose outbox has one post that was sent, one that waits, three given up."""
    folder = tmp_path / "data"
    engine = connect(f"sqlite:///{folder}/tape.db")
    migrate(engine, "jobs")
    state = State(engine)
    for recipient in ("C0SENT", *ENDS, "C0WAITS"):
        words = Rendered(f"Brief for {recipient} [red]").to_json()
        state.enqueue(OutboxRow("digest", recipient, "2026-11-27", "new", words, NOW))
        if recipient == "C0WAITS":
            break
        row = state.claim(NOW, owner="me", lease=timedelta(minutes=1))
        assert row
        if end := ENDS.get(recipient):
            state.give_up(row, *end)  # type: ignore[arg-type]
        else:
            state.mark_sent(row, "17.1")
    engine.dispose()
    return folder


def listed(data_dir: Path, *more: str) -> dict[str, dict[str, str]]:
    done = tape(data_dir, "outbox", "--json", *more)
    assert done.returncode == 0, done.stderr
    return {row["recipient"]: row for row in map(json.loads, done.stdout.splitlines())}


def test_what_is_not_sent_is_listed_and_a_persons_words_stay_private(data_dir: Path) -> None:
    found = listed(data_dir)
    assert {name: row["state"] for name, row in found.items()} == {
        **{name: state for name, (state, _) in ENDS.items()},
        "C0WAITS": "new",
    }
    assert list(listed(data_dir, "--state", "sent")) == ["C0SENT"]
    table = tape(data_dir, "outbox").stdout
    assert found["C0BRIEF001"]["id"] in table
    assert "Brief for" not in table
    channel = tape(data_dir, "outbox", found["C0BRIEF001"]["id"]).stdout
    private = tape(data_dir, "outbox", found["D0ADA00001"]["id"]).stdout
    assert "Brief for C0BRIEF001 [red]" in channel
    assert "its words are private" in private
    assert "Brief for" not in private


def test_a_failed_post_is_tried_again_and_a_waiting_one_dropped(data_dir: Path) -> None:
    found = listed(data_dir)
    failed, waits = found["C0BRIEF001"]["id"], found["C0WAITS"]["id"]
    tried = tape(data_dir, "outbox", failed, "--retry", "--yes", "--json")
    assert json.loads(tried.stdout) == {"id": failed, "state": "new"}
    assert tape(data_dir, "outbox", waits, "--drop", "--yes").stdout == "Dropped.\n"
    found = listed(data_dir)
    states = [found[name]["state"] for name in ("C0BRIEF001", "C0WAITS")]
    assert (states, found["C0WAITS"]["reason"]) == (["new", "failed"], "dropped by hand")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("o-none",), "has no post with this id"),
        (("--retry",), "Name one post"),
        (("{C0RESEARCH}", "--retry", "--drop"), "Name one post"),
        (("{C0RESEARCH}", "--retry", "--yes"), "is late: Only what failed or may be missing"),
        (("{C0SENT}", "--drop", "--yes"), "is sent: Only what"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    data_dir: Path, words: tuple[str, ...], told: str
) -> None:
    rows = {**listed(data_dir), **listed(data_dir, "--state", "sent")}
    ids = {name: row["id"] for name, row in rows.items()}
    done = tape(data_dir, "outbox", *(word.format(**ids) for word in words))
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
