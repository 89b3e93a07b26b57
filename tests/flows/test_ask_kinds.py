"""The kinds that look back, compare, and weigh a theme or a book, over a small library."""

# ruff: noqa: E501  a snapshot shows an answer's lines as they are

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from inline_snapshot import snapshot

from retrieval.answers import Answer, Holding
from retrieval.ask.answer import answer
from retrieval.contract import answer_json
from retrieval.ingest import ingest
from retrieval.library import Library
from retrieval.models import Article, Scope
from tests.articles import builtin
from tests.fakes import HashEmbedder

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)

CHIPS = Article(
    "chips",
    "Nvidia benefits because orders for chips rise. Intel loses share in servers. "
    "A new export rule next quarter would change the picture.",
    title="Chip orders rise",
    source="Harbor Wire",
    published_at=MONDAY,
)
RULE = Article(
    "rule",
    "Visa loses because the rule on swipe fees lets shops choose. Supermarkets gain. "
    "Visa shares fell 5% after the rule was published.",
    title="A rule on swipe fees",
    source="The Ledger",
    published_at=MONDAY + DAY,
)
DOUBT = Article(
    "doubt",
    "Nvidia suffers because orders for chips fall. AMD gains share.",
    title="A second look at chip demand",
    source="The Ledger",
    published_at=MONDAY + 2 * DAY,
)
STEEL = Article(
    "steel",
    "Nucor gains from the steel tariff because imports cost more. "
    "Ford Motor is hurt by the steel tariff. Homebuilders are hurt as well.",
    title="The steel tariff draws a line",
    source="Harbor Wire",
    published_at=MONDAY + DAY,
)
PLANT = Article(
    "plant",
    "Boeing shares rose 3% on Monday. Boeing presented a new seat in Paris.",
    title="A seat in Paris",
    source="Harbor Wire",
    published_at=MONDAY,
)


@pytest.fixture
def library() -> Iterator[Library]:
    opened = Library.in_memory(HashEmbedder(), builtin())
    yield opened
    opened.close()


def keep(library: Library, *articles: Article) -> None:
    """Read each article a minute after it was published."""
    for article in articles:
        assert article.published_at is not None
        at = article.published_at + timedelta(minutes=1)
        ingest([article], library=library, now=lambda at=at: at, progress=lambda _: None)


def ask(
    library: Library, text: str, *holdings: Holding, now: datetime = MONDAY + 3 * DAY
) -> Answer:
    return answer(text, library=library, now=now, holdings=holdings)


def states(found: Answer) -> list[tuple[str, str]]:
    return [(part.state, part.title.split(" · ")[0].split(": ", 1)[1]) for part in found.parts]


def test_what_changed_is_told_by_story_with_the_view_then_and_now(library: Library) -> None:
    keep(library, CHIPS, DOUBT)
    found = ask(library, "what changed for Nvidia since Tuesday?")
    assert states(found) == [("new", DOUBT.title), ("unchanged", CHIPS.title)]
    assert found.text == snapshot("""\
What changed: Nvidia
Taken as a question looking back to 24 Nov 2026 00:00 UTC.
View on NVDA: then ▲ positive +0.67, now ◆ mixed +0.03.
New: A second look at chip demand · The Ledger · 25 Nov 2026
  ▼ negative -0.63 · orders for chips fall [1]
Unchanged: Chip orders rise · Harbor Wire · 23 Nov 2026
  ▲ positive +0.67 · orders for chips rise [2]\
""")


def test_a_correction_that_changes_sides_is_a_reversal(library: Library) -> None:
    keep(library, CHIPS)
    turned = replace(CHIPS, text=CHIPS.text.replace("benefits", "suffers").replace("rise", "fall"))
    ingest([turned], library=library, now=lambda: MONDAY + 2 * DAY, progress=lambda _: None)
    found = ask(library, "what changed for Nvidia since Tuesday?")
    (part,) = found.parts
    assert part.state == "reversal"
    assert part.then is not None
    assert part.now is not None
    assert (part.then.direction, part.now.direction) == ("positive", "negative")
    assert "(reversal)" in found.text
    assert {c.version for c in found.citations} == {2}


def test_what_was_known_then_is_what_had_been_read_by_then(library: Library) -> None:
    keep(library, CHIPS)
    late = replace(DOUBT, published_at=MONDAY - 5 * DAY)
    ingest([late], library=library, now=lambda: MONDAY + 2 * DAY, progress=lambda _: None)
    found = ask(library, "what changed for Nvidia since Tuesday?")
    assert states(found)[0] == ("new", DOUBT.title)
    before = answer(
        "what changed for Nvidia since 24 Nov?",
        library=library,
        now=MONDAY + 3 * DAY,
        scope=Scope(as_of=MONDAY + 2 * DAY - DAY / 2),
    )
    assert states(before) == [("unchanged", CHIPS.title)]
    assert "Nothing new on Nvidia since 24 Nov 2026 00:00 UTC." in before.text


def test_where_nothing_had_been_read_by_then_publication_decides_and_that_is_said(
    library: Library,
) -> None:
    ingest([CHIPS, DOUBT], library=library, now=lambda: MONDAY + 3 * DAY, progress=lambda _: None)
    found = ask(library, "what changed for Nvidia since Tuesday?")
    assert states(found) == [("new", DOUBT.title), ("unchanged", CHIPS.title)]
    assert "told by the dates of publication" in found.text


def test_between_two_days_the_second_counts_as_now(library: Library) -> None:
    keep(library, CHIPS, DOUBT)
    text = "what changed for Nvidia between 22 and 23 Nov?"
    assert states(ask(library, text)) == [("new", CHIPS.title)]
    late = Library.in_memory(HashEmbedder(), builtin())
    ingest([CHIPS, DOUBT], library=late, now=lambda: MONDAY + 3 * DAY, progress=lambda _: None)
    assert states(ask(late, text)) == [("new", CHIPS.title)]
    late.close()


@pytest.mark.parametrize(
    "text",
    ["what changed for Nvidia in the last 999 years?", "why is Nvidia up over the last 999 years?"],
)
def test_no_time_is_too_long_ago(library: Library, text: str) -> None:
    keep(library, CHIPS)
    assert ask(library, text).status in {"answered", "partial"}


def test_without_a_time_the_week_before_is_assumed_and_said(library: Library) -> None:
    keep(library, CHIPS)
    found = ask(library, "what's new on Nvidia?", now=MONDAY + 10 * DAY)
    assert found.assumption is not None
    assert "as it names no time" in found.assumption
    assert "Nothing new on Nvidia" in found.text
    assert found.status == "answered"


def test_of_a_name_that_no_source_has_nothing_is_told(library: Library) -> None:
    keep(library, CHIPS)
    assert ask(library, "what changed for Boeing since Monday?").status == "not_in_sources"


def test_names_are_compared_by_the_same_axes_and_a_gap_is_named(library: Library) -> None:
    keep(library, CHIPS, DOUBT)
    found = ask(library, "compare Nvidia, Intel and Boeing")
    assert found.status == "partial"
    assert [line.target.id for line in found.lines] == ["NVDA", "INTC"]
    assert [len(part.sentences) for part in found.parts if part.state == "compared"] == [3, 3]
    assert "Nothing in the sources about Boeing." in found.sentences
    assert "a conflict, the sources take both sides" in found.parts[0].title
    assert found.text == snapshot("""\
Compared: NVDA, INTC and Boeing
◆ NVDA Nvidia · mixed +0.03 · 2 articles, 2 outlets, newest 25 Nov 2026 [1]
▼ INTC Intel · negative -0.50 · 1 article, 1 outlet, newest 23 Nov 2026 [4]
Nothing in the sources about Boeing.
The sources speak better of NVDA (+0.03) than of INTC (-0.50).
Shared story, of INTC and NVDA: Chip orders rise · Harbor Wire · 23 Nov 2026.
NVDA Nvidia: a conflict, the sources take both sides
  For: “Nvidia benefits because orders for chips rise.” (Harbor Wire, 23 Nov 2026) [1]
  Against: “Nvidia suffers because orders for chips fall.” (The Ledger, 25 Nov 2026) [2]
  Would change that view: “A new export rule next quarter” (Harbor Wire, 23 Nov 2026) [3]
INTC Intel
  For: nothing in the sources.
  Against: “Intel loses share in servers.” (Harbor Wire, 23 Nov 2026) [4]
  Would change that view: “A new export rule next quarter” (Harbor Wire, 23 Nov 2026) [3]
Searched 2 articles from 2 sources, newest 25 Nov 2026 09:00 UTC.\
""")


def test_a_topic_is_looked_for_on_each_name(library: Library) -> None:
    keep(library, CHIPS)
    found = ask(library, "Nvidia vs Intel on servers")
    nvidia, intel = found.parts
    assert found.status == "partial"
    assert "On servers: nothing in the sources." in nvidia.sentences
    assert any(said.startswith("On servers: the same as “Against”") for said in intel.sentences)


def test_a_reason_that_a_source_states_is_quoted(library: Library) -> None:
    keep(library, RULE)
    found = ask(library, "why is Visa down?")
    assert (found.status, found.parts[0].state) == ("answered", "confirmed")
    assert found.citations[0].quote.text == "Visa shares fell 5% after the rule was published."


def test_what_only_stands_beside_a_move_is_no_reason(library: Library) -> None:
    keep(library, PLANT)
    found = ask(library, "why is Boeing up?")
    assert found.status == "partial"
    assert "No confirmed catalyst for Boeing" in found.text
    assert [part.state for part in found.parts] == ["move"]


def test_news_before_a_move_is_told_as_no_more_than_that(library: Library) -> None:
    keep(library, CHIPS)
    found = ask(library, "why is Nvidia up?")
    assert [part.state for part in found.parts] == ["reported"]
    assert "no source says that it is the reason" in found.text


def test_a_move_that_is_told_the_other_way_round_is_denied(library: Library) -> None:
    keep(library, RULE)
    found = ask(library, "why is Visa up?")
    assert found.status == "not_in_sources"
    assert "No source says that Visa rose; it is said that it fell." in found.text
    assert found.nearest is not None
    assert found.nearest.citations == (1,)


def test_outside_the_window_there_is_no_catalyst_and_the_nearest_is_shown(library: Library) -> None:
    keep(library, RULE)
    found = ask(library, "why is Visa down?", now=MONDAY + 30 * DAY)
    assert found.status == "not_in_sources"
    assert "No confirmed catalyst for Visa since" in found.text
    assert found.nearest is not None


def test_exposure_shows_both_signs_and_what_is_inferred_apart(library: Library) -> None:
    keep(library, STEEL, CHIPS)
    found = ask(library, "who is exposed to tariffs?")
    named = {n.target.id: n.sentiment.direction for n in found.lines if n.origin == "source"}
    assert named == {"NUE": "positive", "F": "negative", "Homebuilders": "negative"}
    inferred = [n for n in found.lines if n.origin == "inferred"]
    assert inferred
    assert not {n.target.id for n in inferred} & set(named)
    assert all("under “Homebuilders”" in (n.why or "") for n in inferred)
    assert found.text == snapshot("""\
Exposed to tariffs
▲ NUE Nucor · positive +0.55 · the steel tariff because imports cost [1]
▼ F Ford Motor · negative -0.50 · 2nd order · the steel tariff [2]
▼ Homebuilders · negative -0.50 · 2nd order · no ticker named in the source · “Homebuilders are hurt as well.” [3]
▼ DHI D.R. Horton · negative -0.45 · 2nd order · builds homes, under “Homebuilders” · inferred, not in the source [3]
▼ LEN Lennar · negative -0.45 · 2nd order · builds homes, under “Homebuilders” · inferred, not in the source [3]
▼ NVR NVR · negative -0.45 · 2nd order · builds homes, under “Homebuilders” · inferred, not in the source [3]
▼ PHM PulteGroup · negative -0.45 · 2nd order · builds homes, under “Homebuilders” · inferred, not in the source [3]
▼ TOL Toll Brothers · negative -0.40 · 2nd order · builds homes at the upper end, under “Homebuilders” · inferred, not in the source [3]\
""")


def test_of_a_theme_that_is_half_there_the_missing_half_is_named(library: Library) -> None:
    keep(library, RULE, CHIPS)
    found = ask(library, "who is exposed to swipe taxes?")
    assert found.status == "partial"
    assert "Nothing in the sources on “taxes”; these speak of “swipe”." in found.sentences


def test_of_a_theme_that_is_not_there_nobody_is_exposed(library: Library) -> None:
    keep(library, CHIPS)
    assert ask(library, "who is exposed to hurricanes?").status == "not_in_sources"


BOOK = (Holding("V", 0.5), Holding("NUE", -0.2), Holding("KO", 0.2), Holding("ZZZZQ", 0.1))


def test_a_book_is_hurt_by_bad_news_and_a_short_by_good(library: Library) -> None:
    keep(library, RULE, STEEL)
    found = ask(library, "what could hurt my portfolio?", *BOOK)
    assert [line.target.id for line in found.lines] == ["V", "NUE"]
    assert found.status == "partial"
    assert found.text == snapshot("""\
What could hurt your book
Taken as a question looking back to 27 Aug 2026 09:00 UTC, as it names no time.
▼ V Visa · negative -0.64 · 50.0% of the book · the rule on swipe fees lets shops choose [1]
▲ NUE Nucor · positive +0.55 · short 20.0% of the book · the steel tariff because imports cost [2]
Coverage: claims on 2 of 4 positions, 70% of the book.
No news on KO: that is not the same as no risk.
In no company table, so not looked for: ZZZZQ.
Searched 2 articles from 2 sources, newest 24 Nov 2026 09:00 UTC.\
""")


def test_a_risk_may_be_asked_for_by_theme(library: Library) -> None:
    keep(library, RULE, STEEL)
    found = ask(library, "any risks to my holdings from tariffs?", *BOOK)
    assert [line.target.id for line in found.lines] == ["NUE"]


def test_without_holdings_it_says_that_none_are_stored(library: Library) -> None:
    keep(library, RULE)
    found = ask(library, "what could hurt my book?")
    assert found.status == "not_in_sources"
    assert "No portfolio is stored yet." in found.text


def test_a_book_is_not_in_the_audit_and_two_books_have_two_ids(library: Library) -> None:
    keep(library, RULE, STEEL)
    one = ask(library, "what could hurt my portfolio?", *BOOK)
    other = ask(library, "what could hurt my portfolio?", Holding("F", 1.0))
    assert one.replay_id != other.replay_id
    assert ask(library, "what could hurt my portfolio?", *BOOK) == one
    kept = library.store.audited(one.replay_id)
    assert kept is not None
    assert not [h.ticker for h in BOOK if f'"{h.ticker}"' in kept or f"{h.ticker} " in kept]
    assert "rule" not in kept
    assert "Visa" not in repr(one.question)
    assert "NUE" not in repr(one.question)


def test_who_wins_and_a_fact_are_answered_together(library: Library) -> None:
    keep(library, RULE)
    found = ask(library, "who benefits from the swipe rule and what did Visa shares fall after?")
    assert [line.target.id for line in found.lines] == ["Supermarkets"]
    assert [part.state for part in found.parts] == ["also"]


def test_the_half_that_no_source_answers_is_named(library: Library) -> None:
    keep(library, CHIPS)
    found = ask(library, "does Nvidia benefit and what is the capex of Chevron?")
    assert found.status == "partial"
    assert [line.target.id for line in found.lines] == ["NVDA"]
    assert "Not in the sources: what is the capex of Chevron." in found.sentences


def test_sources_that_give_other_figures_are_a_conflict_with_both_quotes(library: Library) -> None:
    one = replace(PLANT, id="one", text="Boeing delivered 45 jets in October, the maker said.")
    other = replace(
        one, id="two", source="The Ledger", text="Boeing delivered 145 jets in October, it said."
    )
    other = replace(other, title="Jets", text=other.text.replace("145", "1,450"))
    keep(library, replace(one, text=one.text.replace("45", "450")), other)
    found = ask(library, "how many jets did Boeing deliver in October?")
    (part,) = [p for p in found.parts if p.state == "conflict"]
    assert "(Harbor Wire, 23 Nov 2026)" in " ".join(part.sentences)
    assert "(The Ledger, 23 Nov 2026)" in " ".join(part.sentences)


def test_what_a_program_reads_of_a_part(library: Library) -> None:
    keep(library, CHIPS, DOUBT)
    made = answer_json(ask(library, "what changed for Nvidia since Tuesday?"))
    assert (made["kind"], made["since"]) == ("changed", "2026-11-24T00:00:00+00:00")
    assert list(made["parts"][0]) == [
        "title", "state", "target", "then", "now", "articles", "outlets", "sentences", "citations",
    ]  # fmt: skip
    assert made["parts"][0]["target"] == "NVDA"


@pytest.mark.parametrize(
    "text",
    [
        "what changed for Nvidia?",
        "compare Nvidia and Intel",
        "why is Nvidia up?",
        "who is exposed to tariffs?",
        "what could hurt my book?",
    ],
)
def test_an_empty_library_knows_nothing(library: Library, text: str) -> None:
    assert ask(library, text, Holding("V", 1.0)).status == "not_in_sources"
    assert (
        answer(text, library=library, now=MONDAY, scope=Scope(as_of=MONDAY - 99 * DAY)).citations
        == ()
    )


def test_what_changed_is_asked_of_everything_also_as_a_follow_up(library: Library) -> None:
    keep(library, CHIPS, DOUBT, RULE)
    first = ask(library, "does Visa lose?")
    found = answer(
        "and what changed for Nvidia since Tuesday?",
        library=library,
        now=MONDAY + 3 * DAY,
        follows=first.replay_id,
    )
    assert states(found) == [("new", DOUBT.title), ("unchanged", CHIPS.title)]
