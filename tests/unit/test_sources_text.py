import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import EmptySourceError
from retrieval.models import Article
from retrieval.sources.ids import absolute_url, canonical_url, host_of, id_of_origin, id_of_url
from retrieval.sources.kinds import sniff
from retrieval.sources.markdown import front_matter, parse_markdown, plain
from retrieval.sources.text import decode, parse_text, wide_charset

PATH = "/articles/note.txt"


@given(st.binary(max_size=200).filter(lambda body: wide_charset(body) is None))
def test_plain_text_is_what_python_reads_in_text_mode(body: bytes) -> None:
    stream = io.TextIOWrapper(io.BytesIO(body), encoding="utf-8", errors="replace")
    assert decode(body) == stream.read().removeprefix("\ufeff").replace("\0", "\ufffd")


def test_nothing_is_stripped_from_a_text() -> None:
    (article,) = parse_text(b"\xef\xbb\xbf\n  Visa gains.\r\n\tNow.\r \n", origin=PATH)
    assert article == Article(id_of_origin(PATH), "\n  Visa gains.\n\tNow.\n \n")


def test_bytes_that_are_no_text_become_replacement_marks() -> None:
    (article,) = parse_text(b"A\0B \xff C \xed\xa0\x80 D", origin=PATH)
    assert article.text == "A\ufffdB \ufffd C \ufffd\ufffd\ufffd D"


def test_a_text_in_utf_16_is_read_by_its_mark() -> None:
    (article,) = parse_text("Münchener Rück gains.".encode("utf-16"), origin=PATH)
    assert article.text == "Münchener Rück gains."


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("latin-1", "Rück"),
        ("no-such-charset", "R\ufffdck"),
        ("hex", "R\ufffdck"),
        ("a\0b", "R\ufffdck"),
        ("idna", "R\ufffdck"),
    ],
)
def test_a_named_charset_is_used_if_it_is_one(charset: str, text: str) -> None:
    assert decode(b"R\xfcck", charset) == text


@pytest.mark.parametrize("body", [b"", b" \n\t ", b"\xef\xbb\xbf", b"\xff\xff"])
def test_a_text_without_words_is_empty(body: bytes) -> None:
    with pytest.raises(EmptySourceError):
        parse_text(body, origin=PATH)


MARKDOWN = b"""---
id: sample-7
title: "Copper, and who gains"
url: https://wire.example/copper
source: Harbour Wire
published_at: 2026-11-25T08:45:00-05:00
sample: true
---
# Copper, and who gains

**Freeport** fell while [Southern Copper](https://x.example/scco) *rose*,
as `FCX` cut its forecast ([NVDA](https://x.example) and $MSFT are far away; so is <TSLA>).

> A quote<br>in two lines.

- First point
- Second **point**

| Ticker | Side |
|--------|------|
| FCX    | down |

![a chart of copper](chart.png)

<div align="center">Boxed</div>
"""


def test_markdown_reads_as_prose_and_its_tickers_stay() -> None:
    (article,) = parse_markdown(MARKDOWN, origin="/a.md")
    assert (article.id, article.title, article.source) == (
        "sample-7",
        "Copper, and who gains",
        "Harbour Wire",
    )
    assert article.url == "https://wire.example/copper"
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2026-11-25T13:45:00+00:00"
    assert article.published_offset == -300
    assert article.text == (
        "Freeport fell while Southern Copper rose, as FCX cut its forecast "
        "(NVDA and $MSFT are far away; so is <TSLA>).\n\n"
        "A quote\nin two lines.\n\nFirst point\n\nSecond point\n\nTicker | Side\n\nFCX | down\n\n"
        "a chart of copper\n\nBoxed\n"
    )


def test_the_first_heading_is_the_title_where_no_other_is_given() -> None:
    (article,) = parse_markdown(b"# Visa gains\n\nMore cards are used.", origin="/a.md")
    assert (article.title, article.text) == ("Visa gains", "More cards are used.\n")


def test_another_title_leaves_the_first_heading_in_the_text() -> None:
    (article,) = parse_markdown(b"---\ntitle: T\n---\n# Visa gains\n\nMore.", origin="/a.md")
    assert (article.title, article.text) == ("T", "Visa gains\n\nMore.\n")


def test_markdown_without_front_matter_is_named_by_its_path() -> None:
    (article,) = parse_markdown(b"Visa gains.", origin="/a.md")
    assert article == Article(id_of_origin("/a.md"), "Visa gains.\n")


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    text = "---\nVisa gains.\n"
    assert front_matter(text) == ({}, text)


@given(st.text(alphabet="ab*_[]()<>!`#->|\\ \n\t&;:$1.", max_size=80))
def test_no_markdown_breaks_the_reader(marked: str) -> None:
    assert plain(marked).endswith("\n")


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Wire.Example:443/a?utm_source=x&b=1#top", "https://wire.example/a?b=1"),
        ("http://wire.example", "http://wire.example/"),
        ("https://wire.example:8443/a?q=%7B&x", "https://wire.example:8443/a?q=%7B&x"),
        ("http://[2606:4700::1111]/a", "http://[2606:4700::1111]/a"),
        ("ftp://wire.example/a", None),
        ("javascript:alert(1)", None),
        ("http://[bad", None),
        ("http://wire.example:port/", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_is_written_one_way(url: str | None, canonical: str | None) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


def test_two_spellings_of_an_address_are_one_article() -> None:
    assert id_of_url("https://wire.example/a?fbclid=1") == id_of_url("https://WIRE.example/a#b")
    assert host_of("https://www.wire.example/a") == "wire.example"
    assert absolute_url("https://wire.example/a/", "../b") == "https://wire.example/b"
    assert absolute_url("https://wire.example/a/", "//[bad") is None


@pytest.mark.parametrize(
    ("body", "name", "content_type", "kind"),
    [
        (b"Visa gains.", "a.txt", "", "text"),
        (b"Visa gains.", "README", "", "text"),
        (b"# Visa", "a.md", "", "markdown"),
        (b"# Visa", "https://x.example/a.md", "text/plain; charset=utf-8", "markdown"),
        (b"<!-- x --><!doctype html><p>Visa", "a.txt", "", "html"),
        (b"<p>Visa", "https://x.example/a", "text/html", "html"),
        (b"<?xml version='1.0'?><!-- c --><rss/>", "https://x.example/", "text/html", "feed"),
        (b"<feed xmlns='x'/>", "a.txt", "", "feed"),
        (b"<?xml version='1.0'?><catalog/>", "a.xml", "", "feed"),
        ("<?xml version='1.0'?><rss/>".encode("utf-16-le"), "a.xml", "", "feed"),
        (b'{"version":"https:\\/\\/jsonfeed.org\\/version\\/1"}', "a.json", "", "jsonfeed"),
        (b'{"id":"1","text":"x"}\n', "a.json", "", "jsonl"),
        (b'{"id":"1","text":"x"}\n', "https://x.example/a", "application/json", "jsonl"),
        (b"nonsense", "a.jsonl", "", "jsonl"),
        (b"%PDF-1.7", "a.txt", "", "pdf"),
        (b"\x89PNG\r\n\x1a\n", "a.txt", "", None),
        (b"\x00\x01\x02" * 20, "a", "", None),
        (b"a,b\n1,2\n", "a.csv", "", None),
        (b"anything", "https://x.example/a.bin", "application/octet-stream", None),
    ],
)
def test_the_bytes_decide_and_names_help(
    body: bytes, name: str, content_type: str, kind: str | None
) -> None:
    assert sniff(body, name=name, content_type=content_type) == kind


@given(st.binary(max_size=120), st.sampled_from(["a.txt", "a.xml", "a", "a.json"]))
def test_no_bytes_break_the_choice_of_a_parser(body: bytes, name: str) -> None:
    assert sniff(body, name=name) in {
        None, "text", "markdown", "html", "feed", "jsonfeed", "jsonl", "pdf",
    }  # fmt: skip


def test_a_naughty_string_stays_as_it_is(shared: Path) -> None:
    strings = json.loads((shared / "attacks/naughty_strings.json").read_text("utf-8"))
    for string in strings:
        body = string.encode("utf-8", "surrogatepass")
        kept = io.TextIOWrapper(io.BytesIO(body), "utf-8", "replace").read().removeprefix("\ufeff")
        assert decode(body) == kept.replace("\0", "\ufffd")
    assert len(strings) == 515
