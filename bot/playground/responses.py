"""Turns what an app posts to a response_url into messages, five times within 30 minutes each.

Knows no HTTP. The right to answer belongs to one gesture in one place, and needs no token.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.playground.arguments import Arguments, RefusedError
from bot.playground.content import LONGEST_TEXT, content_of, metadata_of, root_of
from bot.playground.state import BOT_USER, Json, Message, Workspace

USES, LIFE = 5, timedelta(minutes=30)  # Slack's documentation of response_url
KNOWN = frozenset(
    """text blocks attachments response_type replace_original delete_original unfurl_links
    unfurl_media thread_ts metadata mrkdwn link_names parse""".split()
)


@dataclass(frozen=True, slots=True)
class Right:
    """Who may be answered where; `original` is the message that the gesture was made on."""

    channel: str
    user: str
    since: datetime
    original: str | None = None
    uses: int = 0


@dataclass(slots=True)
class Responses:
    """The rights that were given out, by the last part of their address."""

    workspace: Workspace
    base_url: Callable[[], str]
    _rights: dict[str, Right] = field(default_factory=dict)

    def address(self, channel: str, user: str, original: str | None = None) -> str:
        """Give a gesture the right to be answered; its address is the right."""
        token = f"r{self.workspace.number():08d}"
        self._rights[token] = Right(channel, user, self.workspace.now(), original)
        return f"{self.base_url()}response/{token}"

    def answer(self, token: str, body: Json) -> None:
        """Do what is asked; RefusedError when the right is used up, or the body is odd."""
        right = self._rights.get(token)
        if right is None or self.workspace.now() - right.since > LIFE:
            raise RefusedError("expired_url", status=404)
        if right.uses >= USES:
            raise RefusedError("used_url", status=404)
        if not set(body) <= KNOWN:
            raise RefusedError("invalid_payload", status=400)
        try:
            self.show(right, body)
        except RefusedError as refused:
            raise RefusedError(refused.code, status=400) from refused
        self._rights[token] = replace(right, uses=right.uses + 1)

    def show(self, right: Right, body: Json) -> None:
        """Post, replace or delete, for the one user unless `in_channel` is asked for."""
        args, space = Arguments(body), self.workspace
        original = space.find(right.channel, right.original) if right.original else None
        ours = original if original and original.user == BOT_USER else None
        if args.flag("delete_original"):
            if ours:
                space.drop(ours)
            return
        content = content_of(args, longest=LONGEST_TEXT)
        if ours and args.flag("replace_original"):
            space.put(replace(ours, text=content.text, blocks=content.blocks, edited=space.stamp()))
            return
        self._post(right, args, content)

    def _post(self, right: Right, args: Arguments, content: Message) -> None:
        space = self.workspace
        thread = root_of(space, space.channels[right.channel], args.maybe("thread_ts"))
        placed = replace(
            content,
            channel=right.channel,
            ts=space.stamp(),
            thread_ts=thread,
            metadata=metadata_of(args),
        )
        match args.text("response_type") or "ephemeral":
            case "in_channel":
                space.post(placed)
            case "ephemeral":
                space.put(replace(placed, reader=right.user))
            case _:
                raise RefusedError("invalid_payload")
