"""The outbox protocol as tables: what is done with a claimed row, what an outcome makes of it."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jobs.models import OutboxRow, OutboxState, Outgoing, Rendered
from jobs.outbox import (
    BACKOFF,
    MAX_TRIES,
    ROOM,
    SKEW,
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
    reopened,
)

NOW = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
FIRST = NOW - timedelta(minutes=3)
MESSAGE = Rendered("Pre-open brief", ({"type": "divider"},))
SECOND = timedelta(seconds=1)
POST = Post(Outgoing("digest:C1:2026-11-27", "C1", MESSAGE, FIRST))
IN_THREAD = Post(replace(POST.outgoing, thread_ts="17.0"))


def row(
    state: OutboxState = "new",
    *,
    left: timedelta = timedelta(seconds=60),
    tries: int = 0,
    **changes: Any,
) -> OutboxRow:
    made = OutboxRow(
        kind="digest",
        recipient="C1",
        slot="2026-11-27",
        state=state,
        content=MESSAGE.to_json(),
        created_at=FIRST,
        lease_until=NOW + left,
        owner="me",
        first_try=FIRST,
        tries=tries,
    )
    return replace(made, **changes)


LATE = GiveUp("late", "its time was over")
ORPHANED = GiveUp("failed", "the message that it belongs under was not posted")
UNSEEN = GiveUp("unknown", "cannot look for it: no answer")


@pytest.mark.parametrize(
    ("claimed", "found", "step"),
    [
        (row(), None, POST),
        (row("sending"), None, POST),
        (row("sending"), "17.1", MarkSent("17.1")),
        (row("sending", left=timedelta(0)), "17.1", MarkSent("17.1")),
        (row("sending", tries=MAX_TRIES), "17.1", MarkSent("17.1")),
        (row(left=ROOM), None, POST),
        (row(left=ROOM - timedelta(microseconds=1)), None, LetGo()),
        (row(left=-timedelta(seconds=9)), None, LetGo()),
        (row("sending", tries=MAX_TRIES - 1), None, POST),
        (
            row("sending", tries=MAX_TRIES),
            None,
            GiveUp("unknown", "8 tries without a clear outcome"),
        ),
        (row(deadline=NOW + SECOND), None, POST),
        (row(deadline=NOW), None, LATE),
        (row(deadline=NOW, left=timedelta(0)), None, LATE),
        (row("sending", deadline=NOW), "17.1", MarkSent("17.1")),
        (row("sending", deadline=NOW), None, LATE),
        (row(under="digest:C1:2026-11-26"), None, ORPHANED),
        (row(under="digest:C1:2026-11-26", deadline=NOW), None, ORPHANED),
        (row(under="digest:C1:2026-11-26", thread_ts="17.0"), None, IN_THREAD),
    ],
)
def test_the_next_step_of_a_claimed_row(claimed: OutboxRow, found: str | None, step: Step) -> None:
    assert next_step(claimed, NOW, found) == step


@pytest.mark.parametrize(
    ("claimed", "outcome", "step"),
    [
        (row(), "17.1", MarkSent("17.1")),
        (row(), Limited(30), PutBack(NOW + timedelta(seconds=30), unclear=False)),
        (row(), Unclear(), PutBack(NOW + SKEW + BACKOFF, unclear=True)),
        (row("sending", tries=2), Unclear(), PutBack(NOW + SKEW + BACKOFF * 4, unclear=True)),
        (row("sending", tries=7), Unclear(), PutBack(NOW + timedelta(minutes=5), unclear=True)),
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
        (Limited(1e9), PutBack(NOW + timedelta(hours=1), unclear=False)),
        (Limited(math.nan), PutBack(NOW, unclear=False)),
        (
            Refused("missing_scope"),
            GiveUp("unknown", "cannot look for it: missing_scope"),
        ),
    ],
)
def test_what_a_look_makes_of_its_row(outcome: Outcome | None, step: Step) -> None:
    assert after_look(row("sending"), NOW, outcome) == step


@pytest.mark.parametrize(
    ("since", "wait"),
    [(SECOND, BACKOFF), (100 * SECOND, 25 * SECOND), (timedelta(hours=9), timedelta(minutes=5))],
)
def test_the_longer_nobody_can_look_the_less_often_it_is_tried(
    since: timedelta, wait: timedelta
) -> None:
    claimed = row("sending", first_try=NOW - since)
    assert after_look(claimed, NOW, Unclear()) == PutBack(NOW + wait, unclear=False)


@pytest.mark.parametrize("outcome", [Unclear(), Limited(30)])
def test_when_nobody_could_look_for_a_day_or_until_the_deadline_a_person_has_to(
    outcome: Unclear | Limited,
) -> None:
    long_ago = row("sending", first_try=NOW - timedelta(days=1, seconds=1))
    assert after_look(long_ago, NOW, outcome) == UNSEEN
    assert after_look(row("sending", deadline=NOW), NOW, outcome) == UNSEEN


@pytest.mark.parametrize(
    ("ended", "state"),
    [
        (row("failed", reason="not_in_channel"), "new"),
        (row("failed", reason="not_in_channel", tries=1), "sending"),
        (row("unknown", reason="8 tries without a clear outcome", tries=8), "sending"),
        (row("unknown", reason="cannot look for it: missing_scope", tries=1), "new"),
        (row("late"), None),
        (row("sent"), None),
        (row("new"), None),
        (row("sending"), None),
    ],
)
def test_what_a_person_has_looked_for_is_looked_for_again_where_that_may_help(
    ended: OutboxRow, state: OutboxState | None
) -> None:
    assert reopened(ended) == state


def test_frozen_content_comes_back_as_it_was_rendered() -> None:
    assert Rendered.from_json(MESSAGE.to_json()) == MESSAGE
    assert Rendered("▲ AMZN", ()).to_json() == '{"blocks": [], "text": "▲ AMZN"}'
