"""A rule, an event and how things stood -> a trace: every check, and what comes of it. Pure.

The same function decides live, in a dry run and in an explanation; nothing else does.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.alerts.events import in_scope, word_in
from jobs.alerts.quiet import HOUR, hour_of, quiet_until
from jobs.alerts.rules import UNKNOWN, Check, Event, Mute, Outcome, Rule, Standing, Trace
from retrieval.models import Sentiment

FRESH = timedelta(hours=24)
"""An article that was first seen so long after its publication is no event, but history."""

MOST_UPDATES = 3
"""Of a story, in an alert's thread one by one; the later ones of an hour are one message."""

STORY_LASTS = timedelta(days=3)
"""How long an alert's thread is told of its story."""

GATES = ("active", "origin", "dated", "fresh", "scope", "text", "muted", "snoozed")
"""Checks without which nothing is told, also not in a thread."""


@dataclass(frozen=True, slots=True)
class State:
    """What a rule has to know beside the event: how things stood right before it.

    `listed` are the names of the owner's list. `told` is when it first spoke of the story and name,
    `thread` under which story, `waits` when that is posted, where not at once, and `updates` counts
    what followed. `last` is when it last alerted on the name, whatever the story, and `this_hour`
    how many alerts it has posted in the event's clock hour.
    """

    listed: frozenset[str] = frozenset()
    standing: Standing = UNKNOWN
    told: datetime | None = None
    thread: str | None = None
    waits: datetime | None = None
    updates: int = 0
    last: datetime | None = None
    this_hour: int = 0
    mutes: tuple[Mute, ...] = ()


def decide(rule: Rule, event: Event, state: State, now: datetime) -> Trace:
    """Look at everything, and say what comes of it. Same input, same trace."""
    value = measured(rule, event, state.standing)
    checks = (
        *_origin(rule, event, state, now),
        *_heard(rule, event, state, now),
        Check(rule.metric, _number(value), _limit(rule), _reached(rule, value)),
        *_limits(rule, event, state, now, value),
    )
    outcome, due_at = _outcome(rule, state, now, {check.name: check.passed for check in checks})
    return Trace(
        rule_id=rule.id,
        revision=rule.revision,
        article_id=event.article_id,
        version=event.version,
        ticker=event.ticker,
        story_id=event.story_id,
        thread=state.thread or event.story_id,
        change=event.change,
        at=event.at,
        checks=checks,
        value=value,
        outcome=outcome,
        due_at=due_at,
    )


def measured(rule: Rule, event: Event, standing: Standing) -> float | None:
    """Measure what a rule looks at, to four decimals; None where it cannot be known.

    A score keeps its sign. A reversal is the distance between two opposite sides; 0 if they are
    not opposite.
    """
    found: float | None
    match rule.metric:
        case "score":
            found = event.score
        case "change":
            found = _distance(event.score, standing.score)
        case "reversal":
            found = _reversal(event.score, standing.score)
        case "volume":
            found = standing.volume
        case "novelty":
            found = event.novelty
        case "keyword":
            found = float(word_in(event, rule.words) is not None)
    return None if found is None else round(found, 4)


def _origin(rule: Rule, event: Event, state: State, now: datetime) -> tuple[Check, ...]:
    existed = rule.created_at <= now and (rule.ended_at is None or now < rule.ended_at)
    old = None if event.published_at is None else event.first_seen_at - event.published_at
    name = event.ticker or "the article"
    told = "back-filled" if event.backfilled else "as it came"
    text = "read anew" if event.reread else "new words"
    return (
        Check("active", _active(rule, existed=existed), "on", rule.active and existed),
        Check("origin", told, "as it came", not event.backfilled),
        Check("dated", _moment(event.published_at) or "undated", "a date", old is not None),
        Check("fresh", _hours(old), f"<= {_hours(FRESH)}", old is not None and old <= FRESH),
        Check("scope", name, rule.whom, in_scope(rule, event, state.listed)),
        Check("text", text, "new words", not event.reread),
    )


def _heard(rule: Rule, event: Event, state: State, now: datetime) -> tuple[Check, ...]:
    """Look whether the recipient wants to hear of it."""
    held = [mute for mute in state.mutes if mute.recipient == rule.recipient and mute.holds(now)]
    wanted = {("story", event.story_id), ("name", event.ticker)}
    muted = next((m for m in held if m.what and (m.kind, m.what) in wanted), None)
    snooze = next((m for m in held if (m.kind, m.what) == ("rule", rule.id)), None)
    return (
        Check("muted", f"the {muted.kind}" if muted else "no", "no", muted is None),
        Check("snoozed", _until(snooze) if snooze else "no", "no", snooze is None),
    )


def _limits(
    rule: Rule, event: Event, state: State, now: datetime, value: float | None
) -> tuple[Check, ...]:
    """Look at what keeps a flood away."""
    rested = None if state.last is None else now - state.last
    resting = rested is not None and rested < rule.cooldown
    night = quiet_until(rule.quiet, rule.zone, now)
    force = abs((value if rule.metric == "volume" else event.score) or 0.0)
    loud = rule.break_through is not None and force >= rule.break_through
    passes = f"outside {rule.quiet}" if rule.quiet else "none set"
    if rule.quiet and rule.break_through is not None:
        passes += f", or >= {rule.break_through:g}"
    return (
        Check("version", str(event.version), "1", event.version == 1),
        Check("story", _moment(state.told) or "not told", "not told", state.told is None),
        Check(
            "cooldown",
            f"told {_minutes(rested)} before" if resting and rested is not None else "over",
            f">= {_minutes(rule.cooldown)}",
            not resting,
        ),
        Check(
            "quiet hours",
            f"until {_moment(night)}, at {force:.4g}" if night else "outside",
            passes,
            night is None or loud,
        ),
        Check(
            "hourly cap",
            f"{state.this_hour} posted since {_moment(hour_of(now))}",
            f"< {rule.hourly_cap}",
            state.this_hour < rule.hourly_cap,
        ),
    )


def _outcome(
    rule: Rule, state: State, now: datetime, passed: dict[str, bool]
) -> tuple[Outcome, datetime | None]:
    """Say what the checks come to, and when it is told."""
    if not all(passed[gate] for gate in GATES):
        return "silent", None
    night = None if passed["quiet hours"] else quiet_until(rule.quiet, rule.zone, now)
    if state.told is not None:
        lasts = now - state.told < STORY_LASTS
        many = _hour_end(rule, now) if state.updates >= MOST_UPDATES else None
        waits = state.waits if state.waits and state.waits > now else None
        return ("update", waits or night or many) if lasts else ("silent", None)
    if not (passed[rule.metric] and passed["version"] and passed["cooldown"]):
        return "silent", None
    if night is not None:
        return "held", night
    return ("fired", None) if passed["hourly cap"] else ("folded", _hour_end(rule, now))


def _hour_end(rule: Rule, now: datetime) -> datetime:
    """Say when the rest of an hour is told: at its end, or after quiet hours that begin before."""
    end = hour_of(now) + HOUR
    return quiet_until(rule.quiet, rule.zone, end) or end


def _reached(rule: Rule, value: float | None) -> bool:
    return value is not None and abs(value) >= rule.threshold


def _distance(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else abs(now - before)


def _reversal(now: float | None, before: float | None) -> float | None:
    if now is None or before is None:
        return None
    sides = {Sentiment(now).direction, Sentiment(before).direction}
    return abs(now - before) if sides == {"positive", "negative"} else 0.0


def _active(rule: Rule, *, existed: bool) -> str:
    if not existed:
        return "not there then"
    return "on" if rule.active else "off"


def _until(mute: Mute) -> str:
    return f"until {_moment(mute.until)}" if mute.until else "for good"


def _limit(rule: Rule) -> str:
    if rule.metric == "keyword":
        return rule.condition
    either = " on either side" if rule.metric == "score" else ""
    return f">= {rule.threshold:g}{either}"


def _number(value: float | None) -> str:
    return "not known" if value is None else f"{value:.4g}"


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def _hours(span: timedelta | None) -> str:
    return "not known" if span is None else f"{span / HOUR:.1f} h"


def _minutes(span: timedelta) -> str:
    return f"{span / timedelta(minutes=1):.0f} min"
