"""The nouns of a brief -> its plain words, for phones and screen readers. Knows no markup."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from jobs.digest.models import Digest, DigestLine, NoteLine, Section, StoryLine, Window
from jobs.zones import clock_of, day_of
from retrieval.ask.wording import line_text, marks, plural, signed

NAMED_DAYS = timedelta(days=6)  # a bare weekday is clear for so long

MOST_FOLDED = 2  # days that are named one by one

MARKS = {"new": "🆕 ", "reversal": "🔁 "}
"""Signs beside the words that say the same: nobody has to see them."""


def brief_text(digest: Digest) -> str:
    """Write a whole brief with [n] marks: each section's first line says what it is."""
    body = (row for part in digest.sections for row in section_rows(part))
    rows = (digest.title, digest.window, *body, digest.cut)
    return "\n".join(row for row in rows if row)


def section_rows(part: Section) -> Iterator[str]:
    """Write the lines of a section, its heading before the first."""
    heading = f"{part.heading}: " if part.heading else ""
    for line in part.lines:
        yield heading + (note_text(line) if isinstance(line, NoteLine) else target_text(line))
        heading = ""
    if part.quiet:
        yield heading + quiet_text(part)


def quiet_text(part: Section) -> str:
    """Count a section's names of which there is nothing new."""
    return f"{plural(part.quiet, 'name')} nothing new"


def target_text(line: DigestLine) -> str:
    """Write a line about a target, as answers do, with what else a brief says of it."""
    said = " · ".join([line_text(line.line, usual(line)), *beside(line)])
    contrary = f" · contrary {marks(line.contrary)}" if line.contrary else ""
    return f"{MARKS.get(line.state, '')}{said}{contrary}"


def usual(line: DigestLine) -> str:
    """Write a name's usual score, where it is known."""
    return f"(base {signed(line.base)})" if line.base is not None else ""


def beside(line: DigestLine) -> list[str]:
    """What a brief says of a target beside its sentiment and its reason."""
    parts = []
    if line.state == "reversal" and line.before:
        parts.append(f"reversal vs {line.before.day:%a} ({signed(line.before.score)})")
    elif line.state == "developing":
        parts.append("developing")
    parts += [f"+{plural(line.outlets, 'outlet')}"] if line.outlets else []
    return parts + late_parts(line.late)


def late_parts(late: datetime | None) -> list[str]:
    """Say that something was published well before the window in which it came."""
    return [f"late, of {late.day} {late:%b}"] if late else []


def note_text(line: NoteLine) -> str:
    """Write a line about no target."""
    cited = f" {marks(line.citations)}" if line.citations else ""
    return " · ".join(part for part in (line.lead, line.text) if part) + cited


def story_text(story: StoryLine) -> str:
    """Write a story for its place in the thread."""
    rows = [story.title or "untitled", " · ".join(story_parts(story))]
    return "\n".join([*rows, *map(line_text, story.lines)])


def story_parts(story: StoryLine) -> list[str]:
    """Say of a story what became of it, and how widely it is reported."""
    told = [story.state, plural(story.outlets, "outlet")]
    told += [plural(story.articles, "article")] if story.articles > story.outlets else []
    return told + late_parts(story.late)


def since_text(window: Window) -> str:
    """Say where a window begins."""
    if window.first:
        return f"the first brief here, over the last {_span(window.until - window.since)}"
    return f"since {moment(window.since, window)}"


def quiet_day(window: Window, names: int, articles: int, told: int) -> str:
    """Say that nothing in a window takes a side: on a reader's names, if they keep any."""
    since = since_text(window)
    if names:
        on = f"Nothing new on your {plural(names, 'name')} {since}"
        return f"{on} · {plural(articles, 'article')} read"
    if not articles:
        return f"{since}: nothing new"
    came = f"{plural(articles, 'article')} → {stories(told)}"
    return f"{since}: {came}; none takes a side on a company or a group"


def moment(when: datetime, window: Window) -> str:
    """Write a moment as people at the window's end and place would say it."""
    local = when.astimezone(ZoneInfo(window.zone))
    day = f"{local:%a}" if window.until - when < NAMED_DAYS else day_of(local.date())
    return f"{day} {clock_of(when, window.zone)}"


def day_told(day: date, window: Window) -> str:
    """Name a day on which something was told: by its weekday while that is clear."""
    return f"{day:%a}" if window.local_date - day < NAMED_DAYS else day_of(day)


def delays(window: Window) -> list[str]:
    """Say that a brief comes late, and which it stands for as well."""
    due, days = window.late_for, window.folded
    said = [f"sent late: due {clock_of(due, window.zone)}"] if due else []
    if len(days) > MOST_FOLDED:
        said.append(f"includes the briefs since {day_of(days[0])}, which could not be sent")
    elif days:
        said.append(f"includes {' and '.join(map(day_of, days))}, which could not be sent")
    return said


def _span(length: timedelta) -> str:
    days = length // timedelta(days=1)
    return f"{days} days" if days > 1 else f"{length // timedelta(hours=1)} h"


def stories(count: int) -> str:
    """Count stories."""
    return "1 story" if count == 1 else f"{count:,} stories"
