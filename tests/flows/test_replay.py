"""An answer is the same later: as of its moment, and by its replay id, whatever came since."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sqlalchemy import text as sql

from retrieval.answers import Answer
from retrieval.ask.answer import answer
from retrieval.ask.replay import (
    BY_MODEL,
    DIFFERS,
    GONE,
    NOT_KEPT,
    OTHER_ENGINE,
    replay,
    replay_json,
)
from retrieval.contract import answer_json, dumps
from retrieval.errors import UnknownReplayError
from retrieval.ingest import ingest
from retrieval.library import Library
from retrieval.models import Article, Scope
from tests.articles import builtin
from tests.fakes import HashEmbedder

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

NAMES = ("Nvidia", "Boeing", "Exxon Mobil", "Intel", "Kestrel Labs")
EVENTS = (
    "{} benefits because orders for copper rise.",
    "{} loses share after a fire at its plant.",
    "{} earned $7 billion in the third quarter.",
    "{} presented its results in Austin.",
    "A repeal of the tariff next quarter would hurt {}.",
)
QUESTIONS = (
    "which tickers benefit?",
    "who is hurt by the fire?",
    "what about Nvidia?",
    "does Boeing gain from copper, from The Ledger?",
    "what would change the view?",
    "how much did Intel earn in the third quarter?",
    "where did Kestrel Labs present its results, according to Harbor Wire?",
    "tl;dr",
    "who benefits today?",
    "as of 23 Nov 2026, who loses share?",
)
SOURCES = ("Harbor Wire", "The Ledger", "Kestrel Labs", None)

stories = st.lists(
    st.tuples(st.sampled_from(EVENTS), st.sampled_from(NAMES)), min_size=1, max_size=4
)
writings = st.builds(
    lambda n, told, source, late: Article(
        f"n{n}",
        " ".join(event.format(name) for event, name in told),
        title=f"{told[0][1]} and the market, part {n}",
        url=f"https://news.example/{n}",
        source=source,
        published_at=MONDAY - timedelta(hours=late) if late else None,
    ),
    st.integers(0, 5),  # few ids: many of these are corrections
    stories,
    st.sampled_from(SOURCES),
    st.integers(0, 60),
)
steps = st.lists(st.lists(writings, min_size=1, max_size=4), min_size=1, max_size=3)
asked = st.lists(st.sampled_from(QUESTIONS), min_size=2, max_size=3, unique=True)

Open = Callable[[], Library]


@pytest.fixture(params=["memory", "folder"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Give a way to open empty libraries, in memory or over SQLite with indexes on disk."""
    made: list[Library] = []

    def library() -> Library:
        if request.param == "memory":
            made.append(Library.in_memory(HashEmbedder(), builtin()))
        else:
            folder = tmp_path / str(len(made))
            url = f"sqlite:///{folder}/tape.db"
            made.append(Library.open(url, folder, embedder=HashEmbedder(), reader=builtin()))
        return made[-1]

    yield library
    for one in made:
        one.close()


def keep(library: Library, articles: list[Article], at: datetime) -> None:
    ingest(articles, library=library, now=lambda: at, progress=lambda _: None)


def said(found: Answer) -> str:
    return dumps(answer_json(found))


@settings(
    deadline=None, max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=steps, after=steps, questions=asked)
def test_the_answer_as_of_a_moment_is_the_answer_at_that_moment(
    opened: Open,
    before: list[list[Article]],
    after: list[list[Article]],
    questions: list[str],
) -> None:
    library = opened()
    for hours, batch in enumerate(before):
        keep(library, batch, MONDAY + hours * HOUR)
    then = MONDAY + len(before) * HOUR
    as_known = Scope(as_of=then)
    first = [said(answer(q, library=library, now=then, scope=as_known)) for q in questions]
    for hours, batch in enumerate(after, 1):
        keep(library, batch, then + hours * HOUR)
    later = then + timedelta(days=20)
    assert [said(answer(q, library=library, now=later, scope=as_known)) for q in questions] == first


@settings(
    deadline=None, max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=steps, after=steps, questions=asked)
def test_every_answer_is_made_again_byte_for_byte_whatever_comes_later(
    opened: Open,
    before: list[list[Article]],
    after: list[list[Article]],
    questions: list[str],
) -> None:
    library = opened()
    given_then: dict[str, str] = {}
    for batch in (*before, *after):
        keep(library, batch, MONDAY)  # a clock that stands still: only the order of changes tells
        last: str | None = None
        for question in questions:
            for found in (
                answer(question, library=library, now=MONDAY),
                answer(question, library=library, now=MONDAY, follows=last),
                answer(question, library=library, now=MONDAY, scope=Scope(as_of=MONDAY)),
                answer(
                    question, library=library, now=MONDAY, scope=Scope(article_ids=(batch[0].id,))
                ),
            ):
                given_then.setdefault(found.replay_id, said(found))
                assert given_then[found.replay_id] == said(found)
                last = found.replay_id
    for replay_id, bytes_then in given_then.items():
        again = replay(replay_id, library=library)
        assert again.reason is None
        assert again.again is not None
        assert said(again.again) == bytes_then
        assert dumps(again.answer) == bytes_then


CHIPS = Article(
    "chips",
    "Nvidia benefits because orders for chips rise. Intel loses share in servers.",
    title="Chip orders rise",
    url="http://127.0.0.1:1/chips",
    source="Harbor Wire",
    published_at=MONDAY,
)


@pytest.fixture
def library() -> Iterator[Library]:
    opened = Library.in_memory(HashEmbedder(), builtin())
    keep(opened, [CHIPS], MONDAY)
    yield opened
    opened.close()


def test_what_was_corrected_since_is_named_and_the_old_answer_stands(library: Library) -> None:
    found = answer("which tickers benefit?", library=library, now=MONDAY)
    keep(library, [replace(CHIPS, text="Intel gains as orders rise.")], MONDAY + HOUR)
    again = replay(found.replay_id, library=library)
    assert again.again == found
    assert [(one.article_id, one.version, one.now) for one in again.changed] == [("chips", 1, 2)]
    row = replay_json(again)
    assert (row["from"], row["reason"], row["asked"]) == (
        "versions",
        None,
        "which tickers benefit?",
    )
    assert row["versions"] == [{"article_id": "chips", "version": 1, "now": 2}]
    assert row["answer"] == answer_json(found)


def test_an_article_that_has_another_address_now_is_no_other_answer(library: Library) -> None:
    found = answer("which tickers benefit?", library=library, now=MONDAY)
    library.store.move({"chips": "http://127.0.0.1:2/chips"})
    again = replay(found.replay_id, library=library)
    assert again.reason is None
    assert dumps(again.answer) == said(found)


def test_an_unknown_id_is_said_so(library: Library) -> None:
    with pytest.raises(UnknownReplayError) as refused:
        replay("a-0", library=library)
    assert refused.value.sentence.startswith("a-0: No answer is kept under this id.")


def changed_row(library: Library, found: Answer, **made: object) -> str:
    """Keep the answer under another id, as if it had been made otherwise."""
    payload = library.store.audited(found.replay_id)
    assert payload is not None
    row = json.loads(payload)
    row["made"] |= made
    row["answer"]["replay_id"] = "a-other"
    library.store.audit("a-other", asked="?", payload=dumps(row), now=MONDAY)
    return "a-other"


def test_what_a_chat_model_phrased_is_shown_from_the_audit(library: Library) -> None:
    found = answer("which tickers benefit?", library=library, now=MONDAY)
    again = replay(changed_row(library, found, model="openai:scripted"), library=library)
    assert (again.again, again.reason) == (None, BY_MODEL)
    assert again.answer["text"] == found.text
    assert replay_json(again)["from"] == "audit"


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ({"engine": "of last year", "change": 0}, OTHER_ENGINE),
        ({"change": 0}, DIFFERS),
        ({"change": 0, "versions": [["chips", 1], ["withdrawn", 1]]}, GONE),
        ({"question": {"text": "?", "kind": "a kind of next year"}}, NOT_KEPT),
    ],
)
def test_what_cannot_be_made_again_is_shown_from_the_audit_with_the_reason(
    library: Library, made: dict[str, object], reason: str
) -> None:
    found = answer("which tickers benefit?", library=library, now=MONDAY)
    again = replay(changed_row(library, found, **made), library=library)
    assert (again.again, again.reason) == (None, reason)
    assert again.answer["text"] == found.text


def test_another_engine_that_says_the_same_is_no_reason(library: Library) -> None:
    found = answer("which tickers benefit?", library=library, now=MONDAY)
    again = replay(changed_row(library, found, engine="of last year"), library=library)
    assert again.reason is None


def test_articles_that_come_in_while_an_answer_is_made_are_not_in_it(library: Library) -> None:
    """One transaction counts the articles, the next reads them: both must see the same."""
    more = replace(CHIPS, id="more", text="Boeing benefits because orders rise.", source="Late")

    class Interrupted(HashEmbedder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if not library.store.hashes(["more"]):
                keep(library, [more], MONDAY + HOUR)
            return super().encode(texts)

    late = replace(library, embedder=Interrupted())
    found = answer("how far do chip orders rise, and who loses share?", library=late, now=MONDAY)
    assert library.store.hashes(["more"])
    assert found.searched.articles == 1
    assert {c.article_id for c in found.citations} <= {"chips"}
    assert replay(found.replay_id, library=library).reason is None


def test_sources_that_were_not_known_then_are_no_sources_of_the_past(library: Library) -> None:
    asked = "who benefits, from The Ledger?"
    first = answer(asked, library=library, now=MONDAY, scope=Scope(as_of=MONDAY))
    keep(library, [replace(CHIPS, id="late", source="The Ledger")], MONDAY + HOUR)
    then = answer(asked, library=library, now=MONDAY + HOUR, scope=Scope(as_of=MONDAY))
    assert then == first
    assert then.question.scope.sources is None
    said_in_words = answer(
        f"{asked[:-1]} as of 22 Nov 2026?", library=library, now=MONDAY + timedelta(days=9)
    )
    assert said_in_words.question.scope.sources is None


def test_a_version_that_was_written_late_is_not_in_an_answer_before_it(library: Library) -> None:
    """A writer waits for its turn: its time may be before an answer that did not see it."""
    found = answer("which tickers benefit?", library=library, now=MONDAY + HOUR)
    keep(library, [replace(CHIPS, text="Boeing gains as orders rise.")], MONDAY)
    again = replay(found.replay_id, library=library)
    assert again.again == found
    assert {c.version for c in found.citations} == {1}
    with library.store.engine.connect() as connection:
        seqs = connection.execute(sql("SELECT seq, superseded_seq FROM versions ORDER BY version"))
        assert [tuple(row) for row in seqs] == [(1, 2), (2, None)]
