"""Triggers and conditions of articles -> those whose date can be read from the text. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from jobs.digest.models import News, NoteLine, Window
from jobs.zones import day_of
from retrieval.ask.calendar import YEAR, days_in, month_number
from retrieval.ask.citations import Citations
from retrieval.ask.wording import shortened
from retrieval.models import ArticleHead, Claim, Quote, Trigger

REACH = timedelta(days=270)  # what is farther ahead is no plan for a desk
LONGEST = 110  # characters of what is quoted

# Case matters: "may" is a verb. A month alone is a date where a word of time leads to it.
_MONTH = re.compile(
    r"\b(?i:in|by|until|from|before|after|of|early|mid|late)[\s-]"
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November"
    rf"|December)(?!\s\d{{1,2}}\b)(?:,?\s(?P<year>{YEAR}))?"
)


@dataclass(frozen=True, slots=True)
class Dated:
    """What an article says will be decided on a day; in a month, where `words` names no day."""

    day: date
    words: str
    head: ArticleHead
    quote: Quote
    text: str


def ahead_lines(
    news: News, claims: Iterable[Claim], window: Window, citations: Citations, most: int
) -> tuple[NoteLine, ...]:
    """Write the next dates that a window's articles name, the nearest first; each date's quote."""
    fresh = {head.article_id for head in news.heads if not head.backfilled}
    found = [
        *(one for head, trigger in news.triggers for one in _of_trigger(head, trigger)),
        *(one for claim in claims for one in _of_claim(claim)),
    ]
    wanted = {
        (one.day, one.text.casefold()): one
        for one in sorted(found, key=_order, reverse=True)
        if one.head.article_id in fresh and _is_ahead(one, window.local_date)
    }
    return tuple(
        NoteLine(
            lead=one.words,
            text=f"“{shortened(one.text, LONGEST)}”",
            citations=(citations.cite(one.head, one.quote),),
        )
        for one in sorted(wanted.values(), key=_order)[:most]
    )


def dates_in(text: str, written: date) -> Iterator[tuple[date, str]]:
    """Read the days and months that a text names, each with how to write it.

    Without a year the next one after the day on which it was written is meant. A month stands for
    its first day, or for that day itself where it has begun.
    """
    for said in days_in(text):
        *year, month, day = said
        for guess in year or (written.year, written.year + 1):
            found = _day(guess, month, day)
            if found and (year or found >= written):
                yield found, day_of(found)
                break
    for named in _MONTH.finditer(text):
        month = month_number(named["month"])
        year_of = int(named["year"] or written.year + (month < written.month))
        yield date(year_of, month, 1), f"{named['month'][:3]} {year_of}"


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # 30 February
        return None


def _of_trigger(head: ArticleHead, trigger: Trigger) -> Iterator[Dated]:
    quote = trigger.quote
    for day, words in dates_in(f"{quote.text} {trigger.horizon or ''}", head.dated_at.date()):
        yield Dated(day, words, head, quote, quote.text)


def _of_claim(claim: Claim) -> Iterator[Dated]:
    """Read the date of what a claim waits for: in the condition's own words."""
    for condition in claim.impact.conditions:
        for day, words in dates_in(condition, claim.head.dated_at.date()):
            yield Dated(day, words, claim.head, _quote_of(claim, condition), condition)


def _quote_of(claim: Claim, words: str) -> Quote:
    holding = (quote for quote in claim.impact.quotes if words in quote.text)
    return next(holding, claim.impact.reason)


def _is_ahead(one: Dated, today: date) -> bool:
    begun = one.day.day == 1 and (one.day.year, one.day.month) == (today.year, today.month)
    return begun or today <= one.day <= today + REACH


def _order(one: Dated) -> tuple[date, str, str]:
    return one.day, one.text, one.head.article_id
