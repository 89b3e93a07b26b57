"""A question that no record answers to the passages that do: found, gated, at most three.

Knows the library, no kinds of records and no wording.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from retrieval.answers import SIDES, Question
from retrieval.ask import phrases
from retrieval.ask.calendar import MONTH_NAMES
from retrieval.ask.clues import clues_in
from retrieval.ask.facts import SHOWN, Passage, enough, passages
from retrieval.ask.gate import Asked, asked_in, lacking, moves_in
from retrieval.ask.search import search
from retrieval.ask.words import capital_runs
from retrieval.library import Library
from retrieval.models import ArticleHead, Mention, StoredArticle

HITS = 30

_NUMBER = re.compile(r"\d{2,}")
_LONG_NAME = 4  # letters of a name that may stand alone, as a surname does
_SIDE_OF = {"up": "positive", "down": "negative"}
_NEAR = 300
"""Characters about a sentence in which the company that it speaks of may be named."""

_ASKS_NAMES = re.compile(
    r"^(?:which|who|whose|whom|name|list|what (?:other |else )?(?:compan|stock|name|ticker|firm))",
    re.IGNORECASE,
)

_NO_NAME = re.compile(rf"Q[1-4]|FY\d*|H[12]|[A-Z]|{MONTH_NAMES}|\w+day", re.IGNORECASE)
_SHORTEST, _ENOUGH = 3, 4  # letters of a name; those that it is found by
_POINTS_BACK = re.compile(
    r"\b(?:it|its|it['’]s|they|their|he|she|his|her|this deal|these|both|shares|the (?:stock"
    r"|shares?|company|firm|group|bank|maker|\w+maker|insurer|retailer|unit|giant|business|lender|carrier"
    r"|automaker|brand|airline|fund|plant|agreement|deal|quarter))\b",
    re.IGNORECASE,
)

Read = Callable[[ArticleHead], StoredArticle | None]
"""The stored version of a head; None when it is gone. Reading one twice should cost nothing."""


@dataclass(frozen=True, slots=True)
class Stated:
    """Passages, best first. Where they do not answer, the first is the nearest miss."""

    passages: tuple[Passage, ...]
    answers: bool


def stated(question: Question, library: Library, read: Read) -> Stated:
    """Find the passages that answer a question, if they do.

    A question of one fact must have its slots filled by each passage; the facts of a longer one
    stand in several articles, which must hold enough of it together, and of which one must name who
    is asked about or be of a source that is named.
    """
    hits = search(question.words, library=library, scope=question.scope, limit=HITS)
    heads = library.store.heads([h.chunk.article_id for h in hits], as_of=question.scope.as_of)
    clues = clues_in(_topic(question), library.store.sources(question.scope.as_of))
    weighed = passages(question, clues.whole.words, hits, heads, library.embedder.encode)
    shown: Sequence[Passage]
    if clues.parts or len(clues.whole.sources) > 1:
        known = bool(clues.whole.sources) or any(_names(question, read(h)) for h in heads.values())
        shown = weighed.passages[:SHOWN] if known else ()
    else:
        shown = _filling(weighed.passages, question, read)
    held = tuple(shown) if enough(shown, weighed.rarity) else ()
    return Stated(held or weighed.passages[:1], bool(held))


def _topic(question: Question) -> str:
    """Leave out the words that ask for a view or a side: sentences that answer do not use them."""
    text = phrases.VIEW_ON.sub(" ", question.words)
    return phrases.without_sides(text) if question.kind in SIDES else text


def _filling(weighed: Sequence[Passage], question: Question, read: Read) -> Sequence[Passage]:
    """Take the passages that speak of who is asked about and leave no slot empty."""
    asked = asked_in(question.words)
    stored = {p.head: read(p.head) for p in weighed}
    fit = {head: one for head, one in stored.items() if one and _fits(one, question, asked)}
    shown = [p for p in weighed if p.head in fit and _fills(p, question, asked, fit[p.head])]
    shown = shown[:SHOWN]
    return shown if _dates(question, [fit[p.head] for p in shown]) else ()


def _fits(stored: StoredArticle, question: Question, asked: Asked) -> bool:
    """Tell whether an article may answer: it holds the names, and denies no move."""
    named = _names(question, stored) and holds_names(question, stored)
    return named and not _denied(asked, question, stored)


def _fills(passage: Passage, question: Question, asked: Asked, stored: StoredArticle) -> bool:
    """Tell whether a sentence speaks of who is asked about and leaves no slot empty."""
    return (
        _speaks_of(question, asked, passage, stored)
        and lacking(asked, passage.quote.text, passage.around, _years(passage.head)) is None
        and _takes_side(question, passage)
    )


def holds_names(question: Question, stored: StoredArticle) -> bool:
    """Tell whether each name of a question stands in an article, by one of its words at least.

    A name is a run of words with a capital ("Vision Pro"), past the first word of the question, and
    is no ticker, no period and no abbreviation ("GDP"). Four letters are enough: "Chinese", China.
    """
    text = f"{stored.article.title or ''}\n{stored.article.text}".lower()
    return all(any(part[:_ENOUGH] in text for part in run) for run in _runs(question))


def _runs(question: Question) -> Iterable[tuple[str, ...]]:
    rest = question.words
    for name in sorted(question.names, key=len, reverse=True):
        rest = rest.replace(name, " , ")
    for start, run in capital_runs(rest):
        words = (w for w in run if not w.isupper() and not _NO_NAME.fullmatch(w))
        named = tuple(w.lower() for w in words if len(w) >= _SHORTEST)
        if named and start:
            yield named


def _denied(asked: Asked, question: Question, stored: StoredArticle) -> bool:
    """Tell whether an article's claims about a company all deny the move taken for granted."""
    sides = [
        impact.sentiment.direction
        for impact in stored.analysis.impacts
        if impact.target.id in question.tickers
    ]
    taken = {_SIDE_OF[move] for move in asked.moves} | {"mixed"}
    return bool(asked.moves) and bool(sides) and taken.isdisjoint(sides)


def _years(head: ArticleHead) -> tuple[int, ...]:
    return (head.published_at.year,) if head.published_at else ()


def _names(question: Question, stored: StoredArticle | None) -> bool:
    """Tell whether an article names one of the companies that the question names, if it does."""
    if stored is None:
        return False
    if not (question.tickers or question.unknown):
        return True
    text = f"{stored.article.title or ''}\n{stored.article.text}"
    mentioned = {m.target.id for m in stored.analysis.mentions}
    return not mentioned.isdisjoint(question.tickers) or _stands(question.unknown, text)


def _stands(names: Iterable[str], text: str) -> bool:
    """Tell whether one of the names stands in a text, whole or by its last word."""
    low = text.lower()
    lasts = (n.split()[-1] for n in names if len(n.split()[-1]) >= _LONG_NAME)
    return any(re.search(rf"\b{re.escape(n.lower())}", low) for n in (*names, *lasts))


def _speaks_of(question: Question, asked: Asked, passage: Passage, stored: StoredArticle) -> bool:
    """Tell whether a sentence is about the companies that are asked about.

    It names one, or it names none but points back ("its", "the company"); and each is named in it,
    in the sentences about it or in the title, of which a figure must stand with all. Who asks for
    names ("which stocks") knows none yet.
    """
    names = (*question.names, *question.unknown)
    if not names or _ASKS_NAMES.search(question.words):
        return True
    quote, mentions = passage.quote, stored.analysis.mentions
    own = _targets(mentions, quote.start, quote.end)
    here = _stands(names, quote.text) or not own.isdisjoint(question.tickers)
    if not here and (own or not _POINTS_BACK.search(quote.text)):
        return False
    if here and asked.figure:
        return own.issuperset(question.tickers) or all(_stands((n,), quote.text) for n in names)
    near = own | _targets(mentions, quote.start - _NEAR, quote.end + _NEAR)
    around = f"{passage.head.title or ''}\n{passage.around}"
    return near.issuperset(question.tickers) or all(_stands((name,), around) for name in names)


def _targets(mentions: Iterable[Mention], start: int, end: int) -> set[str]:
    return {m.target.id for m in mentions if start <= m.start < end}


def _takes_side(question: Question, passage: Passage) -> bool:
    """Under a question for winners or losers, a sentence must tell of a move to that side."""
    if question.kind not in SIDES:
        return True
    words = phrases.GAINS if SIDES[question.kind] == "positive" else phrases.LOSSES
    told = {_SIDE_OF[move] for move in moves_in(passage.quote.text)}
    return SIDES[question.kind] in told or words.search(passage.quote.text) is not None


def _dates(question: Question, found: Iterable[StoredArticle]) -> bool:
    """Tell whether the articles together hold every year and number of the question."""
    articles = (stored.article for stored in found)
    text = " ".join(f"{a.title or ''} {a.published_at or ''} {a.text}" for a in articles)
    return set(_NUMBER.findall(text)).issuperset(_NUMBER.findall(question.words))
