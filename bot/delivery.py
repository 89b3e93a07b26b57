"""Frozen messages -> posts in Slack, and the look for one that may have arrived. Knows no store.

Both clients are made here. The one that posts never tries again by itself: the library's own
retry after a dropped connection posts twice (measured; SLACK.md, section 7). What a call came to
is one of the outbox's outcomes: its timestamp, or Refused, Limited, Unclear.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import aiohttp
import structlog
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.layouts import layouts
from bot.looks import Place, direct_channel, find
from bot.outcomes import outcome_of
from bot.pacing import Pace
from bot.posting import UNDRAWN
from jobs.charts import Chart, alt_text, png
from jobs.models import Outgoing, Rendered
from jobs.outbox import POST_TIMEOUT, SKEW, Limited, Refused, Unclear

SLACK = "https://slack.com/api/"
REPLY, BRIEF = "tape_answer", "tape_outbox"
PATIENCE = 2.0  # seconds that a post waits for its turn; with more to wait it comes back
DOTS = "…"  # a stream cannot be closed without a word in it
TITLE = 200  # characters of a session's title

USERS = ("U", "W")  # what the ids of users begin with; a post to one arrives as direct message
PICTURE = "chart.png"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """The calls that Tape makes to Slack of its own accord."""

    posts: AsyncWebClient
    reads: AsyncWebClient
    pace: Pace

    async def post(self, outgoing: Outgoing) -> str:
        """Post what the outbox sends; give its timestamp."""
        metadata = metadata_of(BRIEF, outgoing.key)
        return await self.say(_place(outgoing), outgoing.message, metadata)

    async def look(self, outgoing: Outgoing) -> str | None:
        """Find what the outbox may have sent already, by a clock that may not be Slack's."""
        place = await self._readable(_place(outgoing))
        found = await find(self.reads, place, outgoing.key, outgoing.first_try - SKEW)
        return found.ts if found and found.whole else None

    async def _readable(self, place: Place) -> Place:
        """Name a place as a history does: for a user it is the direct messages with them."""
        if not place.channel.startswith(USERS):
            return place
        return replace(place, channel=await direct_channel(self.reads, place.channel))

    async def say(self, place: Place, message: Rendered, metadata: Mapping[str, object]) -> str:
        """Post a message, in a simpler layout when its own is refused."""
        return await self._simpler(message, lambda one: self.post_as_is(place, one, metadata))

    async def whisper(self, place: Place, user: str, message: Rendered) -> str:
        """Post a message that one user alone sees; no history keeps it, so it cannot be found."""
        return await self._simpler(message, lambda one: self._whisper(place, user, one))

    async def _simpler(self, message: Rendered, post: Callable[[Rendered], Awaitable[str]]) -> str:
        first, *rest = layouts(message)
        for simpler in rest:
            try:
                return await post(first)
            except Refused as refused:
                if refused.reason not in UNDRAWN:
                    raise
                log.warning("blocks refused", reason=refused.reason)
            first = simpler
        return await post(first)

    async def picture(self, place: Place, chart: Chart) -> None:
        """Put a chart into a thread as a picture with words; a failure is only noted."""
        drawn = await asyncio.to_thread(png, chart)
        await self._try(
            "files.upload",
            lambda: self.posts.files_upload_v2(
                channel=place.channel,
                thread_ts=place.thread_ts,
                content=drawn,
                filename=PICTURE,
                title=chart.title,
                alt_txt=alt_text(chart),
            ),
        )

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

    async def start_stream(
        self, place: Place, user: str, team: str | None, chunks: Sequence[dict[str, Any]]
    ) -> str:
        """Begin a message that grows; give its timestamp."""
        begun = await self._call(
            "chat.startStream",
            lambda: self.posts.chat_startStream(
                channel=place.channel,
                thread_ts=place.thread_ts or "",
                recipient_user_id=user,
                recipient_team_id=team,
                task_display_mode="timeline",
                chunks=[*chunks],
            ),
        )
        return str(begun["ts"])

    async def append(self, place: Place, ts: str, chunks: Sequence[dict[str, Any]]) -> None:
        """Add to a stream."""
        await self._call(
            "chat.appendStream",
            lambda: self.posts.chat_appendStream(channel=place.channel, ts=ts, chunks=[*chunks]),
        )

    async def finish(
        self,
        place: Place,
        ts: str,
        chunks: Sequence[dict[str, Any]],
        blocks: Sequence[Mapping[str, Any]],
        metadata: Mapping[str, object],
    ) -> str:
        """Stop a stream with what it lacks; the agent is then idle."""
        await self._call(
            "chat.stopStream",
            lambda: self.posts.chat_stopStream(
                channel=place.channel,
                ts=ts,
                chunks=[*chunks] or None,
                blocks=[dict(block) for block in blocks] or None,
                metadata=dict(metadata),
                session_status="active",
            ),
        )
        return ts

    async def close(self, place: Place, ts: str) -> str:
        """Stop a stream as it is; it is edited then."""
        await self._call(
            "chat.stopStream",
            lambda: self.posts.chat_stopStream(
                channel=place.channel, ts=ts, markdown_text=DOTS, session_status="active"
            ),
        )
        return ts

    async def edit(
        self, place: Place, ts: str, message: Rendered, metadata: Mapping[str, object]
    ) -> str:
        """Put a message in the place of what a stream left."""
        await self._call(
            "chat.update",
            lambda: self.posts.chat_update(
                channel=place.channel,
                ts=ts,
                text=message.text,
                blocks=[*message.blocks],
                metadata=dict(metadata),
                parse="none",
            ),
        )
        return ts

    async def set_session(self, place: Place, status: str, user: str | None = None) -> None:
        """Say what the agent is at in a thread; a failure must not stop the answer."""
        await self._try(
            "agents.sessions.setStatus",
            lambda: self.posts.agents_sessions_setStatus(
                channel_id=place.channel,
                thread_ts=place.thread_ts,
                status=status,
                initiator_user_id=user,
            ),
        )

    async def name_session(self, place: Place, title: str) -> None:
        """Give a thread its title; a failure must not stop the answer."""
        await self._try(
            "agents.sessions.rename",
            lambda: self.posts.agents_sessions_rename(
                channel_id=place.channel, thread_ts=place.thread_ts, title=title[:TITLE]
            ),
        )

    async def show_status(self, place: Place, status: str) -> None:
        """Say what we are doing, above the message box; a failure must not stop the answer."""
        await self._try(
            "assistant.threads.setStatus",
            lambda: self.posts.assistant_threads_setStatus(
                channel_id=place.channel, thread_ts=place.thread_ts or "", status=status
            ),
        )

    async def _try(self, key: str, call: Callable[[], Awaitable[AsyncSlackResponse]]) -> None:
        try:
            await self._call(key, call)
        except (Refused, Limited, Unclear) as outcome:
            log.info("not shown", outcome=type(outcome).__name__, detail=outcome.args)

    async def _call(
        self, key: str, call: Callable[[], Awaitable[AsyncSlackResponse]]
    ) -> Mapping[str, Any]:
        """Call, unless Slack has asked us to wait with such calls; remember when it does."""
        if (left := self.pace.held(key)) > 0:
            raise Limited(left)
        try:
            return await outcome_of(call())
        except Limited as limit:
            self.pace.hold(key, limit.retry_after)
            raise

    async def post_as_is(
        self, place: Place, message: Rendered, metadata: Mapping[str, object]
    ) -> str:
        """Post a message in its channel's turn; give its timestamp."""
        wait = self.pace.turn(place.channel, PATIENCE)
        if wait > PATIENCE:
            raise Limited(wait)
        await asyncio.sleep(wait)
        sent = await self._call(
            f"chat.postMessage {place.channel}",
            lambda: self.posts.chat_postMessage(
                channel=place.channel,
                thread_ts=place.thread_ts,
                text=message.text,
                blocks=list(message.blocks) or None,
                metadata=dict(metadata),
                parse="none",  # the words of `text` are escaped; Slack must not link them by itself
                unfurl_links=False,
                unfurl_media=False,
            ),
        )
        return str(sent["ts"])


def delivery(
    token: str | None,
    base_url: str = SLACK,
    pace: Pace | None = None,
    *,
    client: Callable[..., AsyncWebClient] | None = None,
) -> Delivery:
    """Make both clients; `pace` is the one that Slack asks for, unless another is given.

    `client` makes one where the token is not always the same.
    """
    seconds = int(POST_TIMEOUT.total_seconds())
    made = client or partial(AsyncWebClient, token)
    posts = made(base_url=base_url, timeout=seconds, retry_handlers=[])
    patient = [
        AsyncRateLimitErrorRetryHandler(max_retry_count=2),
        AsyncServerErrorRetryHandler(max_retry_count=2),
    ]
    reads = made(base_url=base_url, timeout=seconds, retry_handlers=[*patient])
    return Delivery(posts, reads, pace or Pace(time.monotonic))


def _place(outgoing: Outgoing) -> Place:
    return Place(outgoing.recipient, outgoing.thread_ts)


def metadata_of(event_type: str, key: str, **more: str) -> dict[str, object]:
    """What travels with a message unseen, so that it can be found again."""
    return {"event_type": event_type, "event_payload": {"key": key, **more}}
