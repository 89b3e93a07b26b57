"""What runs in the writers' lock, or every two seconds, is found by an index: no table is read."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, event

from jobs.alerts.live import Evaluator
from jobs.alerts.state import Alerts
from jobs.models import Owner
from jobs.outbox_rows import OutboxRows
from retrieval.db import connect, migrate
from retrieval.store.store import Store
from tests.alerts import NOON, plain_faces, rule, telling

MINUTE = timedelta(minutes=1)


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = connect("sqlite://")
    migrate(made, "retrieval.store", "jobs")
    yield made
    made.dispose()


def plans(engine: Engine, work: Callable[[], object]) -> list[str]:
    """Say how SQLite finds the rows of each statement that work makes, one line a table."""
    made: list[tuple[str, Any]] = []

    def note(*values: Any) -> None:
        made.append((values[2], values[3]))

    event.listen(engine, "before_cursor_execute", note)
    work()
    event.remove(engine, "before_cursor_execute", note)
    asked = [one for one in made if one[0].startswith(("SELECT", "UPDATE", "DELETE"))]
    with engine.connect() as connection:
        return [
            row[3]
            for statement, values in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]


def test_an_article_asks_an_index_what_its_rules_have_told(engine: Engine) -> None:
    store, alerts = Store(engine), Alerts(engine)
    alerts.keep(rule(), NOON - MINUTE)

    def put(name: str) -> None:
        told = telling(name, "NVDA", 0.6, story=1, published_at=NOON - MINUTE)
        store.put_many([told], now=NOON, then=Evaluator(plain_faces()))

    put("a")
    found = [line for line in plans(engine, lambda: put("b")) if "alert_traces" in line]
    assert found
    assert [line for line in found if line.startswith("SCAN")] == []


def test_many_peoples_lists_are_read_at_once(engine: Engine) -> None:
    store, alerts = Store(engine), Alerts(engine)

    def asked(people: int) -> int:
        for n in range(people):
            owner = Owner("T1", f"U{n}")
            for scope in ("watchlist", "portfolio"):
                kept = rule(id=f"{scope}{n}", scope=scope, owner=owner, recipient=f"D{n}")
                alerts.keep(kept, NOON - MINUTE)
        told = telling(f"a{people}", "NVDA", 0.6, story=people, published_at=NOON - MINUTE)
        put = partial(store.put_many, [told], now=NOON, then=Evaluator(plain_faces()))
        return len(plans(engine, put))

    few = asked(2)
    assert asked(20) == few


def test_the_next_post_is_found_among_those_that_wait(engine: Engine) -> None:
    rows = OutboxRows(engine)
    found = plans(engine, lambda: rows.claim(NOON, owner="me", lease=MINUTE))
    read = [line for line in found if line.startswith("SCAN")]
    assert read == ["SCAN outbox USING INDEX ix_outbox_open"]
