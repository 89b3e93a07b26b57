"""The phrasings of questions that look back, compare, weigh a theme or a book. Knows words only.

They are held against a question whose names are masked: "what changed for @?".
"""

# ruff: noqa: E501  a phrasing stands on one line, so that it can be read as the question it is

import re
from collections.abc import Iterable

from retrieval.models import Direction

NAME = "@"
_AT = r"@(?!['’]s?\b|\w|-)"  # the name itself, and nothing that it has
_LEAD = (
    r"^(?:(?:so|and|ok|okay|now|then|hey|hi|please|tell me|show me|give me|do you know"
    r"|(?:can|could) you (?:tell|show|give) me|remind me)[, ]+)*"
)


def _any_of(lines: str, *, lead: str = _LEAD) -> re.Pattern[str]:
    """Compile alternatives, one to a line."""
    parts = "|".join(line.strip() for line in lines.strip().split("\n"))
    return re.compile(f"{lead}(?:{parts})", re.IGNORECASE)


_ON = r"(?:on|for|with|about|at|around|of|to|regarding)"
_VIEW = r"(?:views?|sentiment|story|stories|tone|picture|case|thesis|news|stance|take)"
_TURNED = r"(?:chang(?:e|ed|ing)|shift(?:ed)?|moved?|turn(?:ed)?|evolved?|develop(?:ed)?)"

CHANGED = _any_of(
    rf"""what(?:['’]s| is| has| have|['’]ve)? (?:changed|new|different|happened new)(?: in the {_VIEW})? {_ON} {_AT}
    what(?:['’]s| is| has)? changed (?:in |about )?(?:the |our |your )?{_VIEW} {_ON} {_AT}
    (?:what(?:['’]s| is| are) )?(?:the )?latest (?:news )?{_ON} {_AT}
    (?:any|(?:has|have) there been (?:any|a)|(?:is|are) there (?:any|a)) (?:recent |new |big |material )*(?:changes?|shifts?|updates?|developments?) (?:in |to |of )?(?:the |our )?(?:{_VIEW} )?{_ON}? ?{_AT}
    (?:is there )?any ?thing (?:new|different|changed) (?:{_ON} {_AT}|(?:in|to) the {_VIEW} {_ON} {_AT})
    (?:has|have|did) (?:the |our |your )?(?:{_VIEW}|anything|something|much) (?:{_ON} {_AT} )?(?:really )?{_TURNED}(?: {_ON} {_AT})?$
    how (?:has|have|did) (?:the |our |your )?{_VIEW} {_ON} {_AT} {_TURNED}
    how (?:has|have) {_AT} (?:changed|developed|evolved)
    (?:catch me up|bring me up to (?:date|speed)|update me|fill me in) on {_AT}
    what did (?:i|we) miss {_ON} {_AT}
    (?:new |recent |any )?(?:updates?|developments?|changes?|new stories) (?:{_ON}|in) {_AT}
    {_AT}[:,]? (?:what(?:['’]s| is| has)? (?:changed|new)|updates?$|developments?$|changes?$)"""
)
"""What changed for a name; without a time it is the last days."""

CHANGED_SINCE = _any_of(
    rf"""(?:is there )?(?:any |the |what )?(?:new )?news (?:on|about|for|at) {_AT}
    what(?:['’]s| has| is)? happened {_ON} {_AT}"""
)
"""The same, where the question names a time to look back to."""

_BETTER = (
    r"(?:better|best|stronger|strongest|worse|worst|weaker|weakest|ahead|safer|harder|preferable)"
)
_VS = r"(?:vs\.?|versus|v\.?|against|compared (?:to|with)|or|and|to|with)"
COMPARE = _any_of(
    rf"""(?:a |the )?compar(?:e|ison)\b.*{_AT}.*{_AT}
    (?:(?:what|how) about )?@,? (?:vs\.?|versus|v\.?|against|compared (?:to|with)) @
    {_AT} or {_AT}(?: on [\w -]+)?$
    (?:who|which)\b[^@]*\b{_BETTER}\b[^@]*{_AT}(?:, {_AT})*,? (?:or|and|vs\.?|versus) {_AT}
    (?:(?:what(?:['’]s| is| are)) )?(?:the )?(?:main )?differences? between {_AT}.* and {_AT}
    how (?:does|do|did|would) {_AT} (?:compare|stack up|measure up|fare|look|rank) (?:to|with|against|versus|vs\.?|next to) {_AT}
    how do {_AT}(?:, {_AT})*,? and {_AT} (?:compare|stack up)
    (?:put |see )?{_AT}(?:, {_AT})*,? (?:and|next to|beside) {_AT} (?:side by side|compared)
    put {_AT} (?:next to|beside|against) {_AT}"""
)
_COMPARING = re.compile(
    r"\b(?:compar\w+|vs|versus|v|better|best|stronger|strongest|worse|worst|weaker|weakest|ahead"
    r"|safer|harder|preferable|placed|positioned|off|differences?|between|main|side|stack|measure"
    r"|fare|rank\w*|look\w*|next|put|one|two|which|who|hit|terms)\b",
    re.IGNORECASE,
)

_RISING = (
    r"up|higher|ris(?:e|es|ing)|rose|jump\w*|surg\w+|rall(?:y|ied|ying|ies)|soar\w*|climb\w*"
    r"|gain\w*|spik\w+|popp?\w*|rebound\w*|in the green|strong"
)
_FALLING = (
    r"down|lower|fall\w*|fell|drop\w*|slid\w*|slump\w*|tumbl\w+|plung\w+|sink\w*|sank|tank\w*"
    r"|crash\w*|dip\w*|declin\w+|selling off|sold off|sell-?off|in the red|weak|off|losing ground"
)
_MOVES = rf"(?:{_RISING}|{_FALLING}|mov(?:e|es|ed|ing)|move[ds]?|trading (?:up|down|higher|lower))"
_NOUN = (
    r"(?:jump|drop|move|moves|rally|fall|rise|slide|surge|gain|gains|decline|sell-?off|spike|dip"
    r"|slump|plunge|pop|strength|weakness)"
)
_SHARES = r"(?:['’]s?)?(?: (?:shares?|stock)(?: prices?)?)?"
_TAIL = (
    r"(?:[ ,]+(?:today|so|much|sharply|hard|big|again|now|a|lot|this|on|after hours|premarket"
    r"|pre-market|in|the|trading|by|more than|right|lately|recently|early|late|day|morning|week"
    r"|afternoon|session|then|for|days?|all of a sudden|\d[\d.]*\s?(?:%|percent)))*\s*$"
)
MOVING = _any_of(
    rf"""why(?:['’]s| is| are| was| were| did| has| have| does)? (?:the )?(?:(?:shares?|stock) (?:of|in) )?@{_SHARES}(?: (?:been|gone|going|trading|so|all|suddenly|still))* {_MOVES}{_TAIL}
    why (?:the |this )?(?:big |sudden |sharp )?{_NOUN} (?:in|of|at) @{_SHARES}{_TAIL}
    what(?:['’]s| is| was)? (?:behind|driving|causing|the (?:reason|cause|catalyst) (?:for|of|behind)|explains|caused|drove) (?:the |this |that |today's )?(?:\w+ )?{_NOUN} (?:in|of|at) @{_SHARES}{_TAIL}
    what(?:['’]s| is| was)? (?:behind|driving|causing|explains|caused|drove) @(?:['’]s?)? (?:shares? |stock )?(?:price )?{_NOUN}{_TAIL}
    what(?:['’]s| is| was| has been)? (?:driving|moving|lifting|dragging|pushing|sinking|weighing on|moved|drove|moves) @{_SHARES}(?: (?:up|down|higher|lower))?{_TAIL}
    what (?:made|makes) @{_SHARES} {_MOVES}{_TAIL}
    (?:any |what(?:['’]s| is) the |is there an? )?(?:catalysts?|reasons?) (?:for|behind|in|to) (?:the )?(?:{_NOUN} (?:in|of) )?@{_SHARES}(?: {_NOUN})?{_TAIL}"""
)
_WENT_UP = re.compile(rf"\b(?:{_RISING}|lifting|strength)\b", re.IGNORECASE)
_WENT_DOWN = re.compile(
    rf"\b(?:{_FALLING}|dragging|sinking|weighing on|plunge|weakness)\b", re.IGNORECASE
)

_EXPOSED = r"(?:expos(?:ed|ure)|sensitive|vulnerable|geared|sensitivity) to"
EXPOSED = _any_of(
    rf"""(?:who|whom|which|what|any|anyone|list|show|name|names|stocks?|companies|tickers?)\b[^@]{{0,50}}?\b{_EXPOSED} \S
    (?:the |most |biggest )*{_EXPOSED} \S"""
)
THEME = re.compile(rf"\b{_EXPOSED} (?P<theme>.+)", re.IGNORECASE)
"""The words of a theme, in a question as it was asked."""

_BOOK = r"\b(?:my|our) (?:\w+ ){0,2}?(?:portfolio|book|holdings?|positions?|longs|shorts)\b"
BOOK = re.compile(_BOOK, re.IGNORECASE)
_RISK = re.compile(
    r"\b(?:hurts?|hurting|harm\w*|risks?|threat\w*|danger\w*|worr\w+|wrong|against|exposed"
    r"|vulnerable|hit|headwinds?|damage\w*|negative\w*|bad news|los(?:e|es|ing)|drags?|watch out"
    r"|concern\w*|downside|pain|sink)\b",
    re.IGNORECASE,
)
_STANDS = re.compile(
    r"\b(?:how(?:['’]s| is| are| does| do| did)|winners?|losers?|doing|stands?|stand|contribut\w*|coverage|concentrat\w*|overview"
    r"|status|summary|check|review|show|see)\b",
    re.IGNORECASE,
)
"""How a question asks for a book as a whole."""
_OF_BOOK = re.compile(
    rf"{_BOOK}|{_RISK.pattern}|{_STANDS.pattern}|\b(?:is|are|today|now|in|of)\b|\b(?:news|biggest|main|top|could|what|any|hold|own)\b",
    re.IGNORECASE,
)


def masked(text: str, names: Iterable[str]) -> str:
    """Put the mark for a name in the place of each."""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<![\w@]){re.escape(name)}(?!\w)", NAME, text)
    return " ".join(text.split()).strip(" ?!.")


def asks_of_change(text: str, *, dated: bool) -> bool:
    """Tell whether a masked question asks what became of a name; `dated`: it says since when."""
    return CHANGED.search(text) is not None or (dated and CHANGED_SINCE.search(text) is not None)


def asks_of_book(text: str) -> bool:
    """Tell whether a question asks what could hurt the asker's own positions, or how they stand."""
    found = BOOK.search(text)
    if found is None:
        return False
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    alone = not rest.strip(" ?!.")
    return alone or asks_of_risk(text) or _STANDS.search(rest) is not None


def asks_of_risk(text: str) -> bool:
    """Tell whether a question on a book asks what is against it, and not how it stands."""
    return _RISK.search(text) is not None


def moved(text: str) -> Direction | None:
    """The way that a question says a stock has gone; None when it says none, or both."""
    up, down = _WENT_UP.search(text), _WENT_DOWN.search(text)
    if bool(up) == bool(down):
        return None
    return "positive" if up else "negative"


def topic_of_comparison(text: str) -> str:
    """Leave of a comparison what the names are compared in."""
    return _COMPARING.sub(" ", text)


def topic_of_book(text: str) -> str:
    """Leave of a question on a book what the risk is to be about."""
    return _OF_BOOK.sub(" ", text)


def theme(text: str) -> str:
    """Leave of a question about exposure the theme alone."""
    found = THEME.search(text)
    return found["theme"] if found else text
