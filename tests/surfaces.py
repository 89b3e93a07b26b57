"""Hostile nouns -> all that people see of them in Slack, surface by surface."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.blocks import alert_rules, alerts, feeds, private
from bot.blocks.answer import answer_blocks, answer_messages, answer_opening, answer_text
from bot.blocks.book import book_news_view, book_text
from bot.blocks.digest import (
    digest_message,
    muted_message,
    own_message,
    shown_message,
    thread_messages,
    whole_view,
)
from bot.blocks.digest_forms import brief_view, digest_preview_view, digest_view
from bot.blocks.evidence import evidence_view
from bot.blocks.feedback import reason_view
from bot.blocks.help import help_blocks, help_text
from bot.blocks.home import home_view
from bot.blocks.limits import Block, problems, view_problems
from bot.blocks.modals import (
    book_preview_view,
    book_view,
    forget_view,
    notice_view,
    settings_view,
    unknown_names,
    watchlist_view,
)
from bot.blocks.notice import asked_block, notice_blocks, notice_text
from bot.blocks.paging import paged
from bot.blocks.unfurl import card
from bot.blocks.unposted import unposted_message
from bot.feedback import REASONS
from bot.listeners.alert_forms import written
from bot.listeners.digests import THERE_ALREADY
from bot.manners import ChannelSettings
from bot.mrkdwn import live
from bot.replies import with_book
from jobs.models import Book, Rendered
from retrieval.answers import Holding, Question
from tests.answers import NOW
from tests.hostile import REPLAY, assert_nothing_is_live, assert_plain
from tests.hostile_alerts import CHANNEL, OURS, USER
from tests.hostile_own import DAY, HostileOwn

Shown = Rendered | Block | str
"""A message, a window or home, or the Markdown of a stream."""


def answers(make: HostileOwn) -> Iterator[Shown]:
    """An answer as one message."""
    made = make.answer()
    yield Rendered(answer_text(made), tuple(answer_blocks(made, now=NOW)))


def openings(make: HostileOwn) -> Iterator[Shown]:
    """What a stream says first of an answer, and of one on a book."""
    yield answer_opening(make.answer())
    yield live(book_text(make.book_news()))


def evidence(make: HostileOwn) -> Iterator[Shown]:
    """The quotes of an answer."""
    yield evidence_view(make.answer(), {("a", 1): make.words(), ("b", 1): make.words()})


def briefs(make: HostileOwn) -> Iterator[Shown]:
    """A brief with its thread, and all of it."""
    brief = make.digest()
    yield from (digest_message(brief), *thread_messages(brief), whole_view(brief))


def built_briefs(make: HostileOwn) -> Iterator[Shown]:
    """Briefs and weekly wraps as they are built, and what one person alone sees of them."""
    brief, planned = make.built(), make.planned()
    yield from (digest_message(brief), *thread_messages(brief), whole_view(brief))
    yield own_message(brief)
    yield digest_preview_view(brief, planned, "UTC", metadata="{}", external="e")
    yield brief_view(brief, planned, "UTC", THERE_ALREADY.format("brief"))


def digest_forms(make: HostileOwn) -> Iterator[Shown]:
    """The form of a digest, and what its buttons are answered with."""
    yield digest_view(make.fields())
    ticker = make.words()[:20] or "x"  # a menu offers no other
    yield from (muted_message(ticker, DAY), shown_message(ticker), own_message(None))


def private_answers(make: HostileOwn) -> Iterator[Shown]:
    """An answer on a book, in pages, with and without its choice."""
    asked = Question(make.words(), "portfolio")
    made, own = replace(make.answer(), question=asked), make.book_news()
    yield from answer_messages(made, now=NOW)
    *body, _ = with_book(made, answer_blocks(made, now=NOW), own)
    body = [asked_block(make.words()), *body]
    yield from paged(answer_text(made), body, REPLAY)
    *body, close = private.whispered([*body, {}], REPLAY, can_share=True)
    yield from paged(answer_text(made), body, REPLAY)
    *body, close = private.kept_private([*body, close])
    yield from paged(answer_text(made), body, REPLAY)


def books(make: HostileOwn) -> Iterator[Shown]:
    """A book that is previewed, and the news on it."""
    yield book_preview_view(make.preview(), "file:F1")
    yield book_news_view(make.book_news(), "e")
    found = private.book_found_blocks(make.words(), "F1", "q-1")
    yield Rendered(notice_text(private.BOOK_FOUND, "q-1"), tuple(found))


def alert_messages(make: HostileOwn) -> Iterator[Shown]:
    """Alerts, what joins their threads, what waited, and what somebody did with one."""
    first = alerts.alert_message(make.fired())
    yield first
    yield alerts.update_message(make.told())
    yield alerts.gathered_message(make.told(), NOW - timedelta(hours=9))
    yield alerts.noted_message(first, [f"Acknowledged by <@{USER}>"], frozenset({alerts.ACK}))


def alert_views(make: HostileOwn) -> Iterator[Shown]:
    """Rules in lists and forms, a dry run, and why one did or did not fire."""
    rule, tried, seen = make.rule(), make.tried(), make.alerts()
    yield alert_rules.list_view(seen)
    yield alert_rules.rule_view(rule, zone="UTC")
    yield alert_rules.rule_view(None, zone="UTC", about=make.words()[:2_000])
    yield alert_rules.trial_view(tried, written(tried.rule), "e")
    yield alert_rules.explained_view(make.explained(), "e")
    yield from [alert_rules.why_view(seen.rules)] if seen.rules else []


def feed_views(make: HostileOwn) -> Iterator[Shown]:
    """Feeds as an admin sees them, and one before it is followed."""
    yield feeds.manage_view(make.feeds(), "T1", NOW)
    yield feeds.trial_view(make.trial(), "e")


def homes(make: HostileOwn) -> Iterator[Shown]:
    """Somebody's home."""
    yield home_view(make.home(), now=NOW)


def notes(make: HostileOwn) -> Iterator[Shown]:
    """A post that is missing, a sentence of ours, what was typed wrong, the card under a link."""
    for end in ("failed", "late", "unknown"):
        yield unposted_message("digest", make.words(), DAY, end, make.words())
    sentence = make.words()
    yield Rendered(notice_text(f"{sentence}.", "q-1"), tuple(notice_blocks(f"{sentence}.", "q-1")))
    yield notice_view("Alert", unknown_names([make.words() for _ in range(30)]))
    yield {"type": "home", **card(make.head(), make.tickers(), now=NOW)}


def forms(make: HostileOwn) -> Iterator[Shown]:
    """The forms that show no article's words, with what somebody typed into them."""
    held = Book((Holding(make.words(), 1.0),), NOW)
    yield watchlist_view([make.words()[:20] for _ in range(200)])
    yield from (book_view(held), forget_view(), settings_view(CHANNEL, ChannelSettings()))
    yield reason_view(REASONS, {"replay_id": REPLAY, "note": make.words()[:500]})
    yield Rendered(help_text(), tuple(help_blocks()))


SURFACES: Mapping[str, Callable[[HostileOwn], Iterator[Shown]]] = {
    one.__name__: one
    for one in (
        answers, openings, evidence, briefs, built_briefs, digest_forms, private_answers, books,
        alert_messages, alert_views, feed_views, homes, notes, forms,
    )
}  # fmt: skip


def assert_sound(shown: Shown) -> None:
    """Slack takes what is shown, nothing in it is live, and its words for a phone are plain."""
    if isinstance(shown, Rendered):
        assert problems(shown.blocks) == ()
        assert_nothing_is_live(shown.blocks, OURS)
        assert_plain(shown.text)
        return
    if isinstance(shown, str):
        assert not re.search(r"[<>]|://|(?<!\\)`|(?<!\\)\]\(", shown)
        return
    assert view_problems(shown) == ()
    assert_nothing_is_live(shown, OURS)
