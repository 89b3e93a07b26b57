"""The outbox protocol as tables: what is done with a claimed row, what an outcome makes of it."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs.models import OutboxRow, Outgoing, Rendered
from jobs.outbox import (
    BACKOFF,
    MAX_TRIES,
    POST_TIMEOUT,
    GiveUp,
    LetGo,
    Limited,
    MarkSent,
    Outcome,
    Post,
    PutBack,
    Refused,
    Step,
    Unclear,
    after_look,
    after_post,
    next_step,
)

NOW = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
FIRST = NOW - timedelta(minutes=3)
MESSAGE = Rendered("Pre-open brief", ({"type": "divider"},))
POST = Post(Outgoing("digest:C1:2026-11-27", "C1", MESSAGE, FIRST))


def row(
    state: str = "new", *, left: timedelta = timedelta(seconds=60), tries: int = 0
) -> OutboxRow:
    return OutboxRow(
        kind="digest",
        recipient="C1",
        slot="2026-11-27",
        state="sending" if state == "sending" else "new",
        content=MESSAGE.to_json(),
        created_at=FIRST,
        lease_until=NOW + left,
        owner="me",
        first_try=FIRST,
        tries=tries,
    )


@pytest.mark.parametrize(
    ("claimed", "found", "step"),
    [
        (row(), None, POST),
        (row("sending"), None, POST),
        (row("sending"), "17.1", MarkSent("17.1")),
        (row("sending", left=timedelta(0)), "17.1", MarkSent("17.1")),
        (row("sending", tries=MAX_TRIES), "17.1", MarkSent("17.1")),
        (row(left=POST_TIMEOUT), None, POST),
        (row(left=POST_TIMEOUT - timedelta(microseconds=1)), None, LetGo()),
        (row(left=-timedelta(seconds=9)), None, LetGo()),
        (row("sending", tries=MAX_TRIES - 1), None, POST),
        (
            row("sending", tries=MAX_TRIES),
            None,
            GiveUp("unknown", "5 tries without a clear outcome"),
        ),
    ],
)
def test_the_next_step_of_a_claimed_row(claimed: OutboxRow, found: str | None, step: Step) -> None:
    assert next_step(claimed, NOW, found) == step


@pytest.mark.parametrize(
    ("claimed", "outcome", "step"),
    [
        (row(), "17.1", MarkSent("17.1")),
        (row(), Limited(30), PutBack(NOW + timedelta(seconds=30), unclear=False)),
        (row(), Unclear(), PutBack(NOW + BACKOFF, unclear=True)),
        (row("sending", tries=2), Unclear(), PutBack(NOW + BACKOFF * 4, unclear=True)),
        (row(), Refused("is_archived"), GiveUp("failed", "is_archived")),
        (row("sending"), Refused("is_archived"), GiveUp("failed", "is_archived")),
    ],
)
def test_what_a_post_makes_of_its_row(claimed: OutboxRow, outcome: Outcome, step: Step) -> None:
    assert after_post(claimed, NOW, outcome) == step


@pytest.mark.parametrize(
    ("outcome", "step"),
    [
        (None, POST),
        ("17.1", MarkSent("17.1")),
        (Limited(30), PutBack(NOW + timedelta(seconds=30), unclear=False)),
        (Unclear(), PutBack(NOW + BACKOFF, unclear=False)),
        (
            Refused("missing_scope"),
            GiveUp("unknown", "cannot look for it: missing_scope"),
        ),
    ],
)
def test_what_a_look_makes_of_its_row(outcome: Outcome | None, step: Step) -> None:
    assert after_look(row("sending"), NOW, outcome) == step


def test_frozen_content_comes_back_as_it_was_rendered() -> None:
    assert Rendered.from_json(MESSAGE.to_json()) == MESSAGE
    assert Rendered("▲ AMZN", ()).to_json() == '{"blocks": [], "text": "▲ AMZN"}'
