"""The forms of alert rules -> rules that are tried out and kept, or what is wrong with a field."""

import asyncio
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerting import Alerting
from bot.blocks import alert_rules as drawn
from bot.blocks import forms
from bot.blocks.modals import notice_view, unknown_names
from bot.listeners.home import Front, show_home
from bot.listeners.places import Destination, NoPlaceError, destination
from bot.listeners.who import owner_of
from bot.listeners.windows import redraw
from jobs.alerts.events import theme_of
from jobs.alerts.quiet import Quiet
from jobs.alerts.rules import (
    LISTS,
    LONGEST_COOLDOWN,
    METRICS,
    MOST_AN_HOUR,
    RANGES,
    SCOPES,
    USUAL,
    Metric,
    Rule,
    ScopeKind,
    is_zone,
    plain_rule,
    rule_from,
)
from jobs.errors import BadRuleError, PrivateRuleError, UnknownRuleError
from jobs.models import Owner
from retrieval.errors import TapeError
from retrieval.language.typed import typed_names
from retrieval.models import digest_of

NOT_A_NUMBER = "Write a number from {:g} to {:g}."
NOT_A_ZONE = "Write a time zone such as Europe/London or America/New_York."
NOT_HOURS = "Write two times such as 22:00-07:00, or leave it empty."
NO_THEME = "Write the theme in words that say what it is about, such as steel tariffs."
NO_WORDS = "Write at least one word or phrase that stands in the articles you want."
ONE_NAME = "Name one company: a ticker or its name."


class _WrongError(Exception):
    """Fields of the form cannot be used; `errors` says of each why."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


async def sent(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Show what a rule would have told in the last month, before it is kept."""
    alerting = front.personal.alerting
    values = _values(body)
    try:
        place = await destination(forms.placed(values, drawn.PLACE), body, client)
        rule = await asyncio.to_thread(_rule, body, place, front.now(), alerting)
    except _WrongError as wrong:
        await ack(response_action="errors", errors=wrong.errors)
        return
    except NoPlaceError as none:
        await ack(response_action="errors", errors={drawn.PLACE: none.sentence})
        return
    external = f"alert-{body['view']['id']}-{body['view']['hash']}"
    waiting = notice_view("Alert", "Trying it out on the last 30 days…", external)
    await ack(response_action="push", view=waiting)
    tried = await asyncio.to_thread(alerting.try_out, rule, front.now())
    await redraw(client, external, drawn.trial_view(tried, written(rule), external))


async def kept(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Keep the rule that was tried out, as its sender's and to where they may have it sent."""
    owner, alerts = owner_of(body), front.personal.alerting.alerts
    rule = read(str(body["view"]["private_metadata"]), owner)
    try:
        place = await destination(None if rule.personal else rule.recipient, body, client)
        placed = replace(rule, recipient=place.recipient, team=place.team)
        await asyncio.to_thread(alerts.keep, placed, front.now())
    except (NoPlaceError, UnknownRuleError) as error:
        await ack(response_action="update", view=notice_view("Alert", error.sentence))
        return
    await ack(response_action="clear")
    await show_home(owner, client, front)


async def wondered(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Explain what a rule made of an article or of a name's newest ones."""
    alerting = front.personal.alerting
    owner, values = owner_of(body), _values(body)
    rule_id, typed = forms.chosen(values, drawn.RULE), forms.typed(values, drawn.ARTICLE)
    external = f"why-{body['view']['id']}-{body['view']['hash']}"
    waiting = notice_view("Explain", "Looking it up…", external)
    await ack(response_action="push", view=waiting)
    try:
        await asyncio.to_thread(alerting.own, rule_id, owner)
        explained = await asyncio.to_thread(alerting.why, rule_id, typed)
        view = drawn.explained_view(explained, external)
    except TapeError as error:
        view = notice_view("Explain", error.sentence, external)
    await redraw(client, external, view)


def written(rule: Rule) -> str:
    """Write a rule into a view, for its second form."""
    return json.dumps(plain_rule(rule), default=datetime.isoformat, ensure_ascii=False)


def read(text: str, owner: Owner) -> Rule:
    """Read what `written` wrote, as the wish of who sends the form."""
    found: dict[str, Any] = json.loads(text)
    times = {"created_at": datetime.fromisoformat(found["created_at"]), "ended_at": None}
    return rule_from({**found, **times, "owner_team": owner.team, "owner_user": owner.user})


def _rule(body: Mapping[str, Any], place: Destination, now: datetime, alerting: Alerting) -> Rule:
    """Read a rule out of its form; it blocks."""
    owner, values = owner_of(body), _values(body)
    personal = forms.placed(values, drawn.PLACE) is None
    scope = next(one for one in SCOPES if one == forms.chosen(values, drawn.SCOPE))
    metric = next(one for one in METRICS if one == forms.chosen(values, drawn.METRIC))
    read = _read_all(_readers(values, scope, metric, alerting, personal=personal))
    try:
        return Rule(
            id=_id_of(body, owner, now, alerting),
            scope=scope,
            metric=metric,
            recipient=place.recipient,
            owner=owner,
            team=place.team,
            personal=personal,
            created_at=now,
            **read,
        )
    except BadRuleError as error:
        raise _WrongError({drawn.WORDS: type(error)().sentence}) from error


def _readers(
    values: forms.Values, scope: ScopeKind, metric: Metric, alerting: Alerting, *, personal: bool
) -> dict[str, Callable[[], Any]]:
    """How to read what was typed into each field that counts, by the names that a rule has."""
    if scope in LISTS and not personal:
        raise _WrongError({drawn.PLACE: PrivateRuleError().sentence})
    worded, number = metric == "keyword", partial(_number, values)
    about = forms.typed(values, drawn.ABOUT).strip()
    minutes = LONGEST_COOLDOWN // timedelta(minutes=1)
    return {
        "about": lambda: _about(scope, about, alerting) if scope in ("ticker", "theme") else "",
        "threshold": lambda: USUAL[metric] if worded else number(drawn.THRESHOLD, *RANGES[metric]),
        "words": lambda: _words(values) if worded else (),
        "quiet": lambda: _quiet(values),
        "break_through": lambda: _maybe(values, drawn.LOUD),
        "cooldown": lambda: timedelta(minutes=number(drawn.COOLDOWN, 0, minutes)),
        "hourly_cap": lambda: int(number(drawn.CAP, 1, MOST_AN_HOUR)),
        "zone": lambda: _zone(values),
    }


def _read_all(readers: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """Read every field, so that all that is wrong is said at once."""
    read: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, reader in readers.items():
        try:
            read[name] = reader()
        except _WrongError as wrong:
            errors |= wrong.errors
    if errors:
        raise _WrongError(errors)
    return read


def _id_of(body: Mapping[str, Any], owner: Owner, now: datetime, alerting: Alerting) -> str:
    """Name the rule that is changed, if it is the sender's; else a new one."""
    given = str(body["view"].get("private_metadata") or "")
    if given:
        try:
            return alerting.own(given, owner).id
        except UnknownRuleError as error:  # taken away while the form was open
            raise _WrongError({drawn.SCOPE: error.sentence}) from error
    return f"r{digest_of(owner.team, owner.user, now.isoformat())[:10]}"


def _about(scope: str, typed: str, alerting: Alerting) -> str:
    if scope == "theme":
        if not theme_of(typed):
            raise _WrongError({drawn.ABOUT: NO_THEME})
        return typed
    found = typed_names(typed, alerting.securities)
    if found.unknown:
        raise _WrongError({drawn.ABOUT: unknown_names(found.unknown)})
    if len(found.tickers) != 1:
        raise _WrongError({drawn.ABOUT: ONE_NAME})
    return found.tickers[0]


def _words(values: forms.Values) -> tuple[str, ...]:
    typed = forms.typed(values, drawn.WORDS).split(",")
    words = tuple(dict.fromkeys(word.strip() for word in typed if re.search(r"[^\W_]", word)))
    if not words:
        raise _WrongError({drawn.WORDS: NO_WORDS})
    return words


def _quiet(values: forms.Values) -> Quiet | None:
    typed = forms.typed(values, drawn.QUIET).strip()
    try:
        return Quiet.read(typed) if typed else None
    except ValueError as error:
        raise _WrongError({drawn.QUIET: NOT_HOURS}) from error


def _zone(values: forms.Values) -> str:
    typed = forms.typed(values, drawn.ZONE).strip()
    if not is_zone(typed):
        raise _WrongError({drawn.ZONE: NOT_A_ZONE})
    return typed


def _maybe(values: forms.Values, field: str) -> float | None:
    return _number(values, field, 0, LOUDEST) if forms.typed(values, field).strip() else None


def _number(values: forms.Values, field: str, least: float, most: float) -> float:
    typed = forms.typed(values, field).strip().replace(",", ".")
    try:
        found = float(typed)
    except ValueError:
        found = math.nan
    if not least <= found <= most:  # neither is what is no number
        raise _WrongError({field: NOT_A_NUMBER.format(least, most)})
    return found


LOUDEST = RANGES["volume"][1]


def _values(body: Mapping[str, Any]) -> forms.Values:
    values: forms.Values = body["view"]["state"]["values"]
    return values
