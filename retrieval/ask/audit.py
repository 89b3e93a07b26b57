"""An answer and what decided it to the text that is kept under its replay id, and back.

Knows the shape of what is kept, no store.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.resources import files

from retrieval.answers import Answer, Hit, Question, Searches
from retrieval.ask.evidence import Evidence
from retrieval.ask.plain import noun, plain
from retrieval.ask.slots import Slots, slots_of
from retrieval.contract import Json, answer_json, dumps, private_json
from retrieval.library import Library
from retrieval.models import Chunk, Scope, digest_of

_ID_LENGTH = 12
"""Hex digits of a replay id: among a million answers, one chance in 560 that any two share theirs.

The audit keeps the first answer under an id.
"""

Version = tuple[str, int]
"""An article's id, and the number of its version."""


@dataclass(frozen=True, slots=True)
class Search:
    """One search of a question, and what it found: chunk ids with scores, best first.

    Indexes move on as articles arrive, and with them how rare a word is: what they once found
    cannot be found again. All else is made again from the versions.
    """

    text: str
    scope: Scope
    limit: int
    hits: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Made:
    """What decided an answer, besides the stored versions.

    `question` is as it was understood, its words for times and follow-ups resolved; `change` is the
    store's last change then; `engine` names the code and the models. `model` is the chat model that
    phrased the answer, with its prompt, if one did: its words are not made again. `own` says that
    it was about a list of the asker's own, which is nobody else's to read and so is not kept.
    """

    question: Question
    asked_at: datetime
    change: int
    engine: str
    versions: tuple[Version, ...]
    searches: tuple[Search, ...]
    model: str | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Phrasing:
    """What came of asking a chat model to put an answer into words.

    `engine` is the prompt's version and the model, `written` counts the lines that are shown, and
    `unsaid` those that failed, by the check. `fallback` is why the answer is the composed one,
    `broke_off` why it has no more lines.
    """

    engine: str
    written: int
    unsaid: Mapping[str, int]
    fallback: str | None
    broke_off: str | None

    @property
    def model(self) -> str | None:
        """Who phrased what is shown; None where that is the composed answer."""
        return self.engine if self.written else None


def payload_of(
    answer: Answer, evidence: Evidence, dropped: int, made: Made, phrasing: Phrasing | None = None
) -> str:
    """Write what is kept of an answer: itself, the articles it was about, what decided it.

    `phrasing` is null where no chat model was asked. An answer about a list of the asker's own
    names those, so of it is kept what the next question needs.
    """
    row = {
        "answer": private_json(answer) if made.own else answer_json(answer),
        "dropped": dropped,
        "articles": [head.article_id for head in evidence.heads]
        or list(made.question.scope.article_ids or ()),
        "cut": answer.cut,
        "made": plain(replace(made, versions=(), searches=()) if made.own else made),
        "phrasing": plain(phrasing),
    }
    return dumps(row)


def private_payload_of(answer: Answer, dropped: int) -> str:
    """Write what is kept of an answer about the asker's book: that it was given, and no position.

    It cannot be made again.
    """
    row = {"answer": private_json(answer), "dropped": dropped, "articles": [], "made": None}
    return dumps(row)


def read_payload(payload: str) -> tuple[Json, Made | None]:
    """Read the answer that was kept, and what decided it; None where that cannot be read.

    Raises:
        TypeError, ValueError: it is no JSON object.
    """
    row: Json = json.loads(payload)
    if not isinstance(row, dict):
        raise TypeError(payload)
    answer: Json = row.get("answer", row)
    try:
        return answer, noun(Made, row.get("made"))
    except ValueError:
        return answer, None


def slots_in(payload: str | None) -> Slots | None:
    """Read what a question left to those that follow it; None where there is nothing to read."""
    if payload is None:
        return None
    try:
        _, made = read_payload(payload)
    except (TypeError, ValueError):
        return None
    if made is None or made.question.turn in ("reset", "alone"):
        return None
    row: Json = json.loads(payload)
    slots = slots_of(made.question, row.get("articles", ()), row.get("cut", 0))
    of_before = made.own and made.question.also is None  # rows of before keep no empty list
    return replace(slots, mine=slots.mine or of_before)


def replay_id_of(answer: Answer, made: Made, phrasing: Phrasing | None = None) -> str:
    """Name an answer by what is shown and by what it was made of: question, versions, engine.

    A chat model that was asked in vain is a part of that: the audit says why under an id of its
    own.
    """
    question = dumps(plain(made.question))
    said = dumps({**answer_json(answer), "replay_id": ""})
    seen = (f"{article}@{version}" for article, version in made.versions)
    asked = (phrasing.engine, phrasing.fallback or phrasing.broke_off or "") if phrasing else ()
    return f"a-{digest_of(question, said, made.engine, *seen, *asked)[:_ID_LENGTH]}"


def versions_in(evidence: Evidence) -> tuple[Version, ...]:
    """List the versions that evidence is of, each once, in order."""
    heads = (
        *evidence.heads,
        *(claim.head for claim in evidence.claims),
        *(passage.head for passage in evidence.passages),
    )
    return tuple(sorted({(head.article_id, head.version) for head in heads}))


def searches_of(found: Searches) -> tuple[Search, ...]:
    """Write down what was found."""
    return tuple(
        Search(text, scope, limit, tuple((hit.chunk.id, hit.score) for hit in hits))
        for (text, scope, limit), hits in found.items()
    )


def found_in(kept: Iterable[Search], chunks: Mapping[Scope, Mapping[str, Chunk]]) -> Searches:
    """Give what was found its chunks back, by scope and id; a chunk that is gone is left out."""
    return {
        (one.text, one.scope, one.limit): tuple(
            Hit(chunks[one.scope][i], score) for i, score in one.hits if i in chunks[one.scope]
        )
        for one in kept
    }


def engine_of(library: Library) -> str:
    """Name all that makes an answer of articles: the reader, the embedder, and our own code."""
    return f"{library.reader.local.engine} | {library.embedder.name} | code {_code()}"


@cache
def _code() -> str:
    """Hash the modules that read questions and write answers: no number to forget to raise."""
    packages = ("retrieval.ask", "retrieval.language")
    sources = (one for name in packages for one in files(name).iterdir())
    texts = sorted(one.read_text("utf-8") for one in sources if one.name.endswith(".py"))
    return digest_of(*texts)[:_ID_LENGTH]
