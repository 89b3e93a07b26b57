"""Which sources a question asks for, and which words are no source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ask.outlets import outlets_in

SOURCES = (
    "Bloomberg News",
    "Harbor Wire (sample)",
    "Northgate Equity Research",
    "Apple Daily",
    "AP",
)


@pytest.mark.parametrize(
    ("text", "only", "without"),
    [
        ("winners from Bloomberg", ("Bloomberg News",), ()),
        ("winners from bloomberg news and the AP", ("Bloomberg News", "AP"), ()),
        ("from Harbor Wire only", ("Harbor Wire (sample)",), ()),
        ("only the FT, please", ("Financial Times",), ()),
        ("just Northgate", ("Northgate Equity Research",), ()),
        ("news from northgate but not from AP", ("Northgate Equity Research",), ("AP",)),
        ("anything except Reuters or CNBC", (), ("Reuters", "CNBC")),
        ("anything except Reuters and CNBC", (), ("Reuters", "CNBC")),
        ("from Apple", (), ()),
        ("from ap", (), ()),
        ("the Reuters deal", (), ()),
        ("winners from the Reuters deal", (), ()),
        ("what does Bloomberg earn?", (), ()),
    ],
)
def test_a_source_is_one_where_it_is_named_as_one(
    text: str, only: tuple[str, ...], without: tuple[str, ...]
) -> None:
    found = outlets_in(text, SOURCES)
    assert (found.only, found.without) == (only, without)


@given(st.text(max_size=60), st.lists(st.text(max_size=8), max_size=3))
def test_any_text_and_any_sources_are_read(text: str, sources: list[str]) -> None:
    found = outlets_in(text, sources)
    assert all(0 <= start < end <= len(text) for start, end in found.spans)
    assert bool(found.spans) >= bool(found.only or found.without)
