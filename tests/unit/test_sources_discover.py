"""The feeds that a page names are found in its head, whatever the page is like."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.sources.discover import LOOKED_AT, MOST_LINKS, feeds_of

HOME = "https://wire.example/news/"
LINK = "<link rel='alternate' type='application/rss+xml' href='{}'>"


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (LINK.format("rss"), ["https://wire.example/news/rss"]),
        (LINK.format("/rss?a=1&amp;b=2"), ["https://wire.example/rss?a=1&b=2"]),
        (LINK.format("//cdn.example/rss"), ["https://cdn.example/rss"]),
        ('<LINK HREF="x" TYPE="Application/Atom+XML" REL="Alternate home">', [f"{HOME}x"]),
        ("<link rel=alternate type=application/feed+json href=f.json />", [f"{HOME}f.json"]),
        (LINK.format("comments/rss") + LINK.format("a"), [f"{HOME}a", f"{HOME}comments/rss"]),
        (LINK.format("a") * 3, [f"{HOME}a"]),
        (LINK.format("javascript:alert(1)") + LINK.format("file:///etc/passwd"), []),
        ("<link rel=stylesheet type=text/css href=x.css>", []),
        ("<link rel=alternate type=text/html hreflang=de href=/de>", []),
        ("<link rel=alternate type=application/rss+xml>", []),
        (" " * LOOKED_AT + LINK.format("late"), []),
    ],
)
def test_what_a_page_names_comes_as_whole_addresses(page: str, found: list[str]) -> None:
    assert list(feeds_of(page.encode(), origin=HOME)) == found


@pytest.mark.parametrize(
    "piece", ["<link ", "<link a='", "<link " + "a=b " * 150, LINK.format("{}")]
)
def test_no_page_takes_long(piece: str) -> None:
    started = time.process_time()
    found = feeds_of((piece * (LOOKED_AT // len(piece))).encode(), origin=HOME)
    assert time.process_time() - started < 2.0
    assert len(found) <= MOST_LINKS


@given(st.binary(max_size=300))
def test_any_bytes_are_looked_at(body: bytes) -> None:
    for page in (body, b"<link rel=alternate type=application/rss+xml href=" + body + b">"):
        assert all(url.startswith(("http://", "https://")) for url in feeds_of(page, origin=HOME))
