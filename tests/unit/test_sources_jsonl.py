import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import BadLineError
from retrieval.models import Article
from retrieval.sources.ids import id_of_url
from retrieval.sources.jsonl import parse_line


def line(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def test_a_full_line_is_taken_as_given() -> None:
    article = parse_line(
        line(
            id="a-1",
            text=" Visa\r\ngains. ",
            title="Cards",
            url="https://wire.example/a?utm_source=x",
            source="Wire",
            published_at="2026-11-25T08:45:00-05:00",
            dataset="ours",
        )
    )
    assert article.published_at is not None
    assert article == Article(
        id="a-1",
        text=" Visa\r\ngains. ",
        title="Cards",
        url="https://wire.example/a?utm_source=x",
        source="Wire",
        published_at=article.published_at,
        published_offset=-300,
    )
    assert article.published_at.isoformat() == "2026-11-25T13:45:00+00:00"


def test_a_line_may_hold_text_alone() -> None:
    first = parse_line(line(text="Visa gains."))
    assert first == parse_line(line(text="Visa gains.", url=""))
    assert first.id != parse_line(line(text="Visa loses.")).id


def test_a_line_without_an_id_is_named_by_its_address() -> None:
    url = "https://wire.example/a"
    assert parse_line(line(text="x", url=url)).id == id_of_url(url)


def test_a_number_is_an_id_and_null_is_none() -> None:
    article = parse_line(line(id=7, text="x", title=None, published_at=None))
    assert (article.id, article.title, article.published_at) == ("7", None, None)


def test_an_address_that_is_not_http_is_no_address() -> None:
    assert parse_line(line(id="1", text="x", url="javascript:alert(1)")).url is None


def test_what_no_store_can_hold_is_replaced_in_place() -> None:
    assert parse_line(b'{"id": "1", "text": "a\\u0000b\\ud800c"}').text == "a\ufffdb\ufffdc"


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"word",
        b"[1]",
        b"null",
        b'{"text": "unfinished',
        b'{"id": "1"}',
        b'{"id": "1", "text": " \\n"}',
        b'{"id": "1", "text": 5}',
        b'{"id": "1", "text": "x", "title": ["y"]}',
        b'{"id": true, "text": "x"}',
        b'{"id": {}, "text": "x"}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_a_line_that_lacks_what_is_needed_is_refused(bad: bytes) -> None:
    with pytest.raises(BadLineError):
        parse_line(bad)


@given(st.text(min_size=1, max_size=60).filter(str.strip))
def test_every_character_of_a_text_keeps_its_place(text: str) -> None:
    read = parse_line(line(id="1", text=text)).text
    assert len(read) == len(text)
    assert all(a in (b, "\ufffd") for a, b in zip(read, text, strict=True))
