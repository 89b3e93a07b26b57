"""The names of sources in a question -> the sources to look in and those to leave out. Pure.

Knows no store: the sources that there are come as an argument, and a few well-known ones are known
besides, so that "from Reuters" finds nothing rather than everything where Reuters is not read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_KNOWN = (
    "Reuters",
    "Bloomberg",
    "Financial Times",
    "Wall Street Journal",
    "New York Times",
    "Associated Press",
    "Benzinga",
    "CNBC",
    "MarketWatch",
    "Barron's",
    "Seeking Alpha",
    "Yahoo Finance",
    "Motley Fool",
    "Zacks",
    "TechCrunch",
    "Business Insider",
    "Washington Post",
    "Handelsblatt",
)
_TAIL = re.compile(
    r"(?:(?: equity)? research| news| newswire| online|\.com|\.co\.uk|\.org|!| \([^()]*\))+$"
)
_LEAST_SMALL = 3  # initials in small letters: "wsj", and not "it"
_INITIALS = {
    "financial times": "ft",
    "wall street journal": "wsj",
    "new york times": "nyt",
    "associated press": "ap",
}
"""Only these: of other names they would be tickers ("MS") or words."""

_NOT = (
    r"(?:(?:but |and )?not|except(?: for)?|excluding|exclude|excl\.?|without|ex|other than"
    r"|apart from|aside from|ignoring|ignore|minus|leav(?:e|ing) out|skip(?:ping)?|drop|no)"
    r"(?: (?:anything|articles|stories|news|what is|what's|those|the ones))?(?: (?:from|by|in|of))?"
)
_NO_OUTLET = (
    r"(?!\w)(?! (?:deal|merger|takeover|bid|results|earnings|strike|lawsuit|layoffs?|acquisition"
    r"|outage|breach|ruling|shares?|stock|tower|terminal)s?\b)"
)
"""What must not follow: then the outlet is a company that something happens to."""
_OF = (
    r"(?:(?:only|just|solely) )?(?:from|by|in|at|via)(?: (?:only|just))?"
    r"|(?:only|just|solely|limit(?:ed)? (?:it |this )?to|restrict(?:ed)? (?:it |this )?to)"
)


@dataclass(frozen=True, slots=True)
class Outlets:
    """The sources that a question asks for and those that it leaves out.

    `spans` are where its words say so.
    """

    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()


def outlets_in(text: str, sources: Iterable[str]) -> Outlets:
    """Find the sources that filter: "from Reuters", "not from Benzinga", "the FT only".

    A source counts where it is named as one: not the beginning of "from Apple" for a source "AP",
    and not the company of "what about Bloomberg?". "FT" is the Financial Times.
    """
    spellings, patterns = _patterns(tuple(sources))
    found: dict[bool, list[str]] = {True: [], False: []}
    spans: list[tuple[int, int]] = []
    for wanted, pattern in patterns:
        for one in pattern.finditer(text):
            if any(start < one.end() and one.start() < end for start, end in spans):
                continue
            spans.append(one.span())
            for name in re.split(_BETWEEN, one["list"], flags=re.IGNORECASE):
                found[wanted] += spellings.get(_key(name), ())
    return Outlets(
        tuple(dict.fromkeys(found[True])), tuple(dict.fromkeys(found[False])), tuple(sorted(spans))
    )


_BETWEEN = r"\s*,\s*(?:and |or )?|\s+(?:and|or|&|plus)\s+"


@lru_cache(maxsize=4)
def _patterns(
    sources: tuple[str, ...],
) -> tuple[dict[str, tuple[str, ...]], tuple[tuple[bool, re.Pattern[str]], ...]]:
    """The spellings of all sources, and the patterns of asking for them, exclusions first."""
    spellings = _spellings(sources)
    any_name = "|".join(_spelled(n) for n in sorted(spellings, key=lambda n: (-len(n), n)))
    one = rf"(?:from |by |in )?(?:the )?(?:{any_name}){_NO_OUTLET}"
    listed = rf"(?P<list>{one}(?:(?:{_BETWEEN}){one})*)"
    made = (
        (False, rf"(?<!\w){_NOT} {listed}(?: please)?"),
        (True, rf"(?<!\w)(?:{_OF}) {listed}(?: only| alone| please)*"),
        (True, rf"(?<!\w){listed} (?:only|alone)(?!\w)"),
    )
    return spellings, tuple((wanted, re.compile(p, re.IGNORECASE)) for wanted, p in made)


def _spelled(key: str) -> str:
    """The pattern of a spelling; initials of two letters are read in capitals only."""
    words = re.escape(key).replace(r"\ ", r"\s+").replace("'", "['’]")
    return f"(?-i:{words.upper()})" if len(key) < _LEAST_SMALL else words


def _spellings(sources: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The ways to write each source: whole, without its tail, some by initials."""
    made: dict[str, tuple[str, ...]] = {}
    theirs = {key for source in sources for key in _ways(source)}
    unread = [name for name in _KNOWN if theirs.isdisjoint(_ways(name))]
    for source in (*sources, *unread):
        for key in _ways(source):
            if source not in made.get(key, ()):
                made[key] = (*made.get(key, ()), source)
    return made


def _ways(source: str) -> tuple[str, ...]:
    whole = _key(source)
    named = re.sub(r" \([^()]*\)$", "", whole)  # "Harbor Wire (sample)"
    ways = (whole, named, _TAIL.sub("", whole), _INITIALS.get(whole, ""))
    return tuple(dict.fromkeys(way for way in ways if way))


def _key(name: str) -> str:
    """Fold a name: no case, no article, no preposition, one kind of apostrophe."""
    folded = " ".join(name.replace("’", "'").casefold().split())
    return re.sub(r"^(?:(?:from|by|in) )?(?:the )?", "", folded)
