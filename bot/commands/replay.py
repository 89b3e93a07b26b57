"""A replay id to the answer of that moment, and what has changed since: as text or as JSON."""

from datetime import UTC, datetime

from bot import console
from bot.blocks.kit import DISCLAIMER
from bot.settings import load
from bot.wiring import open_beside
from retrieval.answers import Citation
from retrieval.ask import wording
from retrieval.ask.replay import Replay, Used, replay_json
from retrieval.ask.replay import replay as replayed
from retrieval.contract import Json, dumps
from retrieval.library import Library
from retrieval.models import Quote


def replay(replay_id: str, *, as_json: bool) -> None:
    """Show an earlier answer.

    Raises:
        UnknownReplayError: no answer is kept under the id.
        StoreError: the database cannot be used.
    """
    library = open_beside(load())
    try:
        found = replayed(replay_id.strip(), library=library)
        if as_json:
            console.write(dumps(replay_json(found)))
        else:
            console.say(_plain(found, library))
    finally:
        library.close()


def _plain(found: Replay, library: Library) -> str:
    quoted = wording.citation_texts(map(_citation, found.answer.get("citations", ())))
    close = f"{DISCLAIMER} · id {found.replay_id}"
    since = [_since(used, library) for used in found.changed]
    parts = [
        [found.answer.get("text", "")],
        quoted,
        [*_asked(found), _source(found), *since],
        [close],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _asked(found: Replay) -> list[str]:
    if found.made is None:
        return []
    asked_at = wording.moment(found.made.asked_at.astimezone(UTC))
    return [f"Asked on {asked_at}: {found.made.question.text}"]


def _source(found: Replay) -> str:
    if found.again is None:
        return f"From the audit, not made again: {found.reason}"
    read = wording.plural(len(found.versions), "stored version")
    return f"Made again from {read}: the same, byte for byte."


def _since(used: Used, library: Library) -> str:
    """Say what became of a version that was used."""
    stored = library.store.article(used.article_id, version=used.version)
    title = stored.article.title if stored else None
    name = f"“{wording.one_line(title)}”" if title else f"untitled article {used.article_id}"
    if used.now is None:
        return f"Gone since: {name}."
    return f"Corrected since: {name}, version {used.version} then, {used.now} now."


def _citation(row: Json) -> Citation:
    published = row["published_at"]
    return Citation(
        n=row["n"],
        article_id=row["article_id"],
        version=0,  # not shown
        title=row["title"],
        url=row["url"],
        source=row["source"],
        published_at=datetime.fromisoformat(published) if published else None,
        quote=Quote(row["quote"], row["start"], row["end"]),
    )
