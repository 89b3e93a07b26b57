"""What people type is read as the table says: tests/data/phrasings.toml."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from retrieval.answers import SIDES, Question
from retrieval.ask.parse import parse
from retrieval.language.securities import load_securities

TABLE = tomllib.loads((Path(__file__).parents[1] / "data" / "phrasings.toml").read_text("utf-8"))
LEAST = 120


def phrasings() -> Iterator[Any]:
    for group, lines in TABLE.items():
        if group not in {"sources", "now", "mine"}:
            for n, line in enumerate(lines):
                yield pytest.param(line, id=f"{group} {n}: {line['text']}")


def zone_of(line: dict[str, Any]) -> ZoneInfo:
    return ZoneInfo(line.get("zone", "UTC"))


def read(line: dict[str, Any]) -> Question:
    return parse(
        line["text"],
        securities=load_securities(),
        now=line.get("now", TABLE["now"]).astimezone(zone_of(line)),
        sources=TABLE["sources"],
        mine=tuple(TABLE["mine"]),
    )


def moment(line: dict[str, Any], key: str) -> datetime | None:
    """A day is its first moment in the asker's zone, a time that on the asker's clock."""
    said = line.get(key)
    if isinstance(said, datetime):
        return said.replace(tzinfo=zone_of(line)).astimezone(UTC)
    return datetime.combine(said, time(), zone_of(line)).astimezone(UTC) if said else None


@pytest.mark.parametrize("line", list(phrasings()))
def test_a_phrasing_is_read_as_it_was_meant(line: dict[str, Any]) -> None:
    found = read(line)
    expected = {
        "kind": line["kind"],
        "tickers": tuple(line.get("tickers", ())),
        "objects": tuple(line.get("objects", ())),
        "since": moment(line, "since"),
        "until": moment(line, "until"),
        "as_of": moment(line, "as_of"),
        "sources": tuple(line["sources"]) if "sources" in line else None,
        "not_sources": tuple(line.get("not_sources", ())),
        "only": tuple(line.get("only", ())),
        "without": tuple(line.get("without", ())),
        "side": line.get("side"),
        "order": line.get("order"),
        "mine": tuple(TABLE["mine"]) if "mine" in line else None,
    }
    scope, filters = found.scope, found.filters
    assert {
        "kind": found.kind,
        "tickers": found.tickers,
        "objects": found.objects,
        "since": scope.since,
        "until": scope.until,
        "as_of": scope.as_of,
        "sources": scope.sources,
        "not_sources": scope.not_sources,
        "only": filters.only,
        "without": filters.without,
        "side": filters.side,
        "order": filters.order,
        "mine": filters.mine,
    } == expected
    assert line.get("listed", False) in (found.listed, "any")
    assert found.side == line.get("direction", SIDES.get(found.kind))
    assert found.text == line["text"]


def test_there_are_as_many_phrasings_as_promised_and_each_once() -> None:
    keys = [
        (p.values[0]["text"], p.values[0].get("zone"), p.values[0].get("now")) for p in phrasings()
    ]
    assert len(set(keys)) == len(keys) >= LEAST
    assert {p.values[0]["kind"] for p in phrasings()} >= {
        "benefit", "hurt", "ticker", "triggers", "summary", "free",
    }  # fmt: skip
