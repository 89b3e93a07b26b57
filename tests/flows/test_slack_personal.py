"""What people keep, changed and seen in Slack: home, forms, /tape, private answers."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.blocks import digest_forms, modals
from bot.blocks.answer import EVIDENCE, ONLY_MINE, WINNERS
from bot.blocks.digest import MUTE, MY_BOOK, OPEN_ALL, UNMUTE
from bot.blocks.home import (
    DROP_BOOK,
    EDIT_BOOK,
    EDIT_DIGEST,
    EDIT_WATCHLIST,
    FORGET,
    PREVIEW_DIGEST,
)
from bot.blocks.limits import view_problems
from bot.blocks.private import KEEP, SHARE
from bot.feedback import Case, Feedback
from bot.playground.manifest import our_manifest
from jobs.brief import send_now
from jobs.digest import News
from jobs.models import DIGEST, Owner, Subscription
from jobs.mutes import Mutes, Place
from jobs.schedules import WEEKDAYS, WORKDAYS, Daily
from retrieval.answers import Holding
from retrieval.library import Library
from tests.house import ADA, BEN, BOOK, House, answered, own_tables, play, send, small_library
from tests.nouns import claim
from tests.secrets_in import rows_of

Json = dict[str, Any]
NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
HURT = "what could hurt my portfolio?"


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    with small_library() as opened:
        yield opened


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with own_tables(tmp_path) as made:
        yield made


def home(house: House, owner: Owner = ADA) -> str:
    view = house.slack.windows.homes.get(owner.user)
    return str(view.payload) if view else ""


def top(house: House, owner: Owner = ADA) -> Json:
    view = house.slack.windows.top(owner.user)
    assert view is not None
    assert view_problems(view.payload) == ()
    return view.payload


async def whispers(house: House, user: str, count: int = 1, seconds: float = 30.0) -> list[Json]:
    def there() -> bool:
        return len(house.slack.ephemerals("#research", user)) >= count

    await house.slack.wait_for(there, seconds)
    return house.slack.ephemerals("#research", user)


def test_the_home_shows_what_is_kept_and_each_change_of_it(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        await house.slack.open_home("ada", "home")
        await house.slack.wait_for(lambda: "No names yet." in home(house))
        assert (await house.slack.click_view(EDIT_WATCHLIST)).answered
        await house.slack.wait_for(lambda: house.slack.windows.top(ADA.user))
        wrong = await house.slack.submit_view({modals.NAMES: {modals.NAMES: "nvda, Smurfco"}})
        assert "“Smurfco”" in wrong.errors[modals.NAMES]
        assert house.people.watchlist(ADA) == ()
        done = await send(
            house.slack, modals.WATCHLIST, {modals.NAMES: {modals.NAMES: "nvda, Visa"}}
        )
        assert done.answered
        assert not done.errors
        await house.slack.wait_for(lambda: "NVDA, V" in home(house))
        assert house.people.watchlist(ADA) == ("NVDA", "V")
        assert home(house, BEN) == ""

    play(library, engine, scenario)


def test_a_book_is_pasted_previewed_kept_and_deleted(library: Library, engine: Engine) -> None:
    async def scenario(house: House) -> None:
        await house.slack.open_home("ada", "home")
        await house.slack.wait_for(lambda: "No book yet." in home(house))
        await house.slack.click_view(EDIT_BOOK)
        await house.slack.wait_for(lambda: house.slack.windows.top(ADA.user))
        table = {modals.TABLE: {modals.TABLE: "NVDA,=1+1"}}
        wrong = await house.slack.submit_view(table)
        assert wrong.errors[modals.TABLE].startswith("line 1: ")
        table = {modals.TABLE: {modals.TABLE: "ticker,weight\nNVDA,60%\nKO,-20%\nZZZQ,20%"}}
        assert not (await send(house.slack, modals.BOOK, table)).errors
        preview = str(top(house))
        assert "Keep this book?" in preview
        assert "ZZZQ" in preview
        assert "Long 80.0%, short 20.0%" in preview
        assert house.people.book(ADA) is None
        await send(house.slack, modals.BOOK_KEPT)
        await house.slack.wait_for(lambda: "3 positions" in home(house))
        book = house.people.book(ADA)
        assert book is not None
        assert book.holdings[0] == Holding("NVDA", 0.6)
        assert house.slack.windows.top(ADA.user) is None
        await house.slack.click_view(DROP_BOOK)
        await house.slack.wait_for(lambda: "No book yet." in home(house))
        assert house.people.book(ADA) is None

    play(library, engine, scenario)


def test_a_digest_is_previewed_before_it_is_kept_and_can_be_taken_away(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        state = house.office.desk.state
        await house.slack.open_home("ada", "home")
        await house.slack.wait_for(lambda: home(house))
        await house.slack.click_view(EDIT_DIGEST)
        await house.slack.wait_for(lambda: house.slack.windows.top(ADA.user))
        assert "America/New_York" in str(top(house))
        zone = {digest_forms.ZONE: {digest_forms.ZONE: "Mars/Olympus"}}
        wrong = await house.slack.submit_view(zone)
        assert digest_forms.ZONE in wrong.errors
        assert not (await send(house.slack, digest_forms.FORM)).errors
        await house.slack.wait_for(lambda: "Keep this digest?" in str(top(house)))
        assert "Pre-open brief" in str(top(house))
        assert state.subscriptions() == []
        await send(house.slack, digest_forms.KEPT)
        await house.slack.wait_for(lambda: "Your own brief · next " in home(house))
        (kept,) = state.subscriptions()
        assert (kept.owner, kept.recipient, kept.zone) == (ADA, "D0ADA00001", "America/New_York")
        await house.slack.click_view(EDIT_DIGEST)
        await house.slack.wait_for(lambda: house.slack.windows.top(ADA.user))
        await house.slack.submit_view({digest_forms.STATE: {digest_forms.STATE: "off"}})
        await house.slack.wait_for(lambda: "No digest yet." in home(house))
        assert state.subscriptions() == []

    play(library, engine, scenario)


def test_a_channel_gets_a_digest_by_command_and_its_form(library: Library, engine: Engine) -> None:
    async def scenario(house: House) -> None:
        assert (await house.slack.command("#research", "ada", "/tape digest")).answered
        await house.slack.wait_for(lambda: house.slack.windows.top(ADA.user))
        await house.slack.submit_view({digest_forms.AT: {digest_forms.AT: "07:15"}})
        await house.slack.wait_for(lambda: "Keep this digest?" in str(top(house)))
        await house.slack.submit_view()
        await house.slack.wait_for(house.office.desk.state.subscriptions)
        (kept,) = house.office.desk.state.subscriptions()
        assert (kept.owner, kept.recipient, kept.made_by) == (None, "C0RESEARCH", ADA.user)
        assert kept.schedule == Daily(time(7, 15), WORKDAYS, "America/New_York")

    play(library, engine, scenario)


def test_a_preview_of_the_brief_is_seen_by_who_asks_alone(library: Library, engine: Engine) -> None:
    async def scenario(house: House) -> None:
        await house.slack.open_home("ada", "home")
        await house.slack.wait_for(lambda: home(house))
        before = len(house.slack.messages("#research"))
        await house.slack.click_view(PREVIEW_DIGEST)
        await house.slack.wait_for(
            lambda: house.slack.windows.top(ADA.user) and "Pre-open brief" in str(top(house))
        )
        assert len(house.slack.messages("#research")) == before
        assert house.office.desk.state.counts() == {}

    play(library, engine, scenario)


def test_open_all_shows_every_line_of_a_brief_to_who_clicks(
    library: Library, engine: Engine
) -> None:
    many = tuple(claim(f"T{n}", 0.5, article=f"a{n}") for n in range(40))
    news = News(tuple(c.head for c in many), many)

    async def scenario(house: House) -> None:
        brief = await posted_brief(house)
        assert "*T39*" not in str(brief)
        assert (await house.slack.click(brief, OPEN_ALL, user="ben")).answered
        await house.slack.wait_for(
            lambda: house.slack.windows.top(BEN.user) and "T39" in str(top(house, BEN))
        )
        assert all(f"*T{n}*" in str(top(house, BEN)) for n in range(40))

    play(library, engine, scenario, news=news)


async def posted_brief(house: House) -> Json:
    """Send the brief of #research now, and wait until it stands there."""
    desk, now = house.office.desk, datetime.now(UTC)
    created = now - timedelta(days=30)
    desk.state.subscribe(
        Subscription(DIGEST, "C0RESEARCH", Daily(time(8), WEEKDAYS, "UTC"), created)
    )
    assert send_now("C0RESEARCH", now, desk)
    found: list[Json] = await house.slack.wait_for(
        lambda: [m for m in house.slack.messages("#research") if m.get("metadata")]
    )
    await house.slack.wait_for(lambda: desk.state.counts().get("sent"))
    return found[0]


def test_who_asks_under_a_brief_for_their_book_is_told_alone(
    library: Library, engine: Engine
) -> None:
    said = (claim("NVDA", 0.5, article="a1"), claim("AMD", 0.4, article="a2"))
    news = News(tuple(c.head for c in said), said)

    async def scenario(house: House) -> None:
        house.people.keep_book(ADA, (Holding("NVDA", 0.625), Holding("ZZZZQ", 0.375)), NOON)
        brief = await posted_brief(house)
        assert "My book" not in str(brief["blocks"][:-2])
        assert (await house.slack.click(brief, MY_BOOK, user="ada")).answered
        (private,) = await whispers(house, "ada")
        told = str(private)
        assert "*My book*" in told
        assert "*NVDA*" in told
        assert "AMD" not in told
        assert "1 name nothing new" in told
        assert house.slack.ephemerals("#research", "ben") == []
        everything = str(house.slack.messages("#research"))
        assert "ZZZZQ" not in everything
        assert "Only you see this" not in everything
        assert (await house.slack.click(brief, MY_BOOK, user="ben")).answered
        await house.slack.wait_for(lambda: house.slack.windows.top(BEN.user))
        assert "My watchlist" in str(top(house, BEN))

    play(library, engine, scenario, news=news)


def test_a_name_is_muted_under_a_brief_for_all_there_and_shown_again(
    library: Library, engine: Engine
) -> None:
    said = (claim("NVDA", 0.5, article="a1"), claim("AMD", 0.4, article="a2"))
    news = News(tuple(c.head for c in said), said)

    async def scenario(house: House) -> None:
        brief = await posted_brief(house)
        place, today = Place("", "C0RESEARCH"), datetime.now(UTC).date()
        mutes = Mutes(engine)
        assert (await house.slack.click(brief, MUTE, "ben", "mute:NVDA")).answered
        (note,) = await whispers(house, "ben")
        assert "NVDA is muted in the briefs here until" in str(note)
        assert mutes.muted(place, today) == {"NVDA": today + timedelta(days=7)}
        assert mutes.muted(place, today + timedelta(days=8)) == {}
        assert (await house.slack.click(note, UNMUTE, user="ben")).answered
        await house.slack.wait_for(lambda: not mutes.muted(place, today))

    play(library, engine, scenario, news=news)


def test_an_answer_from_a_book_is_whispered_in_a_channel_and_shared_once(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        house.people.keep_book(ADA, BOOK, datetime.now(UTC))
        event = await house.slack.mention("#research", "ada", HURT)
        (private,) = await whispers(house, "ada")
        assert "62.5% of the book" in str(private)
        assert private["thread_ts"] == event["event"]["ts"]
        assert house.slack.ephemerals("#research", "ben") == []
        (root,) = [m for m in house.slack.messages("#research") if m["ts"] == event["event"]["ts"]]
        assert "reply_count" not in root
        assert (await house.slack.click(private, EVIDENCE)).answered
        await house.slack.wait_for(lambda: house.slack.windows.top(ADA.user))
        assert "Orders fall" in str(top(house))
        assert (await house.slack.click(private, SHARE)).answered
        (shared,) = await answered(house, event)
        assert "NVDA" in str(shared)
        for secret in ("of the book", "62.5", "short", "your book", "hurt"):
            assert secret not in str(shared)
        await house.slack.wait_for(
            lambda: "Share" not in str(house.slack.ephemerals("#research", "ada"))
        )
        assert "62.5% of the book" in str(house.slack.ephemerals("#research", "ada"))
        assert (await house.slack.click(shared, EVIDENCE, user="ben")).answered
        await house.slack.wait_for(lambda: house.slack.windows.top(BEN.user))
        assert "of the book" not in str(top(house, BEN))
        assert len(await answered(house, event)) == 1

    play(library, engine, scenario)


def test_an_answer_kept_to_oneself_loses_its_choice_and_nothing_else(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        house.people.keep_book(ADA, BOOK, datetime.now(UTC))
        event = await house.slack.mention("#research", "ada", HURT)
        (private,) = await whispers(house, "ada")
        await house.slack.click(private, KEEP)
        await house.slack.wait_for(
            lambda: "Keep to myself" not in str(house.slack.ephemerals("#research", "ada"))
        )
        (kept,) = house.slack.ephemerals("#research", "ada")
        assert "62.5% of the book" in str(kept)
        assert EVIDENCE in str(kept)
        assert [
            m for m in house.slack.messages("#research", event["event"]["ts"]) if m.get("bot_id")
        ] == []

    play(library, engine, scenario)


def test_in_a_direct_message_an_answer_from_a_book_is_an_ordinary_one(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        house.people.keep_book(ADA, BOOK, datetime.now(UTC))
        (told,) = await answered(house, await house.slack.dm("ada", HURT))
        assert "62.5% of the book" in str(told)
        assert SHARE not in str(told)

    play(library, engine, scenario)


def test_only_mine_asks_for_the_clickers_names_or_for_their_list(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        house.people.follow(ADA, ["NVDA"])
        event = await house.slack.mention("#research", "ben", "who loses?")
        (told,) = await answered(house, event)
        assert "NVDA" in str(told)
        assert "*V*" in str(told)
        assert (await house.slack.click(told, ONLY_MINE, user="ada")).answered
        (mine,) = await whispers(house, "ada")
        assert "NVDA" in str(mine)
        assert "*V*" not in str(mine)
        assert (await house.slack.click(told, ONLY_MINE, user="ben")).answered
        await house.slack.wait_for(lambda: house.slack.windows.top(BEN.user))
        assert top(house, BEN)["callback_id"] == modals.WATCHLIST
        assert house.slack.ephemerals("#research", "ben") == []

    play(library, engine, scenario)


def test_winners_asks_for_the_other_side_of_who_loses_in_the_same_thread(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        event = await house.slack.mention("#research", "ada", "who loses?")
        (told,) = await answered(house, event)
        assert "*NUE*" not in str(told)
        assert (await house.slack.click(told, WINNERS, user="ben")).answered
        assert (await house.slack.click(told, WINNERS, user="ada")).answered
        _, other = await answered(house, event, 2)
        assert "▲ NUE" in other["text"]
        assert "NVDA" not in other["text"]
        assert len(await answered(house, event, 2)) == 2

    play(library, engine, scenario)


def test_without_the_optional_scopes_the_home_is_there_and_the_remedy_is_said(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        await house.slack.open_home("ada", "home")
        await house.slack.wait_for(lambda: "UTC" in home(house))
        await house.slack.click_view(EDIT_DIGEST)
        await house.slack.wait_for(lambda: house.slack.windows.top(ADA.user))
        wrong = await house.slack.submit_view({})
        assert "add the scope im:write" in wrong.errors[digest_forms.PLACE]
        place = {digest_forms.PLACE: {digest_forms.PLACE: "C0RESEARCH"}}
        assert not (await house.slack.submit_view(place)).errors
        await house.slack.wait_for(lambda: "Keep this digest?" in str(top(house)))

    needed = our_manifest().scopes - {"users:read", "im:write"}
    play(library, engine, scenario, scopes=needed)


def test_a_limit_or_a_refused_layout_delays_a_private_answer_and_loses_nothing(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        house.people.keep_book(ADA, BOOK, datetime.now(UTC))
        house.slack.fail("chat.postEphemeral", "ratelimited", seconds=1)
        house.slack.fail("chat.postEphemeral", "error", code="invalid_blocks")
        await house.slack.mention("#research", "ada", HURT)
        (told,) = await whispers(house, "ada")
        assert "62.5% of the book" in told["text"]
        assert "did not take the tables and charts" in str(told["blocks"])

    play(library, engine, scenario)


def test_delete_my_data_leaves_nothing_of_its_owner(library: Library, engine: Engine) -> None:
    async def scenario(house: House) -> None:
        for owner in (ADA, BEN):
            house.people.keep_book(owner, BOOK, datetime.now(UTC))
            house.people.follow(owner, ["NVDA"])
        event = await house.slack.dm("ada", HURT)
        await answered(house, event)
        verdicts = Feedback(engine)
        for owner in (ADA, BEN):
            verdicts.keep(Case("a-1", owner.user, "C1", "down", datetime.now(UTC), "other", "no"))
        await house.slack.open_home("ada", "home")
        await house.slack.wait_for(lambda: "3 positions" in home(house))
        await house.slack.click_view(FORGET)
        await send(house.slack, modals.FORGET)
        await house.slack.wait_for(lambda: "No book yet." in home(house))
        assert house.people.watchlist(ADA) == ()
        assert house.people.book(BEN) is not None
        assert "portfolio" not in "".join(rows_of(engine, "inbox"))
        assert [case.user for case in verdicts.cases()] == [BEN.user]

    play(library, engine, scenario)
