"""A digest before an open, a wrap, one that is left out or sent at once: as people do it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.blocks import digest_forms
from bot.blocks.digest_forms import LEAVE_OUT, SEND_NOW
from bot.blocks.home import EDIT_DIGEST, PREVIEW_DIGEST
from bot.blocks.limits import view_problems
from jobs.models import DIGEST, WRAP, Subscription
from jobs.schedules import AfterWeek, BeforeOpen
from retrieval.library import Library
from tests.house import ADA, BEN, House, Scenario, own_tables, play, small_library

Json = dict[str, Any]
WEDNESDAY = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)  # before Thanksgiving, in the session
NEXT = "ext Fri 27 Nov 08:45 ET"  # begins a sentence or not
CHANNEL = Subscription(
    DIGEST, "C0RESEARCH", BeforeOpen("XNYS", 45), WEDNESDAY - timedelta(hours=1), team=ADA.team
)
OWN = replace(CHANNEL, recipient="D0ADA00001", user=ADA.user)


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    with small_library() as opened:
        yield opened


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with own_tables(tmp_path) as made:
        yield made


@pytest.fixture
def on_wednesday(library: Library, engine: Engine) -> Callable[[Scenario], None]:
    return lambda scenario: play(library, engine, scenario, now=lambda: WEDNESDAY)


def home(house: House) -> str:
    view = house.slack.windows.homes.get(ADA.user)
    return str(view.payload) if view else ""


def top(house: House, user: str = ADA.user) -> str:
    view = house.slack.windows.top(user)
    if view is None:
        return ""
    assert view_problems(view.payload) == ()
    return str(view.payload)


def chosen(**fields: Any) -> dict[str, dict[str, Any]]:
    return {name: {name: value} for name, value in fields.items()}


async def fill(house: House, kind: str, when: str, **fields: Any) -> Any:
    """Open the form, pick what and when, and fill in what it shows then."""
    await house.slack.click_view(EDIT_DIGEST)
    await house.slack.wait_for(lambda: "Local time" in top(house) or "Exchange" in top(house))
    await house.slack.click_view(digest_forms.KIND, choice=kind)
    await house.slack.wait_for(lambda: f"'digest_kind': '{kind}'" in top(house).replace('"', "'"))
    await house.slack.click_view(digest_forms.WHEN, choice=when)
    await house.slack.wait_for(lambda: f"'digest_when': '{when}'" in top(house).replace('"', "'"))
    return await house.slack.submit_view(chosen(**fields))


async def at_home(house: House) -> None:
    """Open the Home tab, where the next brief is told of."""
    await house.slack.open_home("ada", "home")
    await house.slack.wait_for(lambda: NEXT in home(house))


async def previewed(house: House, words: str) -> None:
    """Press *Preview* there, and wait until its window says something."""
    await at_home(house)
    await house.slack.click_view(PREVIEW_DIGEST)
    await house.slack.wait_for(lambda: words in top(house))


async def told(house: House, command: str, words: str, channel: str = "#research") -> None:
    await house.slack.command(channel, "ada", command)
    await house.slack.wait_for(lambda: words in str(house.slack.ephemerals(channel, "ada")))


def test_a_digest_before_an_open_is_set_up_in_the_form(
    on_wednesday: Callable[[Scenario], None],
) -> None:
    async def scenario(house: House) -> None:
        await house.slack.open_home("ada", "home")
        await house.slack.wait_for(lambda: home(house))
        wrong = await fill(house, DIGEST, "around", minutes="999")
        assert "1 to 480 minutes" in wrong.errors[digest_forms.MINUTES]
        house.slack.windows.close(ADA.user, everything=True)
        assert not (await fill(house, DIGEST, "around", exchange="XNYS", minutes="45")).errors
        await house.slack.wait_for(lambda: NEXT in top(house))
        await house.slack.submit_view()
        await house.slack.wait_for(lambda: NEXT in home(house))
        (kept,) = house.office.desk.state.subscriptions()
        assert (kept.schedule, kept.owner, kept.made_by) == (OWN.schedule, ADA, ADA.user)
        await house.slack.click_view(EDIT_DIGEST)
        await house.slack.wait_for(lambda: "'initial_value': '45'" in top(house))

    on_wednesday(scenario)


def test_a_weekly_wrap_stands_beside_the_daily_brief(
    on_wednesday: Callable[[Scenario], None],
) -> None:
    async def scenario(house: House) -> None:
        state = house.office.desk.state
        state.subscribe(OWN)
        await at_home(house)
        await fill(house, WRAP, "around", exchange="XNYS", minutes="30")
        await house.slack.wait_for(lambda: "Weekly wrap · Wed 25 Nov 2026" in top(house))
        await house.slack.submit_view()
        await house.slack.wait_for(lambda: "Your own weekly wrap · next Fri 27 Nov" in home(house))
        assert NEXT in home(house)
        assert [one.schedule for one in state.subscriptions()] == [
            OWN.schedule,
            AfterWeek("XNYS", 30),
        ]
        await fill(house, WRAP, "around", state="off")
        await house.slack.wait_for(lambda: "weekly wrap" not in home(house))
        assert state.subscriptions() == [OWN]

    on_wednesday(scenario)


def test_the_next_brief_is_left_out_and_taken_in_again_by_the_same_button(
    on_wednesday: Callable[[Scenario], None],
) -> None:
    async def scenario(house: House) -> None:
        state = house.office.desk.state
        state.subscribe(CHANNEL)
        await previewed(house, "Pre-open brief")
        await house.slack.click_view(LEAVE_OUT)
        await house.slack.wait_for(lambda: f"{NEXT} is left out" in top(house))
        await house.slack.wait_for(lambda: f"{NEXT} is left out" in home(house))
        assert state.subscriptions() == [replace(CHANNEL, skips=(date(2026, 11, 27),))]
        await house.slack.click_view(LEAVE_OUT)
        await house.slack.wait_for(lambda: f"{NEXT} · 45 min" in top(house))
        await house.slack.wait_for(lambda: f"{NEXT} · 45 min" in home(house))
        assert state.subscriptions() == [CHANNEL]

    on_wednesday(scenario)


def test_a_brief_that_is_sent_by_hand_is_posted_once(
    on_wednesday: Callable[[Scenario], None],
) -> None:
    async def scenario(house: House) -> None:
        house.office.desk.state.subscribe(CHANNEL)
        await previewed(house, "Send now")
        await house.slack.click_view(SEND_NOW)
        await house.slack.wait_for(lambda: "Today's brief is on its way" in top(house))
        await house.slack.click_view(SEND_NOW)
        await house.slack.wait_for(lambda: "made already" in top(house))
        (brief,) = await house.slack.wait_for(
            lambda: [m for m in house.slack.messages("#research") if m.get("metadata")]
        )
        assert "Wed 25 Nov 2026" in brief["text"]

    on_wednesday(scenario)


def test_a_brief_is_previewed_sent_and_left_out_by_typing(
    on_wednesday: Callable[[Scenario], None],
) -> None:
    async def scenario(house: House) -> None:
        state = house.office.desk.state
        for way in ("now", "skip", "preview"):
            await told(house, f"/tape digest {way}", "No digest is subscribed")
        state.subscribe(CHANNEL)
        await told(house, "/tape digest skip", "The next brief (Fri 27 Nov 08:45 ET) is left out")
        assert state.subscriptions()[0].skips == (date(2026, 11, 27),)
        await told(house, "/tape digest SKIP", "comes after all: Fri 27 Nov 08:45 ET")
        assert state.subscriptions() == [CHANNEL]
        await house.slack.command("#research", "ada", "/tape digest preview")
        await house.slack.wait_for(lambda: NEXT in top(house))
        assert state.counts() == {}
        await told(house, "/tape digest now", "Today's brief is on its way")
        await told(house, "/tape digest now", "made already")

    on_wednesday(scenario)


def test_in_direct_messages_it_is_ones_own_and_nobody_reaches_anothers(
    on_wednesday: Callable[[Scenario], None],
) -> None:
    async def scenario(house: House) -> None:
        state = house.office.desk.state
        state.subscribe(OWN)
        await house.slack.command("D0ADA00001", "ada", "/tape digest skip")
        await house.slack.wait_for(lambda: state.subscriptions()[0].skips)
        personal = house.office.personal()
        assert personal.digest(ADA, DIGEST, OWN.recipient) is not None
        assert personal.digest(BEN, DIGEST, OWN.recipient) is None
        await house.slack.open_home("ben", "home")
        await house.slack.wait_for(lambda: BEN.user in house.slack.windows.homes)
        assert "Your own brief" not in str(house.slack.windows.homes[BEN.user].payload)

    on_wednesday(scenario)


def test_a_digest_that_is_gone_when_its_button_is_pressed_is_said_to_be_gone(
    on_wednesday: Callable[[Scenario], None],
) -> None:
    async def scenario(house: House) -> None:
        state = house.office.desk.state
        state.subscribe(CHANNEL)
        await previewed(house, "Send now")
        state.unsubscribe(DIGEST, CHANNEL.recipient)
        await house.slack.click_view(SEND_NOW)
        await house.slack.wait_for(lambda: "No digest is subscribed" in top(house))
        assert state.counts() == {}

    on_wednesday(scenario)
