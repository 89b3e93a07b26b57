"""What each name adds to a book sums exactly, silence is not zero, and no echo moves a score."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jobs.book import words as exposure_text
from jobs.book.exposure import WINDOW, Exposure, exposure_of
from jobs.book.reading import held_at, news_on
from jobs.models import Book
from retrieval.answers import Holding
from retrieval.ingest import ingest
from retrieval.language.exposures import load_exposures
from retrieval.library import Library
from retrieval.models import Article, Claim, Membership
from tests.articles import builtin
from tests.fakes import HashEmbedder
from tests.nouns import claim, head

NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
NAMES = ["NVDA", "AMD", "AMZN", "GOOGL", "MSFT", "DAL", "UAL", "NUE", "KO", "V", "XOM", "ZZZQ"]
DAY = timedelta(days=1)


def told(
    ticker: str, score: float, *, story: str = "s", age: timedelta = DAY, n: int = 0, **more: float
) -> Claim:
    """A claim of a story, that old."""
    at = NOW - age
    placed = head(
        f"{story}{n}",
        published_at=at,
        first_seen_at=at,
        membership=Membership(story, n),
        title=f"On {story}",
    )
    made = claim(ticker, score, words=f"{ticker} {score} {story}", **more)  # type: ignore[arg-type]
    return Claim(made.impact, placed)


def weigh(holdings: Sequence[Holding], *claims: Claim) -> Exposure:
    return exposure_of(holdings, claims, NOW, load_exposures())


claims_of_books = st.lists(
    st.builds(
        told,
        st.sampled_from(NAMES),
        st.floats(-1, 1),
        story=st.sampled_from("abcdefgh"),
        age=st.integers(0, 100 * 24).map(lambda hours: timedelta(hours=hours)),
        n=st.integers(0, 5),
        confidence=st.floats(0.001, 1) | st.just(0.0),
        relevance=st.floats(0.001, 1) | st.just(0.0),
    ),
    max_size=25,
)
books = st.dictionaries(
    st.sampled_from(NAMES), st.floats(-1, 1).filter(lambda w: abs(w) > 1e-6), min_size=1
)


def shares(weights: dict[str, float]) -> tuple[Holding, ...]:
    gross = math.fsum(map(abs, weights.values()))
    return tuple(Holding(ticker, weight / gross) for ticker, weight in weights.items())


@settings(max_examples=1_000, deadline=None)
@given(books, claims_of_books)
@example({"NVDA": 1.0}, [])
def test_the_contributions_sum_to_the_total(weights: dict[str, float], said: list[Claim]) -> None:
    found = weigh(shares(weights), *said)
    known = [one.value for one in found.contributions if one.value is not None]
    assert {one.ticker for one in found.contributions} == set(weights)
    assert (found.total is None) == (not known)
    assert abs(sum(known) - (found.total or 0.0)) < 1e-9
    assert 0 <= found.covered <= 1 + 1e-9
    assert abs(found.total or 0.0) <= found.covered + 1e-9
    sides = math.fsum(one.value or 0.0 for one in (*found.winners, *found.losers))
    assert abs(sides - (found.total or 0.0)) < 1e-9
    # a net score is rounded to four decimals, a story's part of it is not
    by_story = math.fsum(one.added for one in found.stories)
    assert by_story == pytest.approx(found.total or 0.0, abs=1e-4)
    assert math.fsum(one.share for one in found.stories) in (0, pytest.approx(1))
    assert all(one.score is None or -1 <= one.score <= 1 for one in found.themes)


@settings(max_examples=50, deadline=None)
@given(
    books,
    st.dictionaries(
        st.tuples(st.sampled_from(NAMES), st.sampled_from("abc"), st.integers(0, 3)),
        st.floats(-1, 1),
        max_size=12,
    ),
    st.integers(0, 11),
)
def test_the_order_of_what_is_read_changes_nothing(
    weights: dict[str, float], scores: dict[tuple[str, str, int], float], turned: int
) -> None:
    said = [
        told(ticker, score, story=story, n=n, age=DAY * (ord(story) - 96) - timedelta(hours=n))
        for (ticker, story, n), score in scores.items()
    ]
    mixed = [*reversed(said[turned:]), *said[:turned]]
    assert weigh(shares(weights), *said) == weigh(shares(weights), *mixed)


def test_a_name_without_news_adds_nothing_known_and_lowers_the_coverage() -> None:
    held = (Holding("NVDA", 0.5), Holding("KO", 0.3), Holding("$CASH", 0.2))
    found = weigh(held, told("NVDA", 0.8), told("XOM", -0.9))
    assert [(one.ticker, one.value) for one in found.contributions] == [
        ("NVDA", 0.4),
        ("$CASH", None),
        ("KO", None),
    ]
    assert (found.total, found.covered) == (0.4, 0.5)
    assert [one.ticker for one in found.silent] == ["KO"]
    assert exposure_text.silent(found) == (
        "No news on KO (30% of the book): that is not the same as no risk."
    )
    assert weigh(held).total is None


def test_good_news_of_a_short_is_bad_for_the_book() -> None:
    found = weigh((Holding("NVDA", 0.5), Holding("DAL", -0.5)), told("DAL", 0.8, story="b"))
    assert [one.ticker for one in found.losers] == ["DAL"]
    assert exposure_text.added(found.losers[0]) == (
        "▼ -0.400 (short 50.0% x positive +0.80, 1 story, newest 26 Nov)"
    )


def test_news_older_than_the_window_is_none_of_it() -> None:
    held = (Holding("NVDA", 1.0),)
    assert weigh(held, told("NVDA", 0.8, age=WINDOW + DAY)).total is None
    assert weigh(held, told("NVDA", 0.8, age=-DAY)).total is None  # nor is that of tomorrow
    assert weigh(held, told("NVDA", 0.8, age=WINDOW - DAY)).total == 0.8


def test_what_hangs_on_one_story_is_told_with_the_names_it_moves() -> None:
    held = (Holding("NVDA", 0.4), Holding("AMD", 0.4), Holding("KO", 0.2))
    found = weigh(
        held,
        told("NVDA", 0.5, story="chips"),
        told("AMD", 0.5, story="chips", n=1),
        told("KO", -0.5, story="soda"),
    )
    chips, soda = found.stories
    assert (chips.share, set(chips.tickers)) == (pytest.approx(0.8), {"NVDA", "AMD"})
    assert (soda.share, soda.added) == (pytest.approx(0.2), pytest.approx(-0.1))
    assert exposure_text.hangs(soda) == "20% of what moves the book hangs on one story, for KO"


def test_a_theme_weighs_positions_by_how_much_of_their_business_it_reaches() -> None:
    strength = load_exposures().groups["us-airlines"].member("DAL")
    assert strength is not None
    found = weigh((Holding("DAL", -0.5), Holding("KO", 0.5)), told("DAL", 0.8))
    theme = next(one for one in found.themes if one.id == "us-airlines")
    assert theme.weight == pytest.approx(0.5 * strength.strength)
    assert theme.score == pytest.approx(-0.8)
    assert exposure_text.themed(theme).startswith("US airlines ")


CHIPS = (
    "Nvidia (NASDAQ: NVDA) gains because orders for its chips rise by 40% this quarter. "
    "Analysts said that the data center business of the company beats every forecast."
)
CARDS = (
    "Visa (NYSE: V) loses because shops choose cheaper ways of paying. The rule that the "
    "regulator drafted on Tuesday lets merchants route cards past the big networks."
)
FUEL = (
    "Delta Air Lines (NYSE: DAL) gains from cheaper fuel. Crude fell after the producers "
    "agreed on Sunday to add barrels to the market from January on."
)
STORIES = (
    (
        CHIPS,
        "Chip orders rise",
    ),
    (
        CARDS,
        "Rule hits cards",
    ),
    (
        FUEL,
        "Fuel gets cheaper",
    ),
    ("Nvidia suffers because a supplier of memory stopped its deliveries.", "Memory is short"),
)
HELD = (Holding("NVDA", 0.5), Holding("V", 0.3), Holding("DAL", -0.2))


def articles(stories: Sequence[tuple[str, str]], copies: int = 1) -> Iterator[Article]:
    for n, (text, title) in enumerate(stories):
        for copy in range(copies):
            yield Article(
                f"{n}-{copy}",
                text,
                title=title,
                url=f"https://outlet{copy}.example/{n}",
                source=f"Outlet {copy}",
                published_at=NOW - (n + 1) * DAY + timedelta(minutes=copy),
            )


def scores_after(*batches: Iterator[Article]) -> dict[str, float | None]:
    """The scores of a book through the real store and its real stories, and its total."""
    library = Library.in_memory(HashEmbedder(), builtin())
    try:
        for batch in batches:
            ingest(batch, library=library, now=lambda: NOW, progress=lambda _: None)
        found = news_on([Book(HELD, NOW - DAY)], NOW, library.store, None, days=1)
        assert found is not None
        scores = {c.ticker: c.said.score if c.said else None for c in found.now.contributions}
        return {**scores, "": found.now.total}
    finally:
        library.close()


@pytest.mark.parametrize("story", [0, 1])
def test_an_article_that_is_copied_fifty_times_moves_no_score(story: int) -> None:
    before = scores_after(articles(STORIES))
    copied = [a for a in articles(STORIES, copies=51) if a.id.startswith(f"{story}-")]
    after = scores_after(articles(STORIES), iter(copied))
    assert all(value is not None for value in before.values())
    for name, value in before.items():
        assert after[name] == pytest.approx(value, abs=0.01)


def test_the_history_knows_only_what_was_known_and_held_on_each_day() -> None:
    library = Library.in_memory(HashEmbedder(), builtin())
    try:
        first, second, *_ = articles(STORIES)
        late = replace(second, published_at=NOW - 8 * DAY)  # written early, read late
        for article, at in ((first, NOW - 6 * DAY), (late, NOW - 2 * DAY)):
            early = replace(article, published_at=min(at, NOW - 7 * DAY))
            ingest([early], library=library, now=lambda at=at: at, progress=lambda _: None)
        kept = [
            Book((Holding("NVDA", 1.0),), NOW - 8 * DAY),
            Book((Holding("NVDA", 0.5), Holding("V", 0.5)), NOW - 4 * DAY),
        ]
        found = news_on(kept, NOW, library.store, None, days=10)
        assert found is not None
        days = [(NOW - at) // DAY for at, _ in found.history]
        assert days == [9, 8, 7, 6, 5, 4, 3, 2, 1]
        by_day = dict(zip(days, (one for _, one in found.history), strict=True))
        assert by_day[9] is None  # no book yet
        assert [by_day[d] and by_day[d].total for d in (8, 7)] == [None, None]  # nothing read yet
        assert by_day[5] is not None
        assert [c.ticker for c in by_day[5].contributions] == ["NVDA"]
        assert by_day[3] is not None
        assert by_day[3].covered == 0.5  # Visa is held, and nothing of it has been read
        assert by_day[1] is not None
        assert by_day[1].covered == 1.0
        assert news_on([], NOW, library.store, None) is None
        assert "NVDA" not in repr((found, found.now, found.now.contributions))
    finally:
        library.close()


def test_the_book_of_a_moment_is_the_last_one_kept_before_it() -> None:
    one, two = Book(HELD[:1], NOW), Book(HELD, NOW + DAY)
    assert held_at([one, two], NOW - DAY) is None
    assert held_at([one, two], NOW + DAY / 2) == one
    assert held_at([one, two], NOW + DAY) == two
