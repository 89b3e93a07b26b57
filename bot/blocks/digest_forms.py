"""Subscriptions and briefs -> the modals in which they are set up and looked at, and back.

Knows no store and no client. Each view's callback is what its listener is registered for.
"""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from bot.blocks import forms
from bot.blocks.digest import digest_blocks
from bot.blocks.kit import actions, button, sections
from bot.blocks.limits import Block
from bot.blocks.planned import change_of, coming_words, value_of
from bot.mrkdwn import bold, escape
from jobs.digest import Digest
from jobs.models import DIGEST, WRAP, Planned, Subscription
from jobs.schedules import (
    EXCHANGES,
    MOST_MINUTES,
    WEEKDAYS,
    WORKDAYS,
    AfterWeek,
    BeforeOpen,
    Daily,
    Schedule,
    exchange_of,
)
from retrieval.errors import (
    BadMinutesError,
    BadScheduleError,
    InputError,
    UnknownExchangeError,
    WrapDaysError,
)

FORM, KEPT, SEEN = "digest_form", "digest_keep", "digest_seen"
SEND_NOW, LEAVE_OUT = "digest_now", "digest_leave_out"

KIND, WHEN, EXCHANGE, MINUTES = "kind when exchange minutes".split()
AT, DAYS, ZONE, PLACE, STATE = "at days zone place state".split()

KINDS = {DIGEST: "Daily brief", WRAP: "Weekly wrap"}
AROUND, LOCAL, TRADING = "around", "local", "trading"
WHENS = {
    AROUND: "Before the exchange opens (the wrap: after its last close of the week)",
    LOCAL: "At the local time, on the days below",
    TRADING: "At the local time, on those days on which the exchange trades",
}
STATES = {"on": "Send it", "paused": "Paused", "off": "No digest: remove it"}
DAY_NAMES = dict(
    zip(
        WEEKDAYS,
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
        strict=True,
    )
)
USUAL_AT, USUAL_MINUTES, USUAL_EXCHANGE = "08:30", 45, "XNYS"

FIELD_OF: Mapping[type[InputError], str] = {
    BadScheduleError: ZONE,
    BadMinutesError: MINUTES,
    UnknownExchangeError: EXCHANGE,
    WrapDaysError: DAYS,
}
"""At which field each thing that can be wrong with a schedule is said."""

Fields = Mapping[str, Any]
"""What was filled in, by the names of the fields; it is kept in a view as JSON."""


def digest_view(wanted: Subscription | None, *, zone: str, place: str | None) -> Block:
    """The form of a digest, with what is subscribed or what is usual."""
    state = "on" if wanted is None or wanted.active else "paused"
    blocks = [
        forms.choice(KIND, "What", KINDS, initial=wanted.kind if wanted else DIGEST),
        forms.place_input(
            PLACE,
            "Channel",
            initial=place,
            hint="Leave it empty to get your own brief as a direct message, your names first.",
        ),
        *_when(wanted.schedule if wanted else None, zone),
        forms.choice(STATE, "Digest", STATES, initial=state),
    ]
    return forms.modal(FORM, "Digest", blocks, submit="Preview")


def fields_of(values: forms.Values) -> dict[str, Any]:
    """Read what was filled in of a schedule."""
    picked = {name: forms.chosen(values, name) for name in (KIND, WHEN, EXCHANGE, STATE)}
    typed = {name: forms.typed(values, name).strip() for name in (MINUTES, ZONE)}
    days = list(forms.all_chosen(values, DAYS))
    return {**picked, **typed, AT: forms.timed(values, AT), DAYS: days}


def schedule_of(fields: Fields) -> Schedule:
    """Make a schedule of what was filled in.

    Raises:
        BadScheduleError, BadMinutesError, UnknownExchangeError: as FIELD_OF says where.
    """
    if fields[WHEN] == AROUND:
        kind = AfterWeek if fields[KIND] == WRAP else BeforeOpen
        return kind(fields[EXCHANGE], _minutes(fields[MINUTES]))
    try:
        at = time.fromisoformat(fields[AT])
    except ValueError as error:
        raise BadScheduleError(fields[AT]) from error
    trading = fields[EXCHANGE] if fields[WHEN] == TRADING else None
    return Daily(at, tuple(fields[DAYS]), fields[ZONE], trading)


def digest_preview_view(
    brief: Digest, planned: Planned, zone: str, *, metadata: str, external: str
) -> Block:
    """The brief as it would be now, before the digest is kept."""
    head = [bold("This is what it would say now."), _sentence(planned, zone)]
    return forms.modal(
        KEPT,
        "Keep this digest?",
        [*sections(head), *digest_blocks(brief)],
        submit="Keep",
        metadata=metadata,
        external=external,
    )


def brief_view(brief: Digest, planned: Planned | None, zone: str, note: str = "") -> Block:
    """A brief that is looked at, with what can be done about it; `note` is what just was."""
    head = [bold(note)] if note else []
    head += [_sentence(planned, zone)] if planned else []
    row = actions(*_choices(planned)) if planned else []
    return forms.modal(SEEN, "Brief", [*sections(head), *row, *digest_blocks(brief)])


def _when(schedule: Schedule | None, zone: str) -> list[Block]:
    """The fields of a schedule. All are shown: which of them count, the first one says."""
    daily = schedule if isinstance(schedule, Daily) else None
    beside = schedule if isinstance(schedule, BeforeOpen | AfterWeek) else None
    near = next((one.code for one in EXCHANGES.values() if one.zone == zone), USUAL_EXCHANGE)
    listed = {one.code: f"{one.code} · {one.name}" for one in EXCHANGES.values()}
    when = AROUND if beside else TRADING if daily and daily.trading else LOCAL
    exchange = (schedule and exchange_of(schedule)) or near
    days: Sequence[str] = daily.weekdays if daily else WORKDAYS
    return [
        forms.choice(WHEN, "When", WHENS, initial=when),
        forms.menu(EXCHANGE, "Exchange", listed, initial=exchange),
        forms.number_input(
            MINUTES,
            "Minutes before the open (the wrap: after the close)",
            initial=beside.minutes if beside else USUAL_MINUTES,
            most=MOST_MINUTES,
        ),
        forms.time_input(AT, "Local time", initial=f"{daily.at:%H:%M}" if daily else USUAL_AT),
        forms.choices(DAYS, "Days", DAY_NAMES, initial=days),
        forms.text_input(
            ZONE,
            "Time zone",
            initial=daily.zone if daily else zone,
            hint="Such as America/New_York or Europe/London.",
            most=60,
        ),
    ]


def _sentence(planned: Planned, zone: str) -> str:
    words = coming_words(planned, zone)
    return escape(f"{words[:1].upper()}{words[1:]}.")


def _choices(planned: Planned) -> list[Block]:
    value = value_of(planned.subscription)
    row = [button("Send now", SEND_NOW, value)]
    if planned.coming:
        words = "Send the next after all" if planned.left_out else "Skip next"
        row.append(button(words, LEAVE_OUT, change_of(planned, planned.coming)))
    return row


def _minutes(typed: str) -> int:
    try:
        return int(typed)
    except ValueError as error:
        raise BadMinutesError(typed) from error
