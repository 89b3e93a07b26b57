"""An article's text -> the sentences that tell how a stock moved, and whether they say why. Pure.

A sentence that only stands beside the move is no reason for it: "the shares fell after the rule was
published" says why, "the shares fell 5%" does not.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from retrieval.language.sentences import sentences
from retrieval.models import ArticleHead, Direction, Mention, Quote, Span

_UP = r"""rose|rises|risen|rising|gained|gains|jumped|jumps|climbed|climbs|surged|surges|soared
|rallied|rallies|advanced|added|popped|leapt|spiked|rebounded|rally|surge|jump"""
_DOWN = r"""fell|falls|fallen|falling|dropped|drops|slid|slides|slipped|slips|sank|sinks|tumbled
|tumbles|plunged|plunges|declined|declines|lost|slumped|slumps|dipped|dips|shed|crashed"""
_HOW = rf"(?P<up>{_UP})|(?P<down>{_DOWN})".replace("\n", "")
_BY = r"(?:by |about |around |nearly |almost |roughly |as much as |more than |another |over )*"
_SHARE = r"\d[\d.,]*\s?(?:%|percent\b|per cent\b)"
_TRADED = r"(?:closed|ended|finished|traded|opened|were|was|are|is)"
_ADVERB = r"(?:also |then |still |briefly |sharply |later |had |have |has |even |immediately )*"
_MOVED = re.compile(
    rf"\b(?:(?:{_HOW})\b(?: {_BY}{_SHARE}(?! of\b))?"
    rf"|{_TRADED} (?:{_BY}{_SHARE} )?(?P<higher>higher|up)\b"
    rf"|{_TRADED} (?:{_BY}{_SHARE} )?(?P<lower>lower|down)\b)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?:['’]s?)?(?:\s*\([^()]{{1,40}}\))?(?P<stock>['’]?s?\s+(?:shares?|stock))?"
    rf"(?:\s*\([^()]{{1,40}}\))?\s*{_ADVERB}",
    re.IGNORECASE,
)
_OF = re.compile(r"\b(?:shares?|stock) (?:of|in) (?:the )?$", re.IGNORECASE)
_PART_OF = re.compile(r"\b(?:at|by|for|from|in|of|to|with|than) (?:the )?$", re.IGNORECASE)
_POINTING = re.compile(
    rf"\b(?P<who>its|the|their|the company['’]s) (?:shares?|stock)\s+{_ADVERB}$", re.IGNORECASE
)
_ALIKE = re.compile(rf"(?:\s*\([^()]{{1,40}}\))?\s+{_SHARE}", re.IGNORECASE)
_BECAUSE = re.compile(
    r"\b(?:after(?! (?:hours|the (?:close|bell)|market)\b|-)|because|since (?=it|the company)"
    r"|as (?!much|many|well|of|low|high)|amid|following|due to|owing to|thanks to|in sympathy"
    r"|in response|in reaction|on (?:news|word|reports?|hopes|fears|concerns?|worries|the news)"
    r"|(?:hit|helped|hurt|lifted|dragged|weighed|boosted|driven) (?:down )?by)\b",
    re.IGNORECASE,
)


_LONGEST = 240
"""Characters of a quote that takes in the sentence before, which names whose stock it is."""


@dataclass(frozen=True, slots=True)
class Move:
    """A sentence that says which way a target's stock went; `because`: it says why, too."""

    head: ArticleHead
    quote: Quote
    target_id: str
    side: Direction
    because: bool


def moves_of(
    head: ArticleHead, text: str, mentions: Sequence[Mention], wanted: Collection[str]
) -> tuple[Move, ...]:
    """Find the sentences of an article that tell of a move of the wanted targets' stock."""
    found: list[Move] = []
    naming: list[Mention] = []
    named_at = last = 0
    for span in sentences(text):
        own = [m for m in mentions if span.start <= m.start < span.end]
        for told in _told(text, span, own, naming):
            if told.target in wanted:
                near = told.points_back and named_at == last and span.end - last <= _LONGEST
                start = last if near else span.start
                quote = Quote(text[start : span.end], start, span.end)
                why = _says_why(span.of(text), told.at)
                found.append(Move(head, quote, told.target, told.side, why))
        if own:
            naming, named_at = own, span.start
        last = span.start
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Told:
    """Who moved, which way, where the sentence says it, and whether only one before names who."""

    target: str
    side: Direction
    at: int
    points_back: bool = False


def _told(
    text: str, span: Span, own: Sequence[Mention], before: Sequence[Mention]
) -> Iterator[_Told]:
    """Find the moves that a sentence tells of; `before` are the names of the last one with any."""
    for moved in _MOVED.finditer(text, span.start, span.end):
        side: Direction = "positive" if moved["up"] or moved["higher"] else "negative"
        at = moved.end() - span.start
        named = _who(text, span, moved, own)
        if named is not None:
            yield _Told(named.target.id, side, at)
            yield from (
                _Told(m.target.id, side, at)
                for m in own
                if m.start >= moved.end() and _ALIKE.match(text, m.end, span.end)
            )
            continue
        pointing = _POINTING.search(text[span.start : moved.start()])
        if pointing:
            last = [m for m in own if m.start < moved.start()] or list(before)
            several = pointing["who"].lower() == "their"
            for m in last if several else last[-1:]:
                yield _Told(m.target.id, side, at, points_back=m not in own)


def _who(text: str, span: Span, moved: re.Match[str], own: Sequence[Mention]) -> Mention | None:
    """The name that stands right before a move, as one whose stock it is."""
    for mention in reversed([m for m in own if m.end <= moved.start()]):
        between = _BEFORE.fullmatch(text, mention.end, moved.start())
        if between is None:
            continue
        before = text[span.start : mention.start]
        of = _OF.search(before)
        if _PART_OF.search(before) and not of and not between["stock"]:
            continue
        if between["stock"] or of or any(sign.isdigit() for sign in moved[0]):
            return mention
    return None


def _says_why(sentence: str, at: int) -> bool:
    """Tell whether a sentence goes on, or begins, with a reason for what it tells."""
    first = re.match(r"(?:after|because|as|following|amid)\b[^,]{10,},", sentence, re.IGNORECASE)
    return first is not None or _BECAUSE.search(sentence, at) is not None
