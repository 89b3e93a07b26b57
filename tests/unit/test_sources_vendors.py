"""Vendors' JSON gives articles with their words and times, and nothing of the vendors' opinions."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from retrieval.errors import EmptySourceError, UnreadableFileError
from retrieval.models import Article
from retrieval.sources.fetched import Fetched
from retrieval.sources.ids import id_of_url
from retrieval.sources.kinds import sniff
from retrieval.sources.reading import read
from retrieval.sources.vendors import parse_vendor

VENDORS = Path(__file__).parents[1] / "data/vendors"
NAMES = ("alpha_vantage", "polygon", "marketaux")
WIRE = "https://harborwire.example/2026/11"


def parsed(answer: bytes | dict[str, Any]) -> tuple[Article, ...]:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return parse_vendor(body, origin="/vendor.json")


def vendor(name: str) -> bytes:
    return (VENDORS / f"{name}.json").read_bytes()


def test_alpha_vantage_writes_its_times_in_one_run_without_a_zone() -> None:
    grid, headline = parsed(vendor("alpha_vantage"))
    assert grid == Article(
        id=id_of_url(f"{WIRE}/quanta"),
        text="Quanta Services benefits because utilities must connect new plants.",
        title="Sample: Quanta Services wins a grid contract",
        url=f"{WIRE}/quanta",
        source="Harbor Wire",
        published_at=datetime(2026, 11, 27, 13, 45, tzinfo=UTC),
        published_offset=None,
    )
    assert headline.text == "Sample: headline only"
    assert headline.published_at == datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_polygon_gives_html_and_utc() -> None:
    (fees,) = parsed(vendor("polygon"))
    assert fees == Article(
        id=id_of_url(f"{WIRE}/fees"),
        text="Visa loses because shops choose the network.",
        title="Sample: Visa & Mastercard face a fee rule",
        url=f"{WIRE}/fees",
        source="Harbor Wire",
        published_at=datetime(2026, 11, 27, 13, 45, 10, tzinfo=UTC),
        published_offset=0,
    )


def test_marketaux_joins_description_and_snippet_where_both_say_something() -> None:
    steel, builders = parsed(vendor("marketaux"))
    assert steel.text == "Nucor gains from the steel tariff because imports cost more."
    assert steel.published_at == datetime(2026, 11, 27, 8, 45, tzinfo=UTC)
    assert builders.text == (
        "D.R. Horton said on Friday that orders fell.\n\nBuilders wait for lower rates."
    )


@pytest.mark.parametrize("name", NAMES)
def test_no_opinion_of_a_vendor_is_taken_over(name: str) -> None:
    told = repr(parsed(vendor(name)))
    for word in ("Bullish", "negative", "fee falls", "0.72", "0.91", "pixel", ".jpg", "PWR"):
        assert word not in told


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_answer_is_known_by_its_first_bytes_and_read_like_any_file(name: str) -> None:
    body = vendor(name)
    assert sniff(body, name=f"{name}.json") == "vendor"
    assert sniff(body, name="https://x.example/q", content_type="application/json") == "vendor"

    def no_web(url: str) -> Fetched:
        raise AssertionError(url)

    found = list(read(str(VENDORS / f"{name}.json"), fetch=no_web))
    assert found == list(parsed(body))


def test_lines_of_json_that_only_quote_a_vendor_stay_lines() -> None:
    line = json.dumps({"id": "a", "text": 'It answers {"feed": [{"time_published": 1}]}.'})
    assert sniff(line.encode(), name="a.json") == "jsonl"


def test_an_answer_that_found_nothing_is_empty_and_any_other_json_is_not_read() -> None:
    for nothing in ({"feed": []}, {"results": [], "status": "OK"}, {"data": [], "meta": {}}):
        with pytest.raises(EmptySourceError):
            parsed(nothing)
    odd: list[Any] = [{"Note": "limit"}, [], {"feed": [{"title": "x"}]}, {"data": {"uuid": 1}}]
    for other in odd:
        with pytest.raises(UnreadableFileError):
            parsed(other)
    with pytest.raises(UnreadableFileError):
        parsed(b'{"feed": ' + b"[" * 100_000)


def test_fields_of_any_type_do_no_harm() -> None:
    row = {"time_published": 5, "url": ["x"], "title": None, "summary": {"a": 1}, "source": 3}
    good = {**row, "title": "Visa\ud800 gains", "time_published": "tomorrow"}
    (article,) = parsed({"feed": [row, good, "text", None]})
    assert (article.title, article.url, article.source) == ("Visa\ufffd gains", None, None)
    assert article.published_at is None
