"""A free question and the chunks found for it to the sentences that answer it.

Pure but for the embedder it is given.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.answers import Hit, Question
from retrieval.ask.concepts import concept, concepts
from retrieval.ask.words import tokens
from retrieval.language.sentences import sentences
from retrieval.models import ArticleHead, Quote

MOST_SENTENCES, MOST_EMBEDDED = 160, 16
"""How many sentences of the best chunks are weighed by words, and the best of them by meaning."""

SHOWN = 3
"""How many passages make an answer, and are weighed together: a long question has its parts in
several articles."""

_CONTEXT = 1
"""Sentences before and after that may hold the question's other terms."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence that may answer, with its place in its article.

    `held` are the question's terms that it, its neighbours or its title hold; `around` are those
    neighbours, itself and the title in full.
    """

    head: ArticleHead
    quote: Quote
    held: frozenset[str]
    score: float
    around: str = ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """Passages, best first, and how rare each term of the question is among the sentences."""

    passages: tuple[Passage, ...]
    rarity: Mapping[str, float]


def enough(passages: Sequence[Passage], rarity: Mapping[str, float]) -> bool:
    """Tell whether passages together hold enough of a question to answer it.

    Of n terms, weighed by rarity, the share must be 1/√n: a question of one word needs it, one of
    nine a third. Similarity does not separate them at all (docs/design-notes/refusal.md).
    """
    held = frozenset[str]().union(*(p.held for p in passages))
    if not held:
        return False
    share = math.fsum(rarity[term] for term in held) / math.fsum(rarity.values())
    return share >= 1 / math.sqrt(len(rarity))


@dataclass(frozen=True, slots=True)
class _Candidate:
    head: ArticleHead
    quote: Quote
    own: frozenset[str]
    around: frozenset[str]
    text: str
    chunk_score: float


def passages(
    question: Question,
    words: str,
    hits: Sequence[Hit],
    heads: dict[str, ArticleHead],
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
) -> Weighed:
    """Weigh the sentences of the found chunks against the question.

    `words` are the question's own, without its talk of sources and days.
    """
    candidates = [c for hit in hits for c in _candidates(hit, heads)][:MOST_SENTENCES]
    wanted = _wanted(question, words)
    if not candidates or not wanted:
        return Weighed((), {})
    rarity = _rarity(wanted, candidates)
    weighed = sorted((_by_words(c, rarity) for c in candidates), key=_best_first)[:MOST_EMBEDDED]
    meaning = encode([question.words, *(p.quote.text for p in weighed)])
    near = meaning[1:] @ meaning[0]
    found = [_by_meaning(p, float(cosine)) for p, cosine in zip(weighed, near, strict=True)]
    return Weighed(tuple(sorted(found, key=_best_first)), rarity)


def _best_first(passage: Passage) -> tuple[float, str, int]:
    return (-passage.score, passage.head.article_id, passage.quote.start)


def _wanted(question: Question, words: str) -> tuple[str, ...]:
    names = (concept(t) for name in (*question.names, *question.unknown) for t in tokens(name))
    return tuple(dict.fromkeys((*names, *concepts(words))))


def _candidates(hit: Hit, heads: dict[str, ArticleHead]) -> Iterable[_Candidate]:
    head = heads.get(hit.chunk.article_id)
    if head is None:
        return
    text, offset = hit.chunk.text, hit.chunk.start
    spans = sentences(text)
    bags = [frozenset(concept(t) for t in tokens(span.of(text))) for span in spans]
    title = frozenset(concept(t) for t in tokens(head.title or ""))
    for i, span in enumerate(spans):
        first, last = max(0, i - _CONTEXT), min(len(spans), i + _CONTEXT + 1)
        quote = Quote(span.of(text), offset + span.start, offset + span.end)
        around = f"{head.title or ''}\n{text[spans[first].start : spans[last - 1].end]}"
        held = title.union(*bags[first:last])
        yield _Candidate(head, quote, bags[i], held, around, hit.score)


def _rarity(wanted: Iterable[str], candidates: Sequence[_Candidate]) -> dict[str, float]:
    """Weigh a term by how few sentences hold it (inverse document frequency, smoothed)."""
    n = len(candidates)
    return {w: math.log(1 + n / (1 + sum(w in c.own for c in candidates))) for w in wanted}


def _by_words(candidate: _Candidate, rarity: Mapping[str, float]) -> Passage:
    held = candidate.around & rarity.keys()
    total = math.fsum(rarity.values())  # exact, so the order of a set changes nothing
    own = math.fsum(rarity[term] for term in candidate.own & rarity.keys()) / total
    around = math.fsum(rarity[term] for term in held) / total
    score = 0.4 * own + 0.15 * around + 0.1 * candidate.chunk_score
    return Passage(
        candidate.head, candidate.quote, frozenset(held), round(score, 6), candidate.text
    )


def _by_meaning(passage: Passage, cosine: float) -> Passage:
    return replace(passage, score=round(passage.score + 0.35 * cosine, 6))
