"""A clause -> the times it speaks of, in its own words. Knows no calendar."""

import re
from collections.abc import Sequence

from retrieval.models import Span

_NUMBER = (
    r"(?:\d+(?:\s?[-–]\s?\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|eighteen)"
)
_UNIT = r"(?:day|week|month|quarter|year|decade)s?"
_COUNT = rf"(?:{_NUMBER}|couple of|few|several|coming)(?:\s(?:to|or)\s{_NUMBER})?"
_YEAR = r"(?:19|20)\d\d(?:\s?[-–]\s?\d{2,4})?"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_PART = r"(?:first|second|third|fourth|back|front|current|next|coming|holiday)"
_STAGE = r"(?:mid-|late\s|early\s)"
_PATTERNS = (
    rf"(?:over|in|within|for|during|through)\sthe\s(?:next|coming)\s(?P<a>{_COUNT}\s?-?{_UNIT})",
    rf"(?:over|in|within|for)\sthe\s(?P<b>(?:next|coming)\s{_UNIT})",
    rf"(?:within|over|in)\s(?P<c>{_COUNT}\s?-?{_UNIT})(?=\W|$)",
    r"over\sthe\s(?P<d>(?:near|short|medium|long|longer)(?:er)?[-\s]term)",
    rf"(?P<e>(?:by|until|through|into|beyond|throughout)\s(?:{_MONTH}\s)?{_STAGE}?{_YEAR})",
    r"(?P<f>by\s(?:year[-\s]end|the\send\sof\s(?:the|this|next)\s\w+|mid-year))",
    (
        rf"(?P<g>in\s(?:the\s{_PART}\s(?:half|quarter)(?:\sof\s(?:{_YEAR}|(?:the|next)\syear))?"
        rf"|H[12]\b|{_STAGE}?{_YEAR}))"
    ),
    (
        r"(?P<h>(?:next|this|later\sthis|the\scoming)\s(?:week|month|quarter|year|decade|summer|winter|"
        r"spring|autumn|fall|season))"
    ),
    r"(?P<i>(?:near|short|medium|long|longer)[-\s]term)",
)
_HORIZON = re.compile("|".join(rf"\b{pattern}" for pattern in _PATTERNS), re.IGNORECASE)
# "fell 4 % in 2023", "reported this week": what is over is no horizon
_PAST = re.compile(
    r"\b(?:rose|fell|was|were|had|reported|gained|lost|grew|dropped|declined|posted|closed|ended|"
    r"last|ago|since|climbed|jumped|surged|slid|slipped|so far)\b",
    re.IGNORECASE,
)


def tells_of_the_past(text: str, span: Span) -> bool:
    """Tell whether a clause reports what is over."""
    return _PAST.search(text, span.start, span.end) is not None


def horizon_of(text: str, span: Span, besides: Sequence[Span] = ()) -> str | None:
    """Name the time that a clause gives for what it says, unless the clause tells of the past.

    Words inside `besides` (a target's own name: "owners with near-term power") are no horizon.
    """
    if tells_of_the_past(text, span):
        return None
    for found in _HORIZON.finditer(text, span.start, span.end):
        place = Span(found.start(), found.end())
        if not any(name.start < place.end and place.start < name.end for name in besides):
            return next(words for words in found.groups() if words)
    return None
