"""Evidence -> one impact for each target, with the quotes that say so. Knows no sentence."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

from retrieval.language.quoting import Evidence
from retrieval.language.saying import says_more
from retrieval.language.sentiment import weigh
from retrieval.models import MILD, Impact, Mention, Quote, Sentiment, Span, Target

MOST_QUOTES = 3
EARLY = 0.25  # the part of a text where its news stands
LEADING = 1.5  # what a sentence there, or the title, weighs beside one further down
AGREED = 0.05  # what each further statement of the same side adds
DISPUTED = 0.7  # what is left when the text says both


def impacts(
    text: str,
    evidence: Sequence[Evidence],
    mentions: Sequence[Mention],
    headline: Sequence[Evidence] = (),
) -> tuple[Impact, ...]:
    """Join the evidence of each target; the strongest and most relevant come first.

    `headline` is evidence of the title: it counts, but only the text is quoted.
    """
    by_target: defaultdict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for one in evidence:
        by_target[_key(one.target)].append(one)
    extra: defaultdict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for one in headline:
        extra[_key(one.target)].append(one)
    made = [
        impact
        for key, told in by_target.items()
        if (impact := _impact(text, told, mentions, extra[key])) is not None
    ]
    return in_order(made, mentions)


def _key(target: Target) -> tuple[str, str]:
    return target.kind, target.id.casefold()


def in_order(made: Iterable[Impact], mentions: Sequence[Mention]) -> tuple[Impact, ...]:
    """Sort the strongest and most relevant first; of equals, who is named first."""
    first = {_key(mention.target): mention.start for mention in reversed(mentions)}

    def place(impact: Impact) -> tuple[float, int, str]:
        weight = abs(impact.sentiment.score) * (0.5 + 0.5 * impact.relevance)
        start = first.get(_key(impact.target), impact.quotes[0].start)
        return -round(weight, 2), start, impact.target.id

    return tuple(sorted(made, key=place))


def _impact(
    text: str, told: list[Evidence], mentions: Sequence[Mention], headline: Sequence[Evidence]
) -> Impact | None:
    sentiment = score_of(text, told, headline)
    if abs(sentiment.score) < MILD and not sentiment.mixed:
        return None
    agreeing = [one for one in told if sentiment.mixed or one.score * sentiment.score > 0]
    agreeing = [one for one in agreeing if one.carried_from is None] or agreeing
    if not agreeing:
        return None
    best = sorted(agreeing, key=_strength, reverse=True)
    target = told[0].target
    quotes = _quotes(text, best)
    shown = [one for one in best if any(q.start <= one.quote.start < q.end for q in quotes)]
    return Impact(
        target=target,
        sentiment=sentiment,
        relevance=relevance_of(text, target, mentions, told),
        order=_order(text, target, mentions, told),
        mechanism=_mechanism(target, mentions, shown),
        horizon=next((one.horizon for one in shown if one.horizon), None),
        confidence=_confidence(told, agreeing, sentiment),
        quotes=quotes,
        carried_from=best[0].carried_from,
        conditions=_conditions(agreeing, shown),
    )


def _mechanism(
    target: Target, mentions: Sequence[Mention], shown: Sequence[Evidence]
) -> str | None:
    """Take the first reason that is more than a name: "thanks to Amazon.com" says no why."""
    names = {mention.surface for mention in mentions} | {target.name}
    told = (one.mechanism for one in shown if one.mechanism)
    return next((words for words in told if says_more(words, names)), None)


def _conditions(agreeing: Sequence[Evidence], shown: Sequence[Evidence]) -> tuple[str, ...]:
    """Say under what a claim holds; what is also said without a condition holds anyway."""
    if not all(one.conditions for one in agreeing):
        return ()
    return tuple(dict.fromkeys(said for one in shown for said in one.conditions))


def score_of(text: str, told: Sequence[Evidence], headline: Sequence[Evidence] = ()) -> Sentiment:
    """Join scores: of each sentence and side only the strongest counts; early ones count more."""
    voices: dict[tuple[int, bool], Evidence] = {}
    for one in told:
        key = (one.quote.start, one.score > 0)
        if key not in voices or _strength(one) > _strength(voices[key]):
            voices[key] = one
    news = EARLY * len(text)
    heard = [(one, LEADING if one.quote.start < news else 1.0) for one in voices.values()]
    heard += [(one, LEADING) for one in headline]
    usual = sum(early for _, early in heard) / max(1, len(heard))  # one voice alone keeps its score
    return weigh((one.score, one.weight * one.certainty * early / usual) for one, early in heard)


def _strength(one: Evidence) -> float:
    return abs(one.score) * one.weight * one.certainty


def _quotes(text: str, best: Sequence[Evidence]) -> tuple[Quote, ...]:
    """Take the strongest sentences, each once; all named, or all carried from one mention."""
    spans: list[Span] = []
    for one in best:
        clear = all(one.quote.end <= span.start or span.end <= one.quote.start for span in spans)
        if clear and one.carried_from == best[0].carried_from and len(spans) < MOST_QUOTES:
            spans.append(one.quote)
    return tuple(Quote(span.of(text), span.start, span.end) for span in spans)


def relevance_of(
    text: str, target: Target, mentions: Sequence[Mention], told: Sequence[Evidence]
) -> float:
    """Say how much of an article is about a target: its share of names, its place, what is said."""
    own = [m.start for m in mentions if _key(m.target) == _key(target)]
    starts = own or [one.quote.start for one in told]
    share = len(own) / len(mentions) if own else 0.15
    early = 1.0 if starts and min(starts) < EARLY * len(text) else 0.4
    spoken = min(1.0, len(told) / 3)
    return round(min(1.0, 0.15 + 0.4 * share + 0.2 * early + 0.25 * spoken), 3)


def _order(
    text: str, target: Target, mentions: Sequence[Mention], told: Sequence[Evidence]
) -> Literal[1, 2]:
    """Tell who opens the article or is judged by its doing (1) from whom the news reaches (2)."""
    if target.kind == "group":
        return 2
    first = mentions[0] if mentions else None
    opens = (
        first is not None and _key(first.target) == _key(target) and first.start < EARLY * len(text)
    )
    reached = sum(_strength(one) for one in told if one.reached)
    own = sum(_strength(one) for one in told if not one.reached)
    return 1 if opens or own >= reached else 2


def _confidence(
    told: Sequence[Evidence], agreeing: Sequence[Evidence], sentiment: Sentiment
) -> float:
    best = max(agreeing, key=_strength)
    sure = best.likelihood * (0.7 + 0.3 * best.weight)
    sure += AGREED * (len({one.quote.start for one in agreeing}) - 1)
    if sentiment.mixed or any(one.score * sentiment.score < 0 for one in told):
        sure *= DISPUTED
    return round(min(0.95, sure), 3)
