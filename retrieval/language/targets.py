"""A text and the name of a target -> the places where the target stands in it. Has no opinion."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.language.mentions import find_mentions, names_in_question
from retrieval.language.passages import passage_of
from retrieval.language.securities import Securities
from retrieval.language.sentiment import Judge, read_sentiments
from retrieval.models import Sentiment, Span

_LEGAL = frozenset(
    "incorporated inc corporation corp company co ltd limited plc llc ag sa s.a nv n.v se ab asa"
    " oyj oy spa group holding holdings".split()
)
_WORD = re.compile(r"[^,\s]+")
_SYMBOL = re.compile(r"\$?[A-Z][A-Z.]{0,5}")
_POSSESSIVE = re.compile(r"['’]s?$")
_SHORTEST = 3  # letters of a first word, or initials, that can stand for the whole name


@dataclass(frozen=True, slots=True)
class Asked:
    """A text and whom to read it for; without a target it is read as a whole.

    `start` and `end` say where the target stands, if that is known.
    """

    id: str
    text: str
    target: str | None = None
    start: int | None = None
    end: int | None = None


def sentiments_of(asked: Sequence[Asked], judge: Judge, securities: Securities) -> list[Sentiment]:
    """Say what each text says about its target; where it does not name it, how the text sounds."""
    passages = [passage_of(one.text, places(one, securities)) for one in asked]
    return read_sentiments(passages, judge)


def places(asked: Asked, securities: Securities) -> tuple[Span, ...]:
    """Find the target: as given, as written, without its legal form or a possessive, by company.

    Then by its initials (RBS, LSEG) or its first word.

    Nothing when the text does not name it. The target need not be in the company table.
    """
    text, target = asked.text, (asked.target or "").strip()
    if asked.start is not None and asked.end is not None:
        return (Span(asked.start, asked.end),)
    if not target:
        return ()
    short = _POSSESSIVE.sub("", _without_legal_form(target)) or target
    return (
        _written(text, target)
        or _written(text, short)
        or _as_company(text, target, securities)
        or _by_initials(text, target)
        or _by_initials(text, short)
        or _by_first_word(text, target)
    )


def _without_legal_form(name: str) -> str:
    words = list(_WORD.finditer(name))
    while len(words) > 1 and words[-1].group().rstrip(".").casefold() in _LEGAL:
        words.pop()
    return name[: words[-1].end()] if words else name


def _written(text: str, name: str) -> tuple[Span, ...]:
    """Find a name as it is written, in any case; a symbol keeps its capitals."""
    flags = re.NOFLAG if _SYMBOL.fullmatch(name) else re.IGNORECASE
    pattern = rf"(?<!\w){re.escape(name)}(?!\w)"
    return tuple(Span(*found.span()) for found in re.finditer(pattern, text, flags))


def _as_company(text: str, target: str, securities: Securities) -> tuple[Span, ...]:
    """Find a company of the table by another of its names or by its symbol."""
    named, _ = names_in_question(target, securities)
    wanted = {mention.target.id for mention in named}
    if target.lstrip("$") in securities:
        wanted.add(securities.primary(target.lstrip("$")))
    if not wanted:
        return ()
    return tuple(
        Span(mention.start, mention.end)
        for mention in find_mentions(text, securities)
        if securities.primary(mention.target.id) in wanted or mention.target.id in wanted
    )


def _by_initials(text: str, name: str) -> tuple[Span, ...]:
    initials = "".join(word[0] for word in name.split() if word[0].isupper())
    return _written(text, initials) if len(initials) >= _SHORTEST else ()


def _by_first_word(text: str, target: str) -> tuple[Span, ...]:
    first = target.split(maxsplit=1)[0]
    return _written(text, first) if len(first) >= _SHORTEST else ()
