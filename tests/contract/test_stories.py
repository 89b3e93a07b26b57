"""Every database places an article in the same story, in its own transaction, for ever."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import func, inspect, select, text

from retrieval.db import connect, migrate, reading
from retrieval.errors import UnreadableFileError
from retrieval.language.mentions import find_mentions
from retrieval.language.securities import load_securities
from retrieval.language.stories import COPY_WINDOW
from retrieval.models import Article, StoredArticle
from retrieval.store.records import Record
from retrieval.store.schema import bands, imprints
from retrieval.store.store import Store
from tests.articles import HOUR, MONDAY, analysis, record
from tests.fakes import HashEmbedder

DAY = timedelta(days=1)

FIRST = (
    "Cisco Systems has agreed to buy Whirlpool for $4.2 billion in cash on October 15. Savings"
    ' of $310 million a year are planned. "The two product lines hardly overlap at all," said its'
    " chief executive. The deal should close in the first half of next year, both told investors."
)
COPY = FIRST + " Shares of the buyer fell 3.5%."
OTHER = (
    "Pfizer will let 2,600 people go, it said. Most of the positions are in Ohio, and the charge"
    " for severance is $95 million. Talks with labor representatives begin next week, it says."
)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    made = _opened(url)
    yield made
    made.close()


def _opened(url: str) -> Store:
    engine = connect(url)
    migrate(engine, "retrieval.store")
    return Store(engine)


def _news(name: str, words: str = FIRST, at: datetime | None = MONDAY, **more: str) -> Article:
    return replace(Article(name, words, published_at=at, source="Harbor Wire"), **more)


def _record(article: Article) -> Record:
    mentions = find_mentions(article.text, load_securities())
    made = record(article, analysis(mentions=mentions), passages=(article.text,))
    return replace(made, vectors=HashEmbedder().encode([article.text]), model=HashEmbedder.name)


def _put(store: Store, *articles: Article, now: datetime = MONDAY) -> list[StoredArticle]:
    return store.put_many([_record(article) for article in articles], now=now)


def _stories(stored: Sequence[StoredArticle]) -> list[str]:
    return [one.membership.story_id for one in stored]


@pytest.mark.parametrize("together", [True, False])
def test_near_copies_are_one_story_and_other_news_is_another(
    store: Store, *, together: bool
) -> None:
    arriving = [_news("a"), _news("b", COPY), _news("c", OTHER), _news("d", COPY + " More.")]
    if together:
        stored = _put(store, *arriving)
    else:
        stored = [_put(store, article)[0] for article in arriving]
    first, second, other, third = _stories(stored)
    assert first == second == third != other
    assert [one.membership.position for one in stored] == [0, 1, 0, 2]
    assert [one.membership.novelty for one in stored] == [1.0, 0.75, 1.0, 0.5625]


def test_a_later_article_records_the_facts_that_its_story_did_not_have(store: Store) -> None:
    first, second = _put(store, _news("a"), _news("b", COPY))
    said = {(fact.kind, fact.quote.text) for fact in first.new_facts}
    assert said >= {
        ("number", "$4.2 billion"),
        ("number", "$310 million"),
        ("date", "October 15"),
        ("company", "Cisco Systems"),
        ("quote", "The two product lines hardly overlap at all,"),
    }
    assert [fact.quote.text for fact in second.new_facts] == ["3.5%"]
    (rest,) = _put(store, _news("c", COPY + " It fell 3.5%, and 7.25% later."))
    assert [fact.quote.text for fact in rest.new_facts] == ["7.25%"]
    for one in (first, second, rest):
        for fact in one.new_facts:
            assert one.article.text[fact.quote.start : fact.quote.end] == fact.quote.text
    assert store.new_facts(["b", "none"]) == {"b": second.new_facts}


def test_outlets_are_counted_once_each_and_all_unnamed_ones_are_one(store: Store) -> None:
    unnamed = [replace(_news(name), source=None) for name in ("d", "e")]
    site = replace(_news("f"), source=None, url="https://www.quay.example/deal")
    stored = _put(
        store, _news("a"), _news("b", source="harbor  WIRE"), _news("c", source="Quay"),
        *unnamed, site,
    )  # fmt: skip
    story = store.story(stored[0].membership.story_id)
    assert story
    assert [head.article_id for head in story.articles] == list("abcdef")
    assert story.outlets == 4
    assert store.story("none") is None


def test_a_story_can_be_read_as_it_was_known_at_a_moment(store: Store) -> None:
    _put(store, _news("a"))
    (second,) = _put(store, _news("b", source="Quay"), now=MONDAY + HOUR)
    story_id = second.membership.story_id
    _put(store, _news("b", OTHER, source="Quay"), now=MONDAY + 2 * HOUR)

    def told(as_of: datetime | None) -> tuple[list[str], int] | None:
        story = store.story(story_id, as_of=as_of)
        return story and ([head.article_id for head in story.articles], story.outlets)

    assert told(MONDAY - HOUR) is None
    assert told(MONDAY) == (["a"], 1)
    assert told(MONDAY + HOUR) == (["a", "b"], 2)
    assert told(None) == (["a"], 1)
    assert store.new_facts(["b"], as_of=MONDAY + HOUR) == {"b": ()}
    assert store.heads(["b"], as_of=MONDAY + HOUR)["b"].membership == second.membership


def test_an_unchanged_article_keeps_its_place_and_writes_nothing(store: Store) -> None:
    stored = _put(store, _news("a"), _news("b", COPY))
    assert _put(store, _news("b", COPY), _news("a"), now=MONDAY + HOUR) == stored[::-1]


def test_a_correction_stays_while_it_is_a_near_copy_of_what_it_corrects(store: Store) -> None:
    stored = _put(store, _news("a"), _news("b", COPY))
    (corrected,) = _put(store, _news("b", COPY.replace("3.5%", "4.5%")), now=MONDAY + HOUR)
    assert corrected.version == 2
    assert corrected.membership == stored[1].membership
    assert [fact.quote.text for fact in corrected.new_facts] == ["4.5%"]


def test_a_correction_that_tells_of_something_else_opens_its_own_story(store: Store) -> None:
    stored = _put(store, _news("a"), _news("b", COPY))
    (moved,) = _put(store, _news("a", OTHER), now=MONDAY + HOUR)
    assert moved.membership.story_id not in _stories(stored)
    assert moved.membership.position == 0
    story = store.story(stored[0].membership.story_id)
    assert story
    assert [head.article_id for head in story.articles] == ["b"]
    (third,) = _put(store, _news("c", COPY), now=MONDAY + 2 * HOUR)
    assert third.membership == replace(stored[1].membership, position=2)  # no place is given twice


def test_an_undated_article_is_placed_by_when_it_was_first_seen(store: Store) -> None:
    (dated,) = _put(store, _news("a", at=MONDAY))
    (seen,) = _put(store, _news("b", COPY, at=None), now=MONDAY + HOUR)
    (late,) = _put(store, _news("c", COPY, at=None), now=MONDAY + COPY_WINDOW + 2 * HOUR)
    assert seen.membership.story_id == dated.membership.story_id != late.membership.story_id


def test_the_same_text_weeks_later_is_another_story(store: Store) -> None:
    stored = _put(store, _news("a"), _news("b", at=MONDAY + 30 * DAY))
    assert len(set(_stories(stored))) == 2


def test_a_replay_in_the_same_order_gives_the_same_places_however_it_is_cut(tmp_path: Path) -> None:
    shelf = [
        _news(f"{n}", (FIRST, COPY, OTHER)[n % 3].replace("4.2", f"{4 + n % 5}.2"))
        for n in range(30)
    ]
    places = []
    for size in (1, 7, 30):
        store = _opened(f"sqlite:///{tmp_path}/{size}.db")
        for start in range(0, len(shelf), size):
            _put(store, *shelf[start : start + size])
        heads = store.heads([article.id for article in shelf])
        places.append({name: head.membership for name, head in heads.items()})
        store.close()
    assert places[0] == places[1] == places[2]


def test_a_place_is_written_with_its_article_or_not_at_all(store: Store) -> None:
    with pytest.raises(UnreadableFileError):
        _put(store, _news("a"), _news("b", "half \ud83d of an emoji"))
    with reading(store.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(imprints)) == 0
        assert connection.scalar(select(func.count()).select_from(bands)) == 0


def test_articles_without_vectors_are_still_compared_by_their_text(store: Store) -> None:
    bare = [
        replace(_record(article), vectors=np.empty((1, 0), np.float32))
        for article in (_news("a"), _news("b", COPY), _news("c", OTHER))
    ]
    first, copy, other = _stories(store.put_many(bare, now=MONDAY))
    assert first == copy != other


def test_what_was_read_before_stories_were_known_is_a_story_of_its_own(url: str) -> None:
    engine = connect(url)
    with engine.begin() as connection:
        _migrated_to(connection, "store_0001")
        connection.execute(text("INSERT INTO articles VALUES ('a', '2026-03-02 09:30:00')"))
        connection.execute(
            text(
                "INSERT INTO versions (article_id, version, text, language, summary, tone,"
                " tone_mixed, dated_at, content_hash, ingested_at, engine, dropped) VALUES ('a', 1,"
                " 'Old.', 'en', '', 0, false, '2026-03-02 09:30:00', 'h', '2026-03-02 09:30:00',"
                " 'test', 0)"
            )
        )
    migrate(engine, "retrieval.store")
    store = Store(engine)
    old = store.article("a")
    assert old
    assert old.membership.position == 0
    assert old.new_facts == ()
    assert store.story(old.membership.story_id)
    (corrected,) = _put(store, _news("a"), now=MONDAY + HOUR)
    assert corrected.membership == old.membership
    assert inspect(engine).has_table("bands")
    store.close()


def _migrated_to(connection: object, revision: str) -> None:
    package = Path(__file__).parents[2] / "retrieval"
    versions = "migrations_retrieval_store"
    config = Config(attributes={"connection": connection, "version_table": versions})
    config.set_main_option("script_location", str(package / "migrations"))
    config.set_main_option("version_locations", str(package / "store" / "migrations"))
    config.set_main_option("path_separator", "newline")
    command.upgrade(config, revision)
