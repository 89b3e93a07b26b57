"""The cases of feedback on every database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.feedback import REASONS, Case, Feedback

NOW = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
CASE = Case("a-1", "U1", "C1", "down", NOW)


@pytest.fixture
def cases(engine: Engine) -> Feedback:
    return Feedback(engine)


def test_a_case_comes_back_as_it_was_given(cases: Feedback) -> None:
    told = [replace(CASE, user=r, reason=r, note=f"“{r}” & more") for r in REASONS]
    for case in told:
        cases.keep(case)
    assert sorted(cases.cases(), key=lambda c: c.user) == sorted(told, key=lambda c: c.user)


def test_the_newest_case_comes_first(cases: Feedback) -> None:
    later = replace(CASE, replay_id="a-2", at=NOW + timedelta(minutes=1))
    cases.keep(later)
    cases.keep(CASE)
    assert cases.cases() == (later, CASE)


def test_who_thinks_again_has_one_verdict_and_others_keep_theirs(cases: Feedback) -> None:
    other = replace(CASE, user="U2")
    cases.keep(CASE)
    cases.keep(other)
    again = replace(CASE, verdict="up", at=NOW + timedelta(minutes=1))
    cases.keep(again)
    assert set(cases.cases()) == {again, other}
