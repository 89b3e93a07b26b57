"""The whole reader on notes of our own, on the reference article, and on anything at all."""

import dataclasses
import tomllib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.language.analyse import Builtin
from retrieval.language.passages import Passage
from retrieval.language.securities import Securities, load_securities
from retrieval.language.sentiment import tone
from retrieval.models import Analysis, Article
from tests.fakes import AgreeingJudge

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT.parent / "shared/data/reference_article.txt"


@dataclasses.dataclass(frozen=True)
class Note:
    name: str
    text: str
    up: tuple[str, ...]
    down: tuple[str, ...]
    groups_up: tuple[str, ...]
    groups_down: tuple[str, ...]
    triggers: tuple[tuple[str, str | None], ...]
    weaker: tuple[tuple[str, str], ...]


def notes() -> tuple[Note, ...]:
    rows = tomllib.loads((ROOT / "tests/data/notes.toml").read_text("utf-8"))["note"]
    return tuple(
        Note(
            name=row["name"],
            text=row["text"],
            up=tuple(row["up"]),
            down=tuple(row["down"]),
            groups_up=tuple(row["groups_up"]),
            groups_down=tuple(row["groups_down"]),
            triggers=tuple((one["text"], one.get("horizon")) for one in row.get("trigger", ())),
            weaker=tuple((weak, strong) for weak, strong in row.get("weaker", ())),
        )
        for row in rows
    )


NOTES = notes()


@pytest.fixture(scope="module")
def securities() -> Securities:
    return load_securities()


def read(text: str, securities: Securities, title: str | None = None) -> Analysis:
    (found,) = Builtin(securities, AgreeingJudge()).read([Article("a", text, title)])
    return found


def tickers(found: Analysis, direction: str) -> set[str]:
    return {
        one.target.id
        for one in found.impacts
        if one.target.kind == "ticker" and one.sentiment.direction == direction
    }


def groups(found: Analysis, direction: str) -> set[str]:
    return {
        one.target.name
        for one in found.impacts
        if one.target.kind == "group" and one.sentiment.direction == direction
    }


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.name)
def test_a_note_is_read_as_its_writer_meant_it(note: Note, securities: Securities) -> None:
    found = read(note.text, securities)
    assert tickers(found, "positive") == set(note.up)
    assert tickers(found, "negative") == set(note.down)
    assert groups(found, "positive") == set(note.groups_up)
    assert groups(found, "negative") == set(note.groups_down)
    assert {(one.quote.text, one.horizon) for one in found.triggers} == set(note.triggers)
    strength = {one.target.id: abs(one.sentiment.score) for one in found.impacts}
    for weak, strong in note.weaker:
        assert strength[weak] < strength[strong]
    assert found.dropped == 0


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.name)
def test_every_quote_is_verbatim_and_every_reason_is_quoted(
    note: Note, securities: Securities
) -> None:
    for one in read(note.text, securities).impacts:
        assert 1 <= len(one.quotes) <= 3
        assert all(quote.text == note.text[quote.start : quote.end] for quote in one.quotes)
        assert one.mechanism is None or one.mechanism in note.text
        assert one.mechanism is None or len(one.mechanism) <= 120


@pytest.fixture(scope="module")
def reference() -> str:
    if not REFERENCE.exists():
        pytest.skip(f"{REFERENCE} is not on this machine")
    return REFERENCE.read_text("utf-8")


def test_the_reference_article_names_three_winners_and_no_losing_company(
    reference: str, securities: Securities
) -> None:
    found = read(reference, securities)
    score = {i.target.id: i.sentiment.score for i in found.impacts if i.target.kind == "ticker"}
    assert set(score) == {"AMZN", "GOOGL", "NVDA"}
    assert min(score["AMZN"], score["GOOGL"]) > score["NVDA"] >= 0.15
    assert not tickers(found, "negative")
    assert {one.target.id for one in found.impacts if one.target.kind == "private"} <= {
        "Anthropic",
        "xAI",
        "SpaceXAI",
    }
    assert {m.target.id for m in found.mentions if m.target.kind == "ticker"} == set(score)


def test_the_reference_article_has_its_groups(reference: str, securities: Securities) -> None:
    found = read(reference, securities)
    assert any("grid" in g and "cooling" in g for g in groups(found, "positive"))
    assert len(groups(found, "negative")) == 2
    assert any("GPU cloud" in g and "hosting" in g for g in groups(found, "negative"))
    assert any("infra plays" in g for g in groups(found, "negative"))


def test_the_reference_articles_horizon_belongs_to_its_triggers(
    reference: str, securities: Securities
) -> None:
    found = read(reference, securities)
    assert [one.horizon for one in found.triggers] == ["1-3 months"] * 3
    assert [one.quote.text.split()[1] for one in found.triggers] == ["hiccup", "permitting", "that"]
    assert all(one.horizon is None for one in found.impacts)


def test_the_reference_article_is_mildly_positive_and_reads_the_same_twice(
    reference: str, securities: Securities
) -> None:
    found = read(reference, securities)
    assert 0.15 <= found.sentiment.score < 0.35
    assert found.sentiment.label == "mildly positive"
    assert repr(found) == repr(read(reference, securities))
    assert "Request Demo" not in found.summary


def test_site_furniture_says_nothing_of_anybody(securities: Securities) -> None:
    text = (
        "Sign up for our newsletter: Nvidia wins.\n"
        "The author holds positions in Nvidia and gains.\n"
        "The Motley Fool has positions in and recommends Nvidia.\n"
        "Ticker Sentiment\n"
    )
    assert read(text, securities).impacts == ()


def test_a_mentioned_ticker_without_an_opinion_is_neutral(securities: Securities) -> None:
    found = read("Nvidia will hold its annual meeting in June in Santa Clara.", securities)
    assert found.impacts == ()
    (row,) = found.tickers
    assert (row.ticker, row.sentiment.label) == ("NVDA", "neutral")


def test_what_is_said_of_the_company_is_carried_to_its_name(securities: Securities) -> None:
    text = "Nvidia held its annual meeting on Monday. The company beat estimates."
    (impact,) = read(text, securities).impacts
    assert impact.target.id == "NVDA"
    assert impact.carried_from is not None
    assert impact.carried_from.of(text) == "Nvidia"
    assert impact.quotes[0].text == "The company beat estimates."


class SoundingJudge(AgreeingJudge):
    """Leans as the whole sentence sounds, whoever it is asked of."""

    def leanings(self, passages: Sequence[Passage]) -> NDArray[np.float32]:
        return np.array([tone(passage.text).score for passage in passages], np.float32)


def test_a_broker_between_does_not_take_what_is_said_of_the_stock(securities: Securities) -> None:
    text = (
        "Sales growth at MongoDB slowed. Wells Fargo cut the database maker to underweight. "
        "Shares lost 7%."
    )
    found = read(text, securities)
    assert "WFC" not in tickers(found, "negative") | tickers(found, "positive")


@pytest.mark.parametrize("said", ["Shares in the company", "Shares of the company"])
def test_shares_of_the_company_are_its_own(said: str, securities: Securities) -> None:
    found = read(f"Nike opened a plant. {said} fell 7%.", securities)
    assert tickers(found, "negative") == {"NKE"}


def test_shares_of_another_are_not_the_first_ones(securities: Securities) -> None:
    text = (
        "Westlake Corporation shut a unit. Shares of its rival Olin, which runs a plant in Texas, "
        "rose 5%."
    )
    assert tickers(read(text, securities), "positive") == {"OLN"}


def test_the_one_company_that_a_broker_rates_takes_the_rating(securities: Securities) -> None:
    found = read("Citizens Financial $CFG: Morgan Stanley lifts its target to $74.", securities)
    assert tickers(found, "positive") == {"CFG"}


@pytest.mark.parametrize(
    ("text", "winners", "losers"),
    [
        ("Exxon Mobil lost 2.7% and Chevron 3.1%.", set(), {"XOM", "CVX"}),
        ("Delta Air Lines gained 5.1% and American Airlines, which does not hedge, 8.0%.",
         {"DAL", "AAL"}, set()),
        ("Delta Air Lines gained 5.1% and American Airlines, a rival, 8.0%.",
         {"DAL", "AAL"}, set()),
        ("Kratos Defense & Security Solutions has been selected by the Navy.", {"KTOS"}, set()),
        ("Stocks rose. Sinclair gained 8%.", {"SBGI"}, set()),
        ("Pfizer lost a contract with the government.", set(), {"PFE"}),
        ("JPMorgan cut Intel to sell from neutral.", set(), {"INTC"}),
        ("Intel raised to buy from hold at Citi.", {"INTC"}, set()),
        ("Boeing downgraded to sell at Citi, shares fall 3%.", set(), {"BA"}),
        ("Wells Fargo raised its rating on Home Depot to overweight as mortgage rates fell.",
         {"HD"}, set()),
        ("Netflix reiterated its target and missed estimates.", set(), {"NFLX"}),
        ("Exxon raised its production target for Guyana and beat estimates.", {"XOM"}, set()),
        ("Delta raised its profit target to $7 a share and beat estimates.", {"DAL"}, set()),
        ("Boeing reported results. A Boeing spokesman was silent. Its shares fell 3%.",
         set(), {"BA"}),
        ("Merck will lose exclusivity sooner than expected.", set(), {"MRK"}),
        ("GM lost its sole supplier.", set(), {"GM"}),
        ("A Tesla driver was awarded $240 million.", set(), set()),
        ("Walmart restated its opposition.", set(), set()),
        ("Boeing has chosen to delay its jet.", set(), set()),
        ("JPMorgan raised Intel to buy from underperform.", {"INTC"}, set()),
    ],
)  # fmt: skip
def test_plain_news_names_its_winners_and_losers(
    text: str, winners: set[str], losers: set[str], securities: Securities
) -> None:
    (found,) = Builtin(securities, SoundingJudge()).read([Article("a", text)])
    assert (tickers(found, "positive"), tickers(found, "negative")) == (winners, losers)


def test_a_title_names_companies_as_its_article_explains_them(securities: Securities) -> None:
    text = "Molina Healthcare cut its forecast. It is based in Long Beach. " + "It rained. " * 20
    plain = read(text, securities)
    titled = read(text, securities, title="Molina misses estimates")
    (before,), (after,) = plain.impacts, titled.impacts
    assert before.target.id == after.target.id == "MOH"
    assert after.sentiment.score < before.sentiment.score


def test_what_is_said_of_an_index_is_not_carried_to_a_company(securities: Securities) -> None:
    text = "Nvidia held its annual meeting. The Toronto Stock Exchange's index rose. It gained 2%."
    assert read(text, securities).impacts == ()


def test_german_is_kept_and_not_scored(securities: Securities) -> None:
    text = "Die Aktie von Nvidia ist am Montag um 4 Prozent gestiegen, und die Firma hat gewonnen."
    found = read(text, securities)
    assert found.language == "de"
    assert found.impacts == ()
    assert found.sentiment.score == 0
    assert found.engine == "builtin.v3+agreeing"


def test_the_title_adds_weight_and_is_never_quoted(securities: Securities) -> None:
    text = "Nvidia fell 3% on Tuesday. Analysts met in New York."
    alone = read(text, securities)
    titled = read(text, securities, title="Nvidia slumps on export rule")
    assert titled.impacts[0].sentiment.score < alone.impacts[0].sentiment.score
    assert titled.impacts[0].quotes == alone.impacts[0].quotes


def test_a_summary_is_made_of_the_articles_own_sentences(securities: Securities) -> None:
    note = NOTES[0]
    summary = read(note.text, securities).summary
    assert summary
    assert all(part.strip(". ") in note.text for part in summary.split(". "))


@pytest.mark.parametrize("text", ["", "\n\n", "...", "?!", "(" * 400, "A" * 5000, "1 2 3 4 5"])
def test_odd_texts_have_an_empty_analysis(text: str, securities: Securities) -> None:
    found = read(text, securities)
    assert found.impacts == ()
    assert found.triggers == ()


WORDS = st.sampled_from(
    (
        "Nvidia Amazon's AMD benefits but not while hurts, regional banks ; ( because 4% fell "
        "and or than if the thesis breaks risk: over next 2 quarters which — “ ” . \n The company "
        "its cut guidance"
    ).split(" ")
)


@pytest.mark.parametrize(
    "text",
    ["Nvidia benefits thanks to Amazon.com.", "NVIDIA:BENEFIT BUT AmAZON/0"],
)
def test_a_claim_whose_reason_is_only_a_name_is_kept_without_a_reason(
    text: str, securities: Securities
) -> None:
    found = read(text, securities)
    (claim,) = [one for one in found.impacts if one.target.id == "NVDA"]
    assert claim.mechanism is None
    assert found.dropped == 0


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=60).map(" ".join)))
def test_whatever_the_text_quotes_are_verbatim_and_reading_is_repeatable(text: str) -> None:
    securities = load_securities()
    found = read(text, securities)
    for one in found.impacts:
        assert all(quote.text == text[quote.start : quote.end] for quote in one.quotes)
        assert -1 <= one.sentiment.score <= 1
        assert 0 <= one.relevance <= 1
        assert 0 <= one.confidence <= 1
    assert found.dropped == 0
    assert dataclasses.astuple(found) == dataclasses.astuple(read(text, securities))
