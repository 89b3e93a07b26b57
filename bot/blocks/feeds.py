"""Feeds and how they go -> the lines of a home, and the modals in which admins change them.

Titles and names come from feeds, so they are text; an address is never a link. Knows no store.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bot.blocks.forms import modal, several, text_input
from bot.blocks.kit import sections
from bot.blocks.limits import Block
from bot.mrkdwn import bold, escape, fit
from jobs.feeds.health import Health, State, health
from jobs.feeds.models import LONGEST_URL, Followed, Trial, shown_url
from retrieval.ask.wording import plural
from retrieval.models import Article, digest_of

MANAGE = "home_feeds"
FEEDS, FEED_KEPT = "feeds_form", "feed_keep"
ADDRESS, STOP = "address", "stop"

MOST_ILL, MOST_LISTED, MOST_SHOWN = 10, 40, 5
NAME, TITLE = 60, 150  # characters that are shown
MARKS: dict[State, str] = {
    "ok": "●", "new": "○", "silent": "◐", "skewed": "◐", "malformed": "✕", "failing": "✕",
    "gone": "✕",
}  # fmt: skip


def feed_lines(feeds: Sequence[Followed], now: datetime, *, remedies: bool) -> list[str]:
    """Count the feeds by how they go, and name those that do not go well."""
    if not feeds:
        return ["No feed is read yet."]
    seen = [(one, health(one.feed, now)) for one in feeds]
    counts = Counter(found.state for _, found in seen)
    told = [f"{plural(len(feeds), 'feed')}: {', '.join(f'{n} {s}' for s, n in counts.items())}."]
    ill = [(one, found) for one, found in seen if not found.well]
    for one, found in ill[:MOST_ILL]:
        remedy = f". {escape(found.remedy)}" if remedies else "."
        told.append(f"{_line(one, found)}{remedy}")
    return told + ([f"… and {len(ill) - MOST_ILL} more"] if len(ill) > MOST_ILL else [])


def manage_view(feeds: Sequence[Followed], team: str, now: datetime) -> Block:
    """The form in which a workspace's admin adds a feed, or stops some of the workspace's own."""
    lines = [
        f"{_line(one, health(one.feed, now))}{'' if one.follow.team else ' · set by the operator'}"
        for one in feeds[:MOST_LISTED]
    ]
    more = len(feeds) - MOST_LISTED
    lines += [f"… and {more} more"] if more > 0 else []
    address = text_input(
        ADDRESS,
        "Add a feed",
        hint="Its address, or that of a page that has one. You see its newest items first.",
        most=LONGEST_URL,
    )
    own = {key_of(one): one.name for one in feeds if one.follow.team == team}
    stop = [several(STOP, "Stop reading", own, hint="What was read stays.")] if own else []
    listed = sections(lines or ["No feed is read yet."])
    return modal(FEEDS, "Feeds", [*listed, {**address, "optional": True}, *stop], submit="Next")


def trial_view(trial: Trial, external: str) -> Block:
    """The newest items of a feed, before it is followed."""
    head = [
        bold(fit(trial.title or shown_url(trial.url), TITLE)),
        escape(fit(shown_url(trial.url), 300)),
    ]
    head.append(f"{plural(len(trial.items), 'item')}; the newest:")
    items = [_item(one) for one in trial.items[:MOST_SHOWN]] or ["It has none yet."]
    title = fit(trial.title, TITLE) if trial.title else None
    return modal(
        FEED_KEPT,
        "Follow this feed?",
        [*sections(head), *sections(items)],
        submit="Follow",
        metadata=carried(trial.url, title),
        external=external,
    )


def carried(url: str, title: str | None) -> str:
    """Write a feed into a view, for its second form: an address has no line break in it.

    JSON would double what it escapes, and the longest address would be more than a view carries.
    """
    return f"{url}\n{title or ''}"


def carried_in(metadata: str) -> tuple[str, str | None]:
    """Read what `carried` wrote."""
    url, _, title = metadata.partition("\n")
    return url, title or None


def key_of(one: Followed) -> str:
    """Name a feed in a form: an address can be longer than an option's value."""
    return digest_of(one.follow.url)[:32]


def _line(one: Followed, found: Health) -> str:
    name = bold(fit(one.name, NAME))
    return f"{MARKS[found.state]} {name} · {found.state} · {escape(found.words)}"


def _item(article: Article) -> str:
    when = f"{article.published_at:%d %b %H:%M} UTC" if article.published_at else "undated"
    return f"• {escape(fit(article.title or article.text, TITLE))} · {when}"
