"""`/tape ...` -> a form, a short answer to who typed it, or a question for the inbox.

A command is acknowledged at once. A question is stored before that, like every other.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, get_args

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.help import help_blocks, help_text
from bot.blocks.home import EDIT_BOOK, EDIT_DIGEST, EDIT_WATCHLIST
from bot.blocks.modals import settings_view, unknown_names
from bot.blocks.notice import notice_blocks, notice_text
from bot.inbox import Inbox
from bot.listeners import digests
from bot.listeners.alerts import listed as alerts_listed
from bot.listeners.asked import MOST_LINKS, workspace_in
from bot.listeners.home import Front, digest_of, open_form, show_home
from bot.listeners.profile import profile_of
from bot.listeners.who import owner_of
from bot.mrkdwn import heard
from bot.questions import Arrival, Asked
from jobs.errors import UnknownChannelError
from retrieval.language.typed import typed_names

COMMAND = "/tape"
Respond = Callable[..., Awaitable[Any]]
Word = Literal["help", "ask", "watch", "book", "digest", "alerts", "settings", "home"]
WAYS = ("now", "skip", "preview")
"""What can be typed after `digest`."""
WORDS: tuple[Word, ...] = get_args(Word)
NOTICE_ID = "tape"  # stands where an answer has its id
AT_HOME = "The Home tab of Tape is up to date: open Tape from the sidebar."
ON_LIST, NONE_ON_LIST = "Your watchlist: {}.", "Your watchlist is empty."
ONLY_CHANNELS = "Settings are a channel's: type /tape settings in a channel that Tape is in."


@dataclass(frozen=True, slots=True)
class Command:
    """What was typed after /tape: the sub-command and its words."""

    word: Word
    rest: str


def command_of(text: str) -> Command:
    """Read what was typed; words that are no sub-command are a question."""
    first, _, rest = text.strip().partition(" ")
    word = next((one for one in WORDS if one == first.lower()), None)
    if word == "digest" and rest.strip().lower() in WAYS:
        return Command(word, rest.strip().lower())
    if word is None or (rest and word not in ("ask", "watch")):
        return Command("ask", text.strip()) if text.strip() else Command("help", "")
    return (
        Command("help", "") if word == "ask" and not rest.strip() else Command(word, rest.strip())
    )


async def tape(
    ack: AsyncAck,
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    *,
    inbox: Inbox,
    front: Front,
) -> None:
    """Do what was typed after /tape."""
    command = command_of(str(body.get("text") or ""))
    if command.word == "ask":
        await asyncio.to_thread(inbox.take, question(body, command.rest, front), front.now())
        await ack()
        front.wake()
    else:
        await ack()
        await _do(command, body, client, respond, front)


async def _do(
    command: Command,
    body: dict[str, Any],
    client: AsyncWebClient,
    respond: AsyncRespond,
    front: Front,
) -> None:
    match command.word:
        case "help":
            await respond(text=help_text(), blocks=help_blocks())
        case "home":
            await show_home(owner_of(body), client, front)
            await _say(respond, AT_HOME)
        case "alerts":
            await alerts_listed(body, client, front)
        case "settings":
            await _settings(body, client, respond, front)
        case "watch" if command.rest:
            await _say(respond, await asyncio.to_thread(watched, command.rest, body, front))
        case "digest" if command.rest:
            await _digest(command.rest, body, client, respond, front)
        case _:
            place = _channel(body) if command.word == "digest" else None
            await open_form(FORM_OF[command.word], body, client, front, place)


FORM_OF = {"watch": EDIT_WATCHLIST, "book": EDIT_BOOK, "digest": EDIT_DIGEST}


def question(body: dict[str, Any], text: str, front: Front) -> Arrival:
    """Read a question after /tape: it stands in no thread, and is answered in the channel."""
    said, links = heard(text, None)
    channel = str(body["channel_id"])
    return Arrival(
        event_id=f"command:{body['trigger_id']}",
        ts=f"{front.now().timestamp():.6f}",
        asked=Asked(
            text=said,
            channel=channel,
            user=str(body["user_id"]),
            thread_ts="",
            article_links=links[:MOST_LINKS],
            private=channel.startswith("D"),
            team=owner_of(body).team,
            workspace=workspace_in(body),
            respond_to=body.get("response_url"),
        ),
    )


def watched(rest: str, body: dict[str, Any], front: Front) -> str:
    """Change somebody's watchlist by typed words; say what it is now. It blocks."""
    owner, people = owner_of(body), front.personal.people
    how, _, names = rest.partition(" ")
    wanted = names if how.lower() in ("add", "remove") else rest
    found = typed_names(wanted, front.personal.securities)
    if how.lower() == "list" and not names:
        return listed(people.watchlist(owner))
    if found.unknown:
        return f"{unknown_names(found.unknown)} Nothing was changed."
    if how.lower() == "remove":
        people.unwatch(owner, found.tickers)
    else:
        people.watch(owner, found.tickers)
    return listed(people.watchlist(owner))


def listed(tickers: tuple[str, ...]) -> str:
    """Write a watchlist in a sentence."""
    return ON_LIST.format(", ".join(tickers)) if tickers else NONE_ON_LIST


async def _digest(
    way: str, body: dict[str, Any], client: AsyncWebClient, respond: Respond, front: Front
) -> None:
    """Preview, send or leave out the digest of the channel, or in direct messages one's own."""
    owner, now = owner_of(body), front.now()
    wanted = await asyncio.to_thread(digest_of, owner, _channel(body), front)
    if wanted is None:
        await _say(respond, UnknownChannelError().sentence)
    elif way == "preview":
        await digests.look(wanted, body, client, front)
    elif way == "now":
        await _say(respond, await asyncio.to_thread(digests.queued, wanted, now, front))
    else:
        zone = (await profile_of(client, owner.user)).zone
        turn = partial(digests.turned, wanted, now, front, zone)
        await _say(respond, await asyncio.to_thread(turn))


async def _settings(
    body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond, front: Front
) -> None:
    channel = _channel(body)
    if channel is None:
        await _say(respond, ONLY_CHANNELS)
        return
    find = front.personal.channels.settings
    settings = await asyncio.to_thread(find, workspace_in(body), channel)
    await client.views_open(trigger_id=body["trigger_id"], view=settings_view(channel, settings))


def _channel(body: dict[str, Any]) -> str | None:
    """Name the channel of a command; None in direct messages."""
    channel = str(body["channel_id"])
    return None if channel.startswith("D") else channel


async def _say(respond: Respond, sentence: str) -> None:
    blocks = notice_blocks(sentence, NOTICE_ID)
    await respond(text=notice_text(sentence, NOTICE_ID), blocks=blocks)
