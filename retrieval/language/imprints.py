"""An article -> what is kept of it to tell which other articles report its event. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import blake2b
from urllib.parse import urlsplit

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

from retrieval.language.sentences import sentences
from retrieval.language.wordlists import word_list
from retrieval.language.words import fold
from retrieval.models import Article, Fact, Mention, Span

METHOD = "imprint.v1"
"""What made an imprint: those of different methods do not compare."""

PERMUTATIONS = 128
BAND = 4
"""Rows of a band: two texts of Jaccard 0.5 share one of 32 with 87 %, of 0.6 with 99 %."""

_SHINGLE = 3
_LEAD = 2  # sentences that say what the event is
_NAMES = 150
STEPS = 127
"""A lead of length 1 is kept in whole steps of 1/127."""
_WORD = re.compile(r"[^\W_]+(?:['’&.-][^\W_]+)*")
# "NEW YORK, Oct 15 (Harbor Wire) - ": where it was written is no name of the event.
_PLACE = re.compile(r"\s*[A-Z][\w .,/]{1,40}(?:\([^)\n]{1,40}\))? ?[-–—]+ ")
_POSSESSIVE = re.compile(r"['’]s$")
_QUARTER = re.compile(r"date [qh]\d")
_SEED = 1
_MARKS = ("subject", "head", "names", "numbers", "first_numbers", "periods")
_NO_NAMES = frozenset(
    """january february march april may june july august september october november december jan
    feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday
    sunday inc corp ltd co company llc plc group holdings mr mrs ms dr nyse nasdaq reuters i q1 q2
    q3 q4 ceo cfo u.s us qtly div pay payable record shr net loss revs sales avg oper note year mths
    qtr analysts investors shares""".split()
).union(word_list("small words en"))


@dataclass(frozen=True, slots=True, eq=False)
class Imprint:
    """What is kept of an article's newest version.

    `dated_at` is its publication, or first sight where undated; `signature` its MinHash over
    three-word shingles; `lead` the unit vector of its first passage in steps of 1/127 (empty where
    it was not embedded). `subject` is the first name of its text; `head` are the names of its first
    sentences (its title's words where they name nobody), `names` those of the whole text. `numbers`
    are the keys of all it states, `first_numbers` and `periods` (quarters, halves) those of its
    first sentences.
    """

    article_id: str
    dated_at: datetime
    signature: NDArray[np.uint32]
    lead: NDArray[np.int8]
    subject: frozenset[str]
    head: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    first_numbers: frozenset[str]
    periods: frozenset[str]

    @property
    def marks(self) -> dict[str, frozenset[str]]:
        """The sets by their names."""
        return {name: getattr(self, name) for name in _MARKS}

    @property
    def bands(self) -> tuple[int, ...]:
        """Keys that near-copies share at least one of, as signed numbers of 64 bits."""
        cut = self.signature.reshape(-1, BAND)
        return tuple(
            int.from_bytes(
                blake2b(bytes([n]) + row.tobytes(), digest_size=8).digest(), "big", signed=True
            )
            for n, row in enumerate(cut)
        )


def imprint(
    article: Article,
    mentions: Sequence[Mention],
    stated: Sequence[Fact],
    lead: NDArray[np.float32],
    *,
    seen_at: datetime,
) -> Imprint:
    """Read what tells an article's event.

    `stated` are its facts, `lead` is the vector of its first passage, or empty.
    """
    spans = sentences(article.text)
    named = tuple(_names(article.text, spans, mentions))
    opening = spans[min(len(spans), _LEAD) - 1].end if spans else 0
    place = _PLACE.match(article.text)
    begins = place.end() if place else 0
    leading = [name for name, at in named if begins <= at < opening]
    head = frozenset(leading)
    title = frozenset(_words(article.title or "")) - _NO_NAMES
    return Imprint(
        article_id=article.id,
        dated_at=article.published_at or seen_at,
        signature=signature(article.text),
        lead=np.rint(lead * STEPS).astype(np.int8),
        subject=frozenset(leading[:1]),
        head=head or title,
        names=title.union(name for name, _ in named[:_NAMES]),
        numbers=frozenset(fact.key for fact in stated if fact.kind == "number"),
        first_numbers=frozenset(
            fact.key for fact in stated if fact.kind == "number" and fact.quote.start < opening
        ),
        periods=frozenset(
            fact.key
            for fact in stated
            if fact.kind == "date" and fact.quote.start < opening and _QUARTER.fullmatch(fact.key)
        ),
    )


def signature(text: str) -> NDArray[np.uint32]:
    """MinHash of a text's shingles."""
    made = _empty().copy()
    made.update_batch([shingle.encode("utf-8", "replace") for shingle in sorted(shingles(text))])
    return np.asarray(made.hashvalues, np.uint32)


def shingles(text: str) -> set[str]:
    """Cut a text into its runs of three words; a shorter one is a run by itself."""
    words = _words(text)
    return {" ".join(words[n : n + _SHINGLE]) for n in range(max(1, len(words) - _SHINGLE + 1))}


def _words(text: str) -> list[str]:
    return [fold(found.group()) for found in _WORD.finditer(text)]


@cache
def _empty() -> MinHash:
    """Draw the permutations once: it takes as long as hashing a short text."""
    return MinHash(PERMUTATIONS, seed=_SEED, scheme="affine32")


def outlet_of(source: str | None, url: str | None) -> str:
    """Name who published an article: its source without case, else its site, else nobody ("")."""
    if source:
        return " ".join(source.casefold().split())
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:  # no address: "https://[x"
        return ""
    return host.removeprefix("www.")


def _names(
    text: str, spans: Sequence[Span], mentions: Sequence[Mention]
) -> Iterator[tuple[str, int]]:
    """Names with their places: companies by what they are, other capitalised words as they stand.

    A word that opens a sentence is a name where the next one is capitalised too, or where the text
    has it capitalised elsewhere.
    """
    company = {at: m for m in mentions for at in range(m.start, m.end)}
    opened = [_capitals(text, span) for span in spans]
    sure = {fold(word[0]) for words in opened for word in words if not word[2]}
    for words in opened:
        for n, (word, at, first) in enumerate(words):
            follows = n + 1 < len(words) and words[n + 1][1] == at + len(word) + 1
            key = fold(word)
            if at in company:
                yield f"company {company[at].target.id}", at
            if key not in _NO_NAMES and (not first or follows or key in sure):
                yield key, at


def _capitals(text: str, span: Span) -> list[tuple[str, int, bool]]:
    """Capitalised words of a sentence with their places, and whether they open it."""
    found = list(_WORD.finditer(text, span.start, span.end))
    return [
        (_POSSESSIVE.sub("", word.group()), word.start(), n == 0)
        for n, word in enumerate(found)
        if word.group()[0].isupper()
    ]
