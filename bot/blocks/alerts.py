"""Alerts -> the messages that are posted, with why. Knows no client, no store and no clock."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.blocks.citing import BODY
from bot.blocks.kit import actions, button, context, footer, notification, sections
from bot.blocks.limits import Block, total_text
from bot.mrkdwn import at_quote, bold, escape, fit, italic, link
from jobs.alerts.rules import Check, Rule, Trace
from jobs.alerts.telling import Alert, Faces, Fired, slot_of_alert
from jobs.models import Rendered
from retrieval.ask.wording import plural, rated, signed
from retrieval.models import Sentiment, digest_of

ACK, EXPLAIN, MUTE_STORY, MUTE_NAME = "alert_ack", "alert_explain", "alert_story", "alert_name"
SNOOZE_HOUR, SNOOZE_DAY = "alert_hour", "alert_day"

# Characters, escaped and without links: a message of MOST lines stays below Slack's limit.
TICKER, NAME, QUOTE, WHY, TITLE, SOURCE, CONDITION = 20, 60, 240, 170, 120, 60, 200
ROW_TITLE, ROW_QUOTE = 80, 100  # where several stand under each other
MOST = 10


def alert_message(fired: Fired) -> Rendered:
    """Render an alert: what changed, in whose words, why it was sent, what can be done about it."""
    alert, trace = fired.alert, fired.trace
    slot = slot_of_alert(trace.rule_id, trace.thread, trace.ticker)
    head = " · ".join([f"{_arrow(alert)}{_who(alert)}", escape(_moved(fired))])
    said = " · ".join(filter(None, [escape(fit(alert.why or "", WHY)), _quoted(alert)]))
    blocks = [
        *sections([head, f"{said} · {plural(alert.outlets, 'outlet')}"]),
        context(f"[1] {_page(alert)}"),
        context(f"{bold('Why you got this:')} {_why_and_when(fired)}"),
        *actions(*_buttons(fired, slot)),
        footer(alert_id(slot)),
    ]
    return Rendered(notification("\n".join(alert_lines(fired)), alert_id(slot)), tuple(blocks))


def alert_lines(fired: Fired) -> list[str]:
    """Write an alert in plain words, for phones, screen readers and terminals."""
    alert = fired.alert
    who = " ".join(filter(None, [alert.ticker or alert.title or "untitled", alert.name]))
    said = f"“{fit(alert.quote, QUOTE)}” [1]"
    why = f"{fit(alert.why, WHY)} · " if alert.why else ""
    return [
        f"{_arrow(alert)}{who} · {_moved(fired)}",
        f"{why}{said} · {plural(alert.outlets, 'outlet')}",
        f"[1] {fit(alert.title or 'untitled', TITLE)}, {alert.source or 'unknown source'}",
        f"Why you got this: {_reason(fired)} · {_times(alert, fired.rule)}",
    ]


def update_message(told: Sequence[Fired]) -> Rendered:
    """Render what joins an alert's thread: one article, or those of an hour."""
    title = plural(len(told), "more article") if len(told) > 1 else ""
    left = [f"… and {len(told) - MOST} more"] if len(told) > MOST else []
    key = digest_of(*(f"{one.trace.article_id} {one.trace.version}" for one in told))
    rows = _rows(told, [bold(title) if title else ""], left)
    blocks = [*rows, footer(f"n-{key[:8]}")]
    words = [title, *map(_plain_line, told[:MOST]), *left]
    return Rendered(notification("\n".join(filter(None, words)), f"n-{key[:8]}"), tuple(blocks))


def gathered_message(told: Sequence[Fired], since: datetime) -> Rendered:
    """Render what waited: the rest of an hour, or a night."""
    clock = _clock(since, told[0].rule.zone)
    quiet = any(one.trace.outcome == "held" for one in told)
    title = f"{plural(len(told), 'alert')} while it was quiet" if quiet else f"{len(told)} more"
    head = f"{title} since {clock}"
    left = [f"… and {len(told) - MOST} more"] if len(told) > MOST else []
    key = digest_of(head, *(f"{one.trace.rule_id} {one.trace.article_id}" for one in told))
    reasons = [f"Why you got this: {_rules(told)}"]
    blocks = [
        *_rows(told, [bold(head)], left),
        context(escape(fit(reasons[0], CONDITION * 3))),
        footer(f"n-{key[:8]}"),
    ]
    words = [head, *map(_plain_line, told[:MOST]), *left, *reasons]
    return Rendered(notification("\n".join(words), f"n-{key[:8]}"), tuple(blocks))


FACES = Faces(alert_message, update_message, gathered_message)


def noted_message(message: Rendered, notes: Sequence[str], taken: frozenset[str]) -> Rendered:
    """Draw an alert anew with what became of it, without the buttons that were used.

    `notes` are mrkdwn of ours.
    """
    blocks: list[Block] = []
    for block in message.blocks:
        if block["type"] == "actions":
            rest = [one for one in block["elements"] if one["action_id"] not in taken]
            blocks += [context(" · ".join(notes))] if notes else []
            blocks += actions(*rest)
        else:
            blocks.append(block)
    return Rendered(message.text, tuple(blocks))


def alert_id(slot: str) -> str:
    """Name an alert in its footer."""
    return f"n-{digest_of(slot)[:8]}"


def trace_lines(trace: Trace) -> list[str]:
    """Write every check of a trace, in mrkdwn, those not passed first: sign, word, value, limit."""
    return [_check(check) for check in sorted(trace.checks, key=lambda check: check.passed)]


def _check(check: Check) -> str:
    sign = "✓ passed" if check.passed else "✗ not passed"
    value = f"{escape(fit(check.value, NAME))} (wanted: {escape(fit(check.limit, CONDITION))})"
    return f"{sign} · {bold(check.name)}: {value}"


def _buttons(fired: Fired, slot: str) -> list[Block]:
    ticker = fired.trace.ticker
    return [
        button("Ack", ACK, slot),
        button("Snooze 1 h", SNOOZE_HOUR, slot),
        button("Snooze today", SNOOZE_DAY, slot),
        button("Mute story", MUTE_STORY, slot),
        *([button(f"Mute {fit(ticker, TICKER)}", MUTE_NAME, slot)] if ticker else []),
        button("Explain", EXPLAIN, slot),
    ]


def _arrow(alert: Alert) -> str:
    return "" if alert.score is None else f"{Sentiment(alert.score).arrow} "


def _who(alert: Alert) -> str:
    if not alert.ticker:
        return bold(fit(alert.title or "untitled", ROW_TITLE))
    return " ".join(filter(None, [bold(fit(alert.ticker, TICKER)), escape(fit(alert.name, NAME))]))


def _moved(fired: Fired) -> str:
    """Say what the metric saw: "reversal +0.31 → -0.38"."""
    rule, alert, value = fired.rule, fired.alert, fired.trace.value
    match rule.metric:
        case "change" | "reversal" if alert.before is not None and alert.score is not None:
            return f"{rule.metric} {signed(alert.before)} → {signed(alert.score)}"
        case "volume" if value is not None:
            return f"volume {value:+.1f} standard deviations from its usual day"
        case "novelty":
            return "a new story"
        case "keyword":
            return fit(rule.condition, CONDITION)
    return rated(Sentiment(alert.score)) if alert.score is not None else "named"


def _reason(fired: Fired) -> str:
    value = fired.trace.value
    measured = "" if fired.rule.metric == "keyword" or value is None else f", value {value:.4g}"
    return f"rule “{fit(fired.rule.sentence, CONDITION)}”{measured}"


def _why_and_when(fired: Fired) -> str:
    return f"{escape(_reason(fired))} · {_times(fired.alert, fired.rule)}"


def _rules(told: Sequence[Fired]) -> str:
    named = dict.fromkeys(f"rule “{one.rule.sentence}”" for one in told)
    return ", ".join(named)


def _times(alert: Alert, rule: Rule) -> str:
    """Say when it was published and seen; when it was posted, Slack says beside the message."""
    if alert.published_at is None:
        return f"undated, seen {_clock(alert.seen_at, rule.zone, seconds=True)}"
    days = {at.astimezone(ZoneInfo(rule.zone)).date() for at in (alert.published_at, alert.seen_at)}
    published = alert.published_at.astimezone(ZoneInfo(rule.zone))
    day = f"{published.day} {published:%b} " if len(days) > 1 else ""
    seen = _clock(alert.seen_at, rule.zone, seconds=True)
    return f"published {day}{published:%H:%M:%S}, seen {seen}"


def _clock(at: datetime, zone: str, *, seconds: bool = False) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M:%S} {local.tzname()}" if seconds else f"{local:%H:%M}"


def _quoted(alert: Alert) -> str:
    mark = link(at_quote(alert.url, alert.quote), "[1]")
    return f"“{escape(fit(alert.quote, QUOTE))}” {mark}"


def _page(alert: Alert, *, linked: bool = True) -> str:
    page = at_quote(alert.url, alert.quote) if linked else None
    source = f", {escape(fit(alert.source, SOURCE))}" if alert.source else ""
    return f"{link(page, fit(alert.title or 'untitled', ROW_TITLE))}{source}"


def _rows(told: Sequence[Fired], head: list[str], left: list[str]) -> list[Block]:
    """Draw articles under each other, with their links where all of them find room."""
    drawn: list[Block] = []
    for linked in (True, False):
        drawn = sections([*head, *(_line(one, linked=linked) for one in told[:MOST]), *left])
        if total_text(drawn) <= BODY:
            break
    return drawn


def _line(fired: Fired, *, linked: bool) -> str:
    """One article in a row of several: name, score, quote, page."""
    alert = fired.alert
    parts = [
        italic("correction") if alert.version > 1 else "",
        f"{_arrow(alert)}{_who(alert)}",
        escape(_moved(fired)) if fired.trace.outcome != "update" else _scored(alert),
        f"“{escape(fit(alert.quote, ROW_QUOTE))}” {_page(alert, linked=linked)}",
        plural(fired.articles, "article") if fired.articles > 1 else "",
    ]
    return " · ".join(filter(None, parts))


def _scored(alert: Alert) -> str:
    return "" if alert.score is None else rated(Sentiment(alert.score))


def _plain_line(fired: Fired) -> str:
    alert = fired.alert
    who = alert.ticker or alert.title or "untitled"
    what = _scored(alert) if fired.trace.outcome == "update" else _moved(fired)
    mark = "correction · " if alert.version > 1 else ""
    said = [f"{mark}{_arrow(alert)}{who}", what, fit(alert.quote, ROW_QUOTE)]
    return " · ".join(filter(None, said))
