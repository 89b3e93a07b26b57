"""A text -> where companies are named in it. Has no opinion, and knows no other text.

In this order: symbols in explicit forms and the names they define; names whose place is evidence
enough; names that the text supports elsewhere; short names; symbols in bare capitals.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from retrieval.language.abroad import abroad
from retrieval.language.asked import names_in_question
from retrieval.language.brackets import Settled, settle
from retrieval.language.capitals import capitals
from retrieval.language.evidence import Standing, standing
from retrieval.language.found import Found, scan
from retrieval.language.names import Lexicon, Name, index_of, lexicon
from retrieval.language.securities import Securities, derived
from retrieval.language.setting import Setting, setting_of
from retrieval.language.symbols import Printed, printed
from retrieval.language.words import words_of
from retrieval.models import Mention, Target, TargetKind

__all__ = ["find_in_title", "find_mentions", "names_in_question"]

_INITIALS = re.compile(r"\s\([\"“]?([A-Z]{2,6})[\"”]?\)")
_APART = "\n\n"
_DOES = re.compile(
    r"['’]|\W*$|\W+(?:to|will|is|are|has|and|or|in|at|on|as|after|amid|vs|goes|gets|cut|hit|beat|won"
    r"|stock|shares|\w+[^s\W]s|\w+ed)\b",
    re.IGNORECASE,
)
_LIST_GAP = re.compile(
    r"(?:['’]s)?(?:,|;| and| or| &|/|, and|, or| versus| vs\.?)? ?\(?", re.IGNORECASE
)
_MIN_SHORT = 3
_ROUNDS = 3  # a list supports its members from neighbour to neighbour; more rounds find nothing


def find_mentions(
    text: str, securities: Securities, *, title: str | None = None
) -> tuple[Mention, ...]:
    """Find the companies a text names, in order, without overlap; the title is only evidence."""
    names = lexicon(securities)
    words = words_of(text)
    at = setting_of(words, names.lists)
    found = scan(words, names, {})
    symbols = (*printed(text, securities), *abroad(text, securities))
    settled = settle(symbols, found, at, securities)
    known = {securities.primary(symbol.ticker) for symbol in settled.symbols}
    known |= _named_in(title, securities)
    linked = _read(found, at, settled, known, names)
    bare = capitals(at, linked, settled, known, securities)
    return _mentions(text, linked, (*settled.symbols, *bare), settled.abroad, securities)


def find_in_title(title: str, text: str, securities: Securities) -> tuple[Mention, ...]:
    """Find the companies a title names, as its article explains them: "Kratos" is said below.

    What the article never calls so must act or own there: not "United front collapses".
    """
    before = len(text) + len(_APART)
    alone = {(one.start, one.end) for one in find_mentions(title, securities)}
    found = find_mentions(f"{text}{_APART}{title}", securities)
    called = {one.surface for one in found if one.start < before}
    moved = (
        replace(one, start=one.start - before, end=one.end - before)
        for one in found
        if one.start >= before
    )
    return tuple(
        one
        for one in moved
        if (one.start, one.end) in alone or one.surface in called or _DOES.match(title, one.end)
    )


def _named_in(title: str | None, securities: Securities) -> set[str]:
    if not title:
        return set()
    return {securities.primary(mention.target.id) for mention in find_mentions(title, securities)}


def _read(
    found: list[Found], at: Setting, settled: Settled, known: set[str], names: Lexicon
) -> list[Found]:
    """Link names, then again with the names that brackets and full names have defined."""
    more = index_of(settled.names)
    if more:
        found = scan(at.words, names, more)
    linked = _linked(found, at, known)
    short = list(_shorts(linked, at, names))
    if not short:
        return linked
    more = index_of((*settled.names, *short))
    return _linked(scan(at.words, names, more), at, known | {one.name.id for one in linked})


def _linked(found: Sequence[Found], at: Setting, known: set[str]) -> list[Found]:
    """Keep the names that stand for companies, by themselves or by the support of others."""
    verdicts = [standing(one, at) for one in found]
    supported = known | {
        one.name.id for one, verdict in zip(found, verdicts, strict=True) if verdict == "yes"
    }
    verdicts = [
        "yes" if verdict == "support" and one.name.id in supported else verdict
        for one, verdict in zip(found, verdicts, strict=True)
    ]
    for _ in range(_ROUNDS):
        verdicts = _listed(found, verdicts, at.words.text)
    return [one for one, verdict in zip(found, verdicts, strict=True) if verdict == "yes"]


def _listed(found: Sequence[Found], verdicts: Sequence[Standing], text: str) -> list[Standing]:
    """Let a name in doubt follow its neighbour in a list."""
    after = list(verdicts)
    for left, right in pairwise(range(len(found))):
        for sure, doubtful in ((left, right), (right, left)):
            eligible = after[doubtful] == "support" and found[doubtful].name.level in {
                "proper",
                "word",
                "peer",
                "listed",
            }
            if eligible and after[sure] == "yes" and _beside(found[left], found[right], text):
                after[doubtful] = "yes"
    return after


def _beside(left: Found, right: Found, text: str) -> bool:
    """Tell whether two names are neighbours in one list: "Visa, Target and Boeing"."""
    return _LIST_GAP.fullmatch(text, left.end, right.start) is not None


def _shorts(linked: Iterable[Found], at: Setting, names: Lexicon) -> Iterable[Name]:
    """Make the short names that linked ones allow from there on: "Exxon" after "Exxon Mobil"."""
    first: dict[str, Name] = {}
    shared: set[str] = set()
    for one in linked:
        for name in _shorts_of(one, at, names):
            if first.setdefault(name.words[0], name).id != name.id:
                shared.add(name.words[0])
    return (name for head, name in first.items() if head not in shared)


def _shorts_of(one: Found, at: Setting, names: Lexicon) -> Iterable[Name]:
    name, head = one.name, one.name.words[0]
    whole = len(name.words) > 1 and name.level not in {"product", "peer", "bound"}
    if whole and _telling(head, at) and at.words.gap(one.first) == " ":
        known = any(len(n.words) == 1 and n.level == "strong" for n in names.names.get(head, ()))
        if not known:
            yield Name((head,), name.spelling[:1], name.kind, name.id, "short", since=one.end)
    defined = _INITIALS.match(at.words.text, one.end)
    initials = defined.group(1) if defined else ""
    if initials and initials not in at.lists["symbol"] and initials not in at.lists["never"]:
        words, spelling = (initials.casefold(),), (initials,)
        yield Name(words, spelling, name.kind, name.id, "bound", since=one.end)


def _telling(head: str, at: Setting) -> bool:
    """Tell whether a word can stand for the company whose name begins with it."""
    ordinary = any(head in at.lists[kind] for kind in ("generic", "given", "surname"))
    return not ordinary and len(head) >= _MIN_SHORT and head.isalpha()


def _mentions(
    text: str,
    linked: Iterable[Found],
    symbols: Iterable[Printed],
    named: Mapping[str, str],
    securities: Securities,
) -> tuple[Mention, ...]:
    """Turn what was found into mentions: symbols before names; the class that is printed."""
    symbols = tuple(symbols)
    printed_class = _printed_classes(symbols, securities)

    def name_of(ticker: str) -> str:
        return named.get(ticker) or securities.name_of(ticker)

    spans = [(s.start, s.end, Target("ticker", s.ticker, name_of(s.ticker))) for s in symbols]
    for one in linked:
        id_ = printed_class.get(one.name.id, one.name.id)
        name = name_of(id_) if one.name.kind == "ticker" else id_
        kind: TargetKind = "private" if one.name.kind == "private" else "ticker"
        spans.append((one.start, one.end, Target(kind, id_, name)))
    return tuple(
        Mention(target, text[start:end], start, end) for start, end, target in _apart(spans)
    )


def _printed_classes(symbols: Iterable[Printed], securities: Securities) -> dict[str, str]:
    """Map primary tickers to the class that the text prints, where it prints only one."""
    classes: dict[str, set[str]] = {}
    for symbol in symbols:
        if not derived(symbol.ticker):
            classes.setdefault(securities.primary(symbol.ticker), set()).add(symbol.ticker)
    return {primary: next(iter(found)) for primary, found in classes.items() if len(found) == 1}


def _apart(spans: Sequence[tuple[int, int, Target]]) -> list[tuple[int, int, Target]]:
    """Drop what overlaps an earlier entry of the list, and sort by place."""
    taken: list[tuple[int, int, Target]] = []
    end = -1
    order = sorted(range(len(spans)), key=lambda n: (spans[n][0], n))
    for n in order:
        start, stop, target = spans[n]
        if start >= end:
            taken.append((start, stop, target))
            end = stop
    return taken
