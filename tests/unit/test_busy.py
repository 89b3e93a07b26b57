"""Who waits for a free hand hears their place: at once, then when it has changed, not too often."""

import pytest

from bot.busy import AGAIN, Heard, busy_text, ordinal, to_tell
from bot.questions import Waiting

FIRST, SECOND, THIRD = (Waiting(n, "C1", f"{n}.0") for n in (1, 2, 3))


def test_each_is_told_their_place_at_once() -> None:
    assert to_tell((FIRST, SECOND), {}, 5.0) == [(FIRST, 1), (SECOND, 2)]


def test_nobody_is_told_the_same_twice() -> None:
    heard = {1: Heard(1, 5.0)}
    assert to_tell((FIRST, SECOND), heard, 5.0 + 10 * AGAIN) == [(SECOND, 2)]


def test_a_new_place_is_told_after_a_moment() -> None:
    heard = {2: Heard(2, 5.0), 3: Heard(3, 5.0)}
    assert to_tell((SECOND, THIRD), heard, 5.0 + AGAIN / 2) == []
    assert to_tell((SECOND, THIRD), heard, 5.0 + AGAIN) == [(SECOND, 1), (THIRD, 2)]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (13, "13th"),
        (21, "21st"),
        (102, "102nd"),
        (111, "111th"),
    ],
)
def test_places_are_said_as_people_say_them(number: int, said: str) -> None:
    assert ordinal(number) == said


def test_the_status_reads_well_behind_the_apps_name() -> None:
    assert busy_text(3) == "is busy, you are 3rd"
