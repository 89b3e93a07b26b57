"""The buttons of alerts and of their rules -> what is noted, changed or explained."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerting import Alerting
from bot.blocks import alert_rules as drawn
from bot.blocks.alerts import (
    ACK,
    MUTE_NAME,
    MUTE_STORY,
    SNOOZE_DAY,
    SNOOZE_HOUR,
    alert_id,
    noted_message,
)
from bot.blocks.answer import ALERT_ME
from bot.blocks.limits import Block
from bot.blocks.modals import notice_view
from bot.blocks.notice import notice_blocks, notice_text
from bot.listeners.home import Front, show_home
from bot.listeners.profile import profile_of
from bot.listeners.who import owner_of, place_of
from bot.listeners.windows import redraw
from bot.mrkdwn import bold, escape, fit
from bot.outcomes import outcome_of
from jobs.alerts.rules import Mute, MuteKind
from jobs.alerts.state import Ack
from jobs.alerts.telling import Fired
from jobs.models import Rendered
from jobs.outbox import Limited, Refused, Unclear
from jobs.zones import moment_of
from retrieval.errors import TapeError

GONE = "This alert is not kept any more, or it is not yours."
NOT_SHOWN = "Noted, but Slack did not let me show it in the message."
HOUR = timedelta(hours=1)
NOTED = (ACK, SNOOZE_HOUR, SNOOZE_DAY, MUTE_STORY, MUTE_NAME)
"""The buttons under an alert that change something."""

OPENED = (drawn.NEW_ALERT, ALERT_ME, drawn.EDIT_ALERT, drawn.WHY_NOT)
CHANGED = (drawn.SWITCH, drawn.DELETE_ALERT, drawn.UNMUTE)

log = structlog.get_logger(__name__)


async def noted(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    *,
    front: Front,
) -> None:
    """Note what somebody does with an alert, and show it in its message."""
    alerting = front.personal.alerting
    await ack()
    slot, owner = str(body["actions"][0]["value"]), owner_of(body)
    fired = await asyncio.to_thread(alerting.told_to, slot, owner)
    if fired is None or place_of(body)[0] != fired.rule.recipient:
        await _say(respond, GONE, slot)
        return
    action, now = body["actions"][0]["action_id"], front.now()
    await asyncio.to_thread(note, action, slot, fired, alerting, user=owner.user, now=now)
    message = await asyncio.to_thread(as_it_stands, slot, fired, now, alerting)
    if message is None or not await _show(body, client, message):
        await _say(respond, NOT_SHOWN, slot)


async def explained(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Show every check behind an alert."""
    alerting = front.personal.alerting
    await ack()
    slot, external = str(body["actions"][0]["value"]), f"explain-{body['trigger_id']}"
    waiting = notice_view("Explain", "Looking it up…", external)
    await client.views_open(trigger_id=body["trigger_id"], view=waiting)
    view = await asyncio.to_thread(_explained, slot, body, external, alerting)
    await redraw(client, external, view)


async def opened(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Open the form of a new rule, of one that exists, or of the question why one did not fire."""
    alerting = front.personal.alerting
    await ack()
    owner, action = owner_of(body), body["actions"][0]
    try:
        if action["action_id"] == drawn.WHY_NOT:
            shown = await asyncio.to_thread(alerting.shown, owner, front.now())
            view = drawn.why_view(shown.rules)
        elif action["action_id"] == drawn.EDIT_ALERT:
            rule = await asyncio.to_thread(alerting.own, action["value"], owner)
            view = drawn.rule_view(rule, zone=rule.zone)
        else:
            zone = (await profile_of(client, owner.user)).zone
            about = action["value"] if action["action_id"] == ALERT_ME else ""
            view = drawn.rule_view(None, zone=zone, about=about)
    except TapeError as error:
        view = notice_view("Alert", error.sentence)
    opens = client.views_push if _in_window(body) else client.views_open
    await opens(trigger_id=body["trigger_id"], view=view)


async def changed(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Turn a rule on or off, take it away, or hear again of what was muted."""
    alerting = front.personal.alerting
    await ack()
    owner, action, now = owner_of(body), body["actions"][0], front.now()
    await asyncio.to_thread(_change, action["action_id"], action["value"], body, now, alerting)
    if _in_window(body):
        shown = await asyncio.to_thread(alerting.shown, owner, now)
        await client.views_update(view_id=body["view"]["id"], view=drawn.list_view(shown))
    await show_home(owner, client, front)


async def listed(body: dict[str, Any], client: AsyncWebClient, front: Front) -> None:
    """Show somebody their alerts in a window."""
    gather = front.personal.alerting.shown
    shown = await asyncio.to_thread(gather, owner_of(body), front.now())
    await client.views_open(trigger_id=body["trigger_id"], view=drawn.list_view(shown))


def note(
    action: str, slot: str, fired: Fired, alerting: Alerting, *, user: str, now: datetime
) -> None:
    """Keep that somebody took notice of an alert, or what they do not want to hear; it blocks."""
    rule, trace = fired.rule, fired.trace
    if action == ACK:
        alerting.alerts.acknowledge(rule.recipient, slot, user, now)
        return
    kind, what, until = {
        SNOOZE_HOUR: ("rule", rule.id, now + HOUR),
        SNOOZE_DAY: ("rule", rule.id, midnight(now, rule.zone)),
        MUTE_STORY: ("story", trace.story_id, None),
        MUTE_NAME: ("name", trace.ticker, None),
    }[action]
    mute = Mute(rule.recipient, _kind(kind), what, now, until, user)
    alerting.alerts.mute(mute)


def midnight(now: datetime, zone: str) -> datetime:
    """Say when the local day ends."""
    tomorrow = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), ZoneInfo(zone))


def as_it_stands(slot: str, fired: Fired, now: datetime, alerting: Alerting) -> Rendered | None:
    """Draw an alert's message with all that was noted of it; None when it is gone. It blocks."""
    rule, trace = fired.rule, fired.trace
    row = alerting.alerts.posted(rule.recipient, slot)
    if row is None:
        return None
    seen = alerting.alerts.acknowledged(rule.recipient, slot)
    own = {("story", trace.story_id), ("name", trace.ticker), ("rule", rule.id)}
    held = alerting.alerts.mutes([rule.recipient], now)
    mutes = [mute for mute in held if mute.what and (mute.kind, mute.what) in own]
    notes = [_acked(seen, rule.zone)] if seen else []
    notes += [_muted(mute, rule.zone) for mute in mutes]
    taken = {ACK} if seen else set()
    taken |= {button for mute in mutes for button in USED[mute.kind]}
    return noted_message(Rendered.from_json(row.content), notes, frozenset(taken))


USED: Mapping[MuteKind, tuple[str, ...]] = {
    "story": (MUTE_STORY,),
    "name": (MUTE_NAME,),
    "rule": (SNOOZE_HOUR, SNOOZE_DAY),
}


async def _show(body: Mapping[str, Any], client: AsyncWebClient, message: Rendered) -> bool:
    """Put what became of an alert into its message; False when Slack refuses or does not say."""
    channel, ts, _ = place_of(body)
    try:
        await outcome_of(
            client.chat_update(
                channel=channel, ts=ts, text=message.text, blocks=[*message.blocks], parse="none"
            )
        )
    except (Refused, Limited, Unclear) as outcome:
        log.info("alert not redrawn", outcome=type(outcome).__name__, detail=outcome.args)
        return False
    return True


def _explained(slot: str, body: Mapping[str, Any], external: str, alerting: Alerting) -> Block:
    fired = alerting.told_to(slot, owner_of(body))
    if fired is None:
        return notice_view("Explain", GONE, external)
    trace = fired.trace
    try:
        found = alerting.why(trace.rule_id, trace.article_id)
    except TapeError as error:
        return notice_view("Explain", error.sentence, external)
    same = [one for one in found if one.trace.ticker == trace.ticker]
    return drawn.explained_view(same, external)


def _change(
    action: str, value: str, body: Mapping[str, Any], now: datetime, alerting: Alerting
) -> None:
    owner = owner_of(body)
    if action == drawn.UNMUTE:
        kind, _, what = value.partition(" ")
        for recipient in {rule.recipient for rule in alerting.alerts.rules(owner)}:
            alerting.alerts.unmute(recipient, _kind(kind), what, now)
        return
    try:
        rule = alerting.own(value, owner)
    except TapeError:  # a click on a list that is older than the change
        return
    if action == drawn.DELETE_ALERT:
        alerting.alerts.end(rule.id, now)
    else:
        alerting.alerts.switch(rule, now)


def _kind(written: str) -> MuteKind:
    kinds: tuple[MuteKind, ...] = ("story", "name", "rule")
    return next(kind for kind in kinds if kind == written)


def _acked(seen: Ack, zone: str) -> str:
    return f"{bold('Acknowledged')} by <@{escape(seen.by)}> {moment_of(seen.at, zone)}"


def _muted(mute: Mute, zone: str) -> str:
    what = {"story": "Story muted", "name": f"{mute.what} muted", "rule": "Snoozed"}[mute.kind]
    until = f" until {moment_of(mute.until, zone)}" if mute.until else ""
    return f"{bold(fit(what, 40))}{until} by <@{escape(mute.by)}>"


def _in_window(body: Mapping[str, Any]) -> bool:
    return (body.get("view") or {}).get("type") == "modal"


async def _say(respond: AsyncRespond, sentence: str, slot: str) -> None:
    words, blocks = notice_text(sentence, alert_id(slot)), notice_blocks(sentence, alert_id(slot))
    await respond(text=words, blocks=blocks, replace_original=False)
