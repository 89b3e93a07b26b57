from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evals.data import GOLD, gold_sentences
from retrieval.language.mentions import find_in_title, find_mentions, names_in_question
from retrieval.language.names import lexicon
from retrieval.language.securities import load_securities
from retrieval.models import Mention

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
REFERENCE = ROOT / "../shared/data/reference_article.txt"
SECURITIES = load_securities()


def found(text: str, title: str | None = None) -> list[tuple[str, str]]:
    return [(m.surface, m.target.id) for m in find_mentions(text, SECURITIES, title=title)]


def tickers(text: str, title: str | None = None) -> list[str]:
    mentions = find_mentions(text, SECURITIES, title=title)
    return list(dict.fromkeys(m.target.id for m in mentions if m.target.kind == "ticker"))


def rows(file: str) -> list[tuple[str, list[str]]]:
    lines = (HERE / "data" / file).read_text("utf-8").splitlines()
    split = [line.partition("\t") for line in lines if not line.startswith("#")]
    return [(text, expected.split(", ") if expected else []) for text, _, expected in split]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Meta PlatformsMETA.O soared.", [("Meta Platforms", "META"), ("META", "META")]),
        ("AppleAAPL.O fell.", [("Apple", "AAPL"), ("AAPL", "AAPL")]),
        ("OpenTextOTEX.TO beat.", [("OpenText", "OTEX"), ("OTEX.TO", "OTEX")]),
        ("A vote for the DEMOCRATS.AR is one for eBOOKS.AR.", []),
    ],
)
def test_a_reuters_code_is_read_where_the_space_before_it_is_lost(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(("text", "expected"), gold_sentences(GOLD[0]))
def test_a_word_is_a_company_only_where_the_words_around_it_say_so(
    text: str, expected: tuple[str, ...]
) -> None:
    assert tickers(text) == [*expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a person who gave a company its name
        ("Ralph Lauren, 85, still designs.", []),
        ("Ralph Lauren fell after its forecast.", ["RL"]),
        ("Charles Schwab, the author, lives in Rome.", []),
        ("Charles Schwab, the broker, cut fees.", ["SCHW"]),
        # a town
        ("They moved to Hershey, Pennsylvania, in May.", []),
        ("They bought shares of Hershey, Mondelez and Nestle.", ["HSY", "MDLZ"]),
        # an article before a name, and a likeness
        ("The Amazon lost its trees.", []),
        ("It wants to be the Airbnb of boats.", []),
        # another body that bears the name
        ("The Nike Foundation paid for it.", []),
        ("Tesla Exploration Ltd drilled in Peru.", []),
        ("Toyota Motor Credit Corp sold bonds.", ["TM"]),
        ("Apple Hospitality raised its dividend.", ["APLE"]),
        # talk of its trade makes a word a name
        ("Delta may avoid pilot furloughs.", ["DAL"]),
        ("Delta may be the last letter that they learn.", []),
        ("Both United and American will cut flights.", ["UAL", "AAL"]),
        ("Both United and American are common words.", []),
        # an exchange or index maker as a company
        ("Exchange operator Nasdaq bought a rival.", ["NDAQ"]),
        ("The Nasdaq and the Dow rose; Nasdaq fell later.", []),
        # a product in business and at home
        ("Ad sales of YouTube rose.", ["GOOGL"]),
        ("She watched YouTube in bed.", []),
        # a name of common words
        ("Iron Mountain raised its dividend.", ["IRM"]),
        ("They climbed an iron mountain in the north.", []),
        ("Winnebago cut production.", ["WGO"]),
        ("The Winnebago tribe fished here.", []),
        ("Merck KGaA raised its forecast.", []),
        ("Dover raised its profit outlook.", ["DOV"]),
        ("Dover raised its flag.", []),
        ("Sabre, the travel firm, hired a chief.", ["SABR"]),
        ("Here, the company said, is the plan.", []),
        ("Vertex fell after its drug failed a trial.", ["VRTX"]),
        ("Vertex fell on the floor.", []),
        ("Rep. Ford met Capt. Target at sea.", []),
        # what companies will do and have
        ("Bumble will soon cut jobs.", ["BMBL"]),
        ("Target’s same-store sales fell.", ["TGT"]),
    ],
)
def test_what_the_sentence_talks_of_tells_a_company_from_its_namesakes(
    text: str, expected: list[str]
) -> None:
    assert tickers(text) == expected


def test_the_collisions_are_many_and_of_both_kinds() -> None:
    for file, least in zip(GOLD, (60, 150, 50, 50, 20, 20), strict=True):
        linked = [bool(expected) for _, expected in gold_sentences(file)]
        assert min(linked.count(True), linked.count(False)) >= least


def test_every_ticker_of_our_gold_is_in_the_table_or_of_a_market_abroad() -> None:
    named = {ticker for file in GOLD for _, expected in gold_sentences(file) for ticker in expected}
    unknown = [ticker for ticker in named if ticker not in SECURITIES]
    assert [ticker for ticker in unknown if "." not in ticker] == []


@pytest.mark.parametrize(
    ("text", "surface", "ticker"),
    [
        ("$NVDA", "$NVDA", "NVDA"),
        ("a chip maker (NASDAQ: NVDA)", "NVDA", "NVDA"),
        ("an oil firm (NYSE:XOM)", "XOM", "XOM"),
        ("<NVDA.O>", "NVDA", "NVDA"),
        ("<BRKb.N>", "BRKb", "BRK.B"),
        ("[NVDA](https://example.com/q/AAPL)", "NVDA", "NVDA"),
        ("**NVDA**", "NVDA", "NVDA"),
        ("`NVDA`", "NVDA", "NVDA"),
        ("Nvidia's chips", "Nvidia", "NVDA"),
        ("Nvidia’s chips", "Nvidia", "NVDA"),
        ("Amazon.com Inc. said", "Amazon.com Inc", "AMZN"),
        ("J.P. Morgan & Co said", "J.P. Morgan & Co", "JPM"),
        ("Nestlé's rival PepsiCo", "PepsiCo", "PEP"),
    ],
)
def test_every_form_is_read_with_its_own_surface(text: str, surface: str, ticker: str) -> None:
    assert found(text) == [(surface, ticker)]


@pytest.mark.parametrize(("note", "expected"), rows("notes.tsv"))
def test_a_note_links_the_bare_tickers_it_is_about_and_no_acronym(
    note: str, expected: list[str]
) -> None:
    assert sorted(tickers(note)) == expected


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("KNSL's premiums and TRV’s margins widen.", ["KNSL", "TRV"]),
        ("We add **LEN** and `DHI` as yields fall.", ["LEN", "DHI"]),
        ("NVDA-led gains lift MPWR.", ["NVDA", "MPWR"]),
        ("BRK.B and PGR beat on margins.", ["BRK.B", "PGR"]),
        ("COST/WMT outperform TGT.", ["COST", "WMT", "TGT"]),
    ],
)
def test_bare_tickers_keep_their_own_surface(text: str, surfaces: list[str]) -> None:
    assert [surface for surface, _ in found(text)] == surfaces


def test_the_acronyms_that_are_also_symbols_are_many() -> None:
    acronyms = lexicon(SECURITIES).lists["acronym"]
    assert len(acronyms) >= 400
    assert all(acronym in SECURITIES for acronym in acronyms)


def test_no_acronym_links_beside_sure_tickers() -> None:
    acronyms = sorted(lexicon(SECURITIES).lists["acronym"])
    assert [a for a in acronyms if a in tickers(f"NVDA and {a} gain; {a} benefits AMD.")] == []


def test_a_definition_in_brackets_binds_a_name_for_the_whole_text() -> None:
    text = "Zorblatt Widgets Inc (NYSE: XOM) fell. Later Zorblatt Widgets and Zorblatt rose."
    assert [surface for surface, _ in found(text)] == [
        "Zorblatt Widgets Inc",
        "XOM",
        "Zorblatt Widgets",
        "Zorblatt",
    ]
    assert tickers(text) == ["XOM"]


def test_a_definition_in_brackets_that_is_in_no_table_binds_nothing() -> None:
    assert found("Zorblatt Widgets Inc (NYSE: QQZZQ) fell. Zorblatt rose.") == []


def test_words_that_spell_a_bracket_make_it_no_ticker_for_the_whole_text() -> None:
    assert tickers("Average Selling Price (ASP) fell. ASP shares of the total rose.") == []


def test_a_short_name_links_after_the_full_one_and_not_before() -> None:
    text = "Halozyme rose. Halozyme Therapeutics said so, and Halozyme fell."
    assert {ticker for _, ticker in found(text)} == {"HALO"}
    assert found("Wells were drilled. Wells Fargo lent. The Wells report came.")[0] == (
        "Wells Fargo",
        "WFC",
    )


def test_a_short_name_shared_by_two_companies_links_to_neither() -> None:
    text = "Gladstone Capital and Gladstone Land met. Gladstone rose."
    assert [surface for surface, _ in found(text)] == ["Gladstone Capital", "Gladstone Land"]


def test_the_class_that_the_text_prints_is_used_and_else_the_primary_one() -> None:
    assert tickers("Alphabet rose.") == ["GOOGL"]
    assert tickers("Alphabet (GOOG) rose. Alphabet fell.") == ["GOOG"]
    assert tickers("Alphabet (GOOG, GOOGL) rose.") == ["GOOGL", "GOOG"]


def test_a_company_in_the_title_supports_its_name_in_the_text() -> None:
    text = "Unity is a word. Analysts like Unity and its tools."
    assert tickers(text, title="Unity Software cuts jobs") == ["U"]
    assert tickers("Unity is what they want.") == []


def test_private_companies_are_named_and_never_given_a_ticker() -> None:
    text = "Anthropic, OpenAI, xAI, SpaceX, Stripe Inc, TikTok and Twitter met."
    kinds = {m.surface: m.target.kind for m in find_mentions(text, SECURITIES)}
    assert set(kinds.values()) == {"private"}
    assert len(kinds) == 7


def test_an_acquired_company_is_not_its_owner() -> None:
    assert tickers("Credit Suisse fell while Activision Blizzard and Splunk rose.") == []


def test_addresses_and_handles_name_nobody() -> None:
    assert found("https://nvidia.com/AMD @Tesla mail@boeing.com example.org/IBM") == []


def test_a_headline_needs_more_than_a_capital_letter() -> None:
    assert tickers("Students Find New Visa Rules Hard To Follow") == []
    assert tickers("Visa Shares Fall As Court Rules Against Card Fees") == ["V"]


def test_the_reference_article_has_its_three_tickers_and_no_other() -> None:
    if not REFERENCE.exists():
        pytest.skip(f"the reference article is not at {REFERENCE}")
    text = REFERENCE.read_text("utf-8")
    mentions = find_mentions(text, SECURITIES)
    assert {m.target.id for m in mentions if m.target.kind == "ticker"} == {"AMZN", "GOOGL", "NVDA"}
    assert {"Amazon", "Google", "Nvidia"} <= {m.surface for m in mentions}
    private = {m.target.id for m in mentions if m.target.kind == "private"}
    assert private == {"Anthropic", "xAI", "SpaceXAI"}


@pytest.mark.parametrize(
    ("question", "expected", "unknown"),
    [
        ("what about nvidia and amd?", ["NVDA", "AMD"], ()),
        ("does AMD benefit?", ["AMD"], ()),
        ("Visa or Mastercard?", ["V", "MA"], ()),
        ("is apple hurt by AI?", ["AAPL"], ()),
        ("what happened to brk.b", ["BRK.B"], ()),
        ("who gains from SpaceX?", ["SpaceX"], ()),
        ("does Zorblatt lose?", [], ("Zorblatt",)),
        ("What about Zorblatt Industries and CoreWeave?", ["CRWV"], ("Zorblatt Industries",)),
        ("which tickers benefit?", [], ()),
        ("Who is hurt most by the new rules on IPO and GPU exports?", [], ()),
        ("what did they target, and what is the best buy now?", [], ()),
    ],
)
def test_a_question_may_name_companies_loosely(
    question: str, expected: list[str], unknown: tuple[str, ...]
) -> None:
    mentions, others = names_in_question(question, SECURITIES)
    assert [m.target.id for m in mentions] == expected
    assert others == unknown
    assert all(question[m.start : m.end] == m.surface for m in mentions)


def test_an_article_is_read_in_milliseconds() -> None:
    text = "Shares of Nvidia rose while Target, Exxon Mobil (XOM) and $AMD fell on Monday. " * 40
    find_mentions(text, SECURITIES)
    begun = process_time()
    for _ in range(5):
        find_mentions(text, SECURITIES)
    assert process_time() - begun < 0.5


PIECES = st.sampled_from(
    "Nvidia|(NYSE: XOM)|$AMD|<IBM.N>|Inc|’s|AI| and |, |\n|(|)|Visa|Mr. |Ford|[T](|**A**|İ|ﬁ|\ud800"
    "|Walt Disney, |Delta|. |Exxon Mobil|&| ".split("|")
)
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=40).map("".join)


def in_order_and_apart(text: str, mentions: tuple[Mention, ...]) -> None:
    end = 0
    for mention in mentions:
        assert end <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.surface
        end = mention.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Stocks of broadcasters rose. Sinclair gained 8%.", ["SBGI"]),
        ("Shares slid. Hubbell fell about 3 percent.", ["HUBB"]),
        ("Stocks fell. Outside the index, Polaris dropped 12.7%.", ["PII"]),
        ("Sinclair gained 8% over the night.", []),
        ("Stocks fell as Senator Sinclair gained 8% in the polls.", []),
        ("Shares rose. Mr. Hubbell rose 3%.", []),
        ("Polaris rose in the night sky.", []),
        ("Stocks fell, and Solana dropped 5%.", []),
        ("Stocks fell. Coffee rose 3%.", []),
        ("Stock fell 3%.", []),
        ("Stocks fell. Employers cut 3% of jobs.", []),
        ("Stocks fell. Alaska lost 3% of its workforce.", []),
        ("Stocks fell. Williams lost 60% of second-serve points.", []),
        ("Stocks fell. Rogers gained 12% of the vote.", []),
        ("Dover, which runs ferries, closed a berth.", []),
        ("Universal, which produces films, closed.", []),
        ("Match: India trimmed lead.", []),
        ("Target: Trump reiterates threat.", []),
        ("Hubbell, which buys cores from a supplier, warned.", ["HUBB"]),
        ("Dover, which lies on the coast, warned.", []),
        ("Vertex, which makes a point, is a term.", []),
        ("Green Plains, an ethanol producer, slid 11%.", ["GPRE"]),
        ("Intel: Bernstein reiterated market perform.", ["INTC"]),
        ("Block: Police closed the street.", []),
        ("Gap: Farmers cut hay.", []),
    ],
)
def test_a_name_in_doubt_is_a_company_where_it_does_what_only_companies_do(
    text: str, expected: list[str]
) -> None:
    assert tickers(text) == expected


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Kratos Selected for Drones", "Kratos Defense & Security Solutions won.", ["KTOS"]),
        ("Camtek eats into Onto's lead", "Onto Innovation leads Camtek Ltd.", ["CAMT", "ONTO"]),
        ("Apple china sales lag", "Apple sells fewer iPhones.", ["AAPL"]),
        ("Kratos, Greek for power", "A poem of three pages.", []),
        ("United front collapses", "United Airlines rose 3%.", []),
        ("United cuts flights", "United Airlines rose 3%.", ["UAL"]),
        ("Rates fall", "", []),
    ],
)
def test_a_title_is_read_with_what_its_article_says(
    title: str, text: str, expected: list[str]
) -> None:
    assert [m.target.id for m in find_in_title(title, text, SECURITIES)] == expected


@given(TEXTS, TEXTS)
def test_mentions_of_a_title_stand_in_it(title: str, text: str) -> None:
    in_order_and_apart(title, find_in_title(title, text, SECURITIES))


@given(TEXTS, st.none() | TEXTS)
def test_mentions_stand_in_the_text_in_order_and_apart(text: str, title: str | None) -> None:
    mentions = find_mentions(text, SECURITIES, title=title)
    in_order_and_apart(text, mentions)
    assert mentions == find_mentions(text, SECURITIES, title=title)
    assert all(m.target.id in SECURITIES for m in mentions if m.target.kind == "ticker")


@given(TEXTS)
def test_any_question_is_read_without_overlap(text: str) -> None:
    mentions, unknown = names_in_question(text, SECURITIES)
    in_order_and_apart(text, mentions)
    assert all(name in text for name in unknown)
