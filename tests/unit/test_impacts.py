"""Evidence of one target joins into one impact with its order, reason, horizon and quotes."""

import pytest

from retrieval.language.analyse import Builtin
from retrieval.language.securities import Securities, load_securities
from retrieval.models import Analysis, Article, Impact
from tests.fakes import AgreeingJudge


@pytest.fixture(scope="module")
def securities() -> Securities:
    return load_securities()


def read(text: str, securities: Securities) -> Analysis:
    (found,) = Builtin(securities, AgreeingJudge()).read([Article("a", text)])
    return found


def impact_on(name: str, text: str, securities: Securities) -> Impact:
    found = read(text, securities).impacts
    return next(one for one in found if one.target.id == name)


def test_several_statements_make_one_impact_with_its_strongest_quotes(
    securities: Securities,
) -> None:
    text = (
        "Nvidia beat estimates. Nvidia raised its guidance. Nvidia rose 4%. Nvidia gained share. "
        "Nvidia won orders."
    )
    found = read(text, securities).impacts
    assert [one.target.id for one in found] == ["NVDA"]
    assert len(found[0].quotes) == 3
    assert found[0].sentiment.score > 0.5


def test_agreement_makes_a_claim_surer_and_dispute_less_sure(securities: Securities) -> None:
    once = impact_on("NVDA", "Nvidia beat estimates.", securities)
    twice = impact_on("NVDA", "Nvidia beat estimates. Nvidia raised its guidance.", securities)
    both = impact_on(
        "NVDA", "Nvidia beat estimates. Nvidia surged. Nvidia's margins fell.", securities
    )
    assert twice.confidence > once.confidence > both.confidence


def test_a_party_to_the_news_is_first_order_and_the_reached_are_second(
    securities: Securities,
) -> None:
    text = "Nvidia cut its guidance on Monday. The shortfall is a tailwind for AMD (NASDAQ: AMD)."
    assert impact_on("NVDA", text, securities).order == 1
    assert impact_on("AMD", text, securities).order == 2


@pytest.mark.parametrize(
    ("text", "mechanism"),
    [
        (
            "Nvidia gains because rivals cannot get enough wafers.",
            "rivals cannot get enough wafers",
        ),
        (
            "Nvidia benefits, but mainly as a supplier of spare parts.",
            "mainly as a supplier of spare parts",
        ),
        ("Nvidia is exposed to export bans in Asia.", "export bans in Asia"),
        ("The new export licence regime hurts Nvidia.", "The new export licence regime"),
        ("Nvidia rose.", None),
    ],
)
def test_the_reason_is_quoted_from_the_sentence(
    text: str, mechanism: str | None, securities: Securities
) -> None:
    assert impact_on("NVDA", text, securities).mechanism == mechanism


def test_a_horizon_stays_with_its_own_clause(securities: Securities) -> None:
    text = (
        "Nvidia benefits over the next two quarters, "
        "while AMD (NASDAQ: AMD) is exposed to price cuts."
    )
    assert impact_on("NVDA", text, securities).horizon == "two quarters"
    assert impact_on("AMD", text, securities).horizon is None


def test_of_a_long_sentence_only_the_clauses_are_quoted(securities: Securities) -> None:
    filler = ", with " + "further remarks on many other subjects and places and people " * 8
    text = f"Nvidia benefits because orders grow; the minister spoke at length{filler}."
    (quote,) = impact_on("NVDA", text, securities).quotes
    assert len(quote.text) < 120
    assert quote.text.startswith("Nvidia benefits because orders grow")


def test_the_most_spoken_of_is_the_most_relevant(securities: Securities) -> None:
    text = "Nvidia beat estimates. Nvidia rose. Nvidia raised its guidance. Amazon fell."
    nvidia = impact_on("NVDA", text, securities)
    amazon = impact_on("AMZN", text, securities)
    assert nvidia.relevance > amazon.relevance


def test_what_would_change_the_view_is_not_the_view(securities: Securities) -> None:
    text = (
        "Nvidia gains share. The thesis breaks if Nvidia loses its largest customer to a lawsuit."
    )
    assert impact_on("NVDA", text, securities).sentiment.score > 0.3


def test_a_reason_never_ends_in_the_middle_of_a_phrase() -> None:
    text = "The company with the most to lose is Boeing (NYSE: BA), which rents half of its fleet."
    found = read(text, load_securities())
    assert all(
        not i.mechanism or i.mechanism.split()[-1] not in {"the", "most", "with"}
        for i in found.impacts
    )
