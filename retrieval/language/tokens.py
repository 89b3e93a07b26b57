"""Text -> words, numbers and marks with their places. Knows no meaning."""

import re
from dataclasses import dataclass
from itertools import islice

from retrieval.models import Span

LONGEST = 250  # tokens; a longer "sentence" is a table or an attack, and its rest is not read
_TOKEN = re.compile(
    r"\d+-[^\W\d_]+(?:-[^\W_]+)*"  # "9-month" is one word too
    r"|[+\-−]?\d+(?:[.,]\d+)*%?"  # a number keeps its sign and percent
    r"|[^\W_]+(?:-[^\W_]+)*"  # "low-margin" is one word
    r"|['’](?:s|t|re|ve|ll|d|m)\b"  # "Apple" + "'s", "don" + "'t"
    r"|[^\w\s]"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark at `text[start:end]`."""

    lower: str
    start: int
    end: int
    capital: bool


def tokenise(text: str, span: Span) -> tuple[Token, ...]:
    """Cut the tokens out of one sentence of a text, at most `LONGEST` of them."""
    return tuple(
        Token(found[0].lower(), found.start(), found.end(), found[0][0].isupper())
        for found in islice(_TOKEN.finditer(text, span.start, span.end), LONGEST)
    )
