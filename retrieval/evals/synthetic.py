"""A number to made-up articles, chunks and questions, the same each time. Knows no store.

Words are drawn as they are in texts: few often, many seldom (Zipf), so that a search by words has
lists of true lengths to go through.
"""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate, product

import numpy as np
from numpy.typing import NDArray

from retrieval.models import Analysis, Article, Chunk, Mention, Scope, Sentiment, Target, digest_of
from retrieval.store.records import Record

SEED = 2026
NOW = datetime(2026, 11, 1, tzinfo=UTC)
YEARS = timedelta(days=730)
"""Over which synthetic articles are spread evenly."""

CHUNKS = 8
"""Chunks of a synthetic article."""

COMPANIES = {
    "NVDA": "Nvidia",
    "AMZN": "Amazon",
    "XOM": "Exxon Mobil",
    "BA": "Boeing",
    "DE": "Deere",
    "WMT": "Walmart",
    "PFE": "Pfizer",
    "INTC": "Intel",
}
SHARE = 0.4
"""Of the articles that name one of these, so each stands in a twentieth of them."""

TICKER = Scope(tickers=("NVDA",))
TENTH = Scope(since=NOW - YEARS / 10)
HALF = Scope(since=NOW - YEARS / 2)
_WORDS_OF_CHUNK = 150
_PLAIN = (
    "capacity demand margin contract shipments quarter guidance pricing supply orders plant permit "
    "inventory freight copper grid cooling rates credit deposits tariff volumes backlog churn"
).split()


def long_article(number: int, words: int) -> Article:
    """An article in English words that speaks of companies, for the whole way of indexing."""
    chance = random.Random(f"{SEED}-{number}")
    names = list(COMPANIES.values())
    sentences = []
    for at in range(words // 15):
        who = chance.choice(names) if at % 3 == 0 else "The market"
        said = " ".join(chance.choices(_PLAIN, k=10))
        sentences.append(f"{who} gains {said} after the {number} order.")
    return Article(id=f"long-{number}", text=" ".join(sentences), title=f"Long {number}")


def record(number: int, of: int, dimensions: int, model: str) -> Record:
    """One of `of` articles as a store takes them, with random vectors in place of embedded ones."""
    chance = random.Random(number)
    ticker = chance.choice(list(COMPANIES)) if chance.random() < SHARE else None
    texts = [_text(chance, COMPANIES.get(ticker or "", "")) for _ in range(CHUNKS)]
    article = Article(
        id=f"synthetic-{number}",
        text="\n".join(texts),
        title=" ".join(_drawn(chance, 6)).capitalize(),
        source=f"Wire {number % 40}",
        published_at=NOW - YEARS * (number / of),
    )
    rng = np.random.default_rng(number)
    vectors = unit(rng, CHUNKS, dimensions)
    return Record(article, _analysis(ticker), _chunks(article, texts), vectors, model)


def question(number: int) -> str:
    """A question of a few words, neither the commonest nor ones that nobody uses."""
    chance = random.Random(f"question-{number}")
    one, two, three, four = chance.sample(_vocabulary()[30:3_000], 4)
    return f"What did the {one} {two} say about {three} after the {four}?"


def unit(rng: np.random.Generator, rows: int, columns: int) -> NDArray[np.float32]:
    """Random vectors of length 1."""
    made: NDArray[np.float32] = rng.standard_normal((rows, columns), dtype=np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made


def _text(chance: random.Random, name: str) -> str:
    return f"{name} {' '.join(_drawn(chance, _WORDS_OF_CHUNK))}.".strip()


def _chunks(article: Article, texts: Sequence[str]) -> tuple[Chunk, ...]:
    made: list[Chunk] = []
    start = 0
    for text in texts:
        end = start + len(text)
        made.append(Chunk(digest_of(article.id, str(start)), article.id, 0, start, end, text))
        start = end + 1
    return tuple(made)


def _analysis(ticker: str | None) -> Analysis:
    mentions: tuple[Mention, ...] = ()
    if ticker is not None:
        name = COMPANIES[ticker]
        mentions = (Mention(Target("ticker", ticker, name), name, 0, len(name)),)
    return Analysis("en", "", Sentiment(0.0), (), mentions, (), (), "synthetic")


def _drawn(chance: random.Random, count: int) -> list[str]:
    return chance.choices(_vocabulary(), cum_weights=_weights(), k=count)


@cache
def _vocabulary() -> list[str]:
    """20,000 words of two to four syllables, in an order that has nothing to do with them."""
    syllables = [a + b for a, b in product("bdfgklmnprstvz", "aeiou")]
    chance = random.Random(SEED)
    words = {
        "".join(chance.choices(syllables, k=chance.choice((2, 3, 3, 4)))) for _ in range(26_000)
    }
    return sorted(words, key=digest_of)[:20_000]


@cache
def _weights() -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, len(_vocabulary()) + 1)))
