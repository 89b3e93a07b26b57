"""A name found in a text -> whether a person, a place or a longer name stands there instead.

Knows only the words of its sentence.
"""

import re

from retrieval.language.found import Found
from retrieval.language.setting import Setting

_INDEX_GAPS = frozenset({" ", "-", "&", "", "'", "’", " & ", ".", ". "})
_INDEX_REACH = 7  # "Goldman Sachs Non-Profitable Technology Index"
_AGE = re.compile(r", \d\d\b")
_APPOSITION = 6  # words after "Charles Schwab, the ..." in which its noun stands
_RUN = 4  # capitalised words after a name that can belong to a longer one
_BOTH_NAMES = 2  # a person has a given name and a surname
_AMERICAN = frozenset({"inc", "corp", "corporation", "co", "company"})
_NOT_AMERICAN = frozenset({"kgaa", "ag", "gmbh", "oyj", "spa", "bhd", "nl", "plc"})
_FOREIGN = frozenset("ltd limited plc nl gmbh bhd berhad pjsc pcl tbk pvt".split())


def elsewhere(found: Found, at: Setting) -> bool:
    """Tell whether something else than the company stands there, whatever is said of it."""
    return (
        in_index(found.last, at)
        or _in_place(found, at)
        or _whole_person(found, at)
        or _likened(found, at)
        or _begins_another(found, at)
        or _registered_abroad(found, at)
    )


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


def surname(found: Found, at: Setting) -> bool:
    """Tell whether a given name stands before a name of one word: "Bill Ford"."""
    words, n = at.words, found.first
    named = n > 0 and words.folded[n - 1] in at.lists["given"]
    return len(found.name.words) == 1 and named and words.capital(n - 1) and words.one_name(n)


def _whole_person(found: Found, at: Setting) -> bool:
    """Tell whether a company that bears a person's full name is that person: "Walt Disney"."""
    name = found.name
    if len(name.words) != _BOTH_NAMES or name.words[0] not in at.lists["given"] or found.legal:
        return False
    words = at.words
    if _AGE.match(words.text, found.end):
        return True
    apposed = words.folded[found.last : found.last + _APPOSITION]
    if words.gap(found.last - 1) == ", " and apposed[:1] in (["a"], ["an"], ["the"]):
        return not at.lists["person_noun"].isdisjoint(apposed)
    return _lives(found, at)


def _lives(found: Found, at: Setting) -> bool:
    """Tell whether the clause goes on as it does of a person: "was born", "forged his first"."""
    words = at.words
    for n in at.following(found.last):
        word = words.folded[n]
        if word in at.lists["person_word"]:
            return True
        if words.gap(n - 1) != " " or words.capital(n) or word in at.lists["body_word"]:
            return False
    return False


def _in_place(found: Found, at: Setting) -> bool:
    """Tell whether it is a town: "in Corning, New York"."""
    words, n = at.words, found.first
    if found.name.level == "strong" or words.before(n) not in at.lists["locative"]:
        return False
    if words.before(n) == "of" and words.before(n - 1) in at.lists["settlement"]:
        return True
    n = found.last
    if n >= len(words) or words.gap(n - 1) != ", " or not words.capital(n):
        return False
    region = words.folded[n]
    return region in at.lists["region"] or f"{region} {words.after(n)}" in at.lists["region"]


def _likened(found: Found, at: Setting) -> bool:
    """Tell whether something is only likened to it: "an Uber of farms"."""
    before = at.words.before(found.first)
    after = at.words.after(found.last - 1)
    return after == "of" and len(found.name.words) == 1 and before in {"a", "an", "the"}


def _begins_another(found: Found, at: Setting) -> bool:
    """Tell whether another body's name begins with it: "Nike Foundation", "Tesla Exploration Ltd".

    Units bear the name of their owner and a word for what they do: "Toyota Credit Ltd".
    """
    words, last = at.words, found.last
    if found.legal or found.name.kind != "ticker" or words.gap(last - 1) != " ":
        return False
    if not words.capital(last) or words.headline(found.first):
        return False
    end = last
    while end < min(len(words), last + _RUN) and words.capital(end) and words.gap(end - 1) == " ":
        end += 1
    run = words.folded[last:end]
    if run[0] in at.lists["body"] or (len(run) > 1 and run[1] in at.lists["body"]):
        return True
    unit = any(word in at.lists["unit"] or word in at.lists["region"] for word in run)
    return len(run) > 1 and run[-1] in _FOREIGN and not unit


def _registered_abroad(found: Found, at: Setting) -> bool:
    """Tell whether a legal form follows that no American company has: "Merck KGaA"."""
    if found.name.level not in {"strong", "proper"}:
        return False
    words, named = at.words, found.first + len(found.name.words)
    forms = {*words.folded[named : found.last], words.after(found.last - 1)}
    return not _NOT_AMERICAN.isdisjoint(forms) and not _AMERICAN.isdisjoint(found.name.tail)
