"""What is shown of feeds is within Slack's limits, says how they go, and nothing in it is live."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from bot.blocks.feeds import (
    FEED_KEPT,
    STOP,
    carried_in,
    feed_lines,
    key_of,
    manage_view,
    trial_view,
)
from bot.blocks.home import Admin, home_view
from bot.blocks.limits import view_problems
from jobs.feeds.models import LONGEST_URL, Feed, Follow, Followed, Trial
from retrieval.models import Article
from tests.hostile import assert_nothing_is_live
from tests.unit.test_blocks_home import EMPTY

NOW = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "https://wire.example/rss?apikey=S3CRET"
WELL = Feed(URL, NOW, "Harbor Wire", worked_at=NOW, fresh_at=NOW - HOUR, gap=HOUR)
ILL = replace(WELL, cause="server", failures=3, failing_since=NOW - 5 * HOUR)
HOSTILE = st.text(max_size=60) | st.sampled_from(
    ["<!channel>", "<@U1>", "<https://evil.example|x>", "*_`~", "https://evil.example", "x" * 900]
)


def followed(feed: Feed, title: str | None = None, team: str = "T1") -> Followed:
    return Followed(Follow(feed.url, team, title), feed)


def test_everybody_reads_how_the_feeds_go_and_admins_what_to_do() -> None:
    feeds = [followed(WELL), followed(ILL, "The Desk"), followed(Feed("https://c.example/", NOW))]
    counted, ill = feed_lines(feeds, NOW, remedies=False)
    assert counted == snapshot("3 feeds: 1 ok, 1 failing, 1 new.")
    told, since = ill.split(": ")
    assert told == snapshot("✕ *The Desk* · failing · its server has an error of its own (5xx)")
    assert since == snapshot("for 5 h, 3 times in a row.")
    assert feed_lines(feeds, NOW, remedies=True)[1].endswith(
        " in a row. Nothing yet: Tape tries again by itself. If it lasts, tell the publisher."
    )


def test_only_admins_get_the_button_and_nobody_without_feeds_the_heading() -> None:
    plain = str(home_view(replace(EMPTY, feeds=(followed(WELL),)), now=NOW))
    assert "1 feed: 1 ok." in plain
    assert "Manage feeds" not in plain
    assert "*Feeds*" not in str(home_view(EMPTY, now=NOW))
    admin = str(home_view(replace(EMPTY, admin=Admin((), {})), now=NOW))
    assert "No feed is read yet." in admin
    assert "Manage feeds" in admin


def test_an_admin_stops_the_feeds_of_the_own_workspace_only() -> None:
    mine, operators = followed(WELL, "Mine"), followed(ILL, "The operator's", team="")
    view = manage_view([mine, operators], "T1", NOW)
    assert view_problems(view) == ()
    (stop,) = [b for b in view["blocks"] if b.get("block_id") == STOP]
    assert [o["text"]["text"] for o in stop["element"]["options"]] == ["Mine"]
    assert [o["value"] for o in stop["element"]["options"]] == [key_of(mine)]
    assert "3 times in a row · set by the operator" in str(view)
    assert STOP not in str(manage_view([operators], "T1", NOW))


def test_a_trial_shows_the_newest_items_and_no_key() -> None:
    items = (
        Article("a", "Visa gains.", title="Visa gains", published_at=NOW),
        Article("b", "Text"),
    )
    view = trial_view(Trial(URL, "Harbor Wire", items), "x")
    assert view_problems(view) == ()
    assert view["callback_id"] == FEED_KEPT
    assert [b["text"]["text"] for b in view["blocks"]] == snapshot(
        [
            """\
*Harbor Wire*
https://wire.example/rss?apikey=…
2 items; the newest:\
""",
            """\
• Visa gains · 27 Nov 13:45 UTC
• Text · undated\
""",
        ]
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(HOSTILE, max_size=160),
    st.lists(HOSTILE.filter(str.strip), max_size=12),
    st.none() | HOSTILE,
)
def test_whatever_feeds_call_themselves_and_their_items(
    names: list[str], titles: list[str], own: str | None
) -> None:
    feeds = [
        followed(replace(ILL if n % 2 else WELL, url=f"{URL}&n={n}", title=own), name)
        for n, name in enumerate(names)
    ]
    manage, home = manage_view(feeds, "T1", NOW), replace(EMPTY, feeds=tuple(feeds))
    shown = home_view(replace(home, admin=Admin((), {})), now=NOW)
    articles = tuple(Article(str(n), title, title=title) for n, title in enumerate(titles))
    trial = trial_view(Trial(URL, own, articles), "x")
    for view in (manage, shown, trial):
        assert view_problems(view) == ()
        assert_nothing_is_live(view["blocks"])


def test_the_longest_address_of_a_feed_is_carried_whole_from_the_look_to_the_follow() -> None:
    url = ("https://wire.example/" + '"' * LONGEST_URL)[:LONGEST_URL]
    for title in ("The “Desk” \\ " * 20, None):
        view = trial_view(Trial(url, title, ()), "external")
        assert view_problems(view) == ()
        kept, name = carried_in(str(view["private_metadata"]))
        assert kept == url
        assert (name or "")[:10] == (title or "")[:10]


def test_a_name_of_hidden_signs_is_no_empty_option() -> None:
    other = replace(WELL, url="https://other.example/rss")
    view = manage_view([followed(WELL, "\u200b"), followed(other, "\u202eab")], "T1", NOW)
    assert view_problems(view) == ()
    assert_nothing_is_live(view)
    assert "'…'" in str(view)
