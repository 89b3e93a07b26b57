"""10,000 articles with planted copies and floods, held against rules without a database."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from jobs.alerts.evaluate import Index, Rulebook
from jobs.alerts.past import Past
from jobs.alerts.quiet import Quiet
from jobs.alerts.rules import UNKNOWN, Event, Rule, Trace
from tests.alerts import NOON, event, rule

ARTICLES, NAMES = 10_000, 40
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def book() -> Rulebook:
    night = Quiet(NOON.time().replace(hour=22), NOON.time().replace(hour=7))
    by_name = [
        rule(id=f"n{n}", about=f"N{n}", threshold=0.5, cooldown=n % 4 * HOUR, hourly_cap=1 + n % 5)
        for n in range(NAMES)
    ]
    wide = [
        rule(id="any", scope="any", threshold=0.8, hourly_cap=4, quiet=night, break_through=0.95),
        rule(id="new", scope="any", metric="novelty", threshold=1.0, hourly_cap=60),
        rule(id="mine", scope="watchlist", threshold=0.3, hourly_cap=6, quiet=night),
    ]
    return Rulebook((*by_name, *wide), {"mine": frozenset({"N1", "N2", "N3"})})


def flood(seed: int) -> Iterator[tuple[Event, ...]]:
    """Articles in bursts: half are copies of a story, some undated, old, back-filled, corrected."""
    draw, at = random.Random(seed), NOON - 20 * 24 * HOUR
    for n in range(ARTICLES):
        at += draw.choice([0, 0, 0, 1, 1, 10]) * MINUTE
        story = n if draw.random() < 0.5 else max(0, n - draw.randint(1, 50))
        kind = draw.choice(["plain"] * 7 + ["undated", "old", "history"])
        published = {"undated": None, "old": at - 25 * HOUR}.get(kind, at - MINUTE)
        one = event(
            article_id=f"a{n}",
            story_id=f"s{story}",
            change=n,
            ticker=f"N{story % NAMES}",
            at=at,
            published_at=published,
            score=draw.choice([-0.97, -0.6, 0.2, 0.6, 0.85]),
            novelty=1.0 if story == n else 0.75,
            backfilled=kind == "history",
            version=2 if draw.random() < 0.05 else 1,
        )
        yield replace(one, ticker="", score=None), one


def held_against(rules: Rulebook, seed: int) -> tuple[dict[str, list[Trace]], float]:
    index, pasts = Index(rules), {one.id: Past() for one in rules.rules}
    traces: dict[str, list[Trace]] = {one.id: [] for one in rules.rules}
    began = time.perf_counter()
    for events in flood(seed):
        for one, found in index.pairs(events):
            listed = rules.names(one)
            traces[one.id].append(pasts[one.id].take(one, found, standing=UNKNOWN, listed=listed))
    return traces, time.perf_counter() - began


def test_no_duplicate_no_cap_broken_and_nothing_old_in_ten_thousand_articles() -> None:
    rules = book()
    traces, seconds = held_against(rules, seed=7)
    counted = Counter(t.outcome for of_one in traces.values() for t in of_one)
    print(f"\n{ARTICLES} articles, {len(rules.rules)} rules: {dict(counted)} in {seconds:.1f} s")  # noqa: T201
    assert min(counted[o] for o in ("fired", "held", "folded", "update", "silent")) > 100
    for one in rules.rules:
        _holds(one, traces[one.id])


def _holds(one: Rule, traces: list[Trace]) -> None:
    alerts = [t for t in traces if t.outcome in ("fired", "held", "folded")]
    threads = Counter((t.thread, t.ticker) for t in alerts)
    assert max(threads.values(), default=0) <= 1
    hours = Counter(_hour(t.at) for t in alerts if t.outcome == "fired")
    assert max(hours.values(), default=0) <= one.hourly_cap
    for trace in alerts:
        assert all(trace.check(name).passed for name in ("origin", "dated", "fresh", "version"))
    last: dict[str, datetime] = {}
    for trace in alerts:
        if trace.ticker in last and trace.ticker:
            assert trace.at - last[trace.ticker] >= one.cooldown
        last[trace.ticker] = trace.at
    told = {(t.thread, t.ticker) for t in alerts}
    assert all((t.thread, t.ticker) in told for t in traces if t.outcome == "update")


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
