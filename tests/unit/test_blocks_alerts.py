"""What an alert says in Slack: whatever an article holds, within limits, and without its links."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from bot.blocks.alert_rules import (
    WORDS,
    AlertsShown,
    alerts_part,
    explained_view,
    list_view,
    rule_view,
    trial_view,
    why_view,
)
from bot.blocks.alerts import (
    ACK,
    FACES,
    alert_message,
    gathered_message,
    noted_message,
    trace_lines,
    update_message,
)
from bot.blocks.limits import MESSAGE_TEXT, problems, view_problems
from bot.listeners.alert_forms import read, written
from bot.mrkdwn import escape
from jobs.alerts.decide import State, decide
from jobs.alerts.rules import Mute, Standing
from jobs.alerts.telling import Alert, DryRun, Explained, Fired
from tests.alerts import NOON, event, rule

RULE = rule(metric="reversal", threshold=0.5)
EVENT = event(score=-0.38)
ALERT = Alert(
    article_id="a1",
    version=1,
    ticker="NVDA",
    name="Nvidia",
    before=0.31,
    score=-0.38,
    why="demand cools",
    quote="Orders fall.",
    title="Orders",
    url="https://www.example.com/chips",
    source="Wire",
    outlets=2,
    published_at=NOON - timedelta(seconds=22),
    seen_at=NOON,
)
FIRED = Fired(RULE, decide(RULE, EVENT, State(standing=Standing(0.31, 4)), NOON), ALERT)


def shown(blocks: object) -> str:
    lines: list[str] = []
    for block in blocks:  # type: ignore[attr-defined]
        if block["type"] == "section":
            lines.append(block["text"]["text"])
        if block["type"] == "context":
            lines += [element["text"] for element in block["elements"]]
        if block["type"] == "actions":
            lines.append(" | ".join(element["text"]["text"] for element in block["elements"]))
    told = re.sub(r"<https://[^|]*[|]", "<URL|", "\n".join(lines))
    return told.replace(" · published", "\n· published")


def test_an_alert_says_what_changed_in_whose_words_and_why_it_came() -> None:
    message = alert_message(FIRED)
    assert shown(message.blocks) == snapshot("""\
▼ *NVDA* Nvidia · reversal +0.31 → -0.38
demand cools · “Orders fall.” <URL|[1]> · 2 outlets
[1] <URL|Orders>, Wire
*Why you got this:* rule “NVDA: reversal &gt;= 0.5”, value 0.69
· published 06:59:38, seen 07:00:00 EST
Ack | Snooze 1 h | Snooze today | Mute story | Mute NVDA | Explain
Not investment advice · id n-5f6e249c\
""")
    assert message.text.replace(" · published", "\n· published") == snapshot("""\
▼ NVDA Nvidia · reversal +0.31 → -0.38
demand cools · “Orders fall.” [1] · 2 outlets
[1] Orders, Wire
Why you got this: rule “NVDA: reversal &gt;= 0.5”, value 0.69
· published 06:59:38, seen 07:00:00 EST
Not investment advice · id n-5f6e249c\
""")


def test_updates_and_what_waited_say_each_article_once() -> None:
    later = replace(FIRED, trace=replace(FIRED.trace, outcome="update"))
    fixed = replace(later, alert=replace(ALERT, version=2, score=0.0))
    assert shown(update_message([later, fixed]).blocks) == snapshot("""\
*2 more articles*
▼ *NVDA* Nvidia · negative -0.38 · “Orders fall.” <URL|Orders>, Wire
_correction_ · ■ *NVDA* Nvidia · neutral +0.00 · “Orders fall.” <URL|Orders>, Wire
Not investment advice · id n-efa44f29\
""")
    night = [replace(FIRED, trace=replace(FIRED.trace, outcome="held"), articles=3)] * 2
    assert shown(gathered_message(night, NOON).blocks) == snapshot("""\
*2 alerts while it was quiet since 07:00*
▼ *NVDA* Nvidia · reversal +0.31 → -0.38 · “Orders fall.” <URL|Orders>, Wire · 3 articles
▼ *NVDA* Nvidia · reversal +0.31 → -0.38 · “Orders fall.” <URL|Orders>, Wire · 3 articles
Why you got this: rule “NVDA: reversal &gt;= 0.5”
Not investment advice · id n-7ec8864b\
""")
    rest = [replace(FIRED, trace=replace(FIRED.trace, outcome="folded"))] * 30
    assert shown(gathered_message(rest, NOON).blocks).startswith("*30 more since 07:00*")
    assert "… and 20 more" in gathered_message(rest, NOON).text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"metric": "score", "threshold": 0.3}, "negative -0.38"),
        ({"metric": "change", "threshold": 0.3}, "change +0.31 → -0.38"),
        ({"metric": "novelty", "threshold": 1.0}, "a new story"),
        ({"metric": "keyword", "threshold": 1.0, "words": ("chips",)}, "keyword “chips”"),
    ],
)
def test_each_metric_says_what_it_saw(changes: dict[str, object], told: str) -> None:
    of = rule(**changes)
    fired = Fired(of, decide(of, EVENT, State(standing=Standing(0.31, 4)), NOON), ALERT)
    assert told in alert_message(fired).text.splitlines()[0]


def test_who_took_notice_is_shown_and_their_button_is_gone() -> None:
    message = alert_message(FIRED)
    noted = noted_message(message, ["Acknowledged by <@UADA>"], frozenset({ACK}))
    assert "Acknowledged by <@UADA>" in shown(noted.blocks)
    assert "Ack |" not in shown(noted.blocks)
    assert noted.text == message.text


def test_every_check_is_told_with_a_sign_and_a_word() -> None:
    lines = trace_lines(FIRED.trace)
    assert "✓ passed · *reversal*: 0.69 (wanted: &gt;= 0.5)" in lines
    assert len(lines) == len(FIRED.trace.checks)


hostile = st.sampled_from(
    ["<!channel> <https://evil.example|x>", "*_`~", "https://evil.example/a b", "\u202eabc"]
)
texts = st.text(max_size=400) | hostile | hostile.map(lambda t: t * 60)


alerts = st.builds(
    replace,
    st.just(ALERT),
    title=texts,
    quote=texts,
    why=texts,
    source=texts,
    name=texts,
    url=st.sampled_from([ALERT.url, None, f"https://www.example.com/{'x&' * 700}"]),
)


@settings(max_examples=30, deadline=None)
@given(alerts, st.integers(1, 40))
def test_any_article_stays_words_within_the_limits(alert: Alert, count: int) -> None:
    fired = replace(FIRED, alert=alert)
    many = [fired] * count
    for message in (
        alert_message(fired),
        FACES.update(many),
        FACES.gathered(many, NOON),
    ):
        assert problems(message.blocks) == ()
        assert len(message.text) <= MESSAGE_TEXT
        drawn = shown(message.blocks)
        assert "<!channel" not in drawn
        assert "<https://evil" not in str(message.blocks)
        assert "Not investment advice · id n-" in drawn
        assert "Not investment advice · id n-" in message.text


def test_an_alert_is_kept_with_its_trace_and_read_again() -> None:
    for alert in (ALERT, replace(ALERT, published_at=None, score=None, why=None)):
        assert Alert.from_json(alert.to_json()) == alert


abouts = st.text(min_size=1, max_size=80).filter(str.strip) | hostile


@settings(max_examples=12, deadline=None)
@given(abouts, alerts, st.integers(0, 12))
def test_the_windows_of_rules_are_within_the_limits_whatever_they_say(
    about: str, alert: Alert, count: int
) -> None:
    of = rule(scope="theme", about=about[:80], recipient="C1", personal=False)
    trace = decide(of, EVENT, State(), NOON)
    fired = Fired(of, trace, alert)
    mute = Mute("C1", "name", about, NOON, None, "UADA")
    seen = AlertsShown(tuple(replace(of, id=f"r{n}") for n in range(count)), (fired,) * count)
    tried = DryRun(of, NOON, count, (trace,) * count, (fired,) * min(count, 10))
    views = [
        list_view(replace(seen, mutes=(mute,) * count)),
        rule_view(of, zone="UTC"),
        rule_view(None, zone="UTC", about=about),
        trial_view(tried, "{}", "external"),
        explained_view([Explained(of, alert.title, None, trace)] * count, "external"),
        *([why_view(seen.rules)] if count else []),
    ]
    for view in views:
        assert view_problems(view) == ()
        blocks: Any = view["blocks"]
        drawn = shown(block for block in blocks if block["type"] != "actions")
        assert "<!channel" not in drawn
        assert "<https://evil" not in drawn


def test_somebody_without_a_rule_is_told_what_one_does() -> None:
    assert "No alert yet." in str(alerts_part(AlertsShown()))


def test_a_rule_of_the_longest_words_is_carried_from_its_trial_to_its_keeping() -> None:
    words = tuple("\U0001f6a2" * 9 for _ in range(20))
    of = rule(scope="theme", about="\U0001f3d7" * 80, metric="keyword", threshold=1.0, words=words)
    view = trial_view(DryRun(of, NOON, 0, (), ()), written(of), "external")
    assert view_problems(view) == ()
    assert read(str(view["private_metadata"]), of.owner) == of


def test_a_rule_that_is_edited_shows_each_of_its_words_as_it_was_typed() -> None:
    typed = ",".join(f"keyword{n:02}" for n in range(20))[:200]  # without spaces they find room
    of = rule(metric="keyword", threshold=1.0, words=tuple(typed.split(",")))
    blocks: Any = rule_view(of, zone="UTC")["blocks"]
    (shown,) = (block["element"] for block in blocks if block["block_id"] == WORDS)
    assert len(typed) <= shown["max_length"]
    assert tuple(word.strip() for word in shown["initial_value"].split(",")) == of.words


def test_what_is_snoozed_is_named_where_it_is_ones_own_rule() -> None:
    mutes = (Mute("C1", "rule", "r1", NOON, None, "UADA"),)
    drawn = str(alerts_part(AlertsShown((rule(id="r1"),), mutes=mutes)))
    assert f"*{escape(rule().sentence)}* is snoozed." in drawn
    assert "*A rule* is snoozed." in str(alerts_part(AlertsShown(mutes=mutes)))
