"""Digest -> the message of a brief. Knows no client, no store and no clock.

Like an answer it keeps Slack's limits by construction: lines have their caps, links are left out
where they would make the body too long, quotes are shown while there is room.
"""

from collections import defaultdict
from collections.abc import Sequence

from bot.blocks.citing import Urls, left_out, linked, numbers, quotes
from bot.blocks.forms import modal
from bot.blocks.kit import actions, button, footer, notification, sections
from bot.blocks.limits import TOTAL_TEXT, Block, total_text
from bot.blocks.lines import line_text
from bot.mrkdwn import at_quote, bold, escape, fit, italic
from jobs.digest import ROOM, Digest, DigestLine
from jobs.models import Rendered
from retrieval.ask.wording import plural
from retrieval.models import digest_of

# Characters, escaped and without links: with TAIL they stay below TOTAL_TEXT.
TITLE, WINDOW, NOTE = 150, 300, 300
OPEN_ALL = "digest_open_all"
TAIL = 300  # the count of what is left out, and the footer


def digest_message(digest: Digest) -> Rendered:
    """Render a brief as it will be posted; what found no room in it is behind a button."""
    *body, close = digest_blocks(digest)
    rest = actions(button("Open all", OPEN_ALL, _id(digest))) if digest.cut else []
    return Rendered(digest_text(digest), (*body, *rest, close))


def whole_view(digest: Digest) -> Block:
    """Draw every line of a brief, for who asks for them."""
    urls = {c.n: at_quote(c.url, c.quote.text) for c in digest.citations}
    head = f"{bold(fit(digest.title, TITLE))} · {escape(fit(digest.window, WINDOW))}"
    lines = [_line(line, urls) for line in (*digest.lines, *digest.groups)]
    cut = [italic(fit(digest.cut, NOTE))] if digest.cut else []
    blocks = [*sections([head]), *sections([*lines, *cut]), footer(_id(digest))]
    return modal(OPEN_ALL, "The whole brief", blocks)


def digest_blocks(digest: Digest) -> list[Block]:
    """Draw a brief: title and window, lines, groups, quotes, footer."""
    body = linked(digest.citations, lambda urls: _draft(digest, urls))
    shown = quotes(digest.citations, TOTAL_TEXT - TAIL - total_text(body), lambda _: "")
    return [*body, *shown, *left_out(digest.citations, shown), footer(_id(digest))]


def digest_text(digest: Digest) -> str:
    """Write the brief for notifications and screen readers, which show only this."""
    return notification(digest.text, _id(digest))


def _id(digest: Digest) -> str:
    return f"d-{digest_of(digest.text)[:8]}"


def _draft(digest: Digest, urls: Urls) -> list[Block]:
    head = f"{bold(fit(digest.title, TITLE))} · {escape(fit(digest.window, WINDOW))}"
    names = digest.lines[:ROOM]
    lines = (*names, *digest.groups[: ROOM - len(names)])
    parts: defaultdict[str, list[DigestLine]] = defaultdict(list)
    for line in lines:
        parts[_part(line)].append(line)
    notes = [note for note in (digest.note, digest.cut) if note]
    return [
        *sections([head]),
        *_under("Watchlist", parts["watched"], urls),
        *_under("Also" if parts["watched"] else "Names", parts["names"], urls),
        *_under("Groups", parts["groups"], urls),
        *_under("Inferred, not in the source", parts["inferred"], urls),
        *sections(italic(fit(note, NOTE)) for note in notes),
    ]


def _part(line: DigestLine) -> str:
    if line.line.origin == "inferred":
        return "inferred"
    if line.line.target.kind == "group":
        return "groups"
    return "watched" if line.watched else "names"


def _under(title: str, lines: Sequence[DigestLine], urls: Urls) -> list[Block]:
    shown = [_line(line, urls) for line in lines]
    return sections([bold(title), *shown]) if shown else []


def _line(line: DigestLine, urls: Urls) -> str:
    parts = [
        line_text(line.line, urls, figures=True),
        plural(line.articles, "article") if line.articles > 1 else "",
        f"contrary {numbers(line.contrary, urls)}" if line.contrary else "",
    ]
    return " · ".join(part for part in parts if part)
