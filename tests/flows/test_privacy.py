"""Two users over every surface: the second never sees what the first one keeps, nor does a log."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import Engine

from bot.blocks import modals
from bot.blocks.answer import EVIDENCE, ONLY_MINE
from bot.blocks.book import SEE_BOOK
from bot.blocks.home import EDIT_BOOK, EDIT_DIGEST, EDIT_WATCHLIST, PREVIEW_DIGEST
from bot.blocks.private import BOOK_FILE, SHARE
from jobs.models import Lot
from retrieval.answers import Holding
from retrieval.library import Library
from tests.house import ADA, BEN, House, answered, own_tables, play, small_library
from tests.secrets_in import rows_of, secrets_in

Json = dict[str, Any]
HURT = "what could hurt my portfolio?"
HOW = "how is my book doing?"
# Of Ada's names, PEP, XYZW and TM are in no article: wherever they show, they come from her.
BOOK = (
    Holding("NVDA", 0.4321),
    Holding("V", 0.27),
    Holding("NUE", -0.1679),
    Holding("PEP", 0.1),
    Holding("XYZW", 0.03),
)
LOTS = (
    Lot("NVDA", 77_123, 180.25, 13_901_420.75, 98_765.43, "Canary account ...9137", "USD"),
    Lot("XYZW", 4_242.42),
)
WATCHED = ["NVDA", "TM"]
SECRETS = (
    "PEP", "43.2", "43.21", "0.4321", "16.8", "16.79", "TM,", "Toyota", "PepsiCo", "of the book",
    "XYZW", "77123", "77,123", "180.25", "13901420", "13,901,420", "98765", "98,765", "9137",
    "Canary", "4242", "4,242", "on your book", "moves the book",
)  # fmt: skip
TABLE = (
    "account,symbol,quantity,price,market value,cost basis\n"
    "Canary account ...9137,NVDA,77123,180.25,13901420.75,98765.43\n"
    "Canary account ...9137,XYZW,4242.42,1,4242.42,\n"
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
def lines() -> Iterator[list[str]]:
    """Every line that Tape's own log writes, in full."""
    kept: list[str] = []

    def keep(_: Any, __: str, event: Json) -> str:
        kept.append(json.dumps(event, default=repr))
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(
        processors=[keep], wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG)
    )
    yield kept
    structlog.configure(**before)


def seen_by(house: House, user: str) -> str:
    """All that a user of the workspace can see, as text."""
    slack, space = house.slack, house.slack.workspace
    who = next(u for u in space.users.values() if u.name == user)
    told: list[Any] = [
        message
        for channel in space.channels.values()
        if who.id in channel.members
        for message in space.spoken(channel.id)
        if message.reader in (None, who.id)
    ]
    told += [view.payload for view in slack.windows.stacks.get(who.id, [])]
    told += [home.payload for user_id, home in slack.windows.homes.items() if user_id == who.id]
    return repr(told)


def leaks(told: str) -> list[str]:
    return secrets_in(told, SECRETS)


async def everything_of_ada(house: House) -> None:
    """Let Ada use each surface, and Ben look everywhere after her."""
    slack = house.slack
    house.people.keep_book(ADA, BOOK, datetime.now(UTC) - timedelta(days=3))
    house.people.keep_book(ADA, BOOK, datetime.now(UTC), LOTS)
    house.people.follow(ADA, WATCHED)
    slack.fail("chat.postEphemeral", "error", code="invalid_blocks")  # so that there is a log
    slack.fail("users.info", "error", n=2, code="missing_scope")
    for text in (HURT, HOW, "who loses, only mine?", "anything new on my watchlist?"):
        count = len(slack.ephemerals("#research", "ada"))
        await slack.mention("#research", "ada", text)
        await slack.wait_for(lambda count=count: len(slack.ephemerals("#research", "ada")) > count)
    await slack.command("#research", "ada", f"/tape {HURT}")
    await slack.wait_for(lambda: len(slack.ephemerals("#research", "ada")) >= 5)
    await slack.command("#research", "ada", "/tape watch list")
    await slack.wait_for(lambda: "NVDA, TM" in str(slack.ephemerals("#research", "ada")))
    await answered(house, await slack.dm("ada", HURT))
    await answered(house, await slack.dm("ada", HOW))
    await book_from_a_file(house)
    await slack.open_home("ada", "home")
    await slack.wait_for(lambda: ADA.user in slack.windows.homes)
    for form in (EDIT_WATCHLIST, EDIT_BOOK, EDIT_DIGEST, PREVIEW_DIGEST, SEE_BOOK):
        await slack.click_view(form)
        await slack.wait_for(lambda: slack.windows.top(ADA.user))
        if form == SEE_BOOK:
            await slack.wait_for(lambda: "moves the book" in repr(slack.windows.top(ADA.user)))
        slack.windows.close(ADA.user, everything=True)
    private = next(m for m in slack.ephemerals("#research", "ada") if SHARE in str(m))
    await slack.click(private, SHARE)
    thread = private["thread_ts"]
    await slack.wait_for(lambda: len(slack.messages("#research", thread)) > 1)


async def book_from_a_file(house: House) -> None:
    """Share a table with Tape, look at its preview, and keep it."""
    slack = house.slack
    event = await slack.share_file(ADA.user, "ada", "book.csv", TABLE.encode())
    (offer,) = await answered(house, event)
    await slack.click(offer, BOOK_FILE)
    await slack.wait_for(lambda: "XYZW" in repr(slack.windows.top(ADA.user)))
    await slack.submit_view()
    await slack.wait_for(lambda: house.people.book(ADA).lots[-1].quantity == 4242.42)  # type: ignore[union-attr]
    slack.windows.close(ADA.user, everything=True)


async def ben_looks(house: House) -> None:
    slack = house.slack
    roots = [m for m in slack.messages("#research") if m["user"] == ADA.user]
    for root in roots:
        for text in ("and now?", "only mine", HURT, HOW, "more", "why?"):
            event = await slack.mention("#research", "ben", text, root["ts"])
            await answered(house, event, len(_told(house, root["ts"])) + 1)
    told = (m for root in roots for m in _told(house, root["ts"]))
    shared = next(m for m in told if "Shared from a private answer" in str(m))
    await slack.click(shared, EVIDENCE, user="ben")
    await slack.wait_for(lambda: slack.windows.top(BEN.user))
    slack.windows.close(BEN.user, everything=True)
    await slack.click(shared, ONLY_MINE, user="ben")
    await slack.wait_for(lambda: slack.windows.top(BEN.user))
    assert leaks(seen_by(house, "ben")) == []
    slack.windows.close(BEN.user, everything=True)
    await slack.open_home("ben", "home")
    await slack.wait_for(lambda: BEN.user in slack.windows.homes)
    for form in (EDIT_WATCHLIST, EDIT_BOOK, EDIT_DIGEST):
        await slack.click_view(form, user="ben")
        await slack.wait_for(lambda: slack.windows.top(BEN.user))
        assert leaks(seen_by(house, "ben")) == []
        slack.windows.close(BEN.user, everything=True)
    await slack.click_view(PREVIEW_DIGEST, user="ben")
    await slack.wait_for(lambda: "Preparing" not in repr(slack.windows.top(BEN.user)))
    assert leaks(seen_by(house, "ben")) == []
    slack.windows.close(BEN.user, everything=True)
    for text in (HURT, HOW):
        await answered(house, await slack.dm("ben", text))
    await slack.command("#research", "ben", "/tape watch list")
    await slack.wait_for(lambda: "empty" in str(slack.ephemerals("#research", "ben")))


def _told(house: House, thread: str) -> list[Json]:
    return [m for m in house.slack.messages("#research", thread) if m.get("metadata")]


def test_the_second_user_sees_nothing_of_what_the_first_one_keeps(
    library: Library, engine: Engine, lines: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(house: House) -> None:
        await everything_of_ada(house)
        assert {"PEP", "43.2", "of the book", "moves the book"} <= set(leaks(seen_by(house, "ada")))
        assert leaks(seen_by(house, "ben")) == []
        await ben_looks(house)
        assert leaks(seen_by(house, "ben")) == []
        # What Slack keeps for all: history, and what travels unseen with it.
        open_to_all = [m for m in house.slack.workspace.spoken("C0RESEARCH") if m.reader is None]
        assert leaks(repr(open_to_all)) == []
        assert modals.WATCHLIST not in repr(open_to_all)

    play(library, engine, scenario)
    kept = rows_of(library.store.engine, "audit")
    assert kept
    assert leaks("\n".join(kept)) == []
    assert lines
    assert leaks("\n".join([*lines, caplog.text])) == []


def test_no_stream_or_status_tells_that_a_private_answer_is_made(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        house.people.keep_book(ADA, BOOK, datetime.now(UTC))
        event = await house.slack.mention("#research", "ada", HURT)
        await house.slack.wait_for(lambda: house.slack.ephemerals("#research", "ada"))
        shown = {"chat.startStream", "chat.postMessage", "assistant.threads.setStatus"}
        assert not shown & {call.method for call in house.slack.calls}
        (alone,) = house.slack.messages("#research", event["event"]["ts"])
        assert alone["user"] == ADA.user

    play(library, engine, scenario)


def test_where_a_stream_began_all_are_told_only_to_whom_the_answer_went(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        house.people.follow(ADA, ["NVDA"])
        first = await house.slack.mention("#research", "ada", "who loses, only mine?")
        await house.slack.wait_for(lambda: house.slack.ephemerals("#research", "ada"))
        root = first["event"]["ts"]
        await house.slack.mention("#research", "ada", "and who gains?", root)  # goes on as "mine"
        await house.slack.wait_for(lambda: len(house.slack.ephemerals("#research", "ada")) == 2)
        told = await house.slack.wait_for(lambda: _told(house, root))
        assert "it went to them alone" in str(told)
        assert "NVDA" not in str(told)

    play(library, engine, scenario)
