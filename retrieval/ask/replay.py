"""A replay id to the answer of that moment: made again from the stored versions, or as it was kept.

Knows the library; the audit's shape is in audit.py.
"""

from collections import defaultdict
from dataclasses import dataclass, replace

from retrieval.answers import Answer
from retrieval.ask.answer import answered
from retrieval.ask.audit import Made, engine_of, found_in, read_payload
from retrieval.contract import Json, answer_json, dumps, iso
from retrieval.errors import UnknownReplayError
from retrieval.library import Library
from retrieval.models import Chunk, Scope

NOT_KEPT = "What was kept of it does not say how it was made, or another version of Tape does."
BY_MODEL = "A chat model phrased it, and need not say the same twice."
OWN = "It was about a list of the asker's own, which is not kept with it."
GONE = "Not all articles that it was made of are stored any more."
OTHER_ENGINE = "Tape or one of its models has changed since, and now answers differently."
DIFFERS = "The stored versions no longer give this answer: the database was changed by hand."


@dataclass(frozen=True, slots=True)
class Used:
    """A version that an answer was made of, and its article's version now; None when it is gone."""

    article_id: str
    version: int
    now: int | None


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer of an earlier moment.

    `answer` is what was shown then. `again` is the same answer made anew, None where that was not
    possible, for the `reason`: then `answer` is known from the audit alone. `made` is None where
    that was not kept, or by another version of Tape.
    """

    replay_id: str
    answer: Json
    made: Made | None
    again: Answer | None
    reason: str | None
    versions: tuple[Used, ...] = ()

    @property
    def changed(self) -> tuple[Used, ...]:
        """The versions that are no longer their article's newest."""
        return tuple(one for one in self.versions if one.now != one.version)


def replay(replay_id: str, *, library: Library) -> Replay:
    """Give the answer of a replay id again, byte for byte. Writes nothing.

    Raises:
        UnknownReplayError: no answer is kept under it.
    """
    payload = library.store.audited(replay_id)
    if payload is None:
        raise UnknownReplayError(replay_id)
    shown, made = read_payload(payload)
    if made is None:
        return Replay(replay_id, shown, None, None, NOT_KEPT)
    versions = _used(made, library)
    if made.model is not None or made.own:
        reason = OWN if made.own else BY_MODEL
        return Replay(replay_id, shown, made, None, reason, versions)
    again = replace(_again(made, library), replay_id=replay_id)
    if _said(answer_json(again)) == _said(shown):
        return Replay(replay_id, shown, made, again, None, versions)
    return Replay(replay_id, shown, made, None, _why(made, versions, library), versions)


def replay_json(replayed: Replay) -> Json:
    """What `tape replay --json` writes.

    `from` is "versions" where the stored versions gave the answer again, byte for byte, and "audit"
    where it is shown as it was kept, for the `reason`. `versions` are those it was made of, with
    the article's version now (null when it is gone).
    """
    return {
        "replay_id": replayed.replay_id,
        "asked": replayed.made.question.text if replayed.made else None,
        "asked_at": iso(replayed.made.asked_at) if replayed.made else None,
        "from": "versions" if replayed.again else "audit",
        "reason": replayed.reason,
        "engine": replayed.made.engine if replayed.made else None,
        "versions": [
            {"article_id": one.article_id, "version": one.version, "now": one.now}
            for one in replayed.versions
        ],
        "answer": replayed.answer,
    }


def _again(made: Made, library: Library) -> Answer:
    """Answer from the store as it was, with what the searches found then."""
    store = library.store.at_change(made.change)
    wanted: defaultdict[Scope, set[str]] = defaultdict(set)
    for one in made.searches:
        wanted[one.scope].update(chunk_id for chunk_id, _ in one.hits)
    chunks: dict[Scope, dict[str, Chunk]] = {
        scope: store.chunks(sorted(ids), as_of=scope.as_of) for scope, ids in wanted.items()
    }
    then = replace(library, store=store, searches=found_in(made.searches, chunks))
    return answered(made.question, then)[0]


def _said(answer: Json) -> str:
    """The bytes of an answer but for addresses: where an article is now is no part of it."""
    citations = [{**one, "url": None} for one in answer.get("citations", ())]
    return dumps({**answer, "citations": citations})


def _used(made: Made, library: Library) -> tuple[Used, ...]:
    now = library.store.heads([article for article, _ in made.versions])
    return tuple(
        Used(article, version, now[article].version if article in now else None)
        for article, version in made.versions
    )


def _why(made: Made, versions: tuple[Used, ...], library: Library) -> str:
    if any(one.now is None for one in versions):
        return GONE
    return OTHER_ENGINE if engine_of(library) != made.engine else DIFFERS
