"""What the operator wants of the feeds -> tables, JSON or OPML. Knows no Slack."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

from bot import console
from bot.engines import utc_now
from bot.settings import load
from bot.wiring import feed_tools, open_beside, poller_of
from jobs.errors import UnknownFeedError
from jobs.feeds.health import WHY, health
from jobs.feeds.models import OPERATOR, Failed, Follow, Followed, Trial, Worked, shown_url
from jobs.feeds.poller import Poller, Visit
from jobs.feeds.rows import Feeds
from jobs.feeds.trial import Tools, feed_url, try_feed
from retrieval.ask.wording import one_line, plural, shortened
from retrieval.contract import Json, dumps, iso
from retrieval.db import connect, migrate
from retrieval.errors import MissingPathError, SourceError
from retrieval.models import Article
from retrieval.sources.opml import Listed, Outline, opml_of, parse_opml
from retrieval.sources.reading import path_of

ToolsOf = Callable[[], AbstractContextManager[Tools]]

SHOWN = 5  # items of a feed before it is followed
TITLE = 90  # characters of an item's title in a table


@contextmanager
def opened() -> Iterator[Feeds]:
    """The tables of feeds, brought up to date.

    Raises:
        StoreError: the database cannot be used.
    """
    engine = connect(load().url)
    try:
        migrate(engine, "jobs")
        yield Feeds(engine)
    finally:
        engine.dispose()


def list_feeds(*, as_json: bool) -> None:
    """Show what anybody follows, and how it goes."""
    with opened() as feeds:
        found = feeds.followed()
    now = utc_now()
    if as_json:
        for one in found:
            console.write(dumps(_json(one, now)))
        return
    if not found:
        console.say("No feed is followed yet. `tape feeds add URL` follows one.")
        return
    table = console.table("Feeds", "feed", "state", "how it goes, and what to do")
    for one in found:
        seen = health(one.feed, now)
        named = f"{one.name}\n{one.follow.shown}{_place(one.follow)}"
        remedy = f"\n→ {seen.remedy}" if seen.remedy else ""
        console.row(table, named, seen.state, f"{seen.words}{remedy}")
    console.show(table)


def add(
    address: str,
    *,
    title: str | None,
    folders: Sequence[str],
    dry_run: bool,
    as_json: bool,
    tools_of: ToolsOf = feed_tools,
) -> None:
    """Look at a feed, show its newest items, and follow it unless it is a dry run.

    Raises:
        SourceError: there is no feed that can be read.
    """
    now = utc_now()
    with console.working("Looking at the feed"), tools_of() as tools:
        trial = try_feed(address, tools, now)
    wanted, added = Follow(trial.url, title=title or trial.title, folders=tuple(folders)), 0
    if not dry_run:
        with opened() as feeds:
            added = feeds.follow([wanted], now)
    if as_json:
        console.write(dumps({**_trial_json(trial), "added": bool(added)}))
        return
    _show_trial(trial)
    if added:
        console.note("Followed: a running Tape reads it within seconds, or `tape feeds poll` does.")
    elif not dry_run:
        console.note("It is followed already.")


def remove(address: str, *, as_json: bool) -> None:
    """Follow a feed no more, whichever workspace does.

    Raises:
        UnknownFeedError: it is not followed.
    """
    with opened() as feeds:
        found = _named(address, feeds)
        feeds.unfollow(found.follow.url)
    if as_json:
        console.write(dumps({"removed": found.follow.shown}))
    else:
        console.say(f"{found.name} is followed no more. What was read from it stays.")


def import_feeds(path: Path, *, dry_run: bool, as_json: bool) -> None:
    """Follow what an OPML list names; what is followed already stays as it is.

    Raises:
        MissingPathError: there is no such file.
        BadOpmlError, TooLargeError, TooManyItemsError: it cannot be read.
    """
    file = path_of(str(path))
    if file is None or not file.is_file():
        raise MissingPathError(str(path))
    try:
        listed = parse_opml(file.read_bytes())
    except SourceError as error:
        raise type(error)(": ".join(filter(None, (str(path), error.detail)))) from error
    wanted = [Follow(one.url, OPERATOR, one.title, one.folders) for one in listed.feeds]
    with opened() as feeds:
        known = {one.follow.url for one in feeds.followed() if one.follow.team == OPERATOR}
        new = [one for one in wanted if one.url not in known]
        added = 0 if dry_run else feeds.follow(new, utc_now())
    _tell_import(listed, list(dict.fromkeys(one.url for one in new)), added, as_json=as_json)


def export_feeds(*, as_json: bool) -> None:
    """Write what is followed, each address once, as a list that `import_feeds` reads."""
    with opened() as feeds:
        found = {one.follow.url: one for one in feeds.followed()}
    outlines = [Outline(url, one.name, one.follow.folders) for url, one in found.items()]
    if as_json:
        for one in outlines:
            listed = {"url": one.url, "title": one.title, "folders": list(one.folders)}
            console.write(dumps(listed))
        return
    console.say(opml_of(outlines, title="What Tape reads").decode().rstrip("\n"))


def poll(address: str | None, *, as_json: bool, tools_of: ToolsOf = feed_tools) -> bool:
    """Ask the feeds that are due, or one; False when none that was asked could be read.

    Raises:
        UnknownFeedError: that one is not followed.
    """
    with opened() as feeds, tools_of() as tools:
        if address is not None:
            feeds.hurry(utc_now(), _named(address, feeds).follow.url)
        library = open_beside(load())
        try:
            with console.progress("Asking feeds") as advance:
                visits = list(_visited(poller_of(feeds, tools, library), advance))
        finally:
            library.close()
    _tell_visits(visits, as_json=as_json)
    return not visits or any(not isinstance(visit.outcome, Failed) for visit in visits)


def _visited(poller: Poller, advance: console.Advance) -> Iterator[Visit]:
    while (visit := poller.visit(utc_now)) is not None:
        advance(1)
        yield visit


def _named(address: str, feeds: Feeds) -> Followed:
    """Find a feed by its address, or as the list shows it."""
    for one in feeds.followed():
        if address in {one.follow.url, one.follow.shown} or feed_url(address) == one.follow.url:
            return one
    raise UnknownFeedError(shown_url(feed_url(address)))


def _show_trial(trial: Trial) -> None:
    named = trial.title or shown_url(trial.url)
    table = console.table(f"{console.plain(named)}: {plural(len(trial.items), 'item')}", "", "")
    for item in trial.items[:SHOWN]:
        when = f"{item.published_at:%Y-%m-%d %H:%M}" if item.published_at else "undated"
        console.row(table, when, shortened(one_line(item.title or item.text), TITLE))
    console.show(table)
    console.note(shown_url(trial.url))


def _trial_json(trial: Trial) -> Json:
    items = [_item_json(item) for item in trial.items[:SHOWN]]
    return {"url": trial.url, "title": trial.title, "items": len(trial.items), "newest": items}


def _item_json(item: Article) -> Json:
    return {"title": item.title, "url": item.url, "published_at": iso(item.published_at)}


def _tell_import(listed: Listed, new: Sequence[str], added: int, *, as_json: bool) -> None:
    counts = {"listed": len(listed.feeds), "new": len(new), "added": added}
    if as_json:
        refused = [shown_url(url) for url in listed.refused]
        console.write(dumps({**counts, "refused": refused}))
        return
    console.say(f"{plural(len(listed.feeds), 'feed')} listed, {len(new)} new, {added} added.")
    for url in new:
        console.say(f"  {shown_url(url)}")
    for url in listed.refused:
        console.note(f"  {url}: Tape only reads public http and https addresses.")


def _tell_visits(visits: Sequence[Visit], *, as_json: bool) -> None:
    if as_json:
        for visit in visits:
            console.write(dumps(_visit_json(visit)))
        return
    if not visits:
        console.say("No feed is due.")
        return
    table = console.table("Polled", "feed", "outcome", "new", "changed")
    for visit in visits:
        counts = visit.counts
        console.row(
            table, shown_url(visit.feed.url), _outcome(visit), str(counts.new), str(counts.changed)
        )
    console.show(table)


def _outcome(visit: Visit) -> str:
    if isinstance(visit.outcome, Failed):
        return f"not read: {WHY[visit.outcome.cause]}"
    return "read" if isinstance(visit.outcome, Worked) else "nothing has changed"


def _visit_json(visit: Visit) -> Json:
    return {
        "url": shown_url(visit.feed.url),
        "outcome": type(visit.outcome).__name__.lower(),
        "cause": visit.outcome.cause if isinstance(visit.outcome, Failed) else None,
        "new": visit.counts.new,
        "changed": visit.counts.changed,
    }


def _json(one: Followed, now: datetime) -> Json:
    seen = health(one.feed, now)
    return {
        "url": one.follow.shown,
        "title": one.name,
        "team": one.follow.team,
        "folders": list(one.follow.folders),
        "state": seen.state,
        "words": seen.words,
        "remedy": seen.remedy,
        "next_at": iso(one.feed.next_at),
        "worked_at": iso(one.feed.worked_at),
        "fresh_at": iso(one.feed.fresh_at),
        "failures": one.feed.failures,
    }


def _place(follow: Follow) -> str:
    folders = f" · {' / '.join(follow.folders)}" if follow.folders else ""
    return f"{folders} · workspace {follow.team}" if follow.team else folders
