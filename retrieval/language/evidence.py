"""A name found in a text -> whether it stands for the company. Knows only the words beside it."""

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from retrieval.language.found import Found
from retrieval.language.words import Words

Standing = Literal["yes", "support", "no"]

_POSSESSIVE = re.compile(r"['’]s?\b")
_LIST_GAP = re.compile(r"(?:['’]s)?(?:,|;| and| or| &|/|, and|, or| versus| vs\.?)? ?\(?")
_INDEX_GAPS = frozenset({" ", "-", "&", "", "'", "’", " & ", ".", ". "})
_INDEX_REACH = 7  # "Goldman Sachs Non-Profitable Technology Index"
_TRADED = frozenset({"shares", "stock", "earnings", "calls", "puts", "options"})
_STAKES = frozenset({"shares", "stake", "stock", "position"})


@dataclass(frozen=True, slots=True)
class Setting:
    """A text's words, with what the judgement of any name among them needs.

    `persons` are the words that follow a given name or a title somewhere in the text.
    """

    words: Words
    lists: Mapping[str, frozenset[str]]
    persons: frozenset[str]


def setting_of(words: Words, lists: Mapping[str, frozenset[str]]) -> Setting:
    """Collect the persons of a text: "Bill Ford", "Mr. Stryker"."""
    given = lists["given"]
    persons = frozenset(
        words.folded[n]
        for n in range(1, len(words))
        if words.folded[n - 1] in given
        and words.capital(n)
        and words.capital(n - 1)
        and _one_name(words, n)
    )
    return Setting(words, lists, persons)


def _one_name(words: Words, n: int) -> bool:
    return words.gap(n - 1) in {" ", ". "}


def standing(found: Found, at: Setting) -> Standing:
    """Judge one name: it links, it links if the text supports it elsewhere, or it does not."""
    if found.name.kind == "phrase" or in_index(found.last, at):
        return "no"
    if found.name.level == "bound":
        return "yes"
    if found.name.level != "strong" and _inside_longer(found, at):
        return "no"
    return "yes" if found.legal else _without_form(found, at)


def _without_form(found: Found, at: Setting) -> Standing:
    level = found.name.level
    person = len(found.name.words) == 1 and _person(found, at)
    if person or found.name.words[0] in at.lists["exchange"]:
        return "no"
    if level == "strong":
        return "yes"
    if at.words.after(found.last - 1) in at.lists["place"] and at.words.capital(found.last):
        return "no"
    if level in {"full", "short"} or found.name.words[-1] in at.persons:
        return "support"
    return _by_place(found, at)


def _by_place(found: Found, at: Setting) -> Standing:
    words, n = at.words, found.first
    proper = found.name.level == "proper"
    if words.opens(n) or words.raw[n].isupper():
        return _opening(found, at)
    if words.headline(n):
        article = words.before(n) in at.lists["determiner"]
        return "yes" if proper and not article else _opening(found, at)
    return _proper(found, at) if proper else _word(found, at)


def _inside_longer(found: Found, at: Setting) -> bool:
    """Tell whether a name that needs its form is the end of a longer one: "Evans Bancorp Inc"."""
    before = at.words.before(found.first)
    needs_form = found.name.level in {"full", "listed", "short"} or found.legal
    if not (needs_form and before and at.words.capital(found.first - 1)):
        return False
    outside = before in at.lists["lead"] or before in at.lists["given"]
    opens = at.words.opens(found.first - 1) and found.name.level != "full"
    return not outside and not opens


def _person(found: Found, at: Setting) -> bool:
    words, n = at.words, found.first
    named = n > 0 and words.folded[n - 1] in at.lists["given"]
    return named and words.capital(n - 1) and _one_name(words, n)


def in_index(last: int, at: Setting) -> bool:
    """Tell whether a name before word `last` begins that of an index or fund: "Invesco QQQ ETF"."""
    words, kinds = at.words, at.lists["index"]
    for n in range(last, min(len(words), last + _INDEX_REACH)):
        if words.gap(n - 1) not in _INDEX_GAPS:
            return False
        if words.folded[n] in kinds:
            return True
        raw = words.raw[n]
        if not (raw[0].isupper() or raw[0].isdigit() or raw == "s"):
            return False
    return False


def _possessive(found: Found, words: Words) -> bool:
    return _POSSESSIVE.match(words.text, found.end) is not None


def _next(found: Found, words: Words) -> str:
    """Give the folded word that follows the name, past a possessive."""
    n = found.last
    if _possessive(found, words) and n < len(words) and words.raw[n] in {"s", "S"}:
        n += 1
    return words.after(n - 1)


def _acts(found: Found, at: Setting) -> bool:
    following = _next(found, at.words)
    return following in at.lists["does"] or following in at.lists["has"]


def _opening(found: Found, at: Setting) -> Standing:
    """Judge a name where its capital says nothing: first in a sentence, or in a headline."""
    words = at.words
    called = words.before(found.first) in at.lists["calls"] and not words.opens(found.first)
    if _acts(found, at) or called:
        return "yes"
    if found.name.level == "word":
        return "support"
    if _explained(found, words):
        return "yes"
    return _subject(found, at) if found.name.level == "proper" else "support"


def _subject(found: Found, at: Setting) -> Standing:
    following = _next(found, at.words)
    verb = following in at.lists["auxiliary"] or (
        following.endswith("ed") and not at.words.capital(found.last)
    )
    return "yes" if verb or _possessive(found, at.words) else "support"


def _explained(found: Found, words: Words) -> bool:
    """Tell whether the text explains who it is: "JinkoSolar, a maker of solar panels"."""
    n = found.last
    introduced = n < len(words) and words.folded[n] in {"a", "an", "the", "which", "whose"}
    return introduced and words.gap(n - 1) == ", "


def _proper(found: Found, at: Setting) -> Standing:
    words, before = at.words, at.words.before(found.first)
    if before in at.lists["determiner"] and not _acts(found, at):
        return "support" if words.capital(found.last) else "no"
    crowded = bool(before) and words.capital(found.first - 1) and before not in at.lists["lead"]
    if crowded and not _acts(found, at) and not words.raw[found.first - 1].isupper():
        return "support"
    return "yes"


def _word(found: Found, at: Setting) -> Standing:
    words, before = at.words, at.words.before(found.first)
    if before in at.lists["determiner"]:
        return "yes" if _next(found, words) in at.lists["has"] else "no"
    if _acts(found, at) or _possessive(found, words):
        return "yes"
    crowded = words.after(found.last - 1) and words.capital(found.last)
    called = before in at.lists["calls"] or _part_of(found, at)
    return "yes" if called and not crowded else "support"


def _part_of(found: Found, at: Setting) -> bool:
    """Tell whether "shares of" or "stake in" stands before the name."""
    before = at.words.before(found.first)
    whose = at.words.before(found.first - 1)
    return before in {"of", "in"} and (whose in at.lists["has"] or whose in _STAKES)


def beside(left: Found, right: Found, text: str) -> bool:
    """Tell whether two names are neighbours in one list: "Visa, Target and Boeing"."""
    return _LIST_GAP.fullmatch(text, left.end, right.start) is not None


def symbol_cue(at: Setting, start: int, end: int) -> bool:
    """Tell whether the words beside a symbol treat it as a share: "shares of ON", "ON fell"."""
    words = at.words
    if _POSSESSIVE.match(words.text, end):
        return True
    n = bisect_left(words.starts, start)
    after, before = words.after(bisect_left(words.starts, end) - 1), words.before(n)
    if after in at.lists["does"] or after in _TRADED:
        return True
    return before in {"of", "in"} and words.before(n - 1) in _STAKES
