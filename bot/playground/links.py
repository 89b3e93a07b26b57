"""Turns links that users post into link_shared, and chat.unfurl into previews. Knows no HTTP."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from bot.playground.arguments import Arguments, RefusedError
from bot.playground.content import check_blocks
from bot.playground.parts import Parts
from bot.playground.state import BOT_USER, Channel, Json, Message

LINK = re.compile(r"<(https?://[^|>]+)(?:\|[^>]*)?>")
SOURCES = frozenset({"composer", "conversations_history"})


def links_of(text: str, domains: Sequence[str]) -> list[Json]:
    """List the links of a message that the app may unfurl: its domains and what is under them."""
    urls = dict.fromkeys(html.unescape(url) for url in LINK.findall(text))
    return [
        {"domain": domain, "url": url}
        for url in urls
        for domain in domains
        if _is_under(urlsplit(url).hostname or "", domain)
    ]


def of_links(message: Message, channel: Channel, links: Sequence[Json]) -> Json:
    """Tell that links of ours were posted."""
    thread = {"thread_ts": message.thread_ts} if message.thread_ts else {}
    return {
        "type": "link_shared",
        "channel": channel.id,
        "is_bot_user_member": BOT_USER in channel.members,
        "user": message.user,
        "message_ts": message.ts,
        **thread,
        "links": list(links),
        "unfurl_id": unfurl_id(message),
        "source": "conversations_history",
        "event_ts": message.ts,
    }


def unfurl_id(message: Message) -> str:
    """Name a message for chat.unfurl."""
    return f"{message.channel}-{message.ts}-playground"


def unfurl(parts: Parts, args: Arguments) -> Json:
    """chat.unfurl: previews for links of one message, as long as they are in it and ours."""
    message = _message(parts, args)
    previews = args.table("unfurls", "invalid_unfurls_format")
    if not previews and not (args.given.get("metadata") or args.given.get("user_auth_required")):
        raise RefusedError("missing_unfurls")
    ours = {link["url"] for link in links_of(message.text, parts.manifest.unfurl_domains)}
    attached = {kept["from_url"]: kept for kept in message.attachments}
    for url, preview in (previews or {}).items():
        if url not in ours:
            raise RefusedError("cannot_unfurl_url")
        attached[url] = {**_sound(preview), "from_url": url, "is_app_unfurl": True}
    parts.workspace.put(replace(message, attachments=tuple(attached.values())))
    return {}


def _is_under(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _sound(preview: object) -> Json:
    if not isinstance(preview, Mapping):
        raise RefusedError("invalid_unfurls_format")
    blocks = Arguments(preview).items("blocks", "cannot_parse_attachment")
    try:
        check_blocks(blocks)
    except RefusedError as refused:
        raise RefusedError("cannot_parse_attachment", **refused.more) from refused
    return dict(preview)


def _message(parts: Parts, args: Arguments) -> Message:
    if args.maybe("unfurl_id") or args.maybe("source"):
        return _by_unfurl_id(parts, args)
    for name in ("channel", "ts"):
        if not args.maybe(name):
            raise RefusedError(f"missing_{name}")
    if args.text("channel") not in parts.workspace.channels:
        raise RefusedError("cannot_find_channel")
    found = parts.workspace.find(args.text("channel"), args.text("ts"))
    if found is None or found.reader:
        raise RefusedError("cannot_find_message")
    return found


def _by_unfurl_id(parts: Parts, args: Arguments) -> Message:
    for name in ("unfurl_id", "source"):
        if not args.maybe(name):
            raise RefusedError(f"missing_{name}")
    if args.text("source") not in SOURCES:
        raise RefusedError("invalid_source")
    channel, _, rest = args.text("unfurl_id").partition("-")
    found = parts.workspace.find(channel, rest.partition("-")[0])
    if found is None or unfurl_id(found) != args.text("unfurl_id"):
        raise RefusedError("invalid_unfurl_id")
    return found
