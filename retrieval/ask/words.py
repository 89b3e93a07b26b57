"""Words to comparable terms: tokens, stems and the words that carry no subject.

Knows no question kinds and no articles.
"""

import re
from collections.abc import Iterator

TOKEN = re.compile(r"[A-Za-z0-9]+(?:[.&'’-][A-Za-z0-9]+)*")

STOP_WORDS = frozenset(
    """
    a about above according across after again against all also am an and any anyone anything are
    as ask at be became because been before being below between both but by can cannot come comes
    could did do does doing done during each either else enough ever every few for from further get
    gets give given gives go goes going got had has have having he her here hers him his how however
    i if in indicate indicated indicates instead into is it its itself just know let like made make
    makes many may me might mine more most much must my name named names neither no nor not now of
    off on one only or other our out over own per please put really regarding said same say says see
    seem seems she should since so some someone something still such take taken takes tell than that
    the their theirs them then there these they thing things this those through thus to too under
    until up upon us very via was we were what when where whether which while who whom whose why
    will with within without would yet you your yours
    anybody somebody nobody everybody everyone gonna vs versus pls plz ok okay thanks hey hi
    ones
    article articles note notes piece pieces report reports reported source sources story stories
    text post write-up according author authors suggest suggests suggested mention mentions
    mentioned describe described explain
    """.split()
)

_CAPITALS = re.compile(r"(?:(?:[A-Z]|\d\w{0,9}[A-Z])[\w&.'’-]*\s?)+")
_ENDINGS = tuple("ations ation ingly ments ment ings edly ing ies ied ers er ed es ly s".split())
_SHORTEST_STEM = 3


def stem(word: str) -> str:
    """Cut the inflection off a word, so that "gains", "gained" and "gaining" compare equal.

    Numbers stay.
    """
    low = word.lower().replace("’", "'").removesuffix("'s").strip("'")
    if any(ch.isdigit() for ch in low):
        return low.replace(",", "")
    for ending in _ENDINGS:
        if low.endswith(ending) and len(low) - len(ending) >= _SHORTEST_STEM:
            low = low[: -len(ending)]
            break
    if len(low) > _SHORTEST_STEM and low[-1] == low[-2] and low[-1] not in "ls":
        low = low[:-1]
    return low.removesuffix("e") if len(low) > _SHORTEST_STEM else low


def tokens(text: str) -> list[str]:
    """Split a text into words and numbers, as written."""
    return TOKEN.findall(text)


def capital_runs(text: str) -> Iterator[tuple[int, list[str]]]:
    """Runs of words with a capital, or such as "3M": where each begins, and its words."""
    for found in _CAPITALS.finditer(text):
        yield found.start(), tokens(found[0])


def _bare(token: str) -> str:
    """A word without case and without "'s": "who's" asks as "who" does."""
    return re.sub(r"['’]s?$", "", token.lower())


def terms(text: str) -> tuple[str, ...]:
    """The stems of a text that carry a subject, each once, in order of appearance."""
    kept = (stem(t) for t in tokens(text) if _bare(t) not in STOP_WORDS)
    return tuple(dict.fromkeys(s for s in kept if s))
