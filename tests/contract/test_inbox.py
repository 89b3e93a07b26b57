"""The inbox on every database: each event once, each question until it is answered."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData, update

from bot.inbox import KEEP_ANSWERS, KEEP_SEEN, Inbox
from bot.inbox_rows import inbox
from bot.posting import Standing
from bot.questions import Arrival, Asked, InboxRow, Reply
from jobs.models import Rendered

NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)
POSTING = Standing(since=NOW, unclear=1)
STREAMING = Standing(stream="9.1", since=NOW, as_stream=True, unclear=1)
REPLY = Reply(Rendered("FCX gains", ({"type": "divider"},)), {"type": "modal"}, "a-1")


@pytest.fixture
def box(engine: Engine) -> Inbox:
    return Inbox(engine)


def arrival(n: int, *, thread: str = "1.0", event: str | None = None) -> Arrival:
    asked = Asked(f"question {n}", "C1", "U1", thread)
    return Arrival(event or f"Ev{n}", f"msg-{n}", f"{n}.0", asked)


def claimed(box: Inbox, now: datetime = NOW, owner: str = "me") -> InboxRow:
    row = box.claim(now, owner=owner, lease=LEASE)
    assert row is not None
    return row


def test_the_migration_makes_the_table_that_the_code_describes(engine: Engine) -> None:
    ours = MetaData(naming_convention=inbox.metadata.naming_convention)
    inbox.to_metadata(ours)
    with engine.connect() as connection:
        options = {"include_name": lambda name, kind, _: kind != "table" or name == "inbox"}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), ours)
    assert found == []


def test_an_event_is_taken_once(box: Inbox) -> None:
    assert [box.take(arrival(1), NOW) for _ in range(4)] == [True, False, False, False]


@pytest.mark.parametrize(
    "twin",
    [
        Arrival("Ev2", "msg-1", "2.0", Asked("q", "C1", "U1", "2.0")),
        Arrival("Ev2", None, "1.0", Asked("q", "C1", "U1", "1.0")),
    ],
    ids=["same client_msg_id", "same channel and ts"],
)
def test_one_message_under_two_event_ids_is_one_question(box: Inbox, twin: Arrival) -> None:
    assert box.take(arrival(1), NOW)
    assert not box.take(twin, NOW)


def test_an_event_that_asks_nothing_never_hides_the_question_with_its_keys(box: Inbox) -> None:
    assert box.take(Arrival("Ev0", "msg-1", "1.0"), NOW)
    assert box.take(arrival(1), NOW)


def test_four_deliveries_at_once_are_one_question(box: Inbox) -> None:
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: box.take(arrival(1), NOW), range(4)))
    assert sorted(taken) == [False, False, False, True]


def test_a_question_is_given_to_one_worker(box: Inbox) -> None:
    box.take(arrival(1), NOW)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: box.claim(NOW, owner=f"{n}", lease=LEASE), range(4)))
    assert sum(row is not None for row in found) == 1


def test_the_questions_of_a_thread_wait_for_each_other(box: Inbox) -> None:
    for n in (2, 1, 3):
        box.take(arrival(n), NOW)
    box.take(arrival(9, thread="9.0"), NOW)
    first, other = claimed(box), claimed(box)
    assert (first.asked.text, other.asked.text) == ("question 1", "question 9")
    assert box.claim(NOW, owner="me", lease=LEASE) is None
    box.answered(first, "5.0")
    assert claimed(box).asked.text == "question 2"


def test_a_claim_that_ran_out_is_given_to_the_next_and_changes_nothing_more(box: Inbox) -> None:
    box.take(arrival(1), NOW)
    late = claimed(box)
    later = NOW + LEASE + SECOND
    second = claimed(box, later)
    assert second.tries == 2
    assert not box.renew(late, later + LEASE)
    assert not box.freeze(late, REPLY, later)
    assert not box.stand(late, POSTING)
    assert box.renew(second, later + LEASE)


def test_what_a_dead_owner_holds_is_free_at_once_and_nothing_else(box: Inbox) -> None:
    for n in (1, 2):
        box.take(arrival(n, thread=f"{n}.0"), NOW)
    dead, alive = claimed(box, owner="host-1"), claimed(box, owner="host-2")
    freed = box.take_over(lambda owner: owner == "host-1", NOW, unclear_until=NOW + LEASE)
    assert freed == 1
    assert claimed(box, NOW + SECOND).id == dead.id
    assert box.claim(NOW + SECOND, owner="me", lease=LEASE) is None
    assert box.renew(alive, NOW + 2 * LEASE)
    assert not box.stand(dead, POSTING)


def test_what_a_dead_owner_may_have_posted_waits_until_it_can_be_seen(box: Inbox) -> None:
    box.take(arrival(1), NOW)
    box.stand(claimed(box), POSTING)
    box.take_over(lambda _: True, NOW, unclear_until=NOW + 5 * SECOND)
    assert box.claim(NOW + 4 * SECOND, owner="me", lease=LEASE) is None
    assert claimed(box, NOW + 6 * SECOND).standing == POSTING


def test_what_was_frozen_is_there_for_the_next_try(box: Inbox) -> None:
    box.take(arrival(1), NOW)
    row = claimed(box)
    assert box.freeze(row, REPLY, NOW + LEASE)
    assert box.stand(row, STREAMING)
    again = claimed(box, NOW + LEASE + SECOND)
    assert (again.messages, again.replay_id) == ((REPLY.message,), "a-1")
    assert again.standing == STREAMING


def test_a_long_answer_comes_back_part_by_part_and_each_begins_anew(box: Inbox) -> None:
    box.take(arrival(1), NOW)
    row = claimed(box)
    pages = (Rendered("page 2"), Rendered("page 3"))
    box.freeze(row, replace(REPLY, more=pages), NOW + LEASE)
    box.stand(row, STREAMING)
    assert row.key == "answer:Ev1"
    assert box.next_part(row, "5.0")
    again = claimed(box, NOW + LEASE + SECOND)
    assert again.messages == (REPLY.message, *pages)
    assert (again.part, again.key, again.standing) == (1, "answer:Ev1:2", Standing())
    box.answered(again, "6.0")
    assert box.last_word("C1", "1.0", "U1") == "5.0"
    assert box.last_word("C1", "2.0", "U1") is None


def test_a_question_that_the_user_stopped_is_not_frozen_and_comes_back_stopped(box: Inbox) -> None:
    for n in (1, 2):
        box.take(arrival(n), NOW)
    box.take(arrival(3, thread="3.0"), NOW)
    row, other = claimed(box), claimed(box)
    assert len(box.stop("C1", "1.0", NOW)) == 2
    assert not box.freeze(row, REPLY, NOW + LEASE)
    assert box.freeze(other, REPLY, NOW + LEASE)
    again = claimed(box, NOW + LEASE + SECOND)
    assert again.stopped
    assert again.standing.silent
    assert box.freeze(again, REPLY, NOW + 3 * LEASE)


def test_a_question_that_its_asker_deleted_is_dropped_unless_somebody_works_on_it(
    box: Inbox,
) -> None:
    for n in (1, 2):
        box.take(arrival(n, thread=f"{n}.0"), NOW)
    begun = claimed(box)
    for n in (1, 2):
        box.withdraw("C1", f"{n}.0")
    assert box.claim(NOW, owner="me", lease=LEASE) is None
    assert box.renew(begun, NOW + LEASE)


def test_who_waits_for_a_free_hand_is_listed_and_who_waits_for_their_own_thread_is_not(
    box: Inbox,
) -> None:
    for n in (2, 1):
        box.take(arrival(n), NOW)
    box.take(arrival(4, thread="4.0"), NOW)
    box.take(arrival(3, thread="3.0"), NOW)
    assert [w.thread_ts for w in box.waiting(9)] == ["1.0", "3.0", "4.0"]
    assert [w.thread_ts for w in box.waiting(2)] == ["1.0", "3.0"]
    claimed(box)
    assert [w.thread_ts for w in box.waiting(9)] == ["3.0", "4.0"]


def test_a_question_is_not_tried_again_before_its_time(box: Inbox) -> None:
    box.take(arrival(1), NOW)
    row = claimed(box)
    box.stand(row, POSTING)
    box.put_back(row, NOW + 5 * SECOND)
    assert box.claim(NOW + 4 * SECOND, owner="me", lease=LEASE) is None
    assert claimed(box, NOW + 6 * SECOND).standing == POSTING


def test_an_answered_question_is_never_claimed_again(box: Inbox) -> None:
    box.take(arrival(1), NOW)
    box.answered(claimed(box), "5.0")
    assert box.claim(NOW + 10 * LEASE, owner="me", lease=LEASE) is None


def test_a_failed_question_lets_the_next_of_its_thread_through(box: Inbox) -> None:
    box.take(arrival(1), NOW)
    box.take(arrival(2), NOW)
    box.failed(claimed(box), "channel_not_found")
    assert claimed(box).asked.text == "question 2"


def test_a_follow_up_knows_the_last_answer_of_its_own_thread(box: Inbox) -> None:
    for n in (1, 2):
        box.take(arrival(n), NOW)
    box.take(arrival(3, thread="3.0"), NOW)
    first = claimed(box)
    assert box.follows(first) is None
    box.freeze(first, REPLY, NOW + LEASE)
    box.answered(first, "5.0")
    follow_up, stranger = claimed(box), claimed(box)
    assert box.follows(follow_up) == "a-1"
    assert box.follows(stranger) is None


def test_evidence_is_shown_only_in_the_channel_of_its_answer(box: Inbox) -> None:
    box.take(arrival(1), NOW)
    row = claimed(box)
    box.freeze(row, REPLY, NOW + LEASE)
    assert box.evidence("C1", "a-1", "U1") == {"type": "modal"}
    assert box.evidence("C2", "a-1", "U1") is None


def test_old_deliveries_are_forgotten_and_open_questions_never(box: Inbox) -> None:
    box.take(Arrival("Ev0"), NOW)
    for n in (1, 2):
        box.take(arrival(n, thread=f"{n}.0"), NOW)
    box.answered(claimed(box), "5.0")
    assert box.purge(NOW + KEEP_SEEN) == 0
    assert box.purge(NOW + KEEP_SEEN + SECOND) == 1
    assert box.purge(NOW + KEEP_ANSWERS + SECOND) == 1
    assert claimed(box, NOW + 2 * KEEP_ANSWERS).asked.text == "question 2"


def test_a_question_comes_back_with_all_that_it_carries(box: Inbox) -> None:
    asked = Asked("q", "C1", "U1", "1.0", ("https://a.example/1", "https://a.example/2"), "a-1")
    asked = replace(asked, private=True, zone="Europe/London", looks_at=("C2", "1.5"), team="T1")
    box.take(Arrival("Ev1", None, "1.0", asked), NOW)
    assert claimed(box).asked == asked


def test_a_question_of_before_that_had_one_link_is_still_answered(
    box: Inbox, engine: Engine
) -> None:
    old = {"text": "q", "channel": "C1", "user": "U1", "thread_ts": "1.0", "follows": None}
    box.take(arrival(1), NOW)
    with engine.begin() as connection:
        link = {**old, "article_link": "https://a.example/1", "private": False}
        connection.execute(update(inbox).values(asked=json.dumps(link)))
    assert claimed(box).asked.article_links == ("https://a.example/1",)
