"""Impacts -> those that the article bears out, for every engine. Knows no lexicon.

What fails is dropped and counted, never repaired.
"""

import re
from collections.abc import Iterable, Sequence

from retrieval.language.abroad import SYMBOL
from retrieval.language.exposures import ExposureMap
from retrieval.language.inferring import issuers_named, scaled
from retrieval.language.narrowing import meant
from retrieval.language.saying import says_more
from retrieval.language.securities import Securities
from retrieval.language.sentences import sentences
from retrieval.models import Article, Impact, Inferred, Mention, Quote, Span, Trigger

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
MOST_QUOTES = 3


def check(
    article: Article, impacts: Iterable[Impact], mentions: Sequence[Mention], securities: Securities
) -> tuple[tuple[Impact, ...], int]:
    """Keep the impacts that hold; the number says how many did not."""
    asked = tuple(impacts)
    parts = sentences(article.text)
    kept = tuple(
        impact for impact in asked if _holds(article.text, parts, impact, mentions, securities)
    )
    return kept, len(asked) - len(kept)


def check_triggers(
    article: Article, triggers: Iterable[Trigger]
) -> tuple[tuple[Trigger, ...], int]:
    """Keep the triggers that stand in the text with their horizon in the same sentence."""
    asked = tuple(triggers)
    parts = sentences(article.text)
    kept = tuple(
        trigger
        for trigger in asked
        if _is_verbatim(article.text, trigger.quote)
        and (
            trigger.horizon is None
            or trigger.horizon in _around(parts, trigger.quote).of(article.text)
        )
    )
    return kept, len(asked) - len(kept)


def check_inferred(
    article: Article,
    inferred: Iterable[Inferred],
    impacts: Sequence[Impact],
    mentions: Sequence[Mention],
    securities: Securities,
    *,
    exposures: ExposureMap,
) -> tuple[tuple[Inferred, ...], int]:
    """Keep what follows from an impact on a group that was kept, by this version of the map.

    The number says how many did not.
    """
    asked = tuple(inferred)
    parts = sentences(article.text) if asked else ()
    spoken = issuers_named(article, impacts, mentions, securities) if asked else frozenset()
    groups = {one.target.name.casefold(): one for one in impacts if one.target.kind == "group"}
    kept = tuple(
        one
        for one in asked
        if (group := groups.get(one.group.casefold())) is not None
        and _is_sound(article.text, parts, one.impact)
        and _names_the_group(article.text, parts, one)
        and _is_of_the_map(one, group, exposures)
        and one.group_id in meant(article, group, exposures)
        and one.impact.target.id in securities
        and securities.primary(one.impact.target.id) not in spoken
    )
    return kept, len(asked) - len(kept)


def _is_of_the_map(one: Inferred, group: Impact, exposures: ExposureMap) -> bool:
    """Ask that a record is what this map makes of a group's impact, and says so."""
    impact = one.impact
    home = exposures.groups.get(one.group_id)
    member = home.member(impact.target.id) if home else None
    return (
        member is not None
        and (one.map_version, one.why) == (exposures.version, member.why)
        and (impact.origin, impact.order, impact.target.kind) == ("inferred", 2, "ticker")
        and (impact.sentiment.score, impact.confidence) == scaled(group, member)
        and impact.carried_from is None
    )


def _names_the_group(text: str, parts: Sequence[Span], one: Inferred) -> bool:
    return all(
        one.group.casefold() in _around(parts, quote).of(text).casefold()
        for quote in one.impact.quotes
    )


def _is_sound(text: str, parts: Sequence[Span], impact: Impact) -> bool:
    """Ask what holds for a record of either origin."""
    return (
        1 <= len(impact.quotes) <= MOST_QUOTES
        and all(_is_verbatim(text, quote) for quote in impact.quotes)
        and _is_in_range(impact)
        and _mechanism_stands(text, impact)
        and _horizon_stands(text, parts, impact)
        and _conditions_stand(text, parts, impact)
    )


def _holds(
    text: str,
    parts: Sequence[Span],
    impact: Impact,
    mentions: Sequence[Mention],
    securities: Securities,
) -> bool:
    return (
        impact.origin == "source"
        and _is_sound(text, parts, impact)
        and (impact.target.kind != "ticker" or _is_ticker(impact.target.id, mentions, securities))
        and _is_about_target(text, parts, impact, mentions)
        and _says_more_than_names(impact, mentions)
    )


def _is_ticker(symbol: str, mentions: Sequence[Mention], securities: Securities) -> bool:
    """Ask that a symbol is in the table, or that the text prints it with its market."""
    code = symbol.partition(".")[0].lstrip("0")
    return symbol in securities or any(
        m.target.id == symbol
        and m.surface.lstrip("0").startswith(code)
        and SYMBOL.fullmatch(symbol)
        for m in mentions
    )


def _is_verbatim(text: str, quote: Quote) -> bool:
    inside = 0 <= quote.start < quote.end <= len(text)
    return inside and quote.text == text[quote.start : quote.end]


def _is_in_range(impact: Impact) -> bool:
    return (
        -1 <= impact.sentiment.score <= 1
        and 0 <= impact.relevance <= 1
        and 0 <= impact.confidence <= 1
        and impact.order in {1, 2}
    )


def _is_about_target(
    text: str, parts: Sequence[Span], impact: Impact, mentions: Sequence[Mention]
) -> bool:
    """Ask that every quote's sentence names the target, or the name is carried from a mention."""
    if impact.target.kind == "group":
        return all(
            impact.target.name.casefold() in _around(parts, quote).of(text).casefold()
            for quote in impact.quotes
        )
    places = [
        Span(m.start, m.end)
        for m in mentions
        if (m.target.kind, m.target.id) == (impact.target.kind, impact.target.id)
    ]
    carried = impact.carried_from
    if carried is not None and carried not in places:
        return False
    return all(
        any(_around(parts, quote).covers(place) for place in places)
        or (carried is not None and carried.end <= quote.start)
        for quote in impact.quotes
    )


def _says_more_than_names(impact: Impact, mentions: Sequence[Mention]) -> bool:
    """Ask that quotes, reason and conditions hold a word besides names."""
    names = {mention.surface for mention in mentions} | {impact.target.name}
    said = [quote.text for quote in impact.quotes]
    said += [words for words in (impact.mechanism, *impact.conditions) if words is not None]
    return all(says_more(words, names) for words in said)


def _around(parts: Sequence[Span], quote: Quote) -> Span:
    """Widen a quote to the sentences that it touches."""
    touched = [part for part in parts if part.start < quote.end and quote.start < part.end]
    if not touched:
        return Span(quote.start, quote.end)
    return Span(min(quote.start, touched[0].start), max(quote.end, touched[-1].end))


def _mechanism_stands(text: str, impact: Impact) -> bool:
    if impact.mechanism is None:
        return True
    quoted = {number for quote in impact.quotes for number in _NUMBER.findall(quote.text)}
    return impact.mechanism in text and set(_NUMBER.findall(impact.mechanism)) <= quoted


def _horizon_stands(text: str, parts: Sequence[Span], impact: Impact) -> bool:
    horizon = impact.horizon
    if horizon is None:
        return True
    return any(horizon in _around(parts, quote).of(text) for quote in impact.quotes)


def _conditions_stand(text: str, parts: Sequence[Span], impact: Impact) -> bool:
    around = [_around(parts, quote).of(text) for quote in impact.quotes]
    return all(
        condition.strip() and any(condition in sentence for sentence in around)
        for condition in impact.conditions
    )
