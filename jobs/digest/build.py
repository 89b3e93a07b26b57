"""A window's news, and whom it is for -> one short brief. Knows no store and no clock."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from jobs.digest.ahead import still_ahead
from jobs.digest.chart import chart_of_names
from jobs.digest.lines import Memory, key_of, said_of
from jobs.digest.models import Digest, News, Reader, Said, Told, Window
from jobs.digest.parts import Parts, parts_of
from jobs.digest.remainder import cut_line
from jobs.digest.room import ROOM
from jobs.digest.sections import sections_of
from jobs.digest.stories import MOST_TARGETS, Story, fold, late, story_line
from jobs.digest.targets import targets_of
from jobs.digest.themes import counts, themes_of
from jobs.digest.wording import delays, quiet_day, since_text, stories
from jobs.zones import day_of
from retrieval.ask.wording import plural
from retrieval.models import Claim

TITLE = "Pre-open brief"
MOST_STORIES = 10  # in the thread: who wants more has "Open all"


def build(news: News, window: Window, reader: Reader | None = None, room: int = ROOM) -> Digest:
    """Build the brief of a window for a reader: their names first, then as answers rank them.

    Same input, same bytes. `room` is for the lines between the window and the count of what is cut.
    """
    reader = reader or Reader()
    claims = wanted(news, reader)
    memory = Memory.of(news, window, reader)
    folded = fold(news, claims, {*reader.watch, *reader.book})
    parts = parts_of(targets_of(claims), memory)
    if not parts.sided:
        return quiet_brief(news, window, reader, folded)
    told_of = folded[:MOST_STORIES]
    top = sections_of(parts, memory, folded, claims, room)
    return Digest(
        title=title_of(window),
        window=window_line(news, window, folded),
        sections=top.sections,
        cut=cut_line(parts, top.shown, reader, folded, told_of),
        citations=top.citations,
        stories=tuple(story_line(story, window) for story in told_of),
        more=len(folded) - len(told_of),
        chart=chart_of_names(news, charted(parts, reader), window),
        told=replace(
            what_is_told(window.local_date, parts, top.shown, folded, told_of),
            ahead=still_ahead(top.ahead, reader.told, window.local_date),
        ),
        private=reader.private,
        muted=tuple(sorted(reader.muted)),
    )


def of_names(news: News, names: Collection[str]) -> News:
    """Keep of a window what is said of some names, and the articles that say it."""
    claims = tuple(claim for claim in news.claims if _name(claim) in names)
    heads = tuple(dict.fromkeys(claim.head for claim in claims))
    ids = {head.article_id for head in heads}
    triggers = tuple((head, one) for head, one in news.triggers if head.article_id in ids)
    return replace(news, heads=heads, claims=claims, triggers=triggers)


def wanted(news: News, reader: Reader) -> tuple[Claim, ...]:
    """The claims that are news to a reader: none of history, none about a muted name."""
    return tuple(
        claim
        for claim in news.claims
        if not claim.head.backfilled and _name(claim) not in reader.muted
    )


def title_of(window: Window, title: str = TITLE) -> str:
    """Name the brief of a local day, with what is special about it."""
    day = f"{day_of(window.local_date)} {window.local_date.year}"
    return " · ".join(filter(None, (title, day, window.session_note)))


def window_line(news: News, window: Window, folded: Sequence[Story]) -> str:
    """Say what came since when: articles, stories, and how many of those are new."""
    fresh = sum(not head.backfilled for head in news.heads)
    new, behind = sum(not one.known for one in folded), sum(_is_late(one, window) for one in folded)
    came = [f"{plural(fresh, 'article')} → {stories(len(folded))}", f"{new} new"]
    came += [f"{behind} late"] if behind else []
    return " · ".join([f"{since_text(window)}: {', '.join(came)}", *_notes(news, window)])


def quiet_brief(
    news: News, window: Window, reader: Reader, folded: Sequence[Story], title: str = TITLE
) -> Digest:
    """Build the one line of a time in which nothing takes a side."""
    fresh = sum(not head.backfilled for head in news.heads)
    names = len({*reader.watch, *reader.book} - reader.muted.keys())
    line = " · ".join([quiet_day(window, names, fresh, len(folded)), *_notes(news, window)])
    told = Told(window.local_date, {}, {}, still_ahead((), reader.told, window.local_date))
    cut = cut_line(_NOBODY, _NOBODY, reader, (), ())
    return Digest(
        title_of(window, title),
        line,
        (),
        cut,
        (),
        more=len(folded),
        told=told,
        private=reader.private,
    )


_NOBODY = Parts((), (), (), (), (), 0)


def _notes(news: News, window: Window) -> list[str]:
    """What else is to be known of a window: what was not read or told, a delay, days made up."""
    more = plural(news.unread, "more article")
    said = [f"and {more}, not read for this brief"] if news.unread else []
    history = sum(head.backfilled for head in news.heads) + news.unread_history
    said += [f"{plural(history, 'article')} of history, not told"] if history else []
    return said + delays(window)


def what_is_told(
    day: date,
    parts: Parts,
    shown: Parts,
    folded: Sequence[Story],
    told_of: Sequence[Story],
) -> Told:
    """Keep what the reader will know: the targets with a line, on top or in the thread."""
    seen = {key_of(one.target) for one in shown.sided}
    seen |= {key_of(one.target) for story in told_of for one in story.targets[:MOST_TARGETS]}
    names = {key_of(one.target): said_of(one) for one in parts.sided}
    kept: Mapping[str, Said] = {key: said for key, said in names.items() if key in seen}
    return Told(day, kept, counts(themes_of(folded)))


def charted(parts: Parts, reader: Reader) -> list[str]:
    """The names that a line is drawn of: the watchlist's, news first; without one, the window's."""
    if not reader.watch:
        sided = (*parts.contrary, *parts.names)
        return [one.target.id for one in sided if one.target.kind == "ticker"]
    own = [one.target.id for one in parts.watched]
    return [*own, *sorted(set(reader.watch) - set(own) - reader.muted.keys())]


def _is_late(story: Story, window: Window) -> bool:
    return late(story.heads, window) is not None


def _name(claim: Claim) -> str | None:
    target = claim.impact.target
    return target.id if target.kind == "ticker" else None
