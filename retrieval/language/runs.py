"""The words before a printed symbol -> the name that it belongs to. Knows no company.

A name is the capitalised words that end right before the symbol, less what is no part of a name.
"""

import re

from retrieval.language.setting import Setting
from retrieval.language.words import Words

REACH = 8  # words before a symbol that can be the name it belongs to
BETWEEN = re.compile(
    r"[.,]?(?:,? (?:common|ordinary|preferred|class [a-c]|stock|shares?|\(the\)))*[.,:]? ?",
    re.IGNORECASE,
)
LINKING = frozenset({"of", "&", "the", "de", "for"})
SMALL = LINKING | {"in", "to", "on", "a", "and"}
_BREAKS = frozenset(
    "if you your had has have could should would will can is are does did do why how what when who"
    " which where buy buying bought sell selling sold its after before at with from by as than"
    " this that upgrades downgrades upgraded downgraded beats beat raises raised cuts cut rival"
    " rivals maker brief update exclusive section rule nos table figure exhibit version".split()
)
"""What is no part of a name in a headline, where every word has a capital."""

_DATELINE = frozenset({" - ", " – "})  # "FRANKFURT - Commerzbank"


def core_before(at: Setting, last: int, opening: int, floor: int) -> tuple[int, int, int]:
    """Bound the words of the name before a symbol: its first, where its legal form begins, its end.

    `last` is the number of the first word after the symbol's opening, `floor` of the first word
    that may be part of the name. Without a name all three are equal.
    """
    first, last = _run(at, last, opening, floor)
    core = last
    while core > first and at.words.folded[core - 1] in at.lists["legal"]:
        core -= 1
    return first, core, last


def _run(at: Setting, end: int, opening: int, floor: int) -> tuple[int, int]:
    """Find the capitalised words right before the symbol: the name that the bracket belongs to."""
    words = at.words
    last = first = end - _possessive(end, words)
    if last < 1 or not BETWEEN.fullmatch(words.text, words.ends[end - 1], opening):
        return last, last
    while first > max(floor, last - REACH) and _belongs(first - 1, last, at):
        first -= 1
    while first < last and not _can_begin(first, at):
        first += 1
    return first, last


def _possessive(last: int, words: Words) -> int:
    """Count the words of an ending: "Xiaomi's 1810.HK shares"."""
    owned = last > 1 and words.raw[last - 1] == "s" and words.gap(last - 2) in {"'", "’"}
    return 1 if owned else 0


def _is_market(n: int, words: Words) -> bool:
    """Tell whether a word is the end of a symbol: "Dell DELL.N and Lenovo"."""
    code = words.raw[n - 1] if n and words.gap(n - 1) == "." else ""
    return len(code) > 1 and code.isupper() and words.raw[n].isupper()


def _can_begin(n: int, at: Setting) -> bool:
    word = at.words.folded[n]
    return word not in LINKING and word not in at.lists["opener"] and not at.words.raw[n].islower()


def _belongs(n: int, last: int, at: Setting) -> bool:
    words = at.words
    titled = words.capital(n) and len(words.raw[n]) > 1
    plain = words.raw[n].casefold()
    if plain in _BREAKS or (titled and plain in SMALL) or _is_market(n, words):
        return False
    if n + 1 < last and words.gap(n) in _DATELINE:
        return False
    legal_next = n + 1 < last and words.gap(n) == ", " and words.folded[n + 1] in at.lists["legal"]
    if n + 1 < last and not words.joined(n) and not legal_next:
        return False
    return words.capital(n) or words.raw[n][0].isdigit() or words.folded[n] in LINKING
