"""What a chat model wrote about a part of an article to the records that the article bears out.

Nothing is repaired: a quote stands in the part letter by letter, a company is one that our own
reader found named, and whatever else fails is dropped and counted. Knows no model.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from retrieval.language.boilerplate import is_boilerplate
from retrieval.language.check import MOST_QUOTES, check, check_triggers
from retrieval.language.draft import Draft, ImpactDraft
from retrieval.language.impacts import relevance_of
from retrieval.language.securities import Securities
from retrieval.language.sentences import sentences
from retrieval.models import (
    MILD,
    Analysis,
    Article,
    Impact,
    Mention,
    Quote,
    Sentiment,
    Span,
    Target,
    Trigger,
)

BELIEVED = 0.7  # the confidence of what a model read and the text bears out
AGREED = 0.15  # what is added when our own reader read the same
DISPUTED = 0.6  # what is left when it read the opposite

REFUTED = 0.9
"""Our own reader's confidence from which the opposite is not believed: nine in ten such claims and
more are right (telling.LIKELY)."""

_LONGEST_GROUP = 12  # words
_TIME = re.compile(
    r"\d|\b(?:days?|weeks?|months?|quarters?|years?|decades?|term|half|spring|summer|autumn|fall|"
    r"winter|season|soon|tomorrow|year-end|january|february|march|april|may|june|july|august|"
    r"september|october|november|december)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"://|www\.|@")

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Grounded:
    """The records of one part, and how many of its drafts the text did not bear out."""

    impacts: tuple[Impact, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    summary: tuple[Span, ...] = ()
    dropped: int = 0


def grounded(
    article: Article, part: Span, draft: Draft, mentions: Sequence[Mention], securities: Securities
) -> Grounded:
    """Keep of a draft what stands in the part that it was made from."""
    page = _page(article.text, part, mentions)
    made = [impact for one in draft.impacts if (impact := _impact(page, one))]
    impacts, _ = check(article, made, mentions, securities)
    quoted = [
        Trigger(places[0], one.horizon)
        for one in draft.triggers
        if _is_time(one.horizon) and (places := _places(page, one.quote))
    ]
    triggers, _ = check_triggers(article, quoted)
    summary = _summary(page, draft.summary)
    asked = len(draft.impacts) + len(draft.triggers) + len(draft.summary)
    kept = len(impacts) + len(triggers) + len(summary)
    return Grounded(impacts, triggers, summary, asked - kept)


@dataclass(frozen=True, slots=True)
class _Page:
    """A part of a text: who is named in it, its sentences, and those that are the site's own."""

    text: str
    part: Span
    mentions: tuple[Mention, ...]
    names: dict[str, Target]
    told: tuple[Span, ...]
    furniture: tuple[Span, ...]


def _page(text: str, part: Span, mentions: Sequence[Mention]) -> _Page:
    near = tuple(m for m in mentions if part.start <= m.start and m.end <= part.end)
    within = [s for s in sentences(text) if part.start <= s.start and s.end <= part.end]
    furniture = tuple(span for span in within if is_boilerplate(text, span))
    told = tuple(span for span in within if span not in furniture)
    return _Page(text, part, near, _names(near), told, furniture)


def _names(mentions: Iterable[Mention]) -> dict[str, Target]:
    """What a model may call each company; a name of two of them is nobody's."""
    found: defaultdict[str, set[Target]] = defaultdict(set)
    for mention in mentions:
        target = mention.target
        for name in (mention.surface, target.name, target.id, f"{target.name} ({target.id})"):
            found[name.casefold()].add(target)
    return {name: next(iter(targets)) for name, targets in found.items() if len(targets) == 1}


def _impact(page: _Page, draft: ImpactDraft) -> Impact | None:
    target = _target(draft, page.names)
    sentiment = _sentiment(draft)
    if target is None or sentiment is None or not _is_time(draft.horizon):
        return None
    found = [_about(target, _places(page, words), page.mentions) for words in draft.quotes]
    quotes = tuple(dict.fromkeys(quote for quote in found if quote is not None))
    if None in found:
        return None
    return Impact(
        target=target,
        sentiment=sentiment,
        relevance=relevance_of(page.text, target, page.mentions, ()),
        order=draft.order,
        mechanism=draft.mechanism,
        horizon=draft.horizon,
        confidence=BELIEVED,
        quotes=quotes,
        conditions=tuple(draft.conditions),
    )


def _target(draft: ImpactDraft, names: dict[str, Target]) -> Target | None:
    company = names.get(draft.target.casefold())
    if draft.kind == "company" or company is not None:
        return company
    return Target("group", draft.target, draft.target) if _is_group(draft.target) else None


def _is_group(words: str) -> bool:
    """Tell a kind of companies ("smaller GPU clouds") from a name ("Acme Corp") or an address."""
    *_, last = parts = words.split() or [""]
    plural = len(parts) == 1 and last.endswith("s")
    common = last.islower() or plural
    return common and len(parts) <= _LONGEST_GROUP and not _ADDRESS.search(words)


def _is_time(horizon: str | None) -> bool:
    return horizon is None or bool(_TIME.search(horizon))


def _sentiment(draft: ImpactDraft) -> Sentiment | None:
    """A side and its score; a model that contradicts itself has read nothing."""
    if draft.direction == "mixed":
        return Sentiment(draft.score, mixed=True)
    signed = draft.score if draft.direction == "positive" else -draft.score
    return Sentiment(draft.score) if signed >= MILD else None


def _places(page: _Page, words: str) -> list[Quote]:
    """Every place in the part where words stand, letter by letter, and not in the site's own."""
    places: list[Quote] = []
    at = page.text.find(words, page.part.start, page.part.end)
    while at >= 0 and words.strip():
        end = at + len(words)
        if not any(own.start < end and at < own.end for own in page.furniture):
            places.append(Quote(words, at, end))
        at = page.text.find(words, end, page.part.end)
    return places


def _about(target: Target, places: Sequence[Quote], mentions: Sequence[Mention]) -> Quote | None:
    """Of several places take the first that names the target, else the first."""
    named = [Span(m.start, m.end) for m in mentions if m.target == target]
    holding = (q for q in places if any(Span(q.start, q.end).covers(place) for place in named))
    return next(holding, places[0] if places else None)


def _summary(page: _Page, quotes: Sequence[str]) -> tuple[Span, ...]:
    """Keep whole sentences of the article, in its order."""
    starts, ends = {span.start for span in page.told}, {span.end for span in page.told}
    found = [
        next((q for q in _places(page, words) if q.start in starts and q.end in ends), None)
        for words in quotes
    ]
    return tuple(sorted({Span(q.start, q.end) for q in found if q}, key=lambda span: span.start))


def merged(impacts: Iterable[Impact], base: Analysis) -> tuple[list[Impact], int]:
    """Join what the parts say of each target, and weigh it against what our own reader read.

    The number says how many claims were dropped, because it is sure of the opposite.
    """
    by_target: defaultdict[Key, list[Impact]] = defaultdict(list)
    for impact in impacts:
        by_target[_key(impact)].append(impact)
    own = {_key(impact): impact for impact in base.impacts}
    joined = [(_joined(told), own.get(key)) for key, told in by_target.items()]
    kept = [_weighed(one, ours) for one, ours in joined if not _refuted(one, ours)]
    return kept, len(joined) - len(kept)


def _refuted(impact: Impact, own: Impact | None) -> bool:
    """Tell whether a claim has its direction the wrong way round, as weak models often do."""
    if own is None or own.confidence < REFUTED or own.sentiment.mixed or impact.sentiment.mixed:
        return False
    return own.sentiment.score * impact.sentiment.score < 0


def _key(impact: Impact) -> Key:
    return impact.target.kind, impact.target.id.casefold()


def _joined(told: Sequence[Impact]) -> Impact:
    """The strongest claim speaks, with its reason and its quotes; the others back it or cancel."""
    ranked = sorted(told, key=lambda one: (-abs(one.sentiment.score), one.quotes[0].start))
    scores = [one.sentiment.score for one in ranked]
    quotes: list[Quote] = []
    for quote in (quote for one in ranked for quote in one.quotes):
        clear = all(quote.end <= other.start or other.end <= quote.start for other in quotes)
        if clear and len(quotes) < MOST_QUOTES:
            quotes.append(quote)
    both = min(scores) < 0 < max(scores)
    mean = round(sum(scores) / len(scores), 3) + 0.0
    return replace(
        ranked[0],
        sentiment=Sentiment(mean, mixed=both or any(one.sentiment.mixed for one in told)),
        order=1 if any(one.order == 1 for one in told) else 2,
        quotes=tuple(quotes),
        conditions=ranked[0].conditions if all(one.conditions for one in told) else (),
    )


def _weighed(impact: Impact, own: Impact | None) -> Impact:
    """Another reader's word is evidence: it confirms a claim, or casts doubt on it."""
    if own is None:
        return impact
    same = own.sentiment.score * impact.sentiment.score > 0
    sure = impact.confidence + AGREED if same else impact.confidence * DISPUTED
    return replace(impact, relevance=own.relevance, confidence=round(sure, 3))
