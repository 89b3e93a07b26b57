"""A subscription and the time -> what comes next of it, and that left out. Knows no news."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from jobs.brief import Desk
from jobs.due import LOOK_BACK, planned
from jobs.models import Planned, Subscription


def plan(wanted: Subscription, now: datetime, desk: Desk) -> Planned:
    """Say what comes next of a subscription, or why nobody can."""
    recent = now.date() - timedelta(days=LOOK_BACK)
    written = {row.key for row in desk.state.rows(since=recent)}
    return planned(now, wanted, desk.calendars.session_of, written)


def leave_out(wanted: Subscription, day: date, now: datetime, desk: Desk, *, out: bool) -> Planned:
    """Leave the post of a local date out, or take it in again; say what comes next then."""
    recent = now.date() - timedelta(days=LOOK_BACK)
    kept = {one for one in wanted.skips if one >= recent and one != day}
    changed = replace(wanted, skips=tuple(sorted({*kept, day} if out else kept)))
    desk.state.leave_out(wanted, changed.skips)
    return plan(changed, now, desk)
