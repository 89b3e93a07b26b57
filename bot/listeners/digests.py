"""The forms and buttons of a digest -> one that is kept, looked at, sent now or left out once.

A form is answered at once; the brief in it is drawn afterwards. Who may see a digest may do that.
"""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, time
from functools import partial
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import digest_forms
from bot.blocks.digest_forms import FIELD_OF, Fields
from bot.blocks.limits import Block
from bot.blocks.modals import notice_view
from bot.blocks.planned import change_in, coming_words, kind_words, place_in
from bot.listeners.home import Front, digest_of, show_home
from bot.listeners.places import Destination, NoPlaceError, destination
from bot.listeners.profile import profile_of
from bot.listeners.submissions import values_in, wrong
from bot.listeners.who import owner_of
from bot.listeners.windows import redraw
from jobs.brief import build_for, by_hand, send_now
from jobs.errors import EarlierPostError, UnknownChannelError
from jobs.models import DIGEST, Owner, Subscription
from jobs.planning import leave_out
from jobs.schedules import WORKDAYS, Daily
from jobs.zones import moment_of
from retrieval.errors import InputError

ON_ITS_WAY = "Today's {} is on its way; no other comes today."
THERE_ALREADY = "Today's {} was made already, and there is one a day."
LEFT_OUT = (
    "The next {} ({}) is left out; the one after it brings its news. The same again undoes it."
)
TAKEN_IN = "The next {} comes after all: {}."
USUAL = time(8, 30)
"""When a brief would come to who has set none up."""


async def reshaped(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
    """Show the fields that count for what was picked; what stands in the others is kept."""
    await ack()
    view = digest_forms.digest_view(_filled(body))
    await client.views_update(view_id=body["view"]["id"], view=view)


async def submitted(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Show the brief that a digest would bring now, before it is kept; or take it away."""
    owner, fields = owner_of(body), _filled(body)
    try:
        place = await destination(fields[digest_forms.PLACE] or None, body, client)
    except NoPlaceError as none:
        await wrong(ack, digest_forms.PLACE, none.sentence)
        return
    if fields[digest_forms.STATE] == "off":
        kind = fields[digest_forms.KIND]
        await asyncio.to_thread(front.personal.take_away, kind, place.recipient)
        await ack()
        await show_home(owner, client, front)
        return
    try:
        wanted = wanted_of(fields, place, owner, front.now())
    except InputError as error:
        await wrong(ack, FIELD_OF.get(type(error), digest_forms.WHEN), error.sentence)
        return
    await _preview(ack, body, client, wanted, front)


async def kept(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Keep the digest that was previewed."""
    owner = owner_of(body)
    fields = json.loads(str(body["view"]["private_metadata"]))
    try:
        place = await destination(fields[digest_forms.PLACE] or None, body, client)
    except NoPlaceError as none:
        await ack(response_action="update", view=notice_view("Digest", none.sentence))
        return
    await ack(response_action="clear")
    wanted = wanted_of(fields, place, owner, front.now())
    await asyncio.to_thread(front.personal.desk.state.subscribe, wanted)
    await show_home(owner, client, front)


async def previewed(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Show who clicks what a brief would say now; nothing is sent."""
    await ack()
    owner, (kind, recipient) = owner_of(body), place_in(_value(body))
    if not recipient:  # their own, whatever they have subscribed
        await look(await asyncio.to_thread(digest_of, owner, None, front), body, client, front)
        return
    wanted = await asyncio.to_thread(front.personal.digest, owner, kind, recipient)
    if wanted is None:
        await client.views_open(trigger_id=body["trigger_id"], view=_gone())
        return
    await look(wanted, body, client, front)


async def look(
    wanted: Subscription | None, body: dict[str, Any], client: AsyncWebClient, front: Front
) -> None:
    """Open what a digest would say now; without one, what somebody's own usually would."""
    owner, external = owner_of(body), f"brief-{body['trigger_id']}"
    waiting = notice_view("Brief", "Preparing the preview…", external)
    await client.views_open(trigger_id=body["trigger_id"], view=waiting)
    zone = (await profile_of(client, owner.user)).zone
    drawn = await asyncio.to_thread(brief_drawn, wanted, owner, zone, front)
    await redraw(client, external, drawn)


async def left_out(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Leave the next brief out, or take it in again, as the button says."""
    await ack()
    day, out = change_in(_value(body))

    def change(wanted: Subscription, now: datetime) -> str:
        leave_out(wanted, day, now, front.personal.desk.state, out=out)
        return ""

    await _do(change, body, client, front)


async def sent_now(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Send today's brief now."""
    await ack()
    await _do(partial(queued, front=front), body, client, front)


def queued(wanted: Subscription, now: datetime, front: Front) -> str:
    """Put today's brief into the outbox; say what became of it. It blocks."""
    try:
        added = send_now(wanted.recipient, now, front.personal.desk, wanted.kind)
    except EarlierPostError as error:
        return error.sentence
    return (ON_ITS_WAY if added else THERE_ALREADY).format(kind_words(wanted))


def turned(wanted: Subscription, now: datetime, front: Front, zone: str) -> str:
    """Leave the next brief out, or take it in again if it was; say which. It blocks."""
    before = front.personal.plan(wanted, now)
    if before.coming is None:
        return coming_words(before, zone)
    out = not before.left_out
    leave_out(wanted, before.coming.local_date, now, front.personal.desk.state, out=out)
    said = LEFT_OUT if out else TAKEN_IN
    return said.format(kind_words(wanted), moment_of(before.coming.due_at, zone))


def brief_drawn(
    wanted: Subscription | None, owner: Owner, zone: str, front: Front, note: str = ""
) -> Block:
    """Draw what a digest would say now, and what can be done about it. It blocks."""
    now, desk = front.now(), front.personal.desk
    usual = Daily(USUAL, WORKDAYS, zone)
    one = wanted or Subscription(DIGEST, "", usual, now, team=owner.team, user=owner.user)
    brief = build_for(by_hand(one, now, desk), now, desk).digest
    coming = front.personal.plan(wanted, now) if wanted else None
    return digest_forms.brief_view(brief, coming, zone, note)


def wanted_of(fields: Fields, place: Destination, owner: Owner, now: datetime) -> Subscription:
    """Make what a form asks for, as the wish of who sends it; theirs where it names no channel.

    Raises:
        BadScheduleError, BadMinutesError, UnknownExchangeError: FIELD_OF says where.
    """
    return Subscription(
        kind=fields[digest_forms.KIND],
        recipient=place.recipient,
        schedule=digest_forms.schedule_of(fields),
        created_at=now,
        active=fields[digest_forms.STATE] == "on",
        team=place.team,
        user=None if fields[digest_forms.PLACE] else owner.user,
        made_by=owner.user,
    )


async def _preview(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, wanted: Subscription, front: Front
) -> None:
    owner, external = owner_of(body), f"digest-{body['view']['id']}-{body['view']['hash']}"
    waiting = notice_view("Digest", "Preparing the preview…", external)
    await ack(response_action="push", view=waiting)
    zone = (await profile_of(client, owner.user)).zone

    def drawn() -> Block:
        now, desk = front.now(), front.personal.desk
        brief = build_for(by_hand(wanted, now, desk), now, desk).digest
        coming, kept = front.personal.plan(wanted, now), json.dumps(_filled(body))
        return digest_forms.digest_preview_view(
            brief, coming, zone, metadata=kept, external=external
        )

    await redraw(client, external, await asyncio.to_thread(drawn))


async def _do(
    change: Callable[[Subscription, datetime], str],
    body: dict[str, Any],
    client: AsyncWebClient,
    front: Front,
) -> None:
    """Do something with the digest of a button, and draw its view and the home anew."""
    owner, (kind, recipient) = owner_of(body), place_in(_value(body))
    zone = (await profile_of(client, owner.user)).zone

    def done() -> Block:
        find = partial(front.personal.digest, owner, kind, recipient)
        wanted = find()
        if wanted is None:
            return _gone()
        note = change(wanted, front.now())
        return brief_drawn(find(), owner, zone, front, note)

    view = await asyncio.to_thread(done)
    await client.views_update(view_id=body["view"]["id"], view=view)
    await show_home(owner, client, front)


def _filled(body: dict[str, Any]) -> dict[str, Any]:
    return digest_forms.fields_of(values_in(body), str(body["view"]["private_metadata"]))


def _value(body: dict[str, Any]) -> str:
    return str(body["actions"][0]["value"])


def _gone() -> Block:
    return notice_view("Brief", UnknownChannelError().sentence)
