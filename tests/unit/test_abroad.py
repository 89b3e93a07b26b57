"""A share that a text prints with its market has a ticker, in the table or not."""

from dataclasses import replace

import pytest

from retrieval.language.check import check
from retrieval.language.mentions import find_mentions
from retrieval.language.securities import load_securities
from retrieval.models import Article
from tests.articles import builtin

SECURITIES = load_securities()


def named(text: str) -> dict[str, str]:
    found = find_mentions(text, SECURITIES)
    return {m.target.id: m.target.name for m in found if m.target.kind == "ticker"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Shares of Xiaomi 1810.HK rose 4%.", {"1810.HK": "Xiaomi"}),
        ("Danske Bank <DANSKE.CO> gained.", {"DANSKE.CO": "Danske Bank"}),
        ("FRANKFURT - Commerzbank CBKG.DE fell 3%.", {"CBKG.DE": "Commerzbank"}),
        ("Mercedes-Benz MBGn.DE fell.", {"MBGn.DE": "Mercedes-Benz"}),
        ("Lundin Mining (TSX: LUN) fell.", {"LUN.TO": "Lundin Mining"}),
        ("Footwear maker Skechers U.S.A SKX.N fell.", {"SKX": "Skechers U.S.A"}),
        (
            "Pegatron 4938.TW and Foxconn 2317.TW gain.",
            {"4938.TW": "Pegatron", "2317.TW": "Foxconn"},
        ),
        (
            "Rivals Huawei HWT.UL and Samsung Electronics 005930.KS launched tablets.",
            {"005930.KS": "Samsung Electronics"},
        ),
        ("Intrinsic Value Of Ceres Global Ag Corp. (TSE:CRP)", {"CRP.TO": "Ceres Global"}),
        ("If You Had Bought AXA (EPA:CS) Stock Five Years Ago", {"CS.PA": "AXA"}),
    ],
)
def test_a_symbol_keeps_the_form_in_which_it_is_printed(
    text: str, expected: dict[str, str]
) -> None:
    assert named(text) == expected


def test_the_name_before_it_stands_for_it_from_there_on() -> None:
    found = find_mentions("Ocado OCDO.L fell. Analysts had warned of Ocado.", SECURITIES)
    assert [(m.surface, m.target.id) for m in found] == [
        ("Ocado", "OCDO.L"),
        ("OCDO.L", "OCDO.L"),
        ("Ocado", "OCDO.L"),
    ]


@pytest.mark.parametrize(
    ("text", "ticker"),
    [
        ("OpenText OTEX.TO beat estimates.", "OTEX"),
        ("Shopify SHOP.TO rose.", "SHOP"),
        ("Shell SHEL.L fell.", "SHEL"),
        ("Barclays BARC.L gained.", "BCS"),
        ("Nokia NOKIA.HE gained.", "NOK"),
        ("Canadian Pacific Railway CP.TO rose.", "CP"),
    ],
)
def test_a_company_that_trades_at_home_too_keeps_its_home_symbol(text: str, ticker: str) -> None:
    assert list(named(text)) == [ticker]


@pytest.mark.parametrize(
    "text",
    [
        "See WWW.AMAZON.DE, shop.FOO.DE/x or mail a@BAR.DE.",
        "Version 2000.L of 1200.5 and 300.T5.",
        "The DAX Index GDAXI.DE rose, and the Tokyo Futures 5020.T.",
        "iShares Core FTSE 100 ETF ISFA.L gained.",
        "It fell to 1810.HK on the day.",
        "the lira, TRY.T",
        "Section 1234.T and Annual REPORT.DE",
        "The Hang Seng HSI.HK, the German Bund FGBL.DE and Lyxor Euro Stoxx 50 MSE.PA fell.",
        "Edited Transcript of BFF.MI earnings conference call",
    ],
)
def test_an_address_a_number_an_index_and_a_fund_are_none(text: str) -> None:
    assert named(text) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ford and Volkswagen VOWG.DE share a platform.", ["F", "VOWG.DE"]),
        ("Nvidia and SoftBank 9984.T signed. Nvidia plunged.", ["NVDA", "9984.T"]),
        ("Johnson & Johnson and Bayer BAYGn.DE fell.", ["JNJ", "BAYGn.DE"]),
        ("Goldman Sachs Upgrades Puma PUMG.DE", ["GS", "PUMG.DE"]),
        ("Aker BP AKRBP.OL rose.", ["AKRBP.OL"]),
        ("Anglo American (LON: AAL) fell.", ["AAL.L"]),
    ],
)
def test_a_name_swallows_none_of_its_neighbours_and_is_swallowed_by_none(
    text: str, expected: list[str]
) -> None:
    assert list(named(text)) == expected


@pytest.mark.parametrize(
    "text", ["Airbus AIR.PA fell.", "JD Sports JD.L fell.", "Land Securities LAND.L fell."]
)
def test_letters_that_a_company_at_home_has_too_are_not_its_own_abroad(text: str) -> None:
    assert not set(named(text)) & set(SECURITIES.by_ticker)


def test_the_first_word_of_a_name_abroad_is_only_a_word() -> None:
    found = find_mentions("Swiss Re SRENH.S rose. Swiss exports fell.", SECURITIES)
    assert [m.surface for m in found] == ["Swiss Re", "SRENH.S"]


def test_one_share_has_one_symbol_however_it_is_printed() -> None:
    assert list(named("Xiaomi (HKEX: 1810) rose. Xiaomi's 1810.HK shares did too.")) == ["1810.HK"]
    assert list(named("Tencent (HKG: 700) rose; Tencent 0700.HK leads.")) == ["0700.HK"]


def test_claims_about_it_pass_the_check() -> None:
    article = Article(
        id="a", text="Danske Bank DANSKE.CO surged 9% after it raised its outlook.", title=None
    )
    (analysis,) = builtin().read([article])
    assert [(i.target.id, i.sentiment.direction) for i in analysis.impacts] == [
        ("DANSKE.CO", "positive")
    ]
    invented = [replace(i, target=replace(i.target, id="DANSK.CO")) for i in analysis.impacts]
    assert check(article, invented, analysis.mentions, SECURITIES) == ((), 1)
