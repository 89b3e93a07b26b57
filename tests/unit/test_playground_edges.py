"""The fake Slack's pure edges: what a user types, who may ask, how a sample article is shown."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.events import typed
from bot.playground.guard import may_pass
from bot.playground.samples import NOTICE, Sample, sample_page, samples_page
from bot.playground.state import Workspace

OWN = {"Host": "127.0.0.1:8765"}


@pytest.mark.parametrize(
    ("words", "sent"),
    [
        ("@Tape who gains?", "<@U0TAPEBOT1> who gains?"),
        ("@tape, @Ben: look", "<@U0TAPEBOT1>, <@U0BEN00001>: look"),
        ("@tapestry and me@tape.example", "@tapestry and me@tape.example"),
        ("see #daily-brief, #research-notes", "see <#C0BRIEF001|daily-brief>, #research-notes"),
        ("https://x.example/#research", "<https://x.example/#research>"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("see https://x.example/a?b=1&c=2.", "see <https://x.example/a?b=1&amp;c=2>."),
        ("<!channel> <@U0ADA00001>", "&lt;!channel&gt; &lt;@U0ADA00001&gt;"),
    ],
)
def test_typed_words_are_encoded_as_slack_does(words: str, sent: str) -> None:
    assert typed(words, Workspace(lambda: datetime(2026, 11, 27, tzinfo=UTC))) == sent


@pytest.mark.parametrize(
    ("headers", "path", "passes"),
    [
        (OWN, "/api/auth.test", True),
        ({"Host": "localhost:8765", "Origin": "http://localhost:8765"}, "/ui/say", True),
        ({}, "/api/auth.test", False),
        ({"Host": "evil.example:8765"}, "/ui/state", False),
        ({"Host": "127.0.0.1:9"}, "/ui/state", False),
        ({**OWN, "Origin": "http://evil.example"}, "/ui/say", False),
        ({**OWN, "Origin": "null"}, "/ui/say", False),
        ({**OWN, "Origin": "http://localhost:8765"}, "/ui/say", False),
        ({**OWN, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, "/ui/state", False),
        ({**OWN, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, "/ui/state", False),
        ({**OWN, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, "/", True),
        ({**OWN, "Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, "/api/auth.test", False),
    ],
)
def test_only_this_machines_own_pages_may_ask(
    headers: dict[str, str], path: str, *, passes: bool
) -> None:
    assert may_pass(headers, path, 8765) is passes


def test_a_sample_page_says_what_it_is_and_keeps_paragraphs_whole() -> None:
    when = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
    page = sample_page(Sample("A deal", "Lab Wire", when, "First one.\n\nSecond\none."))

    assert NOTICE in page
    assert "27 November 2026, 13:45 UTC" in page
    assert "<p>First one.</p>\n<p>Second\none.</p>" in page


def test_an_undated_sample_stays_undated() -> None:
    page = samples_page({"deal": Sample("A deal", None, None, "x")})

    assert "undated" in page
    assert 'href="/samples/deal"' in page


@given(st.text())
def test_no_words_of_a_sample_become_markup(words: str) -> None:
    hostile = f"<script>{words}</script>"
    page = sample_page(Sample(hostile, hostile, hostile, hostile))

    assert "<script" not in page
