"""Evidence becomes an answer: its status, its lines, what speaks against them, the nearest miss."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers import Answer, Filters, Question, QuestionKind
from retrieval.ask.compose import (
    MOST_CONTRARY,
    MOST_GROUPS,
    MOST_NAMES,
    MOST_NAMES_OF_MANY,
    MOST_TRIGGERS,
    compose,
)
from retrieval.ask.evidence import Evidence, Named
from retrieval.ask.facts import Passage
from retrieval.models import (
    Analysis,
    Article,
    Membership,
    Quote,
    Scope,
    Searched,
    Sentiment,
    StoredArticle,
    Trigger,
)
from tests.nouns import MONDAY, claim, head, target

SEEN = Searched(3, 1, MONDAY)
WINNERS = Question("who benefits?", "benefit", direction="positive")


def found(question: Question = WINNERS, **parts: object) -> Evidence:
    return replace(Evidence(question, SEEN, heads=(head(),)), **parts)  # type: ignore[arg-type]


def answer(question: Question = WINNERS, **parts: object) -> Answer:
    return compose(found(question, **parts), "a-1")


def trigger(words: str = "a repeal") -> Trigger:
    return Trigger(Quote(words, 0, len(words)), "next quarter")


def passage(words: str = "The plant makes 40 units.", start: int = 0) -> Passage:
    return Passage(head(), Quote(words, start, start + len(words)), frozenset(), 1.0)


def named(ticker: str = "AMD") -> Named:
    return Named(target(ticker), head(), Quote(f"{ticker} was there.", 5, 5 + len(ticker) + 11))


def asking(kind: QuestionKind, *tickers: str, **slots: object) -> Question:
    return Question("?", kind, tickers, tickers, **slots)  # type: ignore[arg-type]


def test_winners_are_lines_and_losers_stand_against_them_unasked() -> None:
    made = answer(claims=(claim("A", 0.6), claim("B", -0.6), claim("C", 0.01)))
    assert made.status == "answered"
    assert [line.target.id for line in made.lines] == ["A"]
    assert [line.target.id for line in made.contrary] == ["B"]
    assert made.nearest is None


def test_under_a_question_for_losers_winners_are_not_shown() -> None:
    made = answer(asking("hurt"), claims=(claim("A", 0.6), claim("B", -0.6)))
    assert [line.target.id for line in made.lines] == ["B"]
    assert made.contrary == ()


def test_a_contradiction_is_mixed_and_its_other_side_is_contrary() -> None:
    said = (claim("A", 0.6, article="a1"), claim("A", -0.6, article="a2", words="It loses."))
    made = answer(claims=said, heads=(head("a1"), head("a2")))
    assert [line.sentiment.label for line in made.lines] == ["mixed"]
    assert [line.sentiment.direction for line in made.contrary] == ["negative"]
    assert {c.article_id for c in made.citations} == {"a1", "a2"}


def test_who_asks_for_tickers_gets_no_private_company() -> None:
    said = (claim("A", 0.6), claim("Xai", 0.9, kind="private"))
    listed = answer(replace(WINNERS, listed=True), claims=said)
    assert [line.target.id for line in listed.lines] == ["A"]
    assert len(answer(claims=said).lines) == 2


@pytest.mark.parametrize("articles", [1, 2])
def test_what_is_cut_is_counted_in_the_text(articles: int) -> None:
    heads = tuple(head(f"a{n}") for n in range(articles))
    said = [claim(f"T{n:02}", 0.6, start=n) for n in range(20)]
    said += [claim(f"group {n:02}", 0.6, kind="group", start=n) for n in range(20)]
    made = answer(claims=tuple(said), heads=heads)
    most = MOST_NAMES + MOST_GROUPS if articles == 1 else MOST_NAMES_OF_MANY + 3
    assert len(made.lines) == most
    assert made.cut == 40 - most
    assert f"… and {made.cut} more." in made.text


def test_contrary_lines_and_triggers_have_their_caps() -> None:
    said = (claim("A", 0.6), *(claim(f"L{n}", -0.6, start=n) for n in range(9)))
    told = tuple((head(), trigger(f"event {n}")) for n in range(9))
    made = answer(claims=said, triggers=told)
    assert len(made.contrary) == MOST_CONTRARY
    assert len(made.triggers) == MOST_TRIGGERS
    assert made.triggers[0].horizon == "next quarter"


def test_no_winner_is_not_in_the_sources_and_the_nearest_are_those_named() -> None:
    made = answer(claims=(claim("B", -0.6), claim("C", -0.5, start=9)))
    assert (made.status, made.headline, made.tone) == (
        "not_in_sources",
        "Not in the sources.",
        None,
    )
    assert made.nearest is not None
    assert made.nearest.text == "the sources speak of B and C"
    assert made.nearest.citations == (1, 2)
    assert "Searched 3 articles" in made.text


def test_nothing_at_all_has_no_nearest() -> None:
    made = answer(heads=())
    assert (made.status, made.nearest, made.citations) == ("not_in_sources", None, ())


def test_a_name_without_an_effect_is_neutral_unless_an_effect_was_asked_for() -> None:
    about = answer(asking("ticker", "AMD"), named=(named(),))
    assert [(line.target.id, line.sentiment) for line in about.lines] == [("AMD", Sentiment(0.0))]
    benefits = answer(asking("ticker", "AMD", direction="positive"), named=(named(),))
    assert benefits.status == "not_in_sources"
    assert benefits.nearest is not None
    assert benefits.nearest.text == "AMD is named, but no effect on it is stated."
    assert benefits.citations[0].quote == named().quote


def test_one_of_two_names_is_a_partial_answer_that_names_the_rest() -> None:
    asked = asking("ticker", "NVDA", "AMD", unknown=("Foobar Labs",))
    made = answer(asked, claims=(claim("NVDA"),))
    assert made.status == "partial"
    assert made.sentences == (
        "Nothing in the sources about AMD.",
        "Nothing in the sources about Foobar Labs.",
    )
    assert "Searched" in made.text


def test_the_other_side_of_a_name_is_contrary() -> None:
    said = (claim("NVDA", 0.8), claim("NVDA", -0.3, article="a2", relevance=0.2, words="Risks."))
    made = answer(asking("ticker", "NVDA"), claims=said)
    assert len(made.lines) == len(made.contrary) == 1


def test_triggers_answer_what_would_change_the_view() -> None:
    made = answer(asking("triggers"), triggers=((head(), trigger()),))
    assert (made.status, made.lines) == ("answered", ())
    assert [t.text for t in made.triggers] == ["a repeal"]
    none = answer(asking("triggers"), claims=(claim("A"),))
    assert none.status == "not_in_sources"
    assert none.nearest is not None


def test_a_summary_is_the_articles_own_with_its_lines() -> None:
    said = Analysis("en", "Orders rose.", Sentiment(0.2), (), (), (), (), "test")
    stored = StoredArticle(
        Article("a1", "Orders rose."), 1, MONDAY, MONDAY, said, Membership("s", 0), ()
    )
    made = answer(asking("summary"), summary=stored, claims=(claim("A"), claim("B", 0.0)))
    assert made.sentences == ("Orders rose.",)
    assert [line.target.id for line in made.lines] == ["A"]
    assert answer(asking("summary")).status == "not_in_sources"


def test_a_free_question_is_answered_word_for_word() -> None:
    many = tuple(passage(f"Sentence {n}.", n * 20) for n in range(5))
    made = answer(asking("free"), passages=many)
    assert made.sentences == tuple(f"“Sentence {n}.” [{n + 1}]" for n in range(5))


@pytest.mark.parametrize("parts", [{"topic_missed": True}, {"passages": ()}])
def test_a_free_question_without_a_proved_passage_is_refused(parts: dict[str, object]) -> None:
    made = answer(asking("free"), **{"passages": (passage(),), **parts})
    assert made.status == "not_in_sources"
    assert made.sentences == ()
    assert (made.nearest is None) == (parts == {"passages": ()})


@given(
    kind=st.sampled_from(["benefit", "hurt", "ticker", "triggers", "summary", "free"]),
    said=st.lists(
        st.builds(
            claim,
            st.sampled_from("ABCD"),
            st.floats(-1, 1).map(lambda score: round(score, 2)),
            article=st.sampled_from(["a1", "a2"]),
        ),
        max_size=8,
    ),
    told=st.lists(st.sampled_from(["one.", "two."]).map(trigger), max_size=3),
    missed=st.booleans(),
)
def test_every_number_is_a_citation_and_every_citation_is_used(
    *, kind: QuestionKind, said: list[object], told: list[Trigger], missed: bool
) -> None:
    evidence = found(
        asking(kind, "A", "D"),
        claims=tuple(said),
        triggers=tuple((head(), t) for t in told),
        passages=(passage(),),
        named=(named("D"),),
        topic_missed=missed,
    )
    made = compose(evidence, "a-1")
    numbers = {n for line in (*made.lines, *made.contrary) for n in line.citations}
    numbers |= {n for t in made.triggers for n in t.citations}
    numbers |= set(made.nearest.citations if made.nearest else ())
    numbers |= {c.n for c in made.citations if any(f"[{c.n}]" in s for s in made.sentences)}
    assert numbers == {c.n for c in made.citations} == set(range(1, len(made.citations) + 1))
    assert (made.status == "not_in_sources") == (made.headline == "Not in the sources.")
    assert compose(evidence, "a-1") == made


def test_more_shows_the_lines_that_were_cut_page_by_page_and_then_that_was_all() -> None:
    claims = tuple(claim(f"T{n:02}", 0.9 - n / 100) for n in range(2 * MOST_NAMES + 1))
    shown: list[str] = []
    for page, left in enumerate((0, MOST_NAMES + 1, 1)):
        made = answer(replace(WINNERS, turn="more", page=page, left=left or 1), claims=claims)
        shown += [line.target.id for line in made.lines]
        assert made.cut == max(0, len(claims) - len(shown))
    assert shown == [c.impact.target.id for c in claims]
    done = answer(replace(WINNERS, turn="more", page=3), claims=claims)
    assert (done.lines, done.citations) == ((), ())
    assert done.sentences == ("That was all: nothing was left out.",)


def test_what_is_not_shown_by_pages_says_how_to_get_it() -> None:
    made = answer(asking("free", turn="more", left=3), passages=(passage(),))
    assert made.sentences == (
        "3 more were left out: ask for a name, a source or a time to see them.",
    )


def test_why_gives_the_quotes_and_since_when_the_days() -> None:
    claims = (claim("A", 0.6, words="A gains."), claim("B", 0.5, words="B gains.", article="a2"))
    why = answer(replace(WINNERS, turn="why"), claims=claims)
    assert why.sentences == ("“A gains.” [1]", "“B gains.” [2]")
    when = answer(replace(WINNERS, turn="when"), claims=claims)
    assert when.sentences == ("Reported on 23 Nov 2026 09:00 UTC [1].",)
    undated = tuple(replace(c, head=replace(c.head, published_at=None)) for c in claims)
    when = answer(replace(WINNERS, turn="when"), claims=undated)
    assert when.sentences == ("The sources of this are undated [1].",)
    older = (claims[0], replace(claims[1], head=head("a2", published_at=MONDAY - timedelta(1))))
    when = answer(replace(WINNERS, turn="when"), claims=older)
    assert when.sentences == (
        "First reported on 22 Nov 2026 09:00 UTC [2], last on 23 Nov 2026 09:00 UTC [1].",
    )


def test_starting_over_needs_no_article() -> None:
    made = answer(replace(WINNERS, turn="reset"))
    assert (made.status, made.headline, made.citations) == ("answered", "Started over.", ())
    under = replace(WINNERS, turn="reset", scope=Scope(article_ids=("a1",)))
    assert answer(under).sentences == (
        "The next question keeps nothing of this conversation but the article it is under.",
    )


def test_mine_without_a_list_is_answered_in_part_and_says_so() -> None:
    made = answer(replace(WINNERS, filters=Filters(mine=())), claims=(claim("A", 0.6),))
    assert (made.status, made.filters) == ("partial", "no list of yours is stored, so all names")
