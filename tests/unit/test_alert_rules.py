"""What a rule makes of an event, check by check, and what comes of it."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from inline_snapshot import snapshot

from jobs.alerts.decide import MOST_UPDATES, STORY_LASTS, State, decide
from jobs.alerts.events import in_scope, theme_of, word_in
from jobs.alerts.quiet import Quiet
from jobs.alerts.rules import METRICS, Mute, Rule, Standing, Trace
from jobs.errors import BadRuleError, PrivateRuleError
from tests.alerts import NOON, event, rule

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
REVERSAL = rule(metric="reversal", threshold=0.5)
NIGHT = Quiet(time(22), time(7))
MIDNIGHT = NOON.replace(hour=5)  # in New York


PLAIN, NEW = rule(), State()


def traced(of: Rule = PLAIN, state: State = NEW, **changes: Any) -> Trace:
    found = event(**changes)
    return decide(of, found, state, found.at)


def missed(trace: Trace) -> list[str]:
    return [check.name for check in trace.missed]


def test_a_trace_lists_every_check_with_its_value_and_limit() -> None:
    trace = traced(REVERSAL, State(standing=Standing(score=0.31, stories=4)), score=-0.38)
    assert trace.outcome == "fired"
    assert trace.fired
    assert trace.value == 0.69
    told = "\n".join(f"{c.name}: {c.value} ({c.limit}) {c.passed}" for c in trace.checks)
    assert told == snapshot("""\
active: on (on) True
origin: as it came (as it came) True
dated: 2026-11-24 11:59 UTC (a date) True
fresh: 0.0 h (<= 24.0 h) True
scope: NVDA (NVDA) True
text: new words (new words) True
muted: no (no) True
snoozed: no (no) True
reversal: 0.69 (>= 0.5) True
version: 1 (1) True
story: not told (not told) True
cooldown: over (>= 0 min) True
quiet hours: outside (none set) True
hourly cap: 0 posted since 2026-11-24 12:00 UTC (< 6) True\
""")


@pytest.mark.parametrize(
    ("metric", "score", "before", "value"),
    [
        ("score", -0.38, None, -0.38),
        ("change", 0.5, 0.2, 0.3),
        ("change", 0.5, None, None),
        ("reversal", -0.38, 0.31, 0.69),
        ("reversal", 0.6, 0.2, 0.0),  # further on the same side
        ("reversal", 0.6, -0.1, 0.0),  # from neutral
        ("reversal", None, 0.3, None),
    ],
)
def test_the_metrics_measure_what_they_say(
    metric: str, score: float | None, before: float | None, value: float | None
) -> None:
    of = rule(metric=metric, threshold=0.3)
    assert traced(of, State(standing=Standing(score=before)), score=score).value == value


def test_volume_novelty_and_words_are_metrics_of_their_own() -> None:
    much = rule(metric="volume", threshold=3.0)
    assert traced(much, State(standing=Standing(volume=3.2))).outcome == "fired"
    assert traced(much, State(standing=Standing(volume=2.9))).outcome == "silent"
    assert traced(much).check("volume").value == "not known"
    first = rule(metric="novelty", threshold=1.0)
    assert traced(first).outcome == "fired"
    assert traced(first, novelty=0.75).outcome == "silent"
    worded = rule(metric="keyword", threshold=1.0, words=("chips rise",))
    assert traced(worded).outcome == "fired"
    assert traced(worded, text="Microchips rise.").outcome == "silent"


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("recall", "A RECALL of cars", True),
        ("recall", "They recalled it", False),
        ("export ban", "an export\nban", True),
        ("export ban", "an export-ban", True),
        ("a.*b", "a long b", False),
        ("a.*b", "say a b", True),  # what was typed is words
        ("Müller", "bei MÜLLER", True),
        ("(((", "(((", False),
        ("M&A", "the M&A team", True),
    ],
)
def test_words_are_found_whole_in_any_case_and_are_no_patterns(
    words: str,
    text: str,
    found: bool,  # noqa: FBT001
) -> None:
    assert (word_in(event(text=text), (words,)) is not None) == found


def test_a_theme_is_touched_when_all_its_words_are() -> None:
    of = rule(scope="theme", about="steel duties")
    assert in_scope(of, event(topics=theme_of("the steel tariff stays")), frozenset())
    assert not in_scope(of, event(topics=theme_of("steel prices")), frozenset())


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"backfilled": True}, "origin"),
        ({"published_at": None}, "dated"),
        ({"published_at": NOON - 25 * HOUR}, "fresh"),
        ({"ticker": "AMD"}, "scope"),
        ({"version": 2}, "version"),
        ({"version": 2, "reread": True}, "text"),
        ({"score": 0.49}, "score"),
        ({"score": None}, "score"),
    ],
)
def test_what_is_no_news_never_alerts_and_the_trace_says_why(
    changes: dict[str, Any], check: str
) -> None:
    trace = traced(**changes)
    assert trace.outcome == "silent"
    assert check in missed(trace)
    assert not trace.fired


def test_an_article_of_the_day_before_is_fresh() -> None:
    assert traced(published_at=NOON - DAY).outcome == "fired"


def test_a_rule_that_is_off_or_was_not_there_yet_says_so() -> None:
    assert traced(rule(active=False)).check("active").value == "off"
    later = rule(created_at=NOON + MINUTE)
    assert traced(later).check("active").value == "not there then"
    ended = rule(ended_at=NOON)
    assert traced(ended).outcome == "silent"


def test_later_articles_of_a_story_go_to_its_thread_whatever_they_say() -> None:
    told = State(told=NOON - HOUR)
    assert traced(state=told, score=0.0).outcome == "update"
    assert traced(state=told, version=2).outcome == "update"
    assert traced(state=told, backfilled=True).outcome == "silent"
    assert traced(state=told, version=2, reread=True).outcome == "silent"
    assert traced(state=State(told=NOON - STORY_LASTS)).outcome == "silent"


def test_many_updates_are_folded_at_the_end_of_the_hour() -> None:
    few = traced(state=State(told=NOON - HOUR, updates=MOST_UPDATES - 1))
    many = traced(state=State(told=NOON - HOUR, updates=MOST_UPDATES))
    assert few.due_at is None
    assert many.due_at == NOON + HOUR


def test_an_update_waits_for_its_alert() -> None:
    trace = traced(state=State(told=NOON - HOUR, waits=NOON + 3 * HOUR))
    assert (trace.outcome, trace.due_at) == ("update", NOON + 3 * HOUR)


def test_a_cooldown_keeps_the_name_silent_until_it_is_over() -> None:
    calm = rule(cooldown=HOUR)
    assert missed(traced(calm, State(last=NOON - 59 * MINUTE))) == ["cooldown"]
    assert traced(calm, State(last=NOON - HOUR)).outcome == "fired"


def test_more_than_the_cap_of_an_hour_is_folded_until_its_end() -> None:
    capped = rule(hourly_cap=2)
    assert traced(capped, State(this_hour=1)).outcome == "fired"
    folded = traced(capped, State(this_hour=2), at=NOON + 59 * MINUTE)
    assert (folded.outcome, folded.due_at) == ("folded", NOON + HOUR)


def test_at_night_an_alert_waits_for_the_morning_unless_it_is_strong() -> None:
    quiet = rule(quiet=NIGHT, break_through=0.8)
    held = traced(quiet, at=MIDNIGHT)
    assert (held.outcome, held.due_at) == ("held", MIDNIGHT.replace(hour=12))  # 07:00 there
    assert traced(quiet, at=MIDNIGHT, score=-0.8).outcome == "fired"
    assert traced(quiet, at=MIDNIGHT + 7 * HOUR).outcome == "fired"


def test_a_volume_breaks_through_by_its_own_measure() -> None:
    quiet = rule(metric="volume", threshold=2.0, quiet=NIGHT, break_through=5.0)
    loud, low = (State(standing=Standing(volume=z)) for z in (5.0, 4.0))
    assert traced(quiet, loud, at=MIDNIGHT).outcome == "fired"
    assert traced(quiet, low, at=MIDNIGHT).outcome == "held"


def test_an_hour_that_ends_in_the_night_is_told_in_the_morning() -> None:
    quiet = rule(quiet=NIGHT, hourly_cap=1)
    at = MIDNIGHT - 150 * MINUTE  # 21:30
    late = traced(quiet, State(this_hour=1), at=at)
    assert (late.outcome, late.due_at) == ("folded", MIDNIGHT.replace(hour=12))


@pytest.mark.parametrize(
    ("kind", "what", "check"),
    [("story", "s1", "muted"), ("name", "NVDA", "muted"), ("rule", "r1", "snoozed")],
)
def test_what_is_muted_or_snoozed_is_not_told(kind: Any, what: str, check: str) -> None:
    mute = Mute("DADA", kind, what, NOON - HOUR, NOON + HOUR, "UADA")
    assert missed(traced(state=State(mutes=(mute,)))) == [check]
    assert traced(state=State(mutes=(mute,), told=NOON - MINUTE)).outcome == "silent"
    for other in (
        replace(mute, until=NOON),
        replace(mute, since=NOON + MINUTE),
        replace(mute, recipient="DBEN"),
        replace(mute, what="other"),
    ):
        assert traced(state=State(mutes=(other,))).outcome == "fired"


def test_a_rule_on_ones_own_list_goes_to_nobody_else() -> None:
    for scope in ("watchlist", "portfolio"):
        with pytest.raises(PrivateRuleError):
            rule(scope=scope, recipient="C1", personal=False)
        assert rule(scope=scope).personal


@pytest.mark.parametrize(
    "changes",
    [
        {"threshold": 0.0},
        {"threshold": 1.01},
        {"threshold": float("nan")},
        {"about": " "},
        {"scope": "any", "about": "NVDA"},
        {"metric": "keyword", "threshold": 1.0},
        {"words": ("recall",)},
        {"hourly_cap": 0},
        {"cooldown": -MINUTE},
        {"zone": "Mars/Olympus"},
        {"about": "x" * 81},
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadRuleError):
        rule(**changes)


def test_rules_are_told_in_words() -> None:
    assert REVERSAL.sentence == "NVDA: reversal >= 0.5"
    worded = rule(scope="any", metric="keyword", threshold=1.0, words=("recall", "export ban"))
    assert worded.sentence == "any name: keyword “recall” or “export ban”"
    assert {rule(scope=s).whom for s in ("watchlist", "portfolio")} == {"my watchlist", "my book"}
    assert set(METRICS) == {"score", "change", "reversal", "volume", "novelty", "keyword"}
