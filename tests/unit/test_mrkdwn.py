"""Escaping and links: no words of others become a link, a ping or markup of ours."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mrkdwn import (
    MAX_URL,
    at_quote,
    bold,
    escape,
    fit,
    heard,
    italic,
    link,
    marks,
    plain,
    safe_url,
)

PIECES = st.sampled_from(
    [
        "<!channel>",
        "<@U0ADA00001>",
        "<https://evil.example|Apple>",
        "https://evil.example/?q=1",
        "&lt;",
        "`",
        "```",
        "*",
        "_",
        "|",
        ">",
        "\u202e",
        "\u200b",
        "\x00",
        "\ud800",
        "\n",
        "[1]",
        "AMZN",
        " ",
    ]
)
HOSTILE = st.lists(PIECES | st.text(max_size=8), max_size=12).map("".join)


@given(HOSTILE)
def test_escaped_words_hold_no_control_sequence(words: str) -> None:
    safe = escape(words)
    assert not re.search(r"[<>`]", safe)
    assert not re.search(r"&(?!amp;|lt;|gt;)", safe)
    safe.encode("utf-8")


@given(HOSTILE)
def test_escaped_words_read_the_same(words: str) -> None:
    shown = escape(words).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert shown.replace("\u02cb", "`") == plain(words)


@given(HOSTILE)
def test_plain_words_hide_and_reorder_nothing(words: str) -> None:
    kept = plain(words)
    assert not re.search("[\x00-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", kept)
    assert "  " not in kept
    assert kept == kept.strip()


@given(HOSTILE, st.integers(2, 80))
def test_fitted_words_escape_to_no_more_than_their_room(words: str, most: int) -> None:
    assert len(escape(fit(words, most))) <= most
    if len(escape(words)) <= most:
        assert fit(words, most) == plain(words)


@given(HOSTILE, HOSTILE)
def test_a_link_has_one_opening_and_one_closing_bracket(url: str, label: str) -> None:
    made = link(f"https://news.example/{url}", label)
    assert made.count("<") == made.count(">") <= 1
    if made.startswith("<"):
        assert made.startswith("<https://news.example/")
        assert made.endswith(f"|{escape(label)}>")


@given(HOSTILE)
def test_our_sentence_links_only_its_own_numbers(words: str) -> None:
    made = marks(f"{words} [2]", {2: "https://news.example/a"})
    assert set(re.findall(r"<([^|>]*)", made)) == {"https://news.example/a"}


@given(HOSTILE)
def test_bold_and_italic_words_cannot_end_early(words: str) -> None:
    assert bold(words).count("*") in (0, 2)
    assert italic(words).count("_") in (0, 2)


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://news.example/a",
        "//news.example/a",
        "https://",
        "https://apple.com@evil.example/",
        "https://[::1",
        "https://news.example/a b",
        "https://news.example/\u202etxt",
        "https://news.example/\n",
        "https://news.example/" + "a" * MAX_URL,
        "https://news.example/" + "&" * (MAX_URL // 2),
    ],
)
def test_what_is_no_plain_web_address_is_not_linked(url: str | None) -> None:
    assert safe_url(url) is None
    assert link(url, "label") == "label"


def test_signs_that_would_end_a_link_are_encoded() -> None:
    assert (
        link("https://n.example/?a=1&b=<|>", "T|t")
        == "<https://n.example/?a=1&amp;b=%3C%7C%3E|T|t>"
    )


def test_a_citation_opens_the_page_at_its_quote() -> None:
    url = at_quote("https://n.example/a", "Multi-source, across clouds & more")
    assert url == "https://n.example/a#:~:text=Multi%2Dsource%2C%20across%20clouds%20%26%20more"


def test_a_long_quote_is_found_by_its_first_and_last_words() -> None:
    url = at_quote(
        "https://n.example/a", "one two three four five six\nseven eight nine ten eleven"
    )
    assert url is not None
    assert unquote(url.partition("text=")[2]) == (
        "one two three four five,seven eight nine ten eleven"
    )


def test_an_address_with_a_fragment_keeps_it() -> None:
    assert at_quote("https://n.example/a#part", "words") == "https://n.example/a#part"


@given(HOSTILE)
def test_a_quote_can_never_leave_its_fragment(words: str) -> None:
    url = at_quote("https://n.example/a", words)
    assert url is not None
    assert re.fullmatch(r"https://n\.example/a(#:~:text=[\w.~%]+(,[\w.~%]+)?)?", url)


def test_a_question_loses_our_mention_and_keeps_its_words() -> None:
    said, links = heard("<@U0TAPE> does <http://Amazon.com|Amazon.com> &amp; AMD gain?", "U0TAPE")
    assert said == "does Amazon.com & AMD gain?"
    assert links == ()


def test_a_question_gives_its_links_apart() -> None:
    text = "<https://n.example/a?b=1&amp;c=2> who benefits? <http://n.example/x|n.example/x>"
    said, links = heard(text, None)
    assert said == "who benefits?"
    assert links == ("https://n.example/a?b=1&c=2", "http://n.example/x")


def test_other_marks_of_slack_become_words() -> None:
    said, links = heard("<@U2|ben> in <#C1|research> <!here>", "U0TAPE")
    assert said == "ben in research here"
    assert links == ()
