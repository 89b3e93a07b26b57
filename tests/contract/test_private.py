"""A private answer on every database: its reader's alone, shared once, forgotten when they ask."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, inspect

from bot.channels import Channels
from bot.inbox import Inbox
from bot.manners import ChannelSettings
from bot.private import Private
from bot.questions import Arrival, Asked, InboxRow, Reply, SharedFile
from jobs.models import Owner, Rendered
from retrieval.db import metadata
from tests.secrets_in import rows_of

NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)
SECRET = Rendered("40% of the book")
OPEN = Rendered("NVDA falls")
EVIDENCE = {"type": "modal"}
PRIVATE = Reply(SECRET, EVIDENCE, "a-1", reader="U1", shareable=(OPEN,))


@pytest.fixture
def box(engine: Engine) -> Inbox:
    return Inbox(engine)


@pytest.fixture
def private(engine: Engine) -> Private:
    return Private(engine)


def taken(box: Inbox, n: int, user: str = "U1", thread: str = "1.0") -> InboxRow:
    """Take a question in and claim it."""
    asked = Asked(f"question {n}", "C1", user, thread)
    assert box.take(Arrival(f"Ev{n}", f"msg-{n}", f"{n}.0", asked), NOW)
    row = box.claim(NOW, owner="me", lease=LEASE)
    assert row is not None
    return row


def answered(box: Inbox, row: InboxRow, reply: Reply) -> InboxRow:
    assert box.freeze(row, reply, NOW + LEASE)
    box.answered(row, f"{row.id}00.0")
    return row


def test_a_private_answer_is_its_readers_alone(box: Inbox, private: Private) -> None:
    answered(box, taken(box, 1), PRIVATE)
    assert private.answer("C1", "a-1", "U1") == SECRET
    assert private.answer("C1", "a-1", "U2") is None
    assert private.answer("C2", "a-1", "U1") is None
    assert box.evidence("C1", "a-1", "U1") == EVIDENCE
    assert box.evidence("C1", "a-1", "U2") is None


def test_a_private_answer_is_private_to_whoever_takes_it_over(box: Inbox) -> None:
    row = taken(box, 1)
    assert box.freeze(row, PRIVATE, NOW + LEASE)  # and the process dies before it is posted
    again = box.claim(NOW + 2 * LEASE, owner="other", lease=LEASE)
    assert again is not None
    assert (again.messages, again.reader) == ((SECRET,), "U1")


def test_nobody_elses_question_goes_on_from_a_private_answer(box: Inbox) -> None:
    answered(box, taken(box, 1, "U2"), replace(PRIVATE, replay_id="a-0", reader=None))
    answered(box, taken(box, 2), PRIVATE)
    assert box.follows(taken(box, 3, "U2")) == "a-0"
    assert box.follows(next_of_its_reader(box)) == "a-1"


def next_of_its_reader(box: Inbox) -> InboxRow:
    """The reader's own next question, later than that of somebody else which is held."""
    row = taken(box, 8, thread="8.0")
    return replace(row, asked=replace(row.asked, thread_ts="1.0"), ts="9.0")


def test_its_reader_shares_it_once_and_then_all_see_its_quotes(
    box: Inbox, private: Private
) -> None:
    answered(box, taken(box, 1), PRIVATE)
    assert not private.share("C1", "a-1", "U2", ts="5.0", now=NOW)
    assert private.share("C1", "a-1", "U1", ts="5.0", now=NOW)
    assert not private.share("C1", "a-1", "U1", ts="6.0", now=NOW)
    shared = box.claim(NOW, owner="me", lease=LEASE)
    assert shared is not None
    assert (shared.messages, shared.reader, shared.asked.thread_ts) == ((OPEN,), None, "1.0")
    assert box.claim(NOW, owner="me", lease=LEASE) is None
    box.answered(shared, "6.1")
    assert box.evidence("C1", "a-1", "U2") == EVIDENCE
    assert box.follows(taken(box, 7, "U2")) is None


def test_what_has_nothing_to_show_is_not_shared(box: Inbox, private: Private) -> None:
    answered(box, taken(box, 1), replace(PRIVATE, shareable=()))
    assert not private.share("C1", "a-1", "U1", ts="5.0", now=NOW)


def test_who_is_forgotten_leaves_no_word_and_no_second_answer(
    box: Inbox, private: Private, engine: Engine
) -> None:
    answered(box, taken(box, 1), PRIVATE)
    answered(box, taken(box, 2, "U2", "2.0"), replace(PRIVATE, reader="U2"))
    waiting = Arrival("Ev3", None, "3.0", Asked("still to answer", "C1", "U1", "3.0"))
    box.take(waiting, NOW)
    assert private.forget(Owner("T1", "U1")) == 2
    rows = rows_of(engine, "inbox")
    assert len(rows) == 3
    assert [row for row in rows if "Ev2" not in row and ("U1" in row or SECRET.text in row)] == []
    assert private.answer("C1", "a-1", "U2") == SECRET
    assert box.claim(NOW, owner="me", lease=LEASE) is None
    assert not box.take(waiting, NOW)


def test_direct_messages_are_their_one_askers(box: Inbox, private: Private) -> None:
    asked = Asked("mine", "D1", "U1", "1.0", private=True, team="T1")
    assert box.take(Arrival("Ev1", None, "1.0", asked), NOW)
    row = box.claim(NOW, owner="me", lease=LEASE)
    assert row is not None
    answered(box, row, replace(PRIVATE, reader=None, shareable=()))
    assert box.evidence("D1", "a-1", "U1") == EVIDENCE
    assert box.evidence("D1", "a-1", "U2") is None
    assert (box.is_anothers("D1", "U1"), box.is_anothers("D1", "U2")) == (False, True)
    assert (box.may_follow("D1", "a-1", "U1"), box.may_follow("D1", "a-1", "U2")) == (True, False)
    assert private.answers_of(Owner("T1", "U1")) == {"a-1"}


def test_a_question_keeps_its_files_words_and_team(box: Inbox) -> None:
    asked = Asked(
        "", "C1", "U1", "1.0", team="T1", files=(SharedFile("F1", "a.pdf"),), words="Nvidia gains."
    )
    box.take(Arrival("Ev1", None, "1.0", asked), NOW)
    row = box.claim(NOW, owner="me", lease=LEASE)
    assert row is not None
    assert row.asked == asked


def test_an_answer_to_a_command_can_be_the_root_of_a_conversation(box: Inbox) -> None:
    answered(box, taken(box, 1, thread=""), replace(PRIVATE, reader=None))
    assert box.follows(taken(box, 2, thread="")) is None
    assert box.follows(taken(box, 300, thread="100.0")) == "a-1"


def test_the_settings_table_is_the_one_that_the_code_describes(engine: Engine) -> None:
    made = inspect(engine)
    columns = {(c["name"], c["nullable"]) for c in made.get_columns("channel_settings")}
    described = metadata.tables["channel_settings"]
    assert columns == {(c.name, c.nullable) for c in described.columns}
    key = made.get_pk_constraint("channel_settings")["constrained_columns"]
    assert key == [c.name for c in described.primary_key.columns]


def test_a_channel_has_the_defaults_until_somebody_changes_them(engine: Engine) -> None:
    channels = Channels(engine)
    assert channels.settings("T1", "C1") == ChannelSettings(follow_ups=True, links="mention")
    channels.change("T1", "C1", ChannelSettings(follow_ups=False, links="always"))
    channels.change("T1", "C1", ChannelSettings(follow_ups=False, links="off"))
    assert channels.settings("T1", "C1") == ChannelSettings(follow_ups=False, links="off")
    assert channels.settings("T2", "C1") == ChannelSettings()
    assert channels.all("T1") == {"C1": ChannelSettings(follow_ups=False, links="off")}
    channels.forget_team("T1")
    assert channels.all("T1") == {}
