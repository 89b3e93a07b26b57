"""Subscriptions and the time -> what comes next of them, and that left out. Knows no news."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from jobs.calendars import Calendars
from jobs.due import LOOK_BACK, planned
from jobs.models import Planned, Subscription
from jobs.schedules import exchange_of
from jobs.state import State


def plan(wanted: Subscription, now: datetime, state: State, calendars: Calendars) -> Planned:
    """Say what comes next of a subscription, or why nobody can."""
    written = {row.key for row in state.rows(since=_recent(now))}
    return planned(now, wanted, calendars.session_of, written)


def leave_out(
    wanted: Subscription, day: date, now: datetime, state: State, *, out: bool
) -> Subscription:
    """Leave the post of a local date out, or take it in again; give the subscription as it is."""
    kept = {one for one in wanted.skips if one >= _recent(now) and one != day}
    changed = replace(wanted, skips=tuple(sorted({*kept, day} if out else kept)))
    state.leave_out(wanted, changed.skips)
    return changed


def exchanges_of(subscriptions: Iterable[Subscription]) -> frozenset[str]:
    """List the exchanges whose calendars active subscriptions go by."""
    named = (exchange_of(one.schedule) for one in subscriptions if one.active)
    return frozenset(code for code in named if code)


def _recent(now: datetime) -> date:
    return now.date() - timedelta(days=LOOK_BACK)
