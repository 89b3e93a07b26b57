import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from retrieval.language.names import lexicon, lists
from retrieval.language.securities import PRIMARY, Security, load_securities, securities_of

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "../shared/data/tickers/sec_company_tickers.csv"


@pytest.fixture(name="builder")
def builder_fixture() -> ModuleType:
    spec = importlib.util.spec_from_file_location("builder", ROOT / "scripts/build_securities.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_has_more_than_ten_thousand_tickers() -> None:
    assert len(load_securities()) > 10_000


@pytest.mark.parametrize(
    ("ticker", "name"),
    [
        ("AMZN", "Amazon"),
        ("GOOGL", "Alphabet"),
        ("NVDA", "Nvidia"),
        ("T", "AT&T"),
        ("LLY", "Eli Lilly"),
        ("BRK.B", "Berkshire Hathaway"),
        ("JPM", "JPMorgan Chase"),
        ("BBY", "Best Buy"),
        ("MCD", "McDonald's"),
        ("TSM", "Taiwan Semiconductor"),
    ],
)
def test_names_are_written_as_people_write_them(ticker: str, name: str) -> None:
    assert load_securities().name_of(ticker) == name


def test_the_class_of_a_share_is_found_with_a_dash_a_slash_or_a_dot() -> None:
    found = {load_securities().get(spelling) for spelling in ("BRK.B", "BRK-B", "BRK/B")}
    assert len(found) == 1
    assert None not in found


def test_an_unknown_ticker_is_not_there_and_is_its_own_name() -> None:
    securities = load_securities()
    assert securities.get("QQZZQ") is None
    assert "QQZZQ" not in securities
    assert securities.name_of("QQZZQ") == "QQZZQ"


@pytest.mark.parametrize(
    ("ticker", "primary"),
    [("GOOG", "GOOGL"), ("BRK.A", "BRK.B"), ("FOX", "FOXA"), ("BAC-PQ", "BAC"), ("TBB", "T")],
)
def test_an_issuer_has_one_primary_ticker(ticker: str, primary: str) -> None:
    assert load_securities().primary(ticker) == primary


def test_a_listed_plain_share_goes_before_all_others_of_its_issuer() -> None:
    kinds = [("ABCDF", "OTC"), ("ABCDW", "NYSE"), ("AB-PA", "NYSE"), ("ABCD", "NYSE")]
    securities = securities_of(Security(t, "Abcd", "Abcd", "1", e) for t, e in kinds)
    assert set(securities.primaries.values()) == {"ABCD"}


def test_every_hand_written_ticker_is_in_the_table() -> None:
    securities = load_securities()
    path = ROOT / "retrieval/language/data/aliases.tsv"
    rows = [row for row in path.read_text("utf-8").splitlines() if not row.startswith("#")]
    assert {row.split("\t")[0] for row in rows} <= set(securities.by_ticker)
    assert set(securities.by_ticker) >= PRIMARY


def test_the_trade_of_a_name_is_a_list_of_words() -> None:
    names = [name for group in lexicon(load_securities()).names.values() for name in group]
    trades = {name.trade for name in names} - {""}
    assert len(trades) >= 20
    assert trades <= lists().keys()


def test_a_head_names_one_company_and_is_no_word_of_ours() -> None:
    heads, names = lists()["head"], lexicon(load_securities()).names
    assert len(heads) >= 2000
    assert not heads & (lists()["generic"] | lists()["given"] | lists()["surname"])
    assert all(len({n.id for n in names[h] if n.words == (h,)}) <= 1 for h in heads if h in names)


def test_no_name_of_one_word_has_two_levels() -> None:
    levels: dict[tuple[str, ...], set[str]] = {}
    for group in lexicon(load_securities()).names.values():
        for name in group:
            if name.kind == "ticker":
                levels.setdefault(name.words, set()).add(name.level)
    assert [w for w, found in levels.items() if len(w) == 1 and len(found) > 1] == []


def test_no_alias_means_two_companies() -> None:
    means: dict[tuple[str, ...], set[str]] = {}
    for group in lexicon(load_securities()).names.values():
        for name in group:
            means.setdefault(name.words, set()).add(name.id)
    assert {words: ids for words, ids in means.items() if len(ids) > 1} == {}


def test_word_lists_hold_what_they_are_for() -> None:
    assert {"AI", "IT", "ON", "NOW"} <= lists()["symbol"]
    assert {"NVDA", "AMZN"} <= lists()["bare"]
    assert not lists()["bare"] & lists()["never"]


def test_a_rebuild_gives_the_shipped_bytes(builder: ModuleType) -> None:
    if not SOURCE.exists():
        pytest.skip(f"the SEC's list is not at {SOURCE}")
    build: Callable[[Path], bytes] = builder.build
    assert build(SOURCE) == builder.TARGET.read_bytes()


@pytest.mark.parametrize(
    ("registered", "name", "tail"),
    [
        ("AMAZON COM INC", "Amazon COM", "Inc"),
        ("BANK OF AMERICA CORP /DE/", "Bank of America", "Corp"),
        ("Frontier Group Holdings, Inc.", "Frontier", "Group Holdings Inc"),
        ("Quad/Graphics, Inc.", "Quad/Graphics", "Inc"),
        ("STELLA-JONES INC./ADR", "Stella-Jones", "Inc"),
        ("Anheuser-Busch InBev SA/NV", "Anheuser-Busch InBev", "Sa"),
    ],
)
def test_a_registered_name_is_cut_from_its_legal_tail(
    builder: ModuleType, registered: str, name: str, tail: str
) -> None:
    cut, found = builder.without_tail(registered)
    assert (builder.repaired(cut), found) == (name, tail)
