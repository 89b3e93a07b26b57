"""A window's claims from the ledger -> one short brief. Knows no store and no clock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from retrieval.answers import Citation, Line
from retrieval.ask.citations import Citations
from retrieval.ask.lines import line_of
from retrieval.ask.rank import Ranked, rank
from retrieval.ask.wording import line_text, marks, plural
from retrieval.models import ArticleHead, Claim

TITLE = "Pre-open brief"
MAX_LINES = 12  # with the title, the window and the note of what was cut: a phone's screen
ROOM = MAX_LINES - 3
GROUP_ROOM = 3  # of ROOM, when there are that many groups
MOST_CONTRARY = 1  # citations of what speaks against a line
FIRST_WINDOW = timedelta(hours=24)  # of a recipient who never got a brief
NAMED_DAYS = timedelta(days=6)  # a bare weekday is clear for so long

SIDELESS = "None of them takes a side on a company or a group."

DESK_ZONES = {
    "America/New_York": "ET",
    "America/Chicago": "CT",
    "America/Denver": "MT",
    "America/Los_Angeles": "PT",
}


@dataclass(frozen=True, slots=True)
class News:
    """What was ingested in a window: its articles, and the claims they make."""

    heads: tuple[ArticleHead, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """The ingestion times that a brief reports, and the day and zone it is shown in."""

    since: datetime
    until: datetime
    local_date: date
    zone: str
    first: bool = False


@dataclass(frozen=True, slots=True)
class DigestLine:
    """What a window's articles say about one target, and how many of them speak of it.

    `contrary` numbers the citations that say the opposite of the line.
    """

    line: Line
    articles: int
    contrary: tuple[int, ...]
    watched: bool


@dataclass(frozen=True, slots=True)
class Digest:
    """A brief as it is shown, at most twelve lines. `note` says why nothing is ranked."""

    title: str
    window: str
    lines: tuple[DigestLine, ...]
    groups: tuple[DigestLine, ...]
    note: str | None
    cut: str | None
    citations: tuple[Citation, ...]

    @property
    def text(self) -> str:
        """The whole brief in plain words with [n] marks."""
        ranked = [text_of(line) for line in (*self.lines, *self.groups)]
        rows = (self.title, self.window, self.note, *ranked, self.cut)
        return "\n".join(row for row in rows if row)


def build(news: News, window: Window, watch: Collection[str] = (), room: int = ROOM) -> Digest:
    """Build the brief of a window's news: watched names first, then as answers rank them.

    Same input, same bytes. `room` is for how many names and groups.
    """
    ranked = rank(news.claims)
    sided = [r for r in ranked if r.sentiment.direction != "neutral"]
    groups = [r for r in sided if r.target.kind == "group"]
    names = [r for r in sided if r.target.kind != "group"]
    names.sort(key=lambda r: not _is_watched(r, watch))
    group_room = max(min(len(groups), GROUP_ROOM), room - len(names))
    name_room = room - min(len(groups), group_room)
    citations = Citations()
    return Digest(
        title=title_of(window.local_date),
        window=_window_line(window, len(news.heads)),
        lines=tuple(_line(r, citations, watch) for r in names[:name_room]),
        groups=tuple(_line(r, citations, watch) for r in groups[:group_room]),
        note=None if sided or not news.heads else SIDELESS,
        cut=_cut_line(names[name_room:], groups[group_room:], len(ranked) - len(sided), watch),
        citations=citations.made,
    )


def skipped(local_date: date, due_at: datetime, zone: str) -> Digest:
    """Build the note that stands for a brief which could not be sent in time."""
    when = _clock_of(due_at, zone)
    window = f"skipped: it could not be sent at {when}; the next brief covers its articles"
    return Digest(title_of(local_date), window, (), (), None, None, ())


def title_of(local_date: date) -> str:
    """Name the brief of a local day."""
    return f"{TITLE} · {local_date:%a} {local_date.day} {local_date:%b %Y}"


def text_of(line: DigestLine) -> str:
    """Write one line in plain words, as answers do, with what else a brief says of it."""
    parts = [
        line_text(line.line),
        plural(line.articles, "article") if line.articles > 1 else "",
        f"contrary {marks(line.contrary)}" if line.contrary else "",
    ]
    return " · ".join(part for part in parts if part)


def _line(ranked: Ranked, citations: Citations, watch: Collection[str]) -> DigestLine:
    return DigestLine(
        line=line_of(ranked, citations),
        articles=ranked.articles,
        contrary=citations.cite_claims(ranked.against, MOST_CONTRARY),
        watched=_is_watched(ranked, watch),
    )


def _is_watched(ranked: Ranked, watch: Collection[str]) -> bool:
    return ranked.target.kind == "ticker" and ranked.target.id in watch


def _window_line(window: Window, articles: int) -> str:
    since = f"since {_moment(window.since, window.until, window.zone)}"
    if window.first:
        since = f"the first brief here, over the last {FIRST_WINDOW // timedelta(hours=1)} h"
    return f"{since}: {plural(articles, 'article') if articles else 'nothing new'}"


def _moment(moment: datetime, now: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    day = f"{local:%a}" if now - moment < NAMED_DAYS else f"{local:%a} {local.day} {local:%b}"
    return f"{day} {_clock_of(moment, zone)}"


def _clock_of(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M} {DESK_ZONES.get(zone) or local.tzname()}"


def _cut_line(
    names: Sequence[Ranked], groups: Sequence[Ranked], sideless: int, watch: Collection[str]
) -> str | None:
    watched = sum(_is_watched(r, watch) for r in names)
    of_list = f" ({watched} on your list)" if watched else ""
    cut = [
        f"{plural(len(names), 'more name')}{of_list}" if names else "",
        plural(len(groups), "more group") if groups else "",
        f"{sideless} without a clear side" if sideless else "",
    ]
    said = ", ".join(part for part in cut if part)
    return f"Not shown: {said}." if said else None
