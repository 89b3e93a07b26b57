"""Feeds in Slack: an admin sees how they go, adds one after a look, stops one; others look only."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.blocks.feeds import ADDRESS, FEED_KEPT, FEEDS, MANAGE, STOP, key_of
from bot.blocks.limits import view_problems
from jobs.feeds.models import Follow
from jobs.feeds.rows import Feeds
from retrieval.library import Library
from tests.house import ADA, BEN, House, own_tables, play, send, small_library
from tests.site import PAGE, Site, reply, running

NOW = datetime(2026, 1, 2, tzinfo=UTC)  # long before the clock of this machine
RSS = (
    b"<rss version='2.0'><channel><title>Harbor &lt;!channel&gt; Wire</title><item>"
    b"<title>Visa gains &lt;https://evil.example|click&gt;</title><link>https://wire.example/1</link></item>"
    b"</channel></rss>"
)


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    with small_library() as opened:
        yield opened


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with own_tables(tmp_path) as made:
        yield made


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as made:
        made.answers["/f"] = reply(RSS, Content_Type="application/rss+xml")
        made.answers["/page"] = reply(PAGE)
        yield made


def home(house: House, user: str) -> str:
    view = house.slack.windows.homes.get(user)
    return str(view.payload) if view else ""


def top(house: House, user: str = ADA.user) -> dict[str, Any]:
    view = house.slack.windows.top(user)
    if view is None:
        return {}
    assert view_problems(view.payload) == ()
    return view.payload


async def asked_to_add(house: House, address: str) -> Any:
    await house.slack.click_view(MANAGE)
    return await send(house.slack, FEEDS, {ADDRESS: {ADDRESS: address}})


def test_an_admin_adds_a_feed_after_a_look_at_it_and_stops_it_again(
    library: Library, engine: Engine, site: Site
) -> None:
    feeds, url = Feeds(engine), site.url("/f")

    async def scenario(house: House) -> None:
        await house.slack.open_home("ada", "home")
        await house.slack.wait_for(lambda: "No feed is read yet." in home(house, ADA.user))
        assert not (await asked_to_add(house, url)).errors
        await house.slack.wait_for(lambda: "Follow this feed?" in str(top(house)))
        shown = str(top(house))
        assert "Visa gains" in shown
        assert "<!channel>" not in shown
        assert "<https://evil" not in shown
        assert feeds.followed() == []
        await send(house.slack, FEED_KEPT)
        await house.slack.wait_for(lambda: "1 feed: 1 new." in home(house, ADA.user))
        (kept,) = feeds.followed(ADA.team)
        assert (kept.follow.url, kept.follow.team, kept.follow.by) == (url, ADA.team, ADA.user)
        assert house.slack.windows.top(ADA.user) is None
        await house.slack.click_view(MANAGE)
        await house.slack.wait_for(lambda: "Stop reading" in str(top(house)))
        await house.slack.submit_view({STOP: {STOP: [key_of(kept)]}})
        await house.slack.wait_for(lambda: "No feed is read yet." in home(house, ADA.user))
        assert feeds.followed() == []

    play(library, engine, scenario, web=site.poll())


def test_what_is_no_feed_is_said_and_nothing_is_kept(
    library: Library, engine: Engine, site: Site
) -> None:
    async def scenario(house: House) -> None:
        await house.slack.open_home("ada", "home")
        await house.slack.wait_for(lambda: home(house, ADA.user))
        wrong = await asked_to_add(house, "file:///etc/passwd")
        assert wrong.errors[ADDRESS] == "Tape only reads public http and https addresses."
        assert not (await house.slack.submit_view({ADDRESS: {ADDRESS: site.url("/page")}})).errors
        await house.slack.wait_for(lambda: "no feed at this address" in str(top(house)))
        assert "submit" not in top(house)
        assert Feeds(engine).followed() == []

    play(library, engine, scenario, web=site.poll())


def test_who_is_no_admin_sees_how_feeds_go_and_can_change_none(
    library: Library, engine: Engine, site: Site
) -> None:
    Feeds(engine).follow([Follow(site.url("/f"), BEN.team, "The Desk")], NOW)

    async def scenario(house: House) -> None:
        await house.slack.open_home("ben", "home")
        await house.slack.wait_for(lambda: "1 feed: 1 new." in home(house, BEN.user))
        assert MANAGE not in home(house, BEN.user)
        await house.slack.open_home("ada", "home")
        await house.slack.wait_for(lambda: MANAGE in home(house, ADA.user))
        await house.slack.click_view(MANAGE)
        await house.slack.wait_for(lambda: "The Desk" in str(top(house)))
        house.slack.fail("users.info", "error", n=9, code="missing_scope")
        refused = await house.slack.submit_view({ADDRESS: {ADDRESS: site.url("/f")}})
        assert refused.errors[ADDRESS].startswith("Only admins of this workspace")
        assert len(Feeds(engine).followed()) == 1

    play(library, engine, scenario, web=site.poll())


def test_a_followed_feed_is_read_by_the_clock(library: Library, engine: Engine, site: Site) -> None:
    Feeds(engine).follow([Follow(site.url("/f"), ADA.team)], NOW)

    async def scenario(house: House) -> None:
        def read() -> bool:
            return Feeds(engine).followed()[0].feed.worked_at is not None

        await house.slack.wait_for(read)
        await house.slack.open_home("ada", "home")
        await house.slack.wait_for(lambda: "1 feed: 1 ok." in home(house, ADA.user))

    play(library, engine, scenario, web=site.poll(), polls=True)
    assert library.store.at("https://wire.example/1")
