"""Subscriptions and briefs -> the modals in which they are set up and looked at, and back.

Knows no store and no client. Each view's callback is what its listener is registered for.
"""

import json
from collections.abc import Callable, Mapping
from datetime import time
from typing import Any

from bot.blocks import forms
from bot.blocks.digest import digest_blocks
from bot.blocks.kit import actions, button, sections
from bot.blocks.limits import Block
from bot.blocks.planned import change_of, coming_words, value_of
from bot.mrkdwn import bold, escape
from jobs.digest import Digest
from jobs.errors import BadMinutesError, BadScheduleError, UnknownExchangeError
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
from retrieval.errors import InputError

FORM, KEPT, SEEN = "digest_form", "digest_keep", "digest_seen"
SEND_NOW, LEAVE_OUT = "digest_now", "digest_leave_out"

KIND, WHEN = "digest_kind", "digest_when"  # these two say which of the others are shown
EXCHANGE, MINUTES, AT = "exchange", "minutes", "at"
DAYS, DAY, ZONE, PLACE, STATE = "days day zone place state".split()

KINDS = {DIGEST: "Daily brief", WRAP: "Weekly wrap"}
AROUND, LOCAL, TRADING = "around", "local", "trading"
WHENS = {
    DIGEST: {
        AROUND: "Before an exchange opens, on its trading days",
        LOCAL: "At a local time",
        TRADING: "At a local time, on an exchange's trading days",
    },
    WRAP: {
        AROUND: "After an exchange closes for the week",
        LOCAL: "At a local time",
    },
}
STATES = {"on": "Send it", "paused": "Paused", "off": "No digest: remove it"}
DAY_NAMES = dict(
    zip(
        WEEKDAYS,
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
        strict=True,
    )
)
USUAL_AT, USUAL_DAY, USUAL_MINUTES, USUAL_EXCHANGE = "08:30", "fri", "45", "XNYS"

FIELD_OF: Mapping[type[InputError], str] = {
    BadScheduleError: ZONE,
    BadMinutesError: MINUTES,
    UnknownExchangeError: EXCHANGE,
}
"""At which field each thing that can be wrong with a schedule is said."""

Fields = Mapping[str, Any]
"""What was filled in, by the names of the fields; it is kept in a view as JSON."""


def digest_view(fields: Fields) -> Block:
    """The form of a digest: of a schedule's fields those that count. The others are kept unseen."""
    whens = WHENS[fields[KIND]]
    when = fields[WHEN] if fields[WHEN] in whens else LOCAL
    blocks = [
        forms.choice(KIND, "What", KINDS, initial=fields[KIND], tells=True),
        forms.place_input(
            PLACE,
            "Channel",
            initial=fields[PLACE],
            hint="Leave it empty to get your own brief as a direct message, your names first.",
        ),
        forms.choice(WHEN, "When", whens, initial=when, tells=True),
        *(_exchange(fields) if when != LOCAL else []),
        *(_minutes(fields) if when == AROUND else _local(fields)),
        forms.choice(STATE, "Digest", STATES, initial=fields[STATE]),
    ]
    return forms.modal(FORM, "Digest", blocks, submit="Preview", metadata=json.dumps(fields))


def fields_for(wanted: Subscription | None, *, zone: str, place: str | None) -> dict[str, Any]:
    """Write what is subscribed, or what is usual, as it would be filled in."""
    schedule = wanted.schedule if wanted else None
    daily = schedule if isinstance(schedule, Daily) else None
    beside = schedule if isinstance(schedule, BeforeOpen | AfterWeek) else None
    near = next((one.code for one in EXCHANGES.values() if one.zone == zone), USUAL_EXCHANGE)
    weekly = daily is not None and len(daily.weekdays) == 1
    return {
        KIND: wanted.kind if wanted else DIGEST,
        PLACE: place,
        WHEN: AROUND if beside else TRADING if daily and daily.trading else LOCAL,
        EXCHANGE: (schedule and exchange_of(schedule)) or near,
        MINUTES: str(beside.minutes) if beside else USUAL_MINUTES,
        AT: f"{daily.at:%H:%M}" if daily else USUAL_AT,
        DAYS: list(daily.weekdays if daily else WORKDAYS),
        DAY: daily.weekdays[0] if daily and weekly else USUAL_DAY,
        ZONE: daily.zone if daily else zone,
        STATE: "on" if wanted is None or wanted.active else "paused",
    }


def fields_of(values: forms.Values, metadata: str) -> dict[str, Any]:
    """Read what is filled in; of the fields that are not shown, what the view has kept."""
    return {**json.loads(metadata), **{name: READ[name](values, name) for name in values}}


def schedule_of(fields: Fields) -> Schedule:
    """Make a schedule of what was filled in.

    Raises:
        BadScheduleError, BadMinutesError, UnknownExchangeError: as FIELD_OF says where.
    """
    wrap = fields[KIND] == WRAP
    if fields[WHEN] == AROUND:
        kind = AfterWeek if wrap else BeforeOpen
        return kind(fields[EXCHANGE], _whole(fields[MINUTES]))
    try:
        at = time.fromisoformat(fields[AT])
    except ValueError as error:
        raise BadScheduleError(fields[AT]) from error
    days = (fields[DAY],) if wrap else tuple(fields[DAYS])
    return Daily(at, days, fields[ZONE], fields[EXCHANGE] if fields[WHEN] == TRADING else None)


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


def _exchange(fields: Fields) -> list[Block]:
    listed = {one.code: f"{one.code} · {one.name}" for one in EXCHANGES.values()}
    return [forms.menu(EXCHANGE, "Exchange", listed, initial=fields[EXCHANGE])]


def _minutes(fields: Fields) -> list[Block]:
    title = "Minutes after the close" if fields[KIND] == WRAP else "Minutes before the open"
    return [forms.number_input(MINUTES, title, initial=fields[MINUTES], most=MOST_MINUTES)]


def _local(fields: Fields) -> list[Block]:
    days = forms.choices(DAYS, "Days", DAY_NAMES, initial=fields[DAYS])
    if fields[KIND] == WRAP:
        days = forms.menu(DAY, "Day", DAY_NAMES, initial=fields[DAY])
    return [
        forms.time_input(AT, "Local time", initial=fields[AT] or USUAL_AT),
        days,
        forms.text_input(
            ZONE,
            "Time zone",
            initial=fields[ZONE],
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


def _whole(typed: str) -> int:
    try:
        return int(typed)
    except ValueError as error:
        raise BadMinutesError(typed) from error


def _typed(values: forms.Values, name: str) -> str:
    return forms.typed(values, name).strip()


def _ticked(values: forms.Values, name: str) -> list[str]:
    return list(forms.all_chosen(values, name))


READ: Mapping[str, Callable[[forms.Values, str], object]] = {
    **dict.fromkeys((KIND, WHEN, EXCHANGE, DAY, STATE), forms.chosen),
    **dict.fromkeys((MINUTES, ZONE), _typed),
    AT: forms.timed,
    DAYS: _ticked,
    PLACE: forms.placed,
}
"""How each field is read."""
