"""What people point at in Slack: /tape, a message, a link, a file; answered, or said why not."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.blocks import modals
from bot.blocks.private import BOOK_FILE
from bot.channels import Channels
from bot.listeners.shortcuts import ANALYSE
from bot.manners import ChannelSettings
from bot.playground.manifest import our_manifest
from retrieval.answers import Holding
from retrieval.library import Library
from tests.house import ADA, BOOK, CHIPS, House, answered, own_tables, play, send, small_library
from tests.pdfs import pdf_of_lines

Json = dict[str, Any]
NEWS = "Boeing gains because Airbus cuts output. Delta Air Lines is hurt by the delays."


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    with small_library() as opened:
        yield opened


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with own_tables(tmp_path) as made:
        yield made


def whispered(house: House, user: str = "ada", channel: str = "#research") -> str:
    return str(house.slack.ephemerals(channel, user))


async def heard(house: House, words: str, user: str = "ada", channel: str = "#research") -> str:
    await house.slack.wait_for(lambda: words in whispered(house, user, channel))
    return whispered(house, user, channel)


def roots(house: House, channel: str = "#research") -> list[Json]:
    return [m for m in house.slack.messages(channel) if m.get("metadata")]


def test_help_is_for_who_asks_and_names_every_word(library: Library, engine: Engine) -> None:
    async def scenario(house: House) -> None:
        for words in ("/tape", "/tape help", "/tape HELP"):
            assert (await house.slack.command("#research", "ada", words)).answered
        told = await heard(house, "/tape watch")
        for word in ("ask", "watch", "book", "digest", "settings", "home", "help"):
            assert f"/tape {word}" in told
        assert "Not investment advice" in told
        assert whispered(house, "ben") == "[]"

    play(library, engine, scenario)


def test_a_question_after_the_command_is_answered_in_the_channel_with_its_words(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        assert (await house.slack.command("#research", "ada", "/tape ask who loses?")).answered
        (told,) = await house.slack.wait_for(lambda: roots(house))
        assert "NVDA" in str(told)
        assert "Asked: who loses?" in str(told)
        assert (await house.slack.command("#research", "ada", "/tape who benefits?")).answered
        await house.slack.wait_for(lambda: len(roots(house)) == 2)
        assert "NUE" in str(roots(house)[1])
        below = await house.slack.mention("#research", "ben", "and only negative ones?", told["ts"])
        await answered(house, below, 2)

    play(library, engine, scenario)


def test_a_question_about_ones_book_after_the_command_is_whispered(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        house.people.keep_book(ADA, BOOK, datetime.now(UTC))
        await house.slack.command("#research", "ada", "/tape what could hurt my portfolio?")
        assert "Share" in await heard(house, "62.5% of the book")
        assert roots(house) == []

    play(library, engine, scenario)


def test_names_are_watched_by_command(library: Library, engine: Engine) -> None:
    async def scenario(house: House) -> None:
        say = house.slack.command
        await say("#research", "ada", "/tape watch nvda, Visa")
        await heard(house, "Your watchlist: NVDA, V.")
        await say("#research", "ada", "/tape watch remove NVDA")
        await heard(house, "Your watchlist: V.")
        await say("#research", "ada", "/tape watch Smurfco")
        await heard(house, "“Smurfco”")
        await say("#research", "ada", "/tape watch list")
        assert house.people.watchlist(ADA) == ("V",)
        await say("#research", "ada", "/tape watch")
        await house.slack.wait_for(lambda: house.slack.windows.top(ADA.user))
        assert whispered(house, "ben") == "[]"

    play(library, engine, scenario)


def test_a_channels_settings_are_changed_by_its_members(library: Library, engine: Engine) -> None:
    async def scenario(house: House) -> None:
        await house.slack.command("#research", "ada", "/tape settings")
        values = {modals.LINKS: {modals.LINKS: "always"}}
        values[modals.FOLLOW_UPS] = {modals.FOLLOW_UPS: "off"}
        assert not (await send(house.slack, modals.SETTINGS, values)).errors
        kept = Channels(engine).settings("T0LAB00001", "C0RESEARCH")
        assert kept == ChannelSettings(follow_ups=False, links="always")

    play(library, engine, scenario)


def test_the_book_and_home_words_open_what_they_say(library: Library, engine: Engine) -> None:
    async def scenario(house: House) -> None:
        await house.slack.command("#research", "ada", "/tape book")
        view = await house.slack.wait_for(lambda: house.slack.windows.top(ADA.user))
        assert view is not None
        assert view.payload["callback_id"] == modals.BOOK
        await house.slack.command("#research", "ada", "/tape home")
        await heard(house, "up to date")
        assert ADA.user in house.slack.windows.homes

    play(library, engine, scenario)


def test_where_tape_may_not_write_a_command_is_told_how_to_invite_it(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        channel = house.slack.workspace.channels["C0RESEARCH"]
        members = channel.members - {"U0TAPEBOT1"}
        house.slack.workspace.channels["C0RESEARCH"] = _without(channel, members)
        await house.slack.command("#research", "ada", "/tape who loses?")
        await heard(house, "/invite @Tape")

    manifest = our_manifest()
    narrow = manifest.scopes - {"chat:write.public"}
    play(library, engine, scenario, scopes=narrow)


def _without(channel: Any, members: frozenset[str]) -> Any:
    from dataclasses import replace

    return replace(channel, members=members)


def test_a_message_is_analysed_in_its_thread_once(library: Library, engine: Engine) -> None:
    async def scenario(house: House) -> None:
        said = await house.slack.say("#research", "ben", NEWS)
        message = {"channel": "C0RESEARCH", "ts": said["event"]["ts"]}
        for _ in range(2):
            assert (await house.slack.shortcut(message, ANALYSE)).answered
        (told,) = await answered(house, said)
        assert "DAL" in str(told)
        assert library.store.searched(_everything()).articles == 1

    play(library, engine, scenario)


def _everything() -> Any:
    from retrieval.models import Scope

    return Scope()


def test_the_link_in_a_message_is_what_is_analysed(library: Library, engine: Engine) -> None:
    async def scenario(house: House) -> None:
        said = await house.slack.say("#research", "ben", f"look: {CHIPS.url}")
        message = {"channel": "C0RESEARCH", "ts": said["event"]["ts"]}
        assert (await house.slack.shortcut(message, ANALYSE)).answered
        (told,) = await answered(house, said)
        assert "Orders fall" in str(told)

    play(library, engine, scenario)


def test_a_posted_link_is_answered_where_the_channel_wants_it(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        quiet = await house.slack.say("#research", "ada", f"see {CHIPS.url}")
        await house.slack.settled()
        Channels(engine).change("T0LAB00001", "C0RESEARCH", ChannelSettings(links="always"))
        said = await house.slack.say("#research", "ada", f"and {CHIPS.url}")
        (told,) = await answered(house, said)
        assert "Orders fall" in str(told)
        broken = await house.slack.say("#research", "ada", "http://127.0.0.1:1/none")
        await house.slack.say("#research", "ada", "no link at all")
        again = await house.slack.say("#research", "ada", f"once more {CHIPS.url}")
        await answered(house, again)
        for silent in (quiet, broken):
            thread = house.slack.messages("#research", silent["event"]["ts"])
            assert [m for m in thread if m.get("bot_id")] == []

    play(library, engine, scenario)


def test_where_links_are_off_a_page_is_not_read_and_that_is_said(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        Channels(engine).change("T0LAB00001", "C0RESEARCH", ChannelSettings(links="off"))
        event = await house.slack.mention("#research", "ada", "who loses? https://news.example/x")
        (told,) = await answered(house, event)
        assert "Links are not read in this channel." in str(told)
        known = await house.slack.mention("#research", "ada", f"who loses? {CHIPS.url}")
        (told,) = await answered(house, known)
        assert "NVDA" in str(told)

    play(library, engine, scenario)


def test_a_link_to_a_stored_article_gets_its_card_and_no_other_does(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        said = await house.slack.say(
            "#research", "ada", f"{CHIPS.url} and https://www.reuters.com/unknown"
        )
        message = await house.slack.wait_for(lambda: _unfurled(house, said))
        (card,) = message["attachments"]
        assert card["from_url"] == CHIPS.url
        assert "Orders fall" in str(card)
        assert "Harbor Wire" in str(card)
        assert "*NVDA* negative" in str(card)

    play(library, engine, scenario)


def _unfurled(house: House, said: Json) -> Json | None:
    (message,) = house.slack.messages("#research", said["event"]["ts"])
    return message if message.get("attachments") else None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("note.txt", NEWS.encode()),
        ("note.md", f"# News\n\n{NEWS}".encode()),
        ("note.html", f"<html><body><p>{NEWS}</p></body></html>".encode()),
        ("note.pdf", pdf_of_lines(NEWS.split(". "))),
    ],
)
def test_a_shared_file_is_read_for_its_answer_and_kept_nowhere(
    library: Library, engine: Engine, name: str, content: bytes
) -> None:
    async def scenario(house: House) -> None:
        event = await house.slack.share_file(ADA.user, "ada", name, content)
        (told,) = await answered(house, event, seconds=60.0)  # a parser's process has to start
        assert "DAL" in str(told)
        assert library.store.searched(_everything()).articles == 1

    play(library, engine, scenario)


def test_a_question_under_a_shared_file_is_about_that_file(
    library: Library, engine: Engine
) -> None:
    async def scenario(house: House) -> None:
        shared = await house.slack.share_file("#research", "ben", "note.txt", NEWS.encode())
        root = shared["event"]["ts"]
        event = await house.slack.mention("#research", "ada", "who loses?", root)
        (told,) = await answered(house, event)
        assert "DAL" in str(told)
        assert "NVDA" not in str(told)
        again = await house.slack.mention("#research", "ada", "and who benefits?", root)
        _, told = await answered(house, again, 2)
        assert "this article" in str(told)
        assert "NUE" not in str(told)

    play(library, engine, scenario)


def test_a_file_that_cannot_be_read_is_told_in_words(library: Library, engine: Engine) -> None:
    async def scenario(house: House) -> None:
        broken = await house.slack.share_file(ADA.user, "ada", "x.bin", b"\x89PNG\r\n" * 9)
        (told,) = await answered(house, broken)
        assert "x.bin: This is damaged, or not txt, md" in str(told)
        large = await house.slack.share_file(ADA.user, "ada", "big.txt", b"a" * (5 * 2**20 + 1))
        (told,) = await answered(house, large)
        assert "big.txt: This is larger than the 5 MB" in str(told)

    play(library, engine, scenario)


def test_without_the_scope_for_files_the_remedy_is_said(library: Library, engine: Engine) -> None:
    async def scenario(house: House) -> None:
        event = await house.slack.share_file(ADA.user, "ada", "note.txt", NEWS.encode())
        (told,) = await answered(house, event)
        assert "Ask an admin to add files:read" in str(told)

    play(library, engine, scenario, scopes=our_manifest().scopes - {"files:read"})


def test_a_shared_book_is_previewed_by_its_owner_alone_and_kept_when_they_say_so(
    library: Library, engine: Engine
) -> None:
    table = b"Name,Ticker,Weight\nNvidia,NVDA,75\nCoke,KO,-25\n"

    async def scenario(house: House) -> None:
        event = await house.slack.share_file(ADA.user, "ada", "book.csv", table)
        (told,) = await answered(house, event)
        assert "looks like a book" in str(told)
        assert "NVDA" not in str(told)
        assert (await house.slack.click(told, BOOK_FILE)).answered
        await house.slack.wait_for(lambda: "Keep this book?" in _window(house))
        assert "75.00%" in _window(house)
        assert house.people.book(ADA) is None
        await house.slack.submit_view()
        await house.slack.wait_for(lambda: house.people.book(ADA))
        book = house.people.book(ADA)
        assert book is not None
        assert book.holdings == (Holding("NVDA", 0.75), Holding("KO", -0.25))

    play(library, engine, scenario)


def _window(house: House) -> str:
    view = house.slack.windows.top(ADA.user)
    return str(view.payload) if view else ""
