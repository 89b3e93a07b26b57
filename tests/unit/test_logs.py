"""Log lines tell where something went wrong, and nothing of what was in hand."""

import io
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from bot.logs import log_to


@pytest.fixture(autouse=True)
def usual_afterwards() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


def logged(report: Callable[[], None]) -> str:
    """What the log says when `report` is called about a failure that has a canary in it."""
    stream = io.StringIO()
    log_to(stream, "info")
    article = "canary of an article"
    try:
        int(article)
    except ValueError:
        report()
    return stream.getvalue()


def test_a_failure_is_logged_without_its_words_and_variables() -> None:
    said = logged(lambda: structlog.get_logger("test").exception("an index failed", change=7))
    assert "an index failed" in said
    assert "change=7" in said
    assert "test_logs.py" in said
    assert said.rstrip().endswith("ValueError")
    assert "canary" not in said


def test_a_failure_that_a_library_logs_has_no_words_either() -> None:
    library = logging.getLogger("apscheduler.executors.default")
    said = logged(lambda: library.exception("a job raised"))
    assert "a job raised" in said
    assert said.rstrip().endswith("ValueError")
    assert "canary" not in said


def test_events_below_the_level_are_not_written() -> None:
    stream = io.StringIO()
    log_to(stream, "warning")
    structlog.get_logger("test").info("nothing")
    structlog.get_logger("test").warning("something")
    assert "nothing" not in stream.getvalue()
    assert "something" in stream.getvalue()
