"""What a question for a fact asks for, held against a sentence: which slot stays empty?

Pure: knows words, periods and figures, no library. A similarity threshold does not separate what is
answered from what only sounds like it (PRODUCT.md); an empty slot does.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from retrieval.ask.calendar import DATE, MONTH_NAMES, YEAR, month_number
from retrieval.ask.concepts import concept
from retrieval.ask.words import tokens

Slot = Literal["figure", "money", "period", "forecast", "move", "day"]
"""What a sentence lacks: a number, an amount, the time that is named, word of the future, the move,
any time where it is asked when."""

_FIGURE = re.compile(
    r"^(?:by |at |for |to )?(?:how (?:much|many|large|big|high|low|far)"
    r"|what (?:\w+ ){0,3}?(?:share|percentage|percent|proportion|number|figure|midpoint|level)\b"
    r"|what (?:\w+['’]?s? ){0,3}?(?:margin|rate|yield|multiple|ratio|total)\b)",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"^(?:how much (?:money|cash)|(?:at |for )?what price"
    r"|what (?:\w+(?:['’]s?)? ){0,2}?(?:revenues?|earnings|profit|income|dividends?|eps|sales)\b"
    r"|what (?:did|does|do|will|has) .{1,60}? (?:pay|earn|cost|spend|make in|charge)\b)",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"^(?:when|(?:on |by |in )?(?:what|which) (?:day|date|month|year)"
    r"|what (?:is|was|are|were) (?:the|its|their) (?:\w+ )?dates?)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"(?<!\w)(?:{YEAR}|{MONTH_NAMES}|(?:mon|tues|wednes|thurs|fri|satur|sun)day|to(?:day|night|morrow)"
    r"|yesterday|morning|afternoon|evening|midnight|noon|[ap]\.?m\.?|days?|weeks?|weekend|months?"
    r"|quarters?|q[1-4]|years?|year-end|decades?|hours?|spring|summer|autumn|winter|now|soon|later"
    r"|earlier|ago|recently|immediately|once|after|before|until|since|when)(?!\w)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"(?<![\w.])\d")
_AMOUNT = re.compile(
    r"[$€£¥]\s?\d|\d[\d,.]*\s?(?:billion|million|trillion|bn|m|cents|dollars|euros|yuan|yen"
    r"|rupees|per share)\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(r"\bwill\b|\bgoing to\b|\bgonna\b", re.IGNORECASE)
_FORETELLS = re.compile(
    r"\b(?:will|would|expect\w*|forecast\w*|predict\w*|project(?:s|ed|ion)\w*|guid(?:es|ed|ance)"
    r"|outlook|estimate\w*|see(?:s|n)?|plans?|aims?|targets?|could|may|might|likely|set to|due)\b",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    r"\bq(?P<n>[1-4])\b|\b(?P<word>first|second|third|fourth)[- ](?:fiscal[- ])?quarter",
    re.IGNORECASE,
)
_QUARTERS = ("first", "second", "third", "fourth")
_YEAR = re.compile(rf"(?<![\d.,$])(?:FY ?)?({YEAR})(?!\d|[.,]\d)")
_MONTH = re.compile(
    rf"\b(?:(?:in|of|for|by|the|until|since) )(?P<month>{MONTH_NAMES})\b(?! \d{{1,2}}\b)"
    rf"(?: {YEAR})?",
    re.IGNORECASE,
)
_MONTH_SAID = re.compile(rf"\b({MONTH_NAMES})\b", re.IGNORECASE)
_LAST_YEAR = re.compile(
    r"\b(?:last year|year[- ]ago|a year (?:ago|earlier|before)|previous year|prior year)\b",
    re.IGNORECASE,
)
_MOVES = {
    "up": "rise raise beat above boost boosted outperform outperformed",
    "down": "fall cut miss below plunge plunged slip slipped underperform underperformed lose lost",
}
_SIDE = {concept(word): side for side, words in _MOVES.items() for word in words.split()}
_ASKS_MOVE = re.compile(r"^(?:why|how much|by how much|how far)\b", re.IGNORECASE)
_PRINTED_MOVE = re.compile(
    r"(?P<sign>[-−+])\s?\d[\d.]*\s?%|\b(?P<word>up|down|off)\s+(?:by )?\$?\d"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The slots of a question for a fact.

    `periods` are quarters ("Q4"), months ("month 3") and years ("2023"), all of which are asked for
    together; `moves` the sides ("up", "down") of the moves that it takes for granted.
    """

    figure: bool = False
    money: bool = False
    ahead: bool = False
    periods: frozenset[str] = frozenset()
    moves: frozenset[str] = frozenset()
    when: bool = False


def asked_in(text: str) -> Asked:
    """Read the slots of a question."""
    money = _MONEY.search(text) is not None
    return Asked(
        figure=money or _FIGURE.search(text) is not None,
        money=money,
        ahead=_AHEAD.search(text) is not None,
        periods=frozenset(_periods(text, asked=True)),
        moves=frozenset(moves_in(text)) if _ASKS_MOVE.search(text) else frozenset(),
        when=_WHEN.search(text) is not None,
    )


def lacking(asked: Asked, own: str, around: str, dated: Collection[int] = ()) -> Slot | None:
    """Name the first slot that a sentence leaves empty; None when it fills them all.

    `own` is the sentence, `around` it with its neighbours and its title; `dated` are the years that
    hold for its article as a whole, the year of publication first.
    """
    if asked.ahead and not _FORETELLS.search(own):
        return "forecast"
    if not _in_time(asked, own if asked.ahead else around, () if asked.ahead else dated):
        return "period"
    bare = _without_periods(own)
    if asked.money and not _AMOUNT.search(bare):
        return "money"
    if asked.figure and not _DIGIT.search(bare):
        return "figure"
    if asked.moves and asked.moves.isdisjoint(moves_in(own)):
        return "move"
    return "day" if asked.when and not _TIME.search(own) else None


def moves_in(text: str) -> Iterable[str]:
    """The sides of the moves that a text tells of, in words or printed ("-1.9%", "up 3%")."""
    yield from (_SIDE[c] for c in map(concept, tokens(text)) if c in _SIDE)
    for found in _PRINTED_MOVE.finditer(text):
        yield "up" if (found["sign"] or found["word"]) in ("+", "up") else "down"


def _in_time(asked: Asked, text: str, dated: Collection[int]) -> bool:
    said = set(_periods(text, asked=False))
    years = {str(year) for year in dated}
    if dated and _LAST_YEAR.search(text):
        years |= {str(year - 1) for year in dated}
    return asked.periods <= said | years


def _periods(text: str, *, asked: bool) -> Iterable[str]:
    for found in _QUARTER.finditer(text):
        yield f"Q{found['n'] or 1 + _QUARTERS.index(found['word'].lower())}"
    yield from (found[1] for found in _YEAR.finditer(text))
    for found in (_MONTH if asked else _MONTH_SAID).finditer(text):
        yield f"month {month_number(found['month'] if asked else found[1])}"


def _without_periods(text: str) -> str:
    return _YEAR.sub(" ", _QUARTER.sub(" ", DATE.sub(" ", text)))
