"""The days that a text names, and the names of months. Knows no questions and no today."""

import re
from collections.abc import Iterator

_MONTHS = (
    "january february march april may june july august september october november december".split()
)
MONTH_NAMES = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
MONTH_NAMES += r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
YEAR = r"(?:19|20)\d\d"

DATE = re.compile(
    rf"(?:(?:published |reported )?(?:on|in|before|after) )?(?:(?P<iso>\d{{4}}-\d\d-\d\d)"
    rf"|(?P<month>{MONTH_NAMES})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>\d{{4}}))?"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)? (?P<month2>{MONTH_NAMES})\b(?:,? (?P<year2>\d{{4}}))?)"
    r"(?!\w)",
    re.IGNORECASE,
)
"""A day of a month, with its year or without, and the words that lead to it."""


def days_in(text: str) -> Iterator[tuple[int, ...]]:
    """The days that a text names: (month, day), or (year, month, day) where it says the year."""
    for found in DATE.finditer(text):
        if iso := found["iso"]:
            year, month, day = map(int, iso.split("-"))
            yield year, month, day
            continue
        month = month_number(found["month"] or found["month2"])
        said = (month, int(found["day"] or found["day2"]))
        of_year = found["year"] or found["year2"]
        yield (int(of_year), *said) if of_year else said


def month_number(month: str) -> int:
    """Number a month by its name or the first letters of it, 1 to 12."""
    return next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(month[:3].lower()))
