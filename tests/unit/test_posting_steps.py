"""The protocol of a reply's message: its steps as a table, and cut at every point."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.posting import (
    BACKOFF,
    MAX_POSTS,
    ROOM,
    Call,
    Close,
    Edit,
    Finish,
    Found,
    GiveUp,
    Look,
    Outcome,
    PutBack,
    Say,
    Settled,
    Standing,
    Start,
    Step,
    after,
    begun,
    kept,
    next_step,
)
from jobs.outbox import Limited, Refused, Unclear

NOW = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
LEASE = NOW + timedelta(seconds=60)
LONG_AGO = NOW - timedelta(minutes=1)
NONE = Standing()
STREAMED = Standing(stream="9.1", fresh=True)
INHERITED = Standing(stream="9.1")
ASKED = Standing(since=LONG_AGO, unclear=1)
STARTED = Standing(since=LONG_AGO, as_stream=True, unclear=1)


@pytest.mark.parametrize(
    ("known", "step"),
    [
        (NONE, Say(simpler=0)),
        (Standing(simpler=1), Say(simpler=1)),
        (STREAMED, Finish("9.1")),
        (INHERITED, Close("9.1")),
        (replace(INHERITED, closed=True), Edit("9.1", simpler=0)),
        (replace(INHERITED, closed=True, simpler=1), Edit("9.1", simpler=1)),
        (ASKED, Look(LONG_AGO)),
        (STARTED, Look(LONG_AGO)),
        (replace(STARTED, since=NOW), PutBack(BACKOFF)),
        (Standing(unclear=MAX_POSTS), GiveUp("5 posts without a clear outcome")),
        (replace(ASKED, unclear=MAX_POSTS), Look(LONG_AGO)),
        (Standing(silent=True), Settled(None)),
        (replace(STREAMED, silent=True), Finish("9.1")),
        (replace(STARTED, silent=True), Look(LONG_AGO)),
        (Standing(ts="9.1"), Settled("9.1")),
        (Standing(failure="is_archived"), GiveUp("is_archived")),
        (Standing(wait=BACKOFF), PutBack(BACKOFF)),
    ],
)
def test_the_next_step_of_a_message(known: Standing, step: Step) -> None:
    assert next_step(known, NOW, LEASE) == step


@pytest.mark.parametrize("known", [NONE, STREAMED, INHERITED, ASKED])
def test_too_little_of_a_lease_begins_no_call(known: Standing) -> None:
    late = LEASE - ROOM + timedelta(microseconds=1)
    assert next_step(known, late, LEASE) == PutBack(timedelta())
    assert next_step(Standing(ts="9.1"), late, LEASE) == Settled("9.1")


@pytest.mark.parametrize(
    ("known", "step", "outcome", "then"),
    [
        (STARTED, Start(), "9.1", STREAMED),
        (STARTED, Start(), Unclear(), STARTED),
        (STARTED, Start(), Refused("unknown_method"), NONE),
        (STARTED, Start(), Limited(30), NONE),
        (ASKED, Look(LONG_AGO), Found("9.1", whole=True), replace(ASKED, ts="9.1")),
        (STARTED, Look(LONG_AGO), Found("9.1", whole=False), Standing(stream="9.1", unclear=1)),
        (ASKED, Look(LONG_AGO), None, Standing(unclear=1)),
        (ASKED, Look(LONG_AGO), Limited(3), replace(ASKED, wait=timedelta(seconds=3))),
        (ASKED, Look(LONG_AGO), Unclear(), replace(ASKED, wait=BACKOFF)),
        (
            ASKED,
            Look(LONG_AGO),
            Refused("missing_scope"),
            replace(ASKED, failure="cannot look for it: missing_scope"),
        ),
        (STARTED, Look(LONG_AGO), Refused("missing_scope"), Standing(unclear=1)),
        (STREAMED, Finish("9.1"), "9.1", replace(STREAMED, ts="9.1")),
        (STREAMED, Finish("9.1"), Refused("invalid_blocks"), INHERITED),
        (STREAMED, Finish("9.1"), Unclear(), INHERITED),
        (
            STREAMED,
            Finish("9.1"),
            Refused("message_not_in_streaming_state"),
            replace(INHERITED, closed=True),
        ),
        (STREAMED, Finish("9.1"), Refused("message_not_found"), NONE),
        (STREAMED, Finish("9.1"), Limited(2), replace(STREAMED, wait=timedelta(seconds=2))),
        (INHERITED, Close("9.1"), "9.1", replace(INHERITED, closed=True)),
        (INHERITED, Close("9.1"), Refused("no_text"), replace(INHERITED, closed=True)),
        (INHERITED, Close("9.1"), Unclear(), replace(INHERITED, wait=BACKOFF)),
        (INHERITED, Close("9.1"), Refused("message_not_found"), NONE),
        (INHERITED, Edit("9.1", simpler=0), "9.1", replace(INHERITED, ts="9.1")),
        (
            INHERITED,
            Edit("9.1", simpler=0),
            Refused("invalid_blocks"),
            replace(INHERITED, simpler=1),
        ),
        (
            replace(INHERITED, simpler=2),
            Edit("9.1", simpler=2),
            Refused("invalid_blocks"),
            replace(INHERITED, simpler=2, failure="invalid_blocks"),
        ),
        (INHERITED, Edit("9.1", simpler=0), Refused("edit_window_closed"), NONE),
        (
            replace(INHERITED, closed=True),
            Edit("9.1", simpler=0),
            Refused("streaming_state_conflict"),
            replace(INHERITED, wait=BACKOFF),
        ),
        (
            INHERITED,
            Edit("9.1", simpler=0),
            Refused("is_archived"),
            replace(INHERITED, failure="is_archived"),
        ),
        (ASKED, Say(simpler=0), "9.1", replace(ASKED, ts="9.1")),
        (ASKED, Say(simpler=0), Refused("invalid_blocks"), Standing(simpler=1)),
        (ASKED, Say(simpler=0), Refused("is_archived"), Standing(failure="is_archived")),
        (ASKED, Say(simpler=0), Limited(30), Standing(wait=timedelta(seconds=30))),
        (ASKED, Say(simpler=0), Unclear(), replace(ASKED, wait=BACKOFF)),
        (
            replace(ASKED, unclear=3),
            Say(simpler=0),
            Unclear(),
            replace(ASKED, unclear=3, wait=4 * BACKOFF),
        ),
    ],
)
def test_what_an_outcome_makes_of_a_message(
    known: Standing, step: Call, outcome: Outcome, then: Standing
) -> None:
    assert after(known, step, outcome) == then


def test_what_begins_is_noted_before_it_does() -> None:
    assert begun(NONE, Start(), NOW) == Standing(since=NOW, as_stream=True, unclear=1)
    assert begun(Standing(unclear=1), Say(simpler=0), NOW) == Standing(since=NOW, unclear=2)


Fault = Literal[
    "none", "drop_before", "drop_after", "limited", "refused", "dies_before", "dies_after"
]
T = TypeVar("T")


class DeathError(Exception):
    """The process was killed."""


@dataclass
class Said:
    """A message in the thread: whole, or what was streamed of it."""

    whole: bool = False
    live: bool = False
    keyed: bool = False
    plain: bool = False


@dataclass
class Thread:
    """As much of Slack as the protocol touches, with a plan of what goes wrong."""

    plan: list[Fault]
    blocks_are_sound: bool = True
    reads: bool = True
    clock: datetime = NOW
    messages: dict[str, Said] = field(default_factory=dict)

    def call(self, step: Call) -> Outcome:
        fault: Fault = self.plan.pop(0) if self.plan else "none"
        match fault:
            case "dies_before":
                raise DeathError
            case "drop_before":
                return Unclear()
            case "limited":
                return Limited(2)
            case "refused" if isinstance(step, Start):
                return Refused("unknown_method")
            case _:
                outcome = self.done(step)
        if fault == "dies_after":
            raise DeathError
        return Unclear() if fault == "drop_after" else outcome

    def done(self, step: Call) -> Outcome:
        match step:
            case Start():
                return self.add(Said(live=True))
            case Say(plain):
                if not (plain or self.blocks_are_sound):
                    return Refused("invalid_blocks")
                return self.add(Said(whole=True, keyed=True, plain=plain))
            case Look():
                return self.look()
            case Finish(ts) | Close(ts):
                return self.stop(ts, whole=isinstance(step, Finish))
            case Edit(ts, plain):
                return self.edit(ts, plain=plain)

    def add(self, said: Said) -> str:
        ts = f"9.{len(self.messages)}"
        self.messages[ts] = said
        return ts

    def look(self) -> Outcome:
        if not self.reads:
            return Refused("missing_scope")
        keyed = [ts for ts, said in self.messages.items() if said.keyed]
        if keyed:
            return Found(keyed[0], whole=True)
        return next((Found(ts, whole=False) for ts in self.messages), None)

    def stop(self, ts: str, *, whole: bool) -> Outcome:
        said = self.messages[ts]
        if not said.live:
            return Refused("message_not_in_streaming_state")
        if whole and not self.blocks_are_sound:
            return Refused("invalid_blocks")
        self.messages[ts] = Said(whole=whole, keyed=whole)
        return ts

    def edit(self, ts: str, *, plain: bool) -> Outcome:
        if self.messages[ts].live:
            return Refused("streaming_state_conflict")
        if not (plain or self.blocks_are_sound):
            return Refused("invalid_blocks")
        self.messages[ts] = Said(whole=True, keyed=True, plain=plain)
        return ts


@dataclass
class Process:
    """Drives the protocol as workers do; `row` is what the inbox holds of it."""

    slack: Thread
    row: Standing = NONE
    claims: int = 0

    def run(self, *, silent: bool) -> Step:
        """Claim until it is over, dying and coming back as the plan says."""
        streams = True
        while self.claims < 40:
            self.claims += 1
            try:
                ended = self.claim(streams=streams, silent=silent)
            except DeathError:
                self.slack.clock += timedelta(seconds=90)
                ended = None
            streams = False
            if ended is not None:
                return ended
        raise AssertionError("it never ends")

    def claim(self, *, streams: bool, silent: bool) -> Step | None:
        known = self.row
        if streams:
            known = self.performed(known, Start())
        known = replace(known, silent=silent)
        while True:
            step = next_step(known, self.slack.clock, self.slack.clock + timedelta(seconds=60))
            match step:
                case Settled() | GiveUp():
                    return step
                case PutBack(wait):
                    self.row = kept(known)
                    self.slack.clock += wait
                    return None
            known = self.performed(known, step)

    def performed(self, known: Standing, step: Call) -> Standing:
        if isinstance(step, Start | Say):
            known = begun(known, step, self.slack.clock)
            self.row = kept(known)
        known = after(known, step, self.slack.call(step))
        self.row = kept(known)
        return known


FAULTS = st.lists(
    st.sampled_from(
        ("none", "drop_before", "drop_after", "limited", "refused", "dies_before", "dies_after")
    ),
    max_size=MAX_POSTS - 1,
)


@given(plan=FAULTS, drawing=st.sampled_from(("sound", "refused")))
def test_cut_at_any_point_the_whole_answer_stands_there_once(
    plan: list[Fault], drawing: str
) -> None:
    sound = drawing == "sound"
    slack = Thread(list(plan), blocks_are_sound=sound)
    ended = Process(slack).run(silent=False)
    assert isinstance(ended, Settled)
    (said,) = slack.messages.values()
    assert said.whole
    assert said.keyed
    assert not said.live
    assert said.plain == (not sound)


@given(plan=FAULTS)
def test_what_the_user_stopped_is_never_posted_anew_and_never_left_streaming(
    plan: list[Fault],
) -> None:
    slack = Thread(list(plan))
    Process(slack).run(silent=True)
    assert all(not said.live for said in slack.messages.values())
    assert len(slack.messages) <= 1


@given(plan=FAULTS)
def test_where_nothing_may_be_read_no_answer_is_ever_doubled(plan: list[Fault]) -> None:
    slack = Thread(list(plan), reads=False)
    ended = Process(slack).run(silent=False)
    whole = [said for said in slack.messages.values() if said.whole]
    assert len(whole) <= 1
    assert whole or isinstance(ended, GiveUp)
