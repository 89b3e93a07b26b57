"""The brief of a window: what is ranked, what is cut and counted, what a quiet day says."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from jobs.digest import MAX_LINES, Digest, News, Window, build, build_wrap
from retrieval.models import ArticleHead, Claim, TargetKind
from tests import nouns
from tests.nouns import head

SINCE = datetime(2026, 11, 25, 13, 45, tzinfo=UTC)
UNTIL = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
WINDOW = Window(SINCE, UNTIL, date(2026, 11, 27), "America/New_York")


def claim(
    name: str,
    score: float,
    article: str = "a",
    *,
    kind: TargetKind = "ticker",
    relevance: float = 1.0,
    mechanism: str | None = None,
    quote: str | None = None,
) -> Claim:
    return nouns.claim(
        name,
        score,
        article=article,
        kind=kind,
        relevance=relevance,
        mechanism=mechanism,
        words=quote or f"{name} is at {score}.",
    )


def news(*claims: Claim, heads: tuple[ArticleHead, ...] = ()) -> News:
    return News(tuple({c.head: None for c in claims}) + heads, claims)


def names(digest: Digest) -> list[str]:
    return [line.line.target.id for line in (*digest.lines, *digest.groups)]


def test_a_brief_reads_like_this() -> None:
    digest = build(
        news(
            claim("NVDA", 0.6, "a", mechanism="labs order more accelerators"),
            claim("NVDA", 0.5, "b"),
            claim("NVDA", -0.4, "c", quote="Nvidia loses the contract."),
            claim("AMD", -0.3, "a", quote="AMD's share of the orders shrinks."),
            claim("small hosts", -0.5, "b", kind="group"),
            claim("INTC", 0.05, "a"),
        ),
        WINDOW,
        watch={"AMD"},
    )
    assert digest.text == snapshot("""\
Pre-open brief · Fri 27 Nov 2026
since Wed 08:45 ET: 3 articles
▼ AMD Amd · mildly negative -0.30 · “AMD's share of the orders shrinks.” [1]
▲ NVDA Nvda · mildly positive +0.23 · labs order more accelerators [2][3] · 3 articles · contrary [4]
▼ small hosts · negative -0.50 · no ticker named in the source · “small hosts is at -0.5.” [5]
Not shown: 1 without a clear side.\
""")  # noqa: E501  as the reader gets it


def test_a_quiet_day_is_one_line() -> None:
    digest = build(News((), ()), WINDOW)
    assert digest.text == "Pre-open brief · Fri 27 Nov 2026\nsince Wed 08:45 ET: nothing new"


def test_articles_that_take_no_side_are_said_to_take_none() -> None:
    digest = build(news(heads=(head("a"),)), WINDOW)
    assert digest.window == "since Wed 08:45 ET: 1 article"
    assert digest.note == "None of them takes a side on a company or a group."


def test_the_first_brief_says_how_far_back_it_goes() -> None:
    first = Window(UNTIL - timedelta(hours=24), UNTIL, date(2026, 11, 27), "Asia/Tokyo", first=True)
    assert build(news(claim("NVDA", 0.5)), first).window == (
        "the first brief here, over the last 24 h: 1 article"
    )


def test_an_old_window_names_its_day_in_full() -> None:
    long = Window(SINCE - timedelta(days=7), UNTIL, date(2026, 11, 27), "Europe/Berlin")
    assert build(news(), long).window == "since Wed 18 Nov 14:45 CET: nothing new"


def test_a_late_brief_says_when_it_was_due_and_which_it_stands_for() -> None:
    late = replace(WINDOW, late_for=UNTIL, folded=(date(2026, 11, 25),))
    assert build(news(), late).window == (
        "since Wed 08:45 ET: nothing new · sent late: due 08:45 ET"
        " · includes Wed 25 Nov, which could not be sent"
    )
    days = tuple(date(2026, 11, day) for day in (23, 24, 25))
    assert build(news(), replace(WINDOW, folded=days)).window == (
        "since Wed 08:45 ET: nothing new"
        " · includes the briefs since Mon 23 Nov, which could not be sent"
    )


def test_a_half_day_stands_in_the_title() -> None:
    half = replace(WINDOW, session_note="early close 13:00 ET")
    assert build(news(), half).title == "Pre-open brief · Fri 27 Nov 2026 · early close 13:00 ET"


def test_a_weekly_wrap_is_named_and_its_first_covers_a_week() -> None:
    week = replace(WINDOW, since=UNTIL - timedelta(days=7), first=True)
    assert build_wrap(news(), week).text == (
        "Weekly wrap · Fri 27 Nov 2026\nthe first brief here, over the last 7 days: nothing new"
    )


def test_the_biggest_comes_first_but_a_watched_name_before_it() -> None:
    said = news(claim("AAA", 0.4), claim("BBB", -0.9), claim("CCC", 0.6), claim("DDD", 0.2))
    assert names(build(said, WINDOW)) == ["BBB", "CCC", "AAA", "DDD"]
    assert names(build(said, WINDOW, watch={"DDD"})) == ["DDD", "BBB", "CCC", "AAA"]


def test_a_long_article_has_one_voice() -> None:
    said = news(
        *[claim("AAA", 0.8, "long", quote=f"Up {n}.") for n in range(9)], claim("AAA", -0.4, "b")
    )
    (line,) = build(said, WINDOW).lines
    assert (line.line.sentiment.score, line.articles) == (0.2, 2)
    assert len(line.line.citations) == 1
    assert len(line.contrary) == 1


def test_strong_voices_that_cancel_are_mixed_and_shown() -> None:
    (line,) = build(news(claim("AAA", 0.6, "a"), claim("AAA", -0.6, "b")), WINDOW).lines
    assert line.line.sentiment.label == "mixed"
    assert (line.line.citations, line.contrary) == ((1,), (2,))


def test_a_mean_that_is_shown_as_a_side_is_that_side() -> None:
    up, down = claim("AAA", 0.65, "a"), claim("AAA", -0.35004, "b")
    (line,) = build(news(up, down), WINDOW).lines
    assert line.line.sentiment.label == "mildly positive"
    assert (line.line.citations, line.contrary) == ((1,), (2,))


def test_one_quote_has_one_number() -> None:
    shared = "Both Aaa and Bbb gain."
    digest = build(news(claim("AAA", 0.6, quote=shared), claim("BBB", 0.5, quote=shared)), WINDOW)
    assert [line.line.citations for line in digest.lines] == [(1,), (1,)]
    assert [c.quote.text for c in digest.citations] == [shared]


def test_groups_keep_room_beside_many_names_and_the_rest_is_counted() -> None:
    many = [claim(f"T{n:02}", 0.9 - n / 100) for n in range(12)]
    groups = [claim(f"group {n}", -0.3, kind="group") for n in range(5)]
    digest = build(news(*many, *groups), WINDOW, watch={"T00", "T11"})
    assert (len(digest.lines), len(digest.groups)) == (6, 3)
    assert names(digest)[:3] == ["T00", "T11", "T01"]
    assert digest.cut == "Not shown: 6 more names, 2 more groups."


def test_watched_names_that_are_cut_are_counted_apart() -> None:
    many = [claim(f"T{n:02}", 0.9 - n / 100) for n in range(12)]
    digest = build(news(*many), WINDOW, watch={c.impact.target.id for c in many})
    assert digest.cut == "Not shown: 3 more names (3 on your list)."


def test_a_long_quote_is_cut_at_a_word() -> None:
    digest = build(news(claim("AAA", 0.5, quote="word " * 60)), WINDOW)
    why = digest.lines[0].line.why
    assert why is not None
    assert why.endswith("word…”")
    assert digest.citations[0].quote.text == "word " * 60


def test_what_is_inferred_comes_last_and_says_so() -> None:
    guess = nouns.claim("AAA", 0.9, origin="inferred")
    digest = build(news(guess, claim("AAA", 0.4), claim("BBB", 0.3)), WINDOW)
    assert names(digest) == ["AAA", "BBB", "AAA"]
    said = [line for line in digest.text.splitlines() if "inferred, not in the source" in line]
    assert len(said) == 1
    assert said[0].startswith("▲ AAA Aaa · positive +0.90")


targets = st.sampled_from(
    [("ticker", "AAA"), ("ticker", "BBB"), ("private", "Ccc"), ("group", "ddd")]
)
claims = st.builds(
    lambda target, score, article, relevance: claim(
        target[1], score, article, kind=target[0], relevance=relevance
    ),
    targets,
    st.floats(-1, 1),
    st.sampled_from("abcdefgh"),
    st.floats(0, 1),
)


@settings(deadline=None)
@given(said=st.lists(claims, max_size=30), seed=st.integers())
def test_any_ledger_gives_a_short_brief_whose_numbers_all_lead_somewhere(
    said: list[Claim], seed: int
) -> None:
    digest = build(news(*said), WINDOW)
    shuffled = Random(seed).sample(said, len(said))
    assert build(news(*shuffled), WINDOW) == digest
    assert len(digest.text.splitlines()) <= MAX_LINES
    assert [c.n for c in digest.citations] == list(range(1, len(digest.citations) + 1))
    for line in (*digest.lines, *digest.groups):
        assert line.line.sentiment.direction != "neutral"
        assert line.line.citations
        assert {*line.line.citations, *line.contrary} <= {c.n for c in digest.citations}
        assert not set(line.line.citations) & set(line.contrary)
