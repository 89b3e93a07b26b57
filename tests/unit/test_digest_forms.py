"""The form of a digest gives back the schedule that it was drawn with, or says what is wrong."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks import digest_forms as form
from bot.blocks.limits import Block, view_problems
from bot.blocks.planned import change_in, change_of, place_in, value_of
from bot.playground.forms import state_of
from jobs.calendars import Calendars
from jobs.digest import News, Window, build
from jobs.due import planned
from jobs.errors import BadMinutesError, BadScheduleError
from jobs.models import DIGEST, WRAP, Subscription
from jobs.schedules import (
    EXCHANGES,
    MOST_MINUTES,
    WEEKDAYS,
    WORKDAYS,
    AfterWeek,
    BeforeOpen,
    Daily,
    Schedule,
)

NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
BRIEF = build(News((), ()), Window(NOW, NOW, date(2026, 11, 27), "America/New_York"))
OWN = Subscription(DIGEST, "D1", BeforeOpen("XNYS", 45), NOW, team="T1", user="U1")
SESSIONS = Calendars().session_of

exchanges = st.sampled_from(sorted(EXCHANGES))
dailies = st.builds(
    lambda at, days, zone, trading: Daily(at.replace(second=0, microsecond=0), days, zone, trading),
    st.times(),
    st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(
        lambda days: tuple(day for day in WEEKDAYS if day in days)
    ),
    st.sampled_from(["Europe/London", "Asia/Kathmandu", "America/New_York"]),
    st.one_of(st.none(), exchanges),
)
opens = st.builds(BeforeOpen, exchanges, st.integers(1, MOST_MINUTES))
weeks = st.builds(AfterWeek, exchanges, st.integers(0, MOST_MINUTES))


def sound(view: Block) -> Block:
    assert view_problems(view) == ()
    return view


def filled(view: Block, **changes: Any) -> dict[str, Any]:
    """What is sent of a form: what it was drawn with, and what the user changed."""
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    given = {name: {name: value} for name, value in changes.items()}
    return form.fields_of(state_of(blocks, given), str(view["private_metadata"]))


def drawn(wanted: Subscription | None, zone: str = "UTC", place: str | None = None) -> Block:
    return sound(form.digest_view(form.fields_for(wanted, zone=zone, place=place)))


@settings(max_examples=60, deadline=None)
@given(
    wanted=st.one_of(
        st.one_of(dailies, opens).map(lambda one: replace(OWN, schedule=one)),
        weeks.map(lambda one: replace(OWN, kind=WRAP, schedule=one)),
    ),
    active=st.booleans(),
)
def test_a_form_that_nobody_touches_gives_back_what_stands(
    wanted: Subscription,
    active: bool,  # noqa: FBT001
) -> None:
    view = drawn(replace(wanted, active=active))
    fields = json.loads(json.dumps(filled(view)))
    assert form.schedule_of(fields) == wanted.schedule
    assert fields[form.KIND] == wanted.kind
    assert fields[form.STATE] == ("on" if active else "paused")


@pytest.mark.parametrize(
    ("zone", "exchange"), [("Asia/Tokyo", "XTKS"), ("Asia/Kathmandu", "XNYS"), ("UTC", "XNYS")]
)
def test_a_form_without_a_digest_offers_the_usual(zone: str, exchange: str) -> None:
    view = drawn(None, zone, "C1")
    assert "'initial_conversation': 'C1'" in str(view)
    fields = filled(view)
    assert form.schedule_of(fields) == Daily(time(8, 30), WORKDAYS, zone)
    around = filled(view, digest_when="around")
    assert form.schedule_of(around) == BeforeOpen(exchange, 45)
    assert form.schedule_of({**around, form.KIND: WRAP}) == AfterWeek(exchange, 45)
    trading = Daily(time(8, 30), WORKDAYS, zone, exchange)
    assert form.schedule_of(filled(view, digest_when="trading")) == trading


def test_the_form_shows_the_fields_that_count_and_keeps_what_stands_in_the_others() -> None:
    shown = {
        (DIGEST, "local"): ["at", "days", "zone"],
        (DIGEST, "trading"): ["exchange", "at", "days", "zone"],
        (DIGEST, "around"): ["exchange", "minutes"],
        (WRAP, "around"): ["exchange", "minutes"],
        (WRAP, "local"): ["at", "day", "zone"],
    }
    view = drawn(replace(OWN, schedule=Daily(time(7, 5), ("mon", "wed"), "Europe/London")))
    for (kind, when), names in shown.items():
        view = sound(form.digest_view(filled(view, digest_kind=kind, digest_when=when)))
        blocks = view["blocks"]
        assert isinstance(blocks, list)
        ids = [block["block_id"] for block in blocks]
        assert ids == ["digest_kind", "place", "digest_when", *names, "state"]
    wrap = filled(view, day="thu")
    assert form.schedule_of(wrap) == Daily(time(7, 5), ("thu",), "Europe/London")
    brief = filled(form.digest_view(wrap), digest_kind=DIGEST)
    assert form.schedule_of(brief) == Daily(time(7, 5), ("mon", "wed"), "Europe/London")


def test_a_wrap_is_never_offered_what_only_a_brief_has() -> None:
    view = drawn(replace(OWN, schedule=Daily(time(7, 5), WORKDAYS, "UTC", "XNYS")))
    wrap = filled(sound(form.digest_view(filled(view, digest_kind=WRAP))))
    assert wrap[form.WHEN] == "local"
    assert form.schedule_of(wrap) == Daily(time(7, 5), ("fri",), "UTC")


@pytest.mark.parametrize("minutes", ["", "x", "4.5", "1e9", "0", "481", "-3"])
def test_minutes_that_are_none_are_said_at_their_field(minutes: str) -> None:
    fields = filled(drawn(OWN), minutes=minutes)
    sound(form.digest_view(fields))
    with pytest.raises(BadMinutesError):
        form.schedule_of(fields)
    assert form.FIELD_OF[BadMinutesError] == form.MINUTES


def test_a_time_that_is_none_is_refused() -> None:
    fields = filled(drawn(None))
    with pytest.raises(BadScheduleError):
        form.schedule_of({**fields, form.AT: ""})


@pytest.mark.parametrize("schedule", [OWN.schedule, Daily(time(8, 30), WORKDAYS, "Europe/London")])
def test_a_brief_is_looked_at_with_what_can_be_done_about_it(schedule: Schedule) -> None:
    wanted = replace(OWN, schedule=schedule)
    coming = planned(NOW, wanted, SESSIONS)
    view = str(sound(form.brief_view(BRIEF, coming, "America/New_York")))
    for words in ("Send now", "Skip next", "Next ", str(schedule)):
        assert words in view
    assert coming.coming is not None
    out = replace(wanted, skips=(coming.coming.local_date,))
    view = str(sound(form.brief_view(BRIEF, planned(NOW, out, SESSIONS), "UTC", "It is <done>.")))
    assert "Send the next after all" in view
    assert "is left out" in view
    assert "It is &lt;done&gt;." in view
    assert "Send now" not in str(sound(form.brief_view(BRIEF, None, "UTC")))


def test_before_it_is_kept_a_digest_says_when_it_comes() -> None:
    coming = planned(NOW, OWN, SESSIONS)
    view = form.digest_preview_view(
        BRIEF, coming, "America/New_York", metadata="{}", external="x-1"
    )
    assert "Next Fri 27 Nov 08:45 ET · 45 min before XNYS opens." in str(sound(view))


def test_a_button_names_its_digest_and_the_date_that_it_changes() -> None:
    coming = planned(NOW, replace(OWN, recipient="#daily-brief"), SESSIONS)
    assert coming.coming is not None
    assert place_in(value_of(coming.subscription)) == (DIGEST, "#daily-brief")
    change = change_of(coming, coming.coming)
    assert place_in(change) == (DIGEST, "#daily-brief")
    assert change_in(change) == (date(2026, 11, 27), True)
    assert place_in("mine") == ("mine", "")


@pytest.mark.parametrize("typed", ["٣", "²", "1e3", "-5", "", "999"])
def test_minutes_that_slack_would_not_show_as_a_number_are_left_empty(typed: str) -> None:
    fields = form.fields_for(OWN, zone="UTC", place=None)
    view = sound(form.digest_view({**fields, form.MINUTES: typed}))
    assert "initial_value" not in str(view["blocks"])
