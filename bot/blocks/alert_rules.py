"""Alert rules -> the forms, lists and explanations in which people see and change them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.blocks.alerts import TICKER, alert_lines, trace_lines
from bot.blocks.forms import choice, modal, place_input, text_input
from bot.blocks.kit import DISCLAIMER, actions, button, context, section, sections
from bot.blocks.limits import Block
from bot.mrkdwn import bold, escape, fit, italic
from jobs.alerts.rules import METRICS, USUAL, Metric, Mute, Rule
from jobs.alerts.telling import DryRun, Explained, Fired
from retrieval.ask.wording import plural

NEW_ALERT, WHY_NOT = "alerts_new", "alerts_why"
SWITCH, EDIT_ALERT, DELETE_ALERT, UNMUTE = (
    "alerts_switch",
    "alerts_edit",
    "alerts_end",
    "alerts_hear",
)
RULE_FORM, RULE_KEPT, WHY_FORM, LIST = "alert_form", "alert_keep", "alert_why_form", "alert_list"

SCOPE, ABOUT, METRIC, THRESHOLD, WORDS = "scope about metric threshold words".split()
PLACE, QUIET, LOUD, COOLDOWN, CAP, ZONE = "place quiet loud cooldown cap zone".split()
RULE, ARTICLE = "rule", "article"

MOST_RULES, MOST_TOLD, MOST_MUTES, MOST_EXPLAINED = 8, 5, 5, 6
LONGEST, LONGEST_WORDS, MUTED = 300, 200, 80
PRIVATE = "Rules on your watchlist or your book are yours alone: they only go to your messages."

SCOPES = {
    "ticker": "One company",
    "theme": "A theme, in your words",
    "watchlist": "My watchlist (private)",
    "portfolio": "My book (private)",
    "any": "Any article",
}
METRIC_WORDS: dict[Metric, str] = {
    "score": "Score: an article takes a strong side (0.05 to 1)",
    "change": "Change: how far it is from what was said before (0.05 to 2)",
    "reversal": "Reversal: a change from one side to the other (0.3 to 2)",
    "volume": "Volume: far more stories than on its usual days (1 to 20)",
    "novelty": "Novelty: 1 is the first article of a story",
    "keyword": "Keyword: one of the words below stands in it",
}


@dataclass(frozen=True, slots=True)
class AlertsShown:
    """What somebody sees of their alerts: rules, the last that were told, what is muted."""

    rules: tuple[Rule, ...] = ()
    told: tuple[Fired, ...] = ()
    mutes: tuple[Mute, ...] = ()


def alerts_part(shown: AlertsShown) -> list[Block]:
    """Draw somebody's alerts: each rule with what can be done to it, and the last ones told."""
    told = [bold("My alerts")]
    told += [] if shown.rules else ["No alert yet. One tells you when an article is worth a look."]
    blocks = [*sections(told)]
    for rule in shown.rules[:MOST_RULES]:
        blocks += [section(_rule(rule)), *actions(*_rule_buttons(rule))]
    more = len(shown.rules) - MOST_RULES
    rest = [f"… and {more} more: `tape alerts list` shows them."] if more > 0 else []
    last = [bold("Last told"), *map(_told, shown.told[:MOST_TOLD])] if shown.told else []
    blocks += sections([*rest, *last])
    for mute in shown.mutes[:MOST_MUTES]:
        again = button("Hear again", UNMUTE, _mute_key(mute))
        blocks += [section(_mute(mute, shown.rules)), *actions(again)]
    asks = [button("Why did it not fire?", WHY_NOT, "mine")] if shown.rules else []
    return [*blocks, *actions(button("New alert", NEW_ALERT, "mine"), *asks)]


def list_view(shown: AlertsShown) -> Block:
    """The same in a window of its own."""
    return modal(LIST, "My alerts", [*alerts_part(shown), context(DISCLAIMER)])


def rule_view(rule: Rule | None, *, zone: str, about: str = "", place: str | None = None) -> Block:
    """The form of a rule, with what it is or what is usual; `about` is a ticker to begin with."""
    metric: Metric = rule.metric if rule else "score"
    limits = [
        text_input(
            QUIET,
            "Quiet hours",
            hint="Local, such as 22:00-07:00. What comes then is told in the morning.",
            initial=str(rule.quiet or "") if rule else "22:00-07:00",
            most=20,
        ),
        text_input(
            LOUD,
            "Break through the quiet from",
            hint="A score such as 0.8 (standard deviations for volume). Empty: never.",
            initial=_number(rule.break_through) if rule else "0.8",
            most=10,
        ),
        text_input(
            COOLDOWN,
            "Minutes without another alert on the same name",
            initial=str(_minutes(rule.cooldown)) if rule else "60",
            most=6,
        ),
        text_input(
            CAP,
            "Alerts in an hour at most",
            hint="The rest of the hour is told in one message.",
            initial=str(rule.hourly_cap) if rule else "6",
            most=3,
        ),
        text_input(
            ZONE, "Time zone", hint="Such as Europe/London.", initial=_zone(rule, zone), most=60
        ),
    ]
    blocks = [*_what(rule, metric, about), *_where(rule, place), *map(_optional, limits[:2])]
    return modal(
        RULE_FORM,
        "Alert",
        [*blocks, *limits[2:]],
        submit="Try it out",
        metadata=rule.id if rule else "",
    )


def _what(rule: Rule | None, metric: Metric, about: str) -> list[Block]:
    name = text_input(
        ABOUT,
        "Company or theme",
        hint="A ticker or a name, or words such as “steel tariffs”. Empty for the other choices.",
        initial=rule.about if rule else about,
        most=80,
    )
    words = text_input(
        WORDS,
        "Words, for a keyword rule",
        hint="Whole words or phrases, separated by commas. One is enough.",
        initial=_listed(rule.words) if rule else "",
        most=LONGEST_WORDS,
    )
    return [
        choice(SCOPE, "About", SCOPES, initial=rule.scope if rule else "ticker", hint=PRIVATE),
        _optional(name),
        choice(METRIC, "When", {m: METRIC_WORDS[m] for m in METRICS}, initial=metric),
        text_input(
            THRESHOLD,
            "At or above",
            hint="Not needed for keywords.",
            initial=_number(rule.threshold if rule else USUAL[metric]),
            most=10,
        ),
        _optional(words),
    ]


def _listed(words: Sequence[str]) -> str:
    """Write words as they can be typed; a space after each comma must not cost the last of them."""
    spaced = ", ".join(words)
    return spaced if len(spaced) <= LONGEST_WORDS else ",".join(words)


def _where(rule: Rule | None, place: str | None) -> list[Block]:
    chosen = rule.recipient if rule and not rule.personal else place
    hint = "Leave it empty to get it as a direct message."
    return [place_input(PLACE, "Channel", initial=chosen, hint=hint)]


def trial_view(tried: DryRun, metadata: str, external: str) -> Block:
    """What a rule would have told in the last month, before it is kept."""
    alerts = len(tried.told) - tried.count("update")
    days = "the last 30 days"
    fired = f"Would have fired {_times(alerts)}" if alerts else "Would not have fired"
    head = [
        bold(fit(tried.rule.sentence, LONGEST)),
        (f"{fired} in {days}, of {plural(tried.looked, 'article')} that it looked at."),
        *_parts(tried),
    ]
    shown = [_told(fired) for fired in reversed(tried.shown)]
    note = context(f"{DISCLAIMER} · tried out on what is stored; nothing was sent")
    blocks = [*sections(head), *sections(shown), note]
    return modal(
        RULE_KEPT, "Keep this alert?", blocks, submit="Keep", metadata=metadata, external=external
    )


def _parts(tried: DryRun) -> list[str]:
    waited = [
        f"{tried.count('held')} of them after quiet hours" if tried.count("held") else "",
        f"{tried.count('folded')} folded at the end of an hour" if tried.count("folded") else "",
        f"{plural(tried.count('update'), 'update')} in their threads"
        if tried.count("update")
        else "",
    ]
    said = ", ".join(part for part in waited if part)
    return [f"{said[0].upper()}{said[1:]}."] if said else []


def why_view(rules: Sequence[Rule]) -> Block:
    """Ask which rule and which article or name somebody wonders about."""
    options = {rule.id: fit(rule.sentence, 70) for rule in rules[:MOST_RULES]}
    asked = text_input(
        ARTICLE, "Article or name", hint="Its address or id; or a ticker, for its newest.", most=500
    )
    first = next(iter(options))
    blocks = [choice(RULE, "Which alert", options, initial=first), asked]
    return modal(WHY_FORM, "Why did it not fire?", blocks, submit="Explain")


def explained_view(explained: Sequence[Explained], external: str) -> Block:
    """Every check that was made of articles, with its value and limit."""
    blocks: list[Block] = []
    for one in explained[:MOST_EXPLAINED]:
        blocks += sections(_explained(one))
    more = len(explained) - MOST_EXPLAINED
    blocks += [context(f"… and {more} more")] if more > 0 else []
    return modal(LIST, "Explain", [*blocks, context(DISCLAIMER)], external=external)


def _explained(one: Explained) -> list[str]:
    trace = one.trace
    version = f", version {trace.version}" if trace.version > 1 else ""
    about = f"{fit(trace.ticker, TICKER)} in " if trace.ticker else ""
    return [
        f"{bold(fit(one.rule.sentence, LONGEST))}: {bold(VERDICTS[trace.outcome])}",
        escape(
            f"{about}“{fit(one.title or 'untitled', 120)}”{version}, {_seen(trace.at, one.rule)}"
        ),
        *trace_lines(trace),
    ]


VERDICTS = {
    "fired": "fired",
    "held": "waited for the end of the quiet hours",
    "folded": "counted in the message at the end of the hour",
    "update": "told in the thread of its story's alert",
    "silent": "did not fire",
}


def _rule(rule: Rule) -> str:
    where = "my messages" if rule.personal else f"<#{escape(rule.recipient)}>"
    limits = [f"at most {rule.hourly_cap} an hour"]
    limits += [f"quiet {rule.quiet} {rule.zone}"] if rule.quiet else []
    state = "" if rule.active else f" · {italic('off')}"
    return f"{bold(fit(rule.sentence, LONGEST))} → {where} · {escape(', '.join(limits))}{state}"


def _rule_buttons(rule: Rule) -> list[Block]:
    return [
        button("Turn off" if rule.active else "Turn on", SWITCH, rule.id),
        button("Edit", EDIT_ALERT, rule.id),
        button("Delete", DELETE_ALERT, rule.id),
    ]


def _told(fired: Fired) -> str:
    lines = alert_lines(fired)
    return f"• {escape(fit(lines[0], LONGEST))} · {_seen(fired.trace.at, fired.rule)}"


def _mute(mute: Mute, rules: Sequence[Rule]) -> str:
    rule = next((one.sentence for one in rules if one.id == mute.what), "A rule")
    what = {"story": "A story", "name": mute.what, "rule": rule}[mute.kind]
    how = "snoozed" if mute.kind == "rule" else "muted"
    until = f" until {mute.until:%d %b %H:%M} UTC" if mute.until else ""
    return f"{bold(fit(what, MUTED))} is {how}{until}."


def _mute_key(mute: Mute) -> str:
    return f"{mute.kind} {mute.what}"


def _seen(at: datetime, rule: Rule) -> str:
    local = at.astimezone(ZoneInfo(rule.zone))
    return f"{local.day} {local:%b %H:%M} {local.tzname()}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _minutes(span: timedelta) -> int:
    return span // timedelta(minutes=1)


def _zone(rule: Rule | None, zone: str) -> str:
    return rule.zone if rule else zone


def _optional(block: Block) -> Block:
    return {**block, "optional": True}
