"""An answer and a library to the numbered sources that a chat model may use. Knows no model.

They are the answer's own citations, and the sentences that search finds for the question, with
their neighbours; a sentence that gives orders to its reader is none.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.answers import Answer, Citation
from retrieval.ask.citations import Citations
from retrieval.ask.clues import clues_in
from retrieval.ask.evidence import Evidence
from retrieval.ask.facts import passages
from retrieval.ask.orders import gives_orders
from retrieval.ask.search import search
from retrieval.ask.stated import Read
from retrieval.language.boilerplate import is_boilerplate
from retrieval.language.sentences import sentences
from retrieval.library import Library
from retrieval.models import ArticleHead, Claim, Mention, Quote, Span, StoredArticle

HITS, BEST, MOST = 12, 5, 24
"""Chunks that are looked at, their best sentences, and how many sources a prompt has at most."""

NEIGHBOURS = 1
"""Sentences before and after one that was found: "it" and "the deal" point back that far."""

LOOKS_BACK = 3
"""Sentences before a quote in which the name stands that it points back to."""

_PRONOUN = re.compile(
    r"^\W*(?:it|its|they|their|both|the (?:shares|stock)|shares)\b", re.IGNORECASE
)
_PLURAL = re.compile(r"^\W*(?:they|their|both)\b", re.IGNORECASE)
_COMPANY = re.compile(
    r"\b(?:the (?:\w+ )?(?:company|group|bank|\w*maker|firm|retailer|lender|carrier)|we|our|us)\b",
    re.IGNORECASE,
)
_FIGURES = re.compile(
    r"^(?:\W*[\w'’-]+){0,2}\W+(?:sales|revenues?|income|profits?|earnings|margins?|volumes?|orders"
    r"|bookings|costs?|tonnage)\b|^\W*(?:sales|revenues?|profits?|earnings|margins?|volumes?|orders"
    r"|bookings|net income|wages)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Ground:
    """One numbered source: a quote, who is named in it, and what the ledger says of them.

    `named` are the companies' places in the quote, `carried` the ids of those whom it speaks of
    without their name; `sides` are scores of the ledger by id; `surfaces` are the names that its
    article has for each company.
    """

    citation: Citation
    named: tuple[Mention, ...] = ()
    carried: tuple[str, ...] = ()
    sides: tuple[tuple[str, float], ...] = ()
    surfaces: tuple[tuple[str, str], ...] = ()

    @property
    def n(self) -> int:
        """Its number in the prompt."""
        return self.citation.n


def grounds(answer: Answer, evidence: Evidence, library: Library, read: Read) -> tuple[Ground, ...]:
    """Number the sources for an answer; its own citations keep their numbers."""
    heads = {h.article_id: h for h in _heads(evidence)}
    claims = (*evidence.claims, *evidence.despite)
    cited = [(c, read(heads[c.article_id])) for c in answer.citations if c.article_id in heads]
    made = [ground_of(c, stored, claims) for c, stored in cited if stored is not None]
    numbers = _Numbers(answer.citations)
    for head, stored, span in _found(evidence, library, read):
        quote = Quote(span.of(stored.article.text), span.start, span.end)
        citation = numbers.cite(head, quote)
        if citation is not None:
            made.append(ground_of(citation, stored, claims))
    return tuple([g for g in made if not gives_orders(g.citation.quote.text)][:MOST])


class _Numbers:
    """Numbers what is found behind what an answer cites; what stands in a citation is none."""

    def __init__(self, cited: Sequence[Citation]) -> None:
        self._spans = [(c.article_id, Span(c.quote.start, c.quote.end)) for c in cited]
        self._next = len(cited) + 1

    def cite(self, head: ArticleHead, quote: Quote) -> Citation | None:
        span = Span(quote.start, quote.end)
        if any(i == head.article_id and one.covers(span) for i, one in self._spans):
            return None
        self._spans.append((head.article_id, span))
        numbered = Citations()
        numbered.cite(head, quote)
        self._next += 1
        return replace(numbered.made[0], n=self._next - 1)


def _heads(evidence: Evidence) -> Iterable[ArticleHead]:
    yield from evidence.heads
    yield from (c.head for c in (*evidence.claims, *evidence.despite))
    yield from (p.head for p in evidence.passages)
    yield from (n.head for n in evidence.named)
    yield from (head for head, _ in evidence.triggers)


def _found(
    evidence: Evidence, library: Library, read: Read
) -> Iterable[tuple[ArticleHead, StoredArticle, Span]]:
    """The sentences of the answer's articles that search finds, in the order of their texts."""
    question = evidence.question
    ids = tuple(dict.fromkeys(h.article_id for h in _heads(evidence)))
    scope = replace(question.scope, article_ids=ids, tickers=None, since=None, until=None)
    hits = search(question.words, library=library, scope=scope, limit=HITS)
    heads = library.store.heads([h.chunk.article_id for h in hits], as_of=scope.as_of)
    words = clues_in(question.words, library.store.sources(scope.as_of)).whole.words
    best = passages(question, words, hits, heads, library.embedder.encode).passages[:BEST]
    places: dict[ArticleHead, list[Quote]] = {}
    for passage in best:
        places.setdefault(passage.head, []).append(passage.quote)
    for head, quotes in places.items():
        stored = read(head)
        if stored is not None:
            yield from ((head, stored, span) for span in _around(stored.article.text, quotes))


def _around(text: str, quotes: Sequence[Quote]) -> list[Span]:
    spans = [s for s in sentences(text) if not is_boilerplate(text, s)]
    wanted: set[int] = set()
    for quote in quotes:
        at = next((n for n, s in enumerate(spans) if s.start <= quote.start < s.end), None)
        if at is not None:
            wanted.update(range(max(0, at - NEIGHBOURS), min(len(spans), at + NEIGHBOURS + 1)))
    return [spans[n] for n in sorted(wanted)]


def ground_of(citation: Citation, stored: StoredArticle, claims: Iterable[Claim] = ()) -> Ground:
    """Join a citation with what its article and the ledger say of whom."""
    quote, mentions = citation.quote, stored.analysis.mentions
    named = tuple(
        replace(m, start=m.start - quote.start, end=m.end - quote.start)
        for m in mentions
        if quote.start <= m.start and m.end <= quote.end
    )
    own = named and not _PRONOUN.match(quote.text)
    return Ground(
        citation,
        named,
        () if own else _carried(stored, quote),
        tuple(_sides(citation, claims)),
        tuple(dict.fromkeys((m.surface, m.target.id) for m in mentions)),
    )


def _carried(stored: StoredArticle, quote: Quote) -> tuple[str, ...]:
    """Whom a quote without a name speaks of: nobody where two could be meant.

    A pronoun means who was named last; "the company", "we" and figures without an owner mean the
    one company of the title, unless another was named last.
    """
    last, title = _named_last(stored, quote), _named_in_title(stored)
    if _PRONOUN.match(quote.text):
        if _PLURAL.match(quote.text) or len(last) == 1:
            return last
        return tuple(one for one in title if one in last)
    if not _COMPANY.search(quote.text) and not _FIGURES.match(quote.text):
        return ()
    if len(title) == 1:
        return title if title[0] in last or not last else ()
    return last if len(last) == 1 else ()


def _named_last(stored: StoredArticle, quote: Quote) -> tuple[str, ...]:
    mentions = stored.analysis.mentions
    before = [s for s in sentences(stored.article.text) if s.start < quote.start]
    for span in reversed(before[-LOOKS_BACK - 1 :]):
        ends = min(span.end, quote.start)
        ids = [m.target.id for m in mentions if span.start <= m.start < ends]
        if ids:
            return tuple(dict.fromkeys(ids))
    return ()


def _named_in_title(stored: StoredArticle) -> tuple[str, ...]:
    title = stored.article.title or ""
    named = (m.target.id for m in stored.analysis.mentions if m.surface in title)
    return tuple(dict.fromkeys(named))


def _sides(citation: Citation, claims: Iterable[Claim]) -> Iterable[tuple[str, float]]:
    """What the ledger says in this quote of whom."""
    for claim in claims:
        same = claim.head.article_id == citation.article_id
        if same and citation.quote in claim.impact.quotes and not claim.impact.sentiment.mixed:
            yield claim.impact.target.id, claim.impact.sentiment.score


def surfaces(made: Iterable[Ground]) -> Mapping[str, str]:
    """The names that the sources have for companies; a name of two of them is nobody's."""
    found: dict[str, set[str]] = {}
    for surface, id_ in (pair for ground in made for pair in ground.surfaces):
        found.setdefault(surface, set()).add(id_)
    return {surface: next(iter(ids)) for surface, ids in found.items() if len(ids) == 1}
