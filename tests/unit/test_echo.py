"""The line that says which filters were applied, and what lies outside them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers import Filters, Question
from retrieval.ask.echo import NOTHING, Outside, echo, left_nothing
from retrieval.models import Scope
from tests.nouns import target

FRIDAY = datetime(2026, 11, 6, tzinfo=UTC)
DAY = timedelta(days=1)
NEW_YORK = ZoneInfo("America/New_York")


def asked(scope: Scope = Scope(), *tickers: str, **filters: object) -> Question:
    return Question("?", "benefit", tickers, scope=scope, filters=Filters(**filters))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (asked(), None),
        (asked(Scope(article_ids=("a",))), None),
        (asked(Scope(since=FRIDAY)), "since Fri 6 Nov 2026"),
        (asked(Scope(since=FRIDAY + timedelta(hours=9.5))), "since Fri 6 Nov 2026 09:30 UTC"),
        (asked(Scope(until=FRIDAY)), "until Thu 5 Nov 2026"),
        (asked(Scope(since=FRIDAY, until=FRIDAY + DAY)), "on Fri 6 Nov 2026"),
        (asked(Scope(since=FRIDAY, until=FRIDAY + 3 * DAY)), "Fri 6 to Sun 8 Nov 2026"),
        (asked(Scope(since=FRIDAY, until=FRIDAY + 30 * DAY)), "Fri 6 Nov to Sat 5 Dec 2026"),
        (
            asked(Scope(since=FRIDAY, until=FRIDAY + 90 * DAY)),
            "Fri 6 Nov 2026 to Wed 3 Feb 2027",
        ),
        (asked(Scope(as_of=FRIDAY)), "as known at the end of Thu 5 Nov 2026 UTC"),
        (
            asked(Scope(as_of=FRIDAY + timedelta(hours=1))),
            "as known on Fri 6 Nov 2026 01:00 UTC",
        ),
        (asked(Scope(sources=("AP", "The Ledger", "X"))), "only AP, The Ledger and X"),
        (asked(Scope(not_sources=("AP",))), "without AP"),
        (asked(only=("NVDA", "AMD")), "only NVDA and AMD"),
        (asked(without=("AAPL",)), "without AAPL"),
        (asked(order=2), "only 2nd order"),
        (asked(mine=("NVDA",)), "only your list (1 name)"),
        (asked(mine=()), "no list of yours is stored, so all names"),
        (asked(unread=("without airlines",)), "not applied: “without airlines”"),
        (
            asked(Scope(since=FRIDAY, sources=("Reuters",)), side="negative"),
            "since Fri 6 Nov 2026 · only Reuters · only negative",
        ),
    ],
)
def test_each_filter_is_said_and_nothing_else(question: Question, said: str | None) -> None:
    assert echo(question) == said


def test_days_are_told_as_the_asker_counts_them() -> None:
    midnight = datetime(2026, 11, 6, 5, tzinfo=UTC)  # in New York
    scope = Scope(since=midnight, until=midnight + DAY, as_of=midnight)
    assert echo(asked(scope, zone=NEW_YORK)) == (
        "on Fri 6 Nov 2026 · as known at the end of Thu 5 Nov 2026 EST"
    )


@pytest.mark.parametrize(
    ("question", "outside", "said"),
    [
        (asked(Scope(since=FRIDAY)), NOTHING, None),
        (
            asked(Scope(since=FRIDAY, sources=("Reuters",))),
            Outside(other_sources=4, other_times=1),
            (
                "Nothing from Reuters since Fri 6 Nov 2026; 4 articles from other sources,"
                " 1 article at other times."
            ),
        ),
        (
            asked(Scope(not_sources=("AP",)), "NVDA"),
            Outside(other_sources=1),
            "Nothing on NVDA without AP; 1 article from other sources.",
        ),
        (
            asked(only=("AMD",)),
            Outside(claims=((target("NVDA"), "positive"), (target("miners", "group"), "mixed"))),
            "Nothing with these filters; outside them NVDA positive and miners mixed.",
        ),
        (
            asked(side="negative"),
            Outside(claims=tuple((target(name), "positive") for name in "ABCDEFG")),
            (
                "Nothing with these filters; outside them A positive, B positive, C positive,"
                " D positive and 3 more."
            ),
        ),
    ],
)
def test_a_filter_that_leaves_nothing_says_what_lies_outside_it(
    question: Question, outside: Outside, said: str | None
) -> None:
    assert left_nothing(question, outside) == said


moments = st.none() | st.datetimes(timezones=st.sampled_from([UTC, NEW_YORK]))


@given(moments, moments, moments)
def test_any_moments_can_be_told(
    since: datetime | None, until: datetime | None, as_of: datetime | None
) -> None:
    said = echo(asked(Scope(since=since, until=until, as_of=as_of), zone=NEW_YORK))
    assert (said is None) == (since is None and until is None and as_of is None)
