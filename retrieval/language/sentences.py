"""A text -> the trimmed spans of its sentences. Knows abbreviations and quotes, no grammar."""

import re

from retrieval.models import Span

# A run of terminators with the quotes and brackets that close it, or a line break.
_BREAK = re.compile(r"[.!?…。！？]+[\"'”’»)\]*_]*|[\n\r\v\f\x85\u2028\u2029]+")
_WORD_BEFORE = re.compile(r"[^\s(\[\"“‘'—–]*$")
_OPENERS = "\"'“‘«([*_$€£#-–—•"
_WORD_AFTER = re.compile(r"[\"'“‘«(\[*_]*([^\W_]+)")
_WORD_LIMIT = 24  # no abbreviation is longer

_NEVER_END = frozenset(
    "mr mrs ms messrs dr prof sen rep reps gov gen col lt capt sgt hon rev st mt ft no nos vs "
    "v approx fig figs eq art sec vol pp ed eds e.g i.e cf viz al dept est jan feb mar apr "
    "jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri ave blvd".split()
)
# These may end a sentence: they do where the next word is one that opens sentences.
_MAY_END = frozenset(
    "inc corp ltd co cos bros llc plc lp jr sr etc a.m p.m u.s u.k u.n e.u d.c ph.d s.a n.v "
    "a.g s.p.a".split()
)
_OPENING_WORDS = frozenset(
    "the a an it its he she they we you i this that these those there here his her their our "
    "my in on at as but and so if when while after before since although though because for "
    "from with by to of yet still however meanwhile also both each some many most all no not "
    "another other what who why how where analysts shares investors separately overall last "
    "next earlier later once until despite under over during according".split()
)


def sentences(text: str) -> tuple[Span, ...]:
    """Split a text into sentences: trimmed, in order; a line break always ends one."""
    spans: list[Span] = []
    start = 0
    for found in _BREAK.finditer(text):
        if _ends(text, start, found):
            _add(spans, text, start, found.end())
            start = found.end()
    _add(spans, text, start, len(text))
    return tuple(spans)


def _add(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    inner = piece.strip()
    if inner:
        left = start + len(piece) - len(piece.lstrip())
        spans.append(Span(left, left + len(inner)))


def _ends(text: str, start: int, found: re.Match[str]) -> bool:
    marks = found.group()
    if marks[0].isspace() or marks[0] in "。！？":
        return True
    after = text[found.end() : found.end() + 1]
    if after and not after.isspace():
        return False
    opens = _next_opens(text, found.end())
    return opens and not (marks[0] == "." and _is_abbreviation(text, start, found))


def _next_opens(text: str, end: int) -> bool:
    """Tell whether what follows can begin a sentence: anything but a lower-case word."""
    following = text[end : end + 2 * _WORD_LIMIT].lstrip().lstrip(_OPENERS)
    return not following[:1].islower()


def _is_abbreviation(text: str, start: int, found: re.Match[str]) -> bool:
    if len(found.group().rstrip("\"'”’»)]*_")) > 1:
        return False
    before = _WORD_BEFORE.search(text[max(start, found.start() - _WORD_LIMIT) : found.start()])
    word = before.group().lower() if before else ""
    if word in _NEVER_END:
        return True
    if word.isdigit() and found.start() - start <= len(word) + 2:
        return True  # "1." at the head of a line numbers it
    initial = len(word) == 1 and word.isalpha()
    dotted = "." in word and len(word) <= 2 * word.count(".") + 1
    if initial or dotted or word in _MAY_END:
        return not _opening_word(text, found.end())
    return False


def _opening_word(text: str, end: int) -> bool:
    following = text[end : end + 2 * _WORD_LIMIT].lstrip()
    word = _WORD_AFTER.match(following)
    return not following or (word is not None and word.group(1).lower() in _OPENING_WORDS)
