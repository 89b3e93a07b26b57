"""A subscription and what comes next of it -> its words, and its name on a button and back."""

from datetime import date

from jobs.models import WRAP, Due, Planned, Subscription
from jobs.zones import moment_of


def kind_words(one: Subscription) -> str:
    """Name what comes: a brief or a weekly wrap."""
    return "weekly wrap" if one.kind == WRAP else "brief"


def coming_words(planned: Planned, zone: str) -> str:
    """Say when it comes next, in the reader's zone, and by which schedule; begins in lower case."""
    schedule, coming = planned.subscription.schedule, planned.coming
    if coming is None:
        paused = "paused" if not planned.subscription.active else "none within a month"
        return f"{planned.unknown or paused} · {schedule}"
    left_out = " is left out" if planned.left_out else ""
    return f"next {moment_of(coming.due_at, zone)}{left_out} · {schedule}"


def value_of(one: Subscription) -> str:
    """Write for a button whose digest it is about."""
    return f"{one.kind}|{one.recipient}"


def change_of(planned: Planned, coming: Due) -> str:
    """Write for a button which date to leave out, or to take in again."""
    way = "in" if planned.left_out else "out"
    return f"{value_of(planned.subscription)}|{coming.local_date.isoformat()}|{way}"


def place_in(value: str) -> tuple[str, str]:
    """Read from a button of which kind and whose its digest is."""
    kind, _, rest = value.partition("|")
    return kind, rest.partition("|")[0]


def change_in(value: str) -> tuple[date, bool]:
    """Read from a button which local date it is about, and whether that is to be left out."""
    *_, day, way = value.split("|")
    return date.fromisoformat(day), way == "out"
