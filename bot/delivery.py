"""Frozen messages -> posts in Slack, and the look for one that may have arrived. Knows no store.

Both clients are made here. The one that posts never tries again by itself: the library's own
retry after a dropped connection posts twice (measured; SLACK.md, section 7). What a call came to
is one of the outbox's outcomes: its timestamp, or Refused, Limited, Unclear.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.inbox import Document, SharedFile
from bot.mrkdwn import heard
from jobs.models import Outgoing, Rendered
from jobs.outbox import POST_TIMEOUT, Limited, Refused, Unclear
from retrieval.errors import FileGoneError, FileScopeError, TooLargeError
from retrieval.sources.limits import BODY_LIMIT

SLACK = "https://slack.com/api/"
FILES_HOST = "files.slack.com"
FILE_SECONDS = 20.0
REPLY, BRIEF = "tape_answer", "tape_outbox"
CLOCK_SKEW = timedelta(seconds=5)  # a look starts this long before the try it looks for
LOOK_AT = 999  # messages: the most that one call gives
THREAD_TOP = 20  # messages of a thread that are read for the article it is about
WAIT = 1.0  # seconds, when a limit does not say how long

LIMITED = frozenset({"ratelimited", "rate_limited"})
# Slack's side broke: whether the post went through is not said.
BROKEN = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
# The blocks are at fault, so the words alone may pass.
UNDRAWN = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_blocks_too_many"}
)
UNDRAWN_NOTE = "\n(Slack did not take the layout of this message; these are its words.)"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a channel, or a thread of it."""

    channel: str
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """The calls that Tape makes to Slack of its own accord."""

    posts: AsyncWebClient
    reads: AsyncWebClient

    async def post(self, outgoing: Outgoing) -> str:
        """Post what the outbox sends; give its timestamp."""
        metadata = metadata_of(BRIEF, outgoing.key)
        return await self.say(Place(outgoing.recipient), outgoing.message, metadata)

    async def look(self, outgoing: Outgoing) -> str | None:
        """Find what the outbox may have sent already."""
        return await self.find(Place(outgoing.recipient), outgoing.key, outgoing.first_try)

    async def say(self, place: Place, message: Rendered, metadata: Mapping[str, object]) -> str:
        """Post a message; without its blocks when those are refused, and saying so."""
        try:
            return await self._send(place, message, metadata)
        except Refused as refused:
            if refused.reason not in UNDRAWN or not message.blocks:
                raise
            log.warning("blocks refused", reason=refused.reason)
        return await self._send(place, Rendered(message.text + UNDRAWN_NOTE), metadata)

    async def whisper(self, place: Place, user: str, message: Rendered) -> str:
        """Post a message that one user alone sees; no history keeps it, so it cannot be found."""
        try:
            return await self._whisper(place, user, message)
        except Refused as refused:
            if refused.reason not in UNDRAWN or not message.blocks:
                raise
            log.warning("blocks refused", reason=refused.reason)
        return await self._whisper(place, user, Rendered(message.text + UNDRAWN_NOTE))

    async def _whisper(self, place: Place, user: str, message: Rendered) -> str:
        sent = await outcome_of(
            self.posts.chat_postEphemeral(
                channel=place.channel,
                user=user,
                thread_ts=place.thread_ts,
                text=message.text,
                blocks=list(message.blocks) or None,
                parse="none",
            )
        )
        return str(sent["message_ts"])

    async def respond(self, url: str, message: Rendered) -> None:
        """Answer a command or a click to who made it, where we may not write ourselves."""
        webhook = AsyncWebhookClient(url, timeout=int(POST_TIMEOUT.total_seconds()))
        try:
            await webhook.send(text=message.text, blocks=list(message.blocks) or None)
        except (aiohttp.ClientError, TimeoutError, OSError):
            log.warning("response not taken")

    async def find(self, place: Place, key: str, since: datetime) -> str | None:
        """Look for a message of ours by the key in its metadata."""
        oldest = f"{(since - CLOCK_SKEW).timestamp():.6f}"
        more: dict[str, Any] = {"oldest": oldest, "include_all_metadata": True, "limit": LOOK_AT}
        if place.thread_ts:
            call = self.reads.conversations_replies(
                channel=place.channel, ts=place.thread_ts, **more
            )
        else:
            call = self.reads.conversations_history(channel=place.channel, **more)
        found = await outcome_of(call)
        return next((str(m["ts"]) for m in found.get("messages", []) if _key(m) == key), None)

    async def links_above(self, place: Place) -> tuple[str, ...]:
        """Find the first links that people posted in a thread; none when we may not read it."""
        if place.thread_ts is None:
            return ()
        call = self.reads.conversations_replies(
            channel=place.channel, ts=place.thread_ts, limit=THREAD_TOP
        )
        try:
            found = await outcome_of(call)
        except (Refused, Limited, Unclear) as outcome:
            log.warning("thread not read", outcome=type(outcome).__name__, detail=outcome.args)
            return ()
        said = (m.get("text", "") for m in found.get("messages", []) if not m.get("bot_id"))
        return next((links for _, links in (heard(text, None) for text in said) if links), ())

    async def file(self, shared: SharedFile) -> Document:
        """Fetch what a user shared; the token goes to Slack's own hosts only.

        Raises:
            FileScopeError: we may not read files.
            FileGoneError: Slack does not give it.
            TooLargeError: it is larger than what is read at once.
            Limited, Unclear: as every call.
        """
        try:
            found = (await outcome_of(self.reads.files_info(file=shared.id))).get("file", {})
        except Refused as refused:
            if refused.reason == "missing_scope":
                raise FileScopeError(shared.name) from refused
            raise FileGoneError(shared.name) from refused
        size = int(found.get("size") or 0)
        if size > BODY_LIMIT:
            raise TooLargeError(shared.name)
        url = str(found.get("url_private_download") or found.get("url_private") or "")
        if not self._is_slacks(url):
            raise FileGoneError(shared.name)
        body = await self._bytes(url, shared.name)
        if size and len(body) != size:  # to whom Slack does not give it, it gives its login page
            raise FileGoneError(shared.name)
        return Document(shared.name, body)

    def _is_slacks(self, url: str) -> bool:
        """Tell Slack's own addresses: those of its files, or of the server that we talk to."""
        ours, theirs = urlsplit(self.reads.base_url), urlsplit(url)
        if (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc):
            return True
        return theirs.scheme == "https" and theirs.hostname == FILES_HOST

    async def _bytes(self, url: str, name: str) -> bytes:
        headers = {"Authorization": f"Bearer {self.reads.token}"}
        timeout = aiohttp.ClientTimeout(total=FILE_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(url, headers=headers, allow_redirects=False) as response,
            ):
                if response.status != HTTPStatus.OK:
                    raise FileGoneError(name)
                body = await response.content.read(BODY_LIMIT + 1)
                while len(body) <= BODY_LIMIT and (more := await response.content.read(BODY_LIMIT)):
                    body += more
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise FileGoneError(name) from error
        if len(body) > BODY_LIMIT:
            raise TooLargeError(name)
        return body

    async def zone_of(self, user: str) -> str | None:
        """Name the zone that a user's days are in; None when we may not know it."""
        try:
            found = await outcome_of(self.reads.users_info(user=user))
        except (Refused, Limited, Unclear) as outcome:
            log.info("zone not known", outcome=type(outcome).__name__, detail=outcome.args)
            return None
        zone = found.get("user", {}).get("tz")
        return str(zone) if zone else None

    async def show_status(self, place: Place, status: str) -> None:
        """Say what we are doing, above the message box; a failure must not stop the answer."""
        call = self.posts.assistant_threads_setStatus(
            channel_id=place.channel, thread_ts=place.thread_ts or "", status=status
        )
        try:
            await outcome_of(call)
        except (Refused, Limited, Unclear) as outcome:
            log.info("no status shown", outcome=type(outcome).__name__, detail=outcome.args)

    async def _send(self, place: Place, message: Rendered, metadata: Mapping[str, object]) -> str:
        sent = await outcome_of(
            self.posts.chat_postMessage(
                channel=place.channel,
                thread_ts=place.thread_ts,
                text=message.text,
                blocks=list(message.blocks) or None,
                metadata=dict(metadata),
                parse="none",  # the words of `text` are escaped; Slack must not link them by itself
                unfurl_links=False,
                unfurl_media=False,
            )
        )
        return str(sent["ts"])


def delivery(token: str, base_url: str = SLACK) -> Delivery:
    """Make both clients."""
    seconds = int(POST_TIMEOUT.total_seconds())
    posts = AsyncWebClient(token, base_url=base_url, timeout=seconds, retry_handlers=[])
    patient = [
        AsyncRateLimitErrorRetryHandler(max_retry_count=2),
        AsyncServerErrorRetryHandler(max_retry_count=2),
    ]
    reads = AsyncWebClient(token, base_url=base_url, timeout=seconds, retry_handlers=[*patient])
    return Delivery(posts, reads)


def metadata_of(event_type: str, key: str, **more: str) -> dict[str, object]:
    """What travels with a message unseen, so that it can be found again."""
    return {"event_type": event_type, "event_payload": {"key": key, **more}}


def _key(message: Mapping[str, Any]) -> str | None:
    payload = message.get("metadata", {}).get("event_payload", {})
    key = payload.get("key")
    return str(key) if key else None


async def outcome_of(call: Awaitable[AsyncSlackResponse]) -> Mapping[str, Any]:
    """Wait for a call; what is not a plain yes is raised as one of the three outcomes."""
    try:
        async with asyncio.timeout(POST_TIMEOUT.total_seconds()):
            response = await call
    except SlackApiError as error:
        raise _refusal(error.response) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unclear from error
    return response.data if isinstance(response.data, dict) else {}


def _refusal(response: object) -> Refused | Limited | Unclear:
    if not isinstance(response, AsyncSlackResponse):
        return Unclear()
    data = response.data if isinstance(response.data, dict) else {}
    code = str(data.get("error", ""))
    if response.status_code == 429 or code in LIMITED:  # noqa: PLR2004  HTTP's own number
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Limited(float(headers.get("retry-after", WAIT)))
    if response.status_code >= 500 or not code or code in BROKEN:  # noqa: PLR2004
        return Unclear()
    return Refused(code)
