"""What a chat model said and took, in memory, on SQLite and on Postgres."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from retrieval.language.paying import Account
from retrieval.store.purse import Purse
from tests.articles import MONDAY
from tests.fakes import MemoryPurse

TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)

Opening = Callable[[], Account]


@pytest.fixture(params=["fake", "sqlite", "postgres"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Opening:
    """Opens the same purse, as a process that starts does."""
    if request.param == "fake":
        purse = MemoryPurse()
        return lambda: purse
    url = f"sqlite:///{tmp_path}/tape.db"
    if request.param == "postgres":
        url = request.getfixturevalue("fresh_postgres_url")
    return lambda: Purse.open(url)


def test_a_reply_is_kept_under_its_key_and_the_first_one_stays(opening: Opening) -> None:
    opening().keep("a", "one", now=MONDAY)
    opening().keep("a", "two", now=MONDAY)
    assert opening().kept("a") == "one"
    assert opening().kept("b") is None


def test_a_day_begins_with_nothing_spent(opening: Opening) -> None:
    assert opening().spent(TODAY) == 0


def test_a_day_is_never_overdrawn_and_a_restart_forgets_nothing(opening: Opening) -> None:
    assert opening().reserve(TODAY, 60, limit=100)
    assert not opening().reserve(TODAY, 41, limit=100)
    assert opening().reserve(TODAY, 40, limit=100)
    assert not opening().reserve(TODAY, 1, limit=100)
    assert opening().reserve(TOMORROW, 100, limit=100)
    assert (opening().spent(TODAY), opening().spent(TOMORROW)) == (100, 100)


def test_what_was_set_aside_becomes_what_was_paid(opening: Opening) -> None:
    purse = opening()
    assert purse.reserve(TODAY, 100, limit=100)
    purse.settle(TODAY, 100, 30)
    assert purse.spent(TODAY) == 30
    assert purse.reserve(TODAY, 70, limit=100)
    purse.settle(TODAY, 70, 90)  # it took more than was thought: the day is over
    assert purse.spent(TODAY) == 120
    assert not purse.reserve(TODAY, 0, limit=100)


@pytest.mark.parametrize("opening", ["sqlite", "postgres"], indirect=True)
def test_those_who_reserve_at_once_do_not_overdraw_together(opening: Opening) -> None:
    purses = [opening() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        granted = list(pool.map(lambda purse: purse.reserve(TODAY, 30, limit=100), purses))
    assert sum(granted) == 3
    assert opening().spent(TODAY) == 90
