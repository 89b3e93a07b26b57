"""The noun that sentiment is read from: a text and where its target stands in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.language.words import GLUED
from retrieval.models import Span

# a symbol that is printed behind a name: "Apple's AAPL.O", "Tesla (NASDAQ: TSLA)", "Visa <V.N>"
_PRINTED = re.compile(
    rf"{GLUED.pattern}"
    r"|(?<=[\w'’.])\s+(?:(?:[A-Z][A-Z0-9]{1,5}[a-z]?|\d{3,6})\.[A-Z]{1,2}\b|[A-Z]\.[A-Z]{1,2}(?![.\w])"
    r"|\(\s*(?:[A-Z][A-Za-z]{2,9}\s?:\s*)[A-Z0-9.\-]{1,8}\s*\)"
    r"|<[A-Za-z0-9.=^]{1,10}>)"
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A text, and the places of its target; without places it is read as a whole."""

    text: str
    spans: tuple[Span, ...] = ()


def passage_of(text: str, spans: Sequence[Span] = ()) -> Passage:
    """Make a passage without the symbols that are printed behind names: no sentence has them.

    A symbol that is itself the only name of the target stays.
    """
    ordered = sorted(spans, key=lambda span: span.start)
    cuts = [Span(*found.span()) for found in _PRINTED.finditer(text)]
    named = [s for s in ordered if not any(c.start < s.end and s.start < c.end for c in cuts)]
    if ordered and not named:
        cuts = [c for c in cuts if not any(c.start < s.end and s.start < c.end for s in ordered)]
        named = ordered
    kept = text
    for cut in reversed(cuts):
        kept = kept[: cut.start] + kept[cut.end :]
    return Passage(kept, tuple(_moved(span, cuts) for span in named))


def _moved(span: Span, cuts: Sequence[Span]) -> Span:
    gone = sum(cut.end - cut.start for cut in cuts if cut.end <= span.start)
    return Span(span.start - gone, span.end - gone)
