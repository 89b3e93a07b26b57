"""Triggers and conditions of articles -> those whose date can be read from the text. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from jobs.digest.models import News, NoteLine, Told
from jobs.zones import day_of
from retrieval.ask.calendar import YEAR, days_in, month_number
from retrieval.ask.citations import Citations
from retrieval.ask.wording import shortened
from retrieval.models import ArticleHead, Claim, Quote, Trigger, digest_of

REACH = timedelta(days=270)  # what is farther ahead is no plan for a desk
LONGEST = 110  # characters of what is quoted
_DAY = 10  # characters of an ISO date

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

    @property
    def key(self) -> str:
        """What it is told once for: its day and its words."""
        return f"{self.day.isoformat()} {digest_of(self.text.casefold())[:8]}"


def ahead_of(
    news: News, claims: Iterable[Claim], today: date, told: Iterable[Told]
) -> tuple[Dated, ...]:
    """List the dates ahead that articles name and no brief has told, each once, the nearest first.

    They are dates of the window, and of earlier articles.
    """
    found = [
        *(one for head, trigger in news.triggers for one in _of_trigger(head, trigger)),
        *(one for claim in claims for one in _of_claim(claim)),
    ]
    known = {key for brief in told for key in brief.ahead}
    wanted = {
        one.key: one
        for one in sorted(found, key=_order, reverse=True)
        if is_ahead(one.day, today) and not one.head.backfilled and one.key not in known
    }
    return tuple(sorted(wanted.values(), key=_order))


def ahead_lines(dates: Iterable[Dated], citations: Citations) -> tuple[NoteLine, ...]:
    """Write dates, each with the words that say what is decided then."""
    return tuple(
        NoteLine(
            lead=one.words,
            text=f"“{shortened(one.text, LONGEST)}”",
            citations=(citations.cite(one.head, one.quote),),
        )
        for one in dates
    )


def still_ahead(shown: Iterable[Dated], told: Iterable[Told], today: date) -> tuple[str, ...]:
    """The keys of the dates that a reader knows: those shown, and those told before and not past.

    Each brief hands them on to the next, so that none is told again.
    """
    earlier = {key for brief in told for key in brief.ahead}
    kept = {key for key in earlier if is_ahead(date.fromisoformat(key[:_DAY]), today)}
    return tuple(sorted(kept | {one.key for one in shown}))


def is_ahead(day: date, today: date) -> bool:
    """Tell whether a day has not passed, and is near; a month stands for its first day."""
    begun = day.day == 1 and (day.year, day.month) == (today.year, today.month)
    return begun or today <= day <= today + REACH


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


def _order(one: Dated) -> tuple[date, str, str]:
    return one.day, one.text, one.head.article_id
