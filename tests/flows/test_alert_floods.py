"""Floods and histories through the real store: caps hold, nothing twice, nothing old, in time."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.blocks.alerts import FACES
from jobs.alerts.flush import flush
from jobs.alerts.live import Evaluator
from jobs.alerts.replay import dry_run
from jobs.alerts.rules import Rule
from jobs.alerts.state import Alerts
from jobs.models import ALERT
from jobs.outbox_table import outbox
from retrieval.db import connect, migrate, reading
from retrieval.store.records import Record
from retrieval.store.store import Store
from tests.alerts import NOON, rule, telling

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NAMES = ["NVDA", "AMD", "KO", "PEP", "MSFT", "GM", "F", "NKE"]
BATCH = 16


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = connect(f"sqlite:///{tmp_path}/tape.db")
    migrate(made, "retrieval.store", "jobs")
    yield made
    made.dispose()


def rules() -> list[Rule]:
    by_name = [rule(id=f"n{n}", about=name, hourly_cap=3) for n, name in enumerate(NAMES)]
    return [
        *by_name,
        rule(id="rev", scope="any", metric="reversal", threshold=0.5, hourly_cap=6),
        rule(id="vol", scope="any", metric="volume", threshold=2.0, hourly_cap=6),
        rule(id="chg", scope="any", metric="change", threshold=0.4, hourly_cap=2, cooldown=HOUR),
    ]


def flood(count: int, seed: int) -> Iterator[tuple[datetime, list[Record]]]:
    draw, at = random.Random(seed), NOON
    for start in range(0, count, BATCH):
        at += draw.choice([0, 1, 5, 30]) * MINUTE
        batch = {}
        for n in range(start, start + BATCH):
            story = n if draw.random() < 0.6 else max(0, n - draw.randint(1, 20))
            kind = draw.choice(["plain"] * 7 + ["undated", "old", "history"])
            published = {"undated": None, "old": at - 30 * HOUR}.get(kind, at - MINUTE)
            batch[f"a{n}"] = telling(
                f"a{n}",
                NAMES[story % len(NAMES)],
                draw.choice([-0.9, -0.6, 0.2, 0.6, 0.9]),
                story=story,
                published_at=published,
                more=f" Told {n}.",
                backfilled=kind == "history",
            )
        yield at, list(batch.values())


def test_a_flood_through_the_store_breaks_no_cap_and_tells_nothing_twice(
    engine: Engine,
    long: bool,  # noqa: FBT001  a fixture
) -> None:
    count = 10_000 if long else 480
    store, alerts = Store(engine), Alerts(engine)
    kept = [alerts.keep(one, NOON - DAY) for one in rules()]
    seconds = [0.0, 0.0]
    for at, batch in flood(count, seed=3):
        spent, began = [0.0], time.thread_time()

        def then(*given: object, spent: list[float] = spent) -> None:
            start = time.thread_time()
            Evaluator(FACES)(*given)  # type: ignore[arg-type]
            spent[0] += time.thread_time() - start

        store.put_many(batch, now=at, then=then)
        seconds = [seconds[0] + time.thread_time() - began, seconds[1] + spent[0]]
        flush(engine, FACES, at)
    counted: Counter[str] = Counter()
    for one in kept:
        traces = alerts.traces(one.id)
        counted.update(trace.outcome for trace in traces)
        told = [trace for trace in traces if trace.outcome != "silent"]
        first = [trace for trace in told if trace.outcome != "update"]
        assert len({(t.thread, t.ticker) for t in first}) == len(first)
        hours = Counter(t.at.replace(minute=0) for t in first if t.outcome == "fired")
        assert max(hours.values(), default=0) <= one.hourly_cap
        assert all(t.check(n).passed for t in first for n in ("origin", "dated", "fresh"))
        assert list(dry_run(engine, one, NOON - DAY).told) == told
    each = seconds[1] / count * 1000
    print(  # noqa: T201  the figures reached
        f"\n{count} articles, {len(kept)} rules: {dict(counted)}; {each:.1f} ms of work an article"
        f" of {seconds[0] / count * 1000:.1f} ms in its transaction"
    )
    assert counted["fired"] > 20
    # Its own time: what others do on the machine meanwhile says nothing about it.
    assert each < 50  # the writers' lock is held meanwhile


def test_a_year_of_history_fires_nothing(
    engine: Engine,
    long: bool,  # noqa: FBT001  a fixture
) -> None:
    count = 4_000 if long else 365
    store, alerts = Store(engine), Alerts(engine)
    kept = [alerts.keep(one, NOON - DAY) for one in rules()]
    draw = random.Random(5)
    for start in range(0, count, BATCH):
        batch = [
            telling(
                f"h{n}",
                NAMES[n % len(NAMES)],
                draw.choice([-0.9, 0.9]),
                story=n,
                published_at=NOON - (n * 365 / count) * DAY - (0 if n % 2 else 25) * HOUR,
                backfilled=bool(n % 2),  # an import marks it; the age alone is enough
            )
            for n in range(start, start + BATCH)
        ]
        store.put_many(batch, now=NOON, then=Evaluator(FACES))
    with reading(engine) as connection:
        assert connection.execute(select(outbox).where(outbox.c.kind == ALERT)).all() == []
    outcomes = Counter(t.outcome for one in kept for t in alerts.traces(one.id))
    assert set(outcomes) == {"silent"}
