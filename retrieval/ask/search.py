"""A question's words to chunks and articles, best first: BM25 and vectors fused.

Knows no ledger and no wording.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from retrieval.answers import Hit
from retrieval.ask.clues import Clues, clues_in
from retrieval.ask.order import candidate_of, most, ordered
from retrieval.index.truth import Within
from retrieval.library import Library
from retrieval.models import Scope

CANDIDATES = 80
"""How many chunks each index is asked for; the fusion sees their union."""

MANY = 1_000
"""The same where a past is too long to name its chunks: what it hides is taken out after."""

LEXICAL_WEIGHT = 0.5
"""Share of BM25 in the fused score. News facts are lexical, filings are not (DESIGN.md).

See docs/tour.md, "Search".
"""

NAMED = 200_000
"""Up to this many chunks of picked articles or of a past, search only those: the indexes hold no
past, and what came later must change nothing. 10,000 of a past take a second or two the first time.

Above it, ask the indexes for more and filter after.
"""

_BESIDE = ThreadPoolExecutor(4, thread_name_prefix="words")
"""Looks words up. Neither that nor the embedding needs Python's lock for long: 4 ms of 30 saved."""


@dataclass(frozen=True, slots=True)
class ArticleHit:
    """An article found for a question: its best chunk's score and its chunks, best first."""

    article_id: str
    score: float
    hits: tuple[Hit, ...]


def search(
    text: str,
    *,
    library: Library,
    scope: Scope,
    limit: int = 20,
    named: int = NAMED,
) -> tuple[Hit, ...]:
    """Find the chunks nearest to a text within a scope, best first, scores in [0, 1].

    Ties are broken by chunk id. What the library's `searches` hold is not looked for again.
    """
    kept = {} if library.searches is None else library.searches
    key = (text, scope, limit)
    if key not in kept:
        kept[key] = _found(text, library, scope, limit, named)
    return kept[key]


def _found(text: str, library: Library, scope: Scope, limit: int, named: int) -> tuple[Hit, ...]:
    past = scope.as_of is not None
    within: Within = scope
    if past or scope.article_ids is not None:  # which the indexes do not know
        within = library.store.narrow(scope, named)
    clues = clues_in(text, library.store.sources(scope.as_of))
    wide = within is None
    wanted = max(MANY if wide else CANDIDATES, limit)
    texts = [clue.words for clue in (clues.whole, *clues.parts)]
    fused = _fused(texts, library, wanted, within, past=past)
    if wide:
        seen = library.store.within(list({i for scores in fused for i in scores}), scope)
        fused = [_best(scores, seen, max(2 * CANDIDATES, limit)) for scores in fused]
    return _ranked(fused, clues, library, scope, limit)


def _fused(
    texts: Sequence[str], library: Library, wanted: int, within: Within, *, past: bool
) -> list[dict[str, float]]:
    """What both indexes find for each text; the words are looked up while it is embedded."""
    words = partial(library.indexes.lexical, k=wanted, within=within, past=past)
    spelled = [_BESIDE.submit(words, text) for text in texts]
    meant = [
        library.indexes.dense(vector, wanted, within) for vector in library.embedder.encode(texts)
    ]
    return [
        fuse(dict(lexical.result()), dict(dense))
        for lexical, dense in zip(spelled, meant, strict=True)
    ]


def _best(scores: Mapping[str, float], seen: set[str], most: int) -> dict[str, float]:
    """Keep the best of what a scope may see, so that no more texts are read than else."""
    kept = sorted(scores.keys() & seen, key=lambda i: (-scores[i], i))[:most]
    return {i: scores[i] for i in kept}


def _ranked(
    fused: Sequence[Mapping[str, float]],
    clues: Clues,
    library: Library,
    scope: Scope,
    limit: int,
) -> tuple[Hit, ...]:
    ids = sorted({i for scores in fused for i in scores})
    read = library.store.bylined(ids, as_of=scope.as_of)
    found = [
        candidate_of(read[i].chunk, read[i], [s.get(i, 0.0) for s in fused], clues)
        for i in ids
        if i in read
    ]
    top = most(clues)
    return tuple(Hit(one.chunk, min(1.0, one.score / top)) for one in ordered(found, limit))


def fuse(lexical: Mapping[str, float], dense: Mapping[str, float]) -> dict[str, float]:
    """Blend two score lists, each scaled to [0, 1] by its own range.

    A chunk missing from one list has 0 there.

    Convex combination of min-max scores (Bruch, Gai and Ingber 2023, "An Analysis of Fusion
    Functions for Hybrid Retrieval"), which keeps the margins that reciprocal ranks throw away.
    """
    words, meaning = _scaled(lexical), _scaled(dense)
    return {
        i: LEXICAL_WEIGHT * words.get(i, 0.0) + (1 - LEXICAL_WEIGHT) * meaning.get(i, 0.0)
        for i in words.keys() | meaning.keys()
    }


def _scaled(scores: Mapping[str, float]) -> dict[str, float]:
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {i: (s - low) / (high - low) for i, s in scores.items()}


def by_article(hits: Sequence[Hit]) -> tuple[ArticleHit, ...]:
    """Gather chunks by article, best article first."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.chunk.article_id, []).append(hit)
    return tuple(ArticleHit(a, group[0].score, tuple(group)) for a, group in found.items())
