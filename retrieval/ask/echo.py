"""The filters of a question -> the short line that says which were applied. Pure.

Knows no articles; what a filter left out comes as counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from retrieval.answers import Question
from retrieval.ask.wording import listed, plural
from retrieval.models import Direction, Scope, Target

_DAY = timedelta(days=1)
_ORDERS = {1: "only 1st order", 2: "only 2nd order"}
_MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Outside:
    """What lies outside the filters of a question that they left without an answer.

    Articles (on the names asked about) in the same time from other sources, those of the same
    sources at other times, and the targets of the claims that were taken out, each with its side.
    What came in after the moment that is looked back from was not known, and is not told. Zero and
    none where a filter hid nothing.
    """

    other_sources: int = 0
    other_times: int = 0
    claims: tuple[tuple[Target, Direction], ...] = ()


NOTHING = Outside()


def echo(question: Question) -> str | None:
    """Say which filters were applied, with their dates; None when there are none.

    "since Fri 6 Nov 2026 · only Reuters · only negative", in the days of the asker's zone.
    """
    return " · ".join(_parts(question)) or None


def _parts(question: Question) -> list[str]:
    scope, filters = question.scope, question.filters
    parts = [when(scope, filters.zone), _known(scope.as_of, filters.zone)]
    parts += [f"only {listed(scope.sources)}"] if scope.sources else []
    parts += [f"without {listed(scope.not_sources)}"] if scope.not_sources else []
    parts += [f"only {listed(filters.only)}"] if filters.only else []
    parts += [f"without {listed(filters.without)}"] if filters.without else []
    parts += [f"only {filters.side}"] if filters.side else []
    parts += [_ORDERS[filters.order]] if filters.order else []
    if filters.mine is not None:
        named = f"only your list ({plural(len(filters.mine), 'name')})"
        parts.append(named if filters.mine else "no list of yours is stored, so all names")
    parts += [f"not applied: “{said}”" for said in filters.unread]
    return [part for part in parts if part]


def when(scope: Scope, zone: tzinfo) -> str:
    """Say a window of publication: "since Fri 6 Nov 2026", "Mon 2 to Thu 5 Nov 2026"."""
    since, until = _local(scope.since, zone), _local(scope.until, zone)
    if since is None or until is None:
        begins = f"since {_moment(since)}" if since else ""
        return f"until {_last(until)}" if until else begins
    if not (_is_midnight(since) and _is_midnight(until)):
        return f"{_moment(since)} to {_moment(until)}"
    return _days(since, until - timedelta(microseconds=1))


def _local(moment: datetime | None, zone: tzinfo) -> datetime | None:
    """The time that the asker's clock showed; the calendar has ends."""
    try:
        return moment.astimezone(zone) if moment else None
    except OverflowError:
        return moment


def _is_midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)


def _days(first: datetime, last: datetime) -> str:
    if first.date() == last.date():
        return f"on {_day(first)}"
    if first.year != last.year:
        return f"{_day(first)} to {_day(last)}"
    begins = f"{first:%a} {first.day}"
    return f"{begins if first.month == last.month else f'{begins} {first:%b}'} to {_day(last)}"


def _day(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b} {moment.year}"


def _moment(moment: datetime) -> str:
    return _day(moment) if _is_midnight(moment) else f"{_day(moment)} {moment:%H:%M %Z}"


def _last(until: datetime) -> str:
    """The last moment before an end: the day before, where that is a midnight."""
    return _day(until - _DAY) if _is_midnight(until) else _moment(until)


def _known(as_of: datetime | None, zone: tzinfo) -> str:
    """Say until when one knew: midnight is the end of the day that a person means by it."""
    moment = _local(as_of, zone)
    if moment is None:
        return ""
    if _is_midnight(moment):
        return f"as known at the end of {_last(moment)} {moment:%Z}"
    return f"as known on {_moment(moment)}"


def left_nothing(question: Question, outside: Outside) -> str | None:
    """Say that the filters left nothing, and what lies outside them; None where nothing does.

    "Nothing from Reuters since Mon 23 Nov 2026; 4 articles from other sources."
    """
    scope = question.scope
    parts = [f"{plural(outside.other_sources, 'article')} from other sources"]
    parts = parts if outside.other_sources else []
    if outside.other_times:
        parts.append(f"{plural(outside.other_times, 'article')} at other times")
    if outside.claims:
        parts.append(_beyond(outside.claims))
    if not parts:
        return None
    names = f" on {listed(question.tickers)}" if question.tickers else ""
    of = f" from {listed(scope.sources)}" if scope.sources else ""
    of += f" without {listed(scope.not_sources)}" if scope.not_sources else ""
    time = when(scope, question.filters.zone)
    said = f"{names}{of}{f' {time}' if time else ''}"
    return f"Nothing{' with these filters' if outside.claims else said}; {', '.join(parts)}."


def _beyond(claims: Sequence[tuple[Target, Direction]]) -> str:
    """The first of the claims outside the filters, by name and side."""
    said = [f"{t.id if t.kind == 'ticker' else t.name} {side}" for t, side in claims[:_MOST_NAMES]]
    more = [f"{len(claims) - _MOST_NAMES} more"] if len(claims) > _MOST_NAMES else []
    return f"outside them {listed([*said, *more])}"
