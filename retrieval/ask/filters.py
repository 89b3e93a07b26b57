"""The words of a question that narrow it to names, a side, an order or a list -> Filters. Pure.

Knows no sources and no time: outlets.py and windows.py read those.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from retrieval.answers import Filters
from retrieval.models import Direction, Mention

_NAME = "\x02(\\d+)\x03"
_LIST = (
    "(?:the )?(?P<list>\x02\\d+\x03(?:(?:\\s*,\\s*(?:and |or )?|\\s+(?:and|or|&|plus)\\s+)"
    "(?:the )?\x02\\d+\x03)*)(?:['’]s?(?!\\w))?"
)
_LEFT_OUT = re.compile(
    r"(?<!\w)(?:except(?: for)?|excluding|exclude|excl\.?|ex[ -]|other than|rather than|apart from"
    r"|aside from|ignoring|ignore|leav(?:e|ing) out|skip(?:ping)?|drop"
    r"|[,;] ?(?:but )?(?:without|minus|not))\s*" + _LIST,
    re.IGNORECASE,
)
# Said of one name these may be the question itself: "can Qualcomm live without Apple?"
_LEFT_OUT_OF_MANY = re.compile(
    r"(?<!\w)(?:without|minus|besides|(?:but|and|,) not|^not|^no|than|more than) " + _LIST,
    re.IGNORECASE,
)
_UNREAD = re.compile(
    r"(?<!\w)(?P<said>(?:without|except(?: for)?|excluding|ex|other than|apart from|aside from"
    r"|ignoring|minus|leav(?:e|ing) out)"
    r" (?:the |any |all )?[A-Za-z][\w'’&-]*(?: [A-Za-z][\w'’&-]*)?)"
    r"(?=\W*$|[,;])",
    re.IGNORECASE,
)
"""What else is to be left out: no name and no source, so nothing that can be."""
_ONLY = re.compile(
    r"(?<!\w)(?:(?:and |but )?(?:only|just|solely)|(?:limit|restrict|narrow)(?:ed)? "
    r"(?:it |this |that )?(?:down )?to|nothing but)(?: (?:for|about|on))? " + _LIST,
    re.IGNORECASE,
)
_ALONE = re.compile(_LIST + r" (?:only|alone)(?!\w)", re.IGNORECASE)

_SIDE_WORDS: dict[Direction, str] = {
    "positive": "positive positives winners upside bullish gains gainers good beneficiaries",
    "negative": "negative negatives losers downside bearish losses bad laggards",
    "neutral": "neutral",
    "mixed": "mixed",
}
_SIDES = {word: side for side, words in _SIDE_WORDS.items() for word in words.split()}
_SIDE = rf"(?P<side>{'|'.join(_SIDES)})"
_ONE_SIDE = re.compile(
    rf"(?<!\w)(?:(?:only|just|solely) (?:the |show |show me |list )*{_SIDE}(?!\w)"
    r"(?: (?:ones?|news|names|side|claims|stories|articles|impacts?|sentiment|mentions?|takes?|"
    r"views?|calls?)(?!\w))?)",
    re.IGNORECASE,
)
_ONE_SIDE_AFTER = re.compile(
    rf"(?<!\w)(?:the )?{_SIDE}(?: (?:ones?|news|names|side|claims|stories|articles))?"
    r" (?:only|alone)(?!\w)",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?<!\w)(?:(?:only|just) (?:the )?(?P<a>first|1st|second|2nd)[- ]order(?: (?:effects?|names?"
    r"|ones?|impacts?))?|(?:only|just) (?:the )?(?P<b>direct|indirect)(?:ly)?(?: (?:effects?"
    r"|names?|ones?|impacts?|winners|losers|beneficiaries|affected))?"
    r"|(?P<c>first|1st|second|2nd)[- ]order only|(?P<d>direct|indirect)(?:ly)? only)(?!\w)",
    re.IGNORECASE,
)
_SECOND = frozenset({"second", "2nd", "indirect"})
_LISTS = (
    r"my (?:own )?(?:watch ?list|list|names?|stocks?|tickers?|companies|book|portfolio|holdings?"
    r"|positions?)"
)
_MINE = re.compile(
    r"(?<!\w)(?:(?:and |but )?(?:only|just) )?(?:(?:for|on|in|from|of|about|to|among) )?"
    rf"(?:(?:the )?(?:ones|names|stocks|tickers|those|what is|what's) (?:that |which )?(?:are )?"
    rf"(?:on|in|of) )?{_LISTS}(?: only| alone)?(?!\w)"
    r"|(?<!\w)(?:only|just|of) mine(?: only| alone)?(?!\w)"
    r"|(?:(?<=and )|(?<=about )|(?<=for )|^)mine(?= only| today| this| since| from|\W*$)(?: only)?"
    r"|(?<!\w)(?:that |which |stocks |names |the ones )*i (?:own|hold|follow|watch)(?!\w)",
    re.IGNORECASE,
)
"""How a question speaks of the asker's list; not the mine of "the copper mine"."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The filters of a text, and the text without their words.

    `asks` still has those of "mine": "what could hurt my book?" asks more than who is hurt.
    """

    filters: Filters
    asks: str
    rest: str


def narrowed(
    text: str, mentions: Sequence[Mention], filters: Filters, *, of_many: bool
) -> Narrowed:
    """Read the filters for names, sides, order and "mine". `mentions` stand in the text.

    `filters` holds what is known before: the asker's list and zone. `of_many` tells that the
    question asks for names, so that "without Apple" and "more than Apple" set Apple aside.
    """
    marked = _marked(text, mentions)
    side, marked = _side(marked)
    order, marked = _order(marked)
    without, marked = _taken(marked, (_LEFT_OUT, *((_LEFT_OUT_OF_MANY,) if of_many else ())))
    only, marked = _taken(marked, (_ONLY, _ALONE))
    unread = _UNREAD.findall(marked) if of_many else []
    marked = _UNREAD.sub(" ", marked) if of_many else marked
    mine = _MINE.search(marked)
    found = replace(
        filters,
        only=tuple(dict.fromkeys(mentions[n].target.id for n in only)),
        without=tuple(dict.fromkeys(mentions[n].target.id for n in without)),
        side=side,
        order=order,
        mine=filters.mine if mine else None,
        unread=tuple(unread),
    )
    return Narrowed(
        found,
        tidy(_unmarked(marked, mentions)),
        tidy(_unmarked(_MINE.sub(" ", marked), mentions)),
    )


def _marked(text: str, mentions: Sequence[Mention]) -> str:
    """Put a number in the place of each mention, so that a pattern can name any of them."""
    for n, mention in reversed(list(enumerate(mentions))):
        text = f"{text[: mention.start]}\x02{n}\x03{text[mention.end :]}"
    return text


def _unmarked(text: str, mentions: Sequence[Mention]) -> str:
    return re.sub(_NAME, lambda found: mentions[int(found[1])].surface, text)


def _taken(text: str, patterns: Sequence[re.Pattern[str]]) -> tuple[list[int], str]:
    """Take out the lists of names that patterns find, and tell their numbers."""
    numbers: list[int] = []

    def take(found: re.Match[str]) -> str:
        numbers.extend(int(n) for n in re.findall(_NAME, found["list"]))
        return " "

    for pattern in patterns:
        text = pattern.sub(take, text)
    return numbers, text


def _side(text: str) -> tuple[Direction | None, str]:
    for pattern in (_ONE_SIDE, _ONE_SIDE_AFTER):
        if found := pattern.search(text):
            return _SIDES[found["side"].lower()], pattern.sub(" ", text, count=1)
    return None, text


def _order(text: str) -> tuple[Literal[1, 2] | None, str]:
    found = _ORDER.search(text)
    if found is None:
        return None, text
    said = next(word for word in found.groups() if word)
    return (2 if said.lower() in _SECOND else 1), _ORDER.sub(" ", text, count=1)


def tidy(text: str) -> str:
    """Close the gaps that taken words leave: no space before a comma, none of them in a row."""
    text = re.sub(r"\s+(?=[,;.?!])", "", " ".join(text.split()))
    text = re.sub(r"[,;]+(?=[,;.?!]|$)", "", text)
    return text.strip(" ,;")
