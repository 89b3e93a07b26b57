"""An opened App Home and its buttons -> the home as it is now, and the modals to change it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.digest_forms import digest_view, fields_for
from bot.blocks.home import EDIT_BOOK, EDIT_DIGEST, EDIT_WATCHLIST, FORGET, home_view
from bot.blocks.modals import book_view, forget_view, watchlist_view
from bot.listeners.profile import profile_of
from bot.listeners.who import owner_of
from bot.personal import Personal
from jobs.models import DIGEST, Owner, Subscription


@dataclass(frozen=True, slots=True)
class Front:
    """What the listeners of people's own things work with; `wake` says that a question waits."""

    personal: Personal
    now: Callable[[], datetime]
    wake: Callable[[], None]


async def is_home(event: dict[str, Any]) -> bool:
    """Tell the home tab from the messages tab, which is the agent's."""
    return event.get("tab") == "home"


async def opened(body: dict[str, Any], client: AsyncWebClient, *, front: Front) -> None:
    """Draw the home when its tab is opened."""
    await show_home(owner_of(body), client, front)


async def show_home(owner: Owner, client: AsyncWebClient, front: Front) -> None:
    """Draw somebody's home as it is now."""
    now, profile = front.now(), await profile_of(client, owner.user)
    gather = front.personal.home
    home = await asyncio.to_thread(gather, owner, now, zone=profile.zone, admin=profile.admin)
    await client.views_publish(user_id=owner.user, view=home_view(home, now=now))


async def clicked(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Open the form behind a button of the home."""
    await ack()
    await open_form(body["actions"][0]["action_id"], body, client, front)


async def dropped(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, *, front: Front
) -> None:
    """Forget the book of who clicks, and show that it is gone."""
    await ack()
    await asyncio.to_thread(front.personal.people.drop_book, owner_of(body))
    await show_home(owner_of(body), client, front)


async def open_form(
    form: str, body: dict[str, Any], client: AsyncWebClient, front: Front, place: str | None = None
) -> None:
    """Open one of the forms; `place` is the channel that a digest is meant for."""
    owner, people = owner_of(body), front.personal.people
    if form == EDIT_WATCHLIST:
        view = watchlist_view(await asyncio.to_thread(people.watchlist, owner))
    elif form == EDIT_BOOK:
        view = book_view(await asyncio.to_thread(people.book, owner))
    elif form == EDIT_DIGEST:
        wanted = await asyncio.to_thread(digest_of, owner, place, front)
        zone = wanted.zone if wanted else (await profile_of(client, owner.user)).zone
        view = digest_view(fields_for(wanted, zone=zone, place=place))
    else:
        view = forget_view()
    await client.views_open(trigger_id=body["trigger_id"], view=view)


def digest_of(owner: Owner, place: str | None, front: Front) -> Subscription | None:
    """Find the digest of a channel, or somebody's own; None when there is none."""
    return next(
        (
            one
            for one in front.personal.desk.state.subscriptions()
            if one.kind == DIGEST and (one.recipient == place if place else one.owner == owner)
        ),
        None,
    )


FORMS = (EDIT_WATCHLIST, EDIT_BOOK, EDIT_DIGEST, FORGET)
"""The buttons of the home that open a form."""
