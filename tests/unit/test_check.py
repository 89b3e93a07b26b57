"""The gate for every engine: what the article does not bear out is dropped and counted."""

from dataclasses import replace

import pytest

from retrieval.language.check import check
from retrieval.language.securities import Securities, load_securities
from retrieval.models import Article, Impact, Mention, Quote, Sentiment, Span, Target

TEXT = (
    "Nvidia gains 4% as orders grow over the next two quarters. The chipmaker also cut costs. "
    "Regional banks suffer."
)
ARTICLE = Article("a", TEXT)
NVIDIA = Target("ticker", "NVDA", "Nvidia")
NAMED = Mention(NVIDIA, "Nvidia", 0, 6)


@pytest.fixture(scope="module")
def securities() -> Securities:
    return load_securities()


def quote(words: str) -> Quote:
    start = TEXT.index(words)
    return Quote(words, start, start + len(words))


GOOD = Impact(
    target=NVIDIA,
    sentiment=Sentiment(0.5),
    relevance=0.5,
    order=1,
    mechanism="orders grow",
    horizon="next two quarters",
    confidence=0.7,
    quotes=(quote("Nvidia gains 4% as orders grow over the next two quarters."),),
)
CARRIED = replace(
    GOOD,
    quotes=(quote("The chipmaker also cut costs."),),
    mechanism=None,
    horizon=None,
    carried_from=Span(0, 6),
)
GROUP = replace(
    GOOD,
    target=Target("group", "Regional banks", "Regional banks"),
    quotes=(quote("Regional banks suffer."),),
    mechanism=None,
    horizon=None,
)


@pytest.mark.parametrize("impact", [GOOD, CARRIED, GROUP], ids=["named", "carried", "group"])
def test_what_the_article_says_is_kept(impact: Impact, securities: Securities) -> None:
    assert check(ARTICLE, [impact], [NAMED], securities) == ((impact,), 0)


BAD = {
    "a quote that is not verbatim": replace(GOOD, quotes=(Quote("Nvidia gains 9%", 0, 15),)),
    "a quote outside the text": replace(GOOD, quotes=(Quote("", 900, 905),)),
    "no quote": replace(GOOD, quotes=()),
    "too many quotes": replace(GOOD, quotes=GOOD.quotes * 4),
    "a ticker that is in no table": replace(GOOD, target=Target("ticker", "ZZZZZQQ", "Zed")),
    "a target that the quote does not name": replace(GOOD, target=Target("ticker", "AMD", "AMD")),
    "a quote that only means the target": replace(CARRIED, carried_from=None),
    "a name carried from where nobody stands": replace(CARRIED, carried_from=Span(20, 26)),
    "a name carried from a later sentence": replace(GOOD, carried_from=Span(90, 96)),
    "a group in other words": replace(GROUP, target=Target("group", "big banks", "big banks")),
    "a mechanism that is not in the text": replace(GOOD, mechanism="orders explode"),
    "a number that no quote holds": replace(
        GOOD, mechanism="4%", quotes=(quote("Nvidia gains"),), horizon=None
    ),
    "a horizon of another sentence": replace(CARRIED, horizon="next two quarters"),
    "a quote that is no more than the name": replace(
        GOOD, quotes=(quote("Nvidia"),), mechanism=None, horizon=None
    ),
    "a reason that is no more than a name": replace(GOOD, mechanism="Nvidia"),
    "a condition that is no more than a name": replace(GOOD, conditions=("Nvidia",)),
    "a score out of range": replace(GOOD, sentiment=Sentiment(1.5)),
    "a confidence out of range": replace(GOOD, confidence=1.01),
    "a relevance out of range": replace(GOOD, relevance=-0.1),
}


@pytest.mark.parametrize("reason", BAD)
def test_what_it_does_not_say_is_dropped_and_counted(reason: str, securities: Securities) -> None:
    assert check(ARTICLE, [BAD[reason], GOOD], [NAMED], securities) == ((GOOD,), 1)


def test_nothing_is_repaired(securities: Securities) -> None:
    kept, dropped = check(ARTICLE, BAD.values(), [NAMED], securities)
    assert kept == ()
    assert dropped == len(BAD)
