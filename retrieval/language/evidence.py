"""A name found in a text -> whether it stands for the company. Knows only the words beside it."""

import re
from bisect import bisect_left
from typing import Literal

from retrieval.language.deeds import APPOSED, heads_a_note, is_concern, moved
from retrieval.language.found import Found
from retrieval.language.namesakes import elsewhere, surname
from retrieval.language.setting import Setting
from retrieval.language.words import Words

Standing = Literal["yes", "support", "no"]

_POSSESSIVE = re.compile(r"['’]s?\b")
_MODAL_REACH = 4  # words after the name: "will now also cut"
_OWNED = 5  # words after the name: "'s same-store sales"
_TRADED = frozenset({"shares", "stock", "earnings", "calls", "puts", "options"})
_STAKES = frozenset({"shares", "stake", "stock", "position"})


def standing(found: Found, at: Setting) -> Standing:
    """Judge one name: it links, it links if the text supports it elsewhere, or it does not."""
    if found.name.kind == "phrase" or elsewhere(found, at):
        return "no"
    if found.name.level == "bound":
        return "yes"
    if found.name.level != "strong" and _inside_longer(found, at):
        return "no"
    return "yes" if found.legal else _without_form(found, at)


def _without_form(found: Found, at: Setting) -> Standing:
    level = found.name.level
    if surname(found, at):
        return "no"
    if len(found.name.words) == 1 and found.name.words[0] in at.lists["exchange"]:
        return "yes" if _itself(found, at) else "no"
    if level in {"strong", "product"}:
        return "yes" if level == "strong" else _product(found, at)
    return _in_doubt(found, at)


def _in_doubt(found: Found, at: Setting) -> Standing:
    if at.words.after(found.last - 1) in at.lists["place"] and at.words.capital(found.last):
        return "no"
    if found.name.words[-1] in at.persons or found.name.level == "short":
        return "support"
    if found.name.level == "full":
        return "yes" if _has_a_purse(found, at) else "support"
    return _by_place(found, at)


def _has_a_purse(found: Found, at: Setting) -> bool:
    """Tell whether a word known only in full acts as a company: "Dover raised its outlook".

    So does one that moves by a percentage, as shares do: "Sinclair gained 8%".
    """
    words, first, last = at.words, found.first, found.last
    before = words.before(first)
    known = len(found.name.words) == 1 and bool(found.name.trade)
    if not known or found.name.words[0] in at.lists["adverb"] or words.headline(first):
        return False
    if before in at.lists["determiner"] or (before and words.capital(first - 1)):
        return False
    if _explained(found, at):
        return is_concern(found, at)
    if moved(found, at):
        return True
    acts = _next(found, words) in at.lists["does"]
    return acts and at.says(last, last, "agent") and at.says(first, last, "business")


def _itself(found: Found, at: Setting) -> bool:
    """Tell whether an exchange or index maker acts as a company: "exchange operator Nasdaq"."""
    words, role = at.words, at.lists["role"]
    if words.before(found.first) in role or _next(found, words) in at.lists["speaks"]:
        return True
    apposed = words.folded[found.last : found.last + APPOSED]
    return _explained(found, at) and not role.isdisjoint(apposed)


def _product(found: Found, at: Setting) -> Standing:
    """Judge a product's name: its owner is meant where the sentence speaks of business."""
    business = _acts(found, at) or at.says(found.first, found.last, "business")
    return "yes" if business else "support"


def _by_place(found: Found, at: Setting) -> Standing:
    words, n, level = at.words, found.first, found.name.level
    if level in {"common", "peer"}:
        return _named_by_trade(found, at)
    if words.opens(n) or words.raw[n].isupper():
        return _opening(found, at)
    if words.headline(n):
        article = words.before(n) in at.lists["determiner"]
        return "yes" if level == "proper" and not article else _opening(found, at)
    return _proper(found, at) if level == "proper" else _word(found, at)


def _named_by_trade(found: Found, at: Setting) -> Standing:
    """Judge names that many others bear: "American" in talk of flights, "Iron Mountain"."""
    words = at.words
    if words.before(found.first) in at.lists["determiner"]:
        return "no"
    if found.name.level == "peer" and not (in_trade(found, at) or moved(found, at)):
        return "support" if words.opens(found.first) else "no"
    does = _acts(found, at) or _possessive(found, words) or _carries_on(found, at)
    told = _explained(found, at) and is_concern(found, at)
    return "yes" if does or told else "support"


def in_trade(found: Found, at: Setting) -> bool:
    """Tell whether the sentence talks of the company's trade: of flights, beside "Delta"."""
    trade = found.name.trade
    return bool(trade) and at.says(found.first, found.last, trade)


def _inside_longer(found: Found, at: Setting) -> bool:
    """Tell whether a name that needs its form is the end of a longer one: "Evans Bancorp Inc"."""
    before = at.words.before(found.first)
    needs_form = found.name.level in {"full", "listed", "short"} or found.legal
    if not (needs_form and before and at.words.capital(found.first - 1)):
        return False
    outside = before in at.lists["lead"] or before in at.lists["given"]
    opens = at.words.opens(found.first - 1) and found.name.level != "full"
    return not outside and not opens


def _possessive(found: Found, words: Words) -> bool:
    return _POSSESSIVE.match(words.text, found.end) is not None


def _next(found: Found, words: Words) -> str:
    """Give the folded word that follows the name, past a possessive."""
    n = found.last
    if _possessive(found, words) and n < len(words) and words.raw[n] in {"s", "S"}:
        n += 1
    return words.after(n - 1)


def _acts(found: Found, at: Setting) -> bool:
    """Tell whether a deed or a belonging of companies follows: "fell", "will cut", "'s sales"."""
    following = _next(found, at.words)
    if following in at.lists["does"] or following in at.lists["has"]:
        return True
    return _will_do(found, at) or (_possessive(found, at.words) and _owns(found, at))


def _will_do(found: Found, at: Setting) -> bool:
    """Tell whether a deed of companies is promised: "will cut", "plans to open"."""
    words, n = at.words, found.last
    if words.after(n - 1) not in at.lists["modal"]:
        return False
    does, do = at.lists["does"], at.lists["do"]
    return any(word in do or word in does for word in words.folded[n + 1 : n + _MODAL_REACH])


def _owns(found: Found, at: Setting) -> bool:
    """Tell whether what companies have stands in its possession: "Target's same-store sales"."""
    has, owned = at.lists["has"], at.lists["owned"]
    for n in at.following(found.last + 1):
        if n > found.last + _OWNED:
            break
        if at.words.folded[n] in has or at.words.folded[n] in owned:
            return True
    return False


def _carries_on(found: Found, at: Setting) -> bool:
    """Tell whether a verb of anybody follows: "is", "was", "ended"."""
    following = _next(found, at.words)
    past = following.endswith("ed") and not at.words.capital(found.last)
    return past or following in at.lists["auxiliary"]


def _opening(found: Found, at: Setting) -> Standing:
    """Judge a name where its capital says nothing: first in a sentence, or in a headline."""
    words = at.words
    called = words.before(found.first) in at.lists["calls"] and not words.opens(found.first)
    if _acts(found, at) or called or heads_a_note(found, at):
        return "yes"
    if _explained(found, at) and (found.name.level != "word" or is_concern(found, at)):
        return "yes"
    if found.name.level == "proper":
        return _subject(found, at)
    return "yes" if _likely(found, at) else "support"


def _likely(found: Found, at: Setting) -> bool:
    """Tell whether a word is a company by what the sentence talks of: "Delta may avoid layoffs"."""
    words, n = at.words, found.first
    shouted = words.raw[n].isupper() and not words.headline(n)
    if found.name.trade == "business" and _possessive(found, words):
        return True
    verb = _possessive(found, words) or _carries_on(found, at)
    subject = verb and (words.opens(n) or shouted) and _next(found, words) != "&"
    told = found.name.level == "word" or bool(found.name.trade)
    business = in_trade(found, at) or at.says(found.first, found.last, "business")
    return told and subject and business


def _subject(found: Found, at: Setting) -> Standing:
    verb = _possessive(found, at.words) or _carries_on(found, at)
    return "yes" if verb else "support"


def _explained(found: Found, at: Setting) -> bool:
    """Tell whether the text explains who it is: "JinkoSolar, a maker of solar panels"."""
    words, n = at.words, found.last
    introduced = n < len(words) and words.folded[n] in at.lists["participle"]
    return introduced and words.gap(n - 1) == ", "


def _proper(found: Found, at: Setting) -> Standing:
    words, before = at.words, at.words.before(found.first)
    if before in at.lists["determiner"]:
        return _after_article(found, at)
    crowded = bool(before) and words.capital(found.first - 1) and before not in at.lists["lead"]
    if not crowded or words.raw[found.first - 1].isupper():
        return "yes"
    called = before in at.lists["calls"] and _acts(found, at)
    return "yes" if called else "support"


def _after_article(found: Found, at: Setting) -> Standing:
    """Judge a name after "the", which companies go without: "the Amazon lost its trees"."""
    if _next(found, at.words) in at.lists["has"]:
        return "yes"
    return "support" if at.words.capital(found.last) else "no"


def _word(found: Found, at: Setting) -> Standing:
    words, before = at.words, at.words.before(found.first)
    if before in at.lists["determiner"]:
        return "yes" if _next(found, words) in at.lists["has"] else "no"
    if _acts(found, at) or _possessive(found, words):
        return "yes"
    crowded = words.after(found.last - 1) and words.capital(found.last)
    if crowded:
        return "support"
    called = before in at.lists["calls"] or _part_of(found, at)
    return "yes" if called or _talked_of(found, at) else "support"


def _talked_of(found: Found, at: Setting) -> bool:
    """Tell whether a capital inside a sentence of business or of its trade makes it a name."""
    words, n = at.words, found.first
    alone = words.capital(n) and not words.capital(n - 1)
    return alone and in_trade(found, at)


def _part_of(found: Found, at: Setting) -> bool:
    """Tell whether "shares of" or "stake in" stands before the name."""
    before = at.words.before(found.first)
    whose = at.words.before(found.first - 1)
    return before in {"of", "in"} and (whose in at.lists["has"] or whose in _STAKES)


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
