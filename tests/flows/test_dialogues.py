"""Conversations over the real parser, store and search, turn by turn, as tests/data says."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from retrieval.answers import Answer
from retrieval.ask.answer import answer
from retrieval.contract import answer_json
from retrieval.ingest import ingest
from retrieval.library import Library
from retrieval.models import Article, Scope
from tests.articles import builtin
from tests.fakes import HashEmbedder

Turn = dict[str, Any]

TABLE = tomllib.loads((Path(__file__).parents[1] / "data" / "dialogues.toml").read_text("utf-8"))
DIALOGUES = TABLE["dialogue"]
LEAST = 40


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    """Each article ingested at the time of its publication."""
    opened = Library.in_memory(HashEmbedder(), builtin())
    for said in TABLE["article"]:
        at = said["published"]
        article = Article(
            said["id"], said["text"], title=said["title"], source=said["source"], published_at=at
        )
        ingest([article], library=opened, now=lambda at=at: at, progress=lambda _: None)
    yield opened
    opened.close()


def moment(said: date | None) -> datetime | None:
    if isinstance(said, datetime):
        return said.replace(tzinfo=UTC)
    return datetime.combine(said, time(), UTC) if said else None


def slots(found: Answer) -> Turn:
    scope, filters = found.question.scope, found.question.filters
    return {
        "kind": found.question.kind,
        "tickers": found.question.tickers,
        "since": scope.since,
        "until": scope.until,
        "as_of": scope.as_of,
        "sources": scope.sources,
        "not_sources": scope.not_sources,
        "only": filters.only,
        "without": filters.without,
        "side": filters.side,
        "order": filters.order,
        "mine": filters.mine is not None,
        "articles": None if scope.article_ids is None else tuple(sorted(scope.article_ids)),
        "status": found.status,
        "lines": tuple(f"{line.sentiment.arrow}{line.target.id}" for line in found.lines),
        "echo": found.filters,
    }


def expected(turn: Turn) -> Turn:
    return {
        "kind": turn["kind"],
        **{key: tuple(turn.get(key, ())) for key in ("tickers", "not_sources", "only", "without")},
        **{key: moment(turn.get(key)) for key in ("since", "until", "as_of")},
        **{key: tuple(turn[key]) if key in turn else None for key in ("sources", "articles")},
        **{key: turn.get(key) for key in ("side", "order", "echo")},
        "mine": turn.get("mine", False),
        "status": turn.get("status", "answered"),
        "lines": tuple(turn["lines"]),
    }


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: str(dialogue["name"]))
def test_a_conversation_keeps_what_it_does_not_name(library: Library, dialogue: Turn) -> None:
    follows = None
    scope = Scope(article_ids=(dialogue["under"],)) if "under" in dialogue else Scope()
    for turn in dialogue["turns"]:
        found = answer(
            turn["say"],
            library=library,
            now=TABLE["now"],
            scope=scope,
            follows=follows,
            mine=tuple(dialogue.get("mine", TABLE["mine"])),
        )
        assert slots(found) == expected(turn), turn["say"]
        assert (found.sentences[0] if found.sentences else None) == turn.get("says"), turn["say"]
        echoed = answer_json(found)["filters"]
        assert (echoed and echoed["text"]) == turn.get("echo")
        assert ("Filters: " in found.text) == ("echo" in turn)
        follows = found.replay_id


def test_there_are_as_many_conversations_as_promised() -> None:
    turns = [len(dialogue["turns"]) for dialogue in DIALOGUES]
    assert len({dialogue["name"] for dialogue in DIALOGUES}) == len(DIALOGUES) >= LEAST
    assert (min(turns), max(turns)) == (2, 5)
