from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import EmptySourceError, UnreadableFileError
from retrieval.models import Article
from retrieval.sources.feeds import ITEM_LIMIT, parse_feed, parse_json_feed
from retrieval.sources.ids import article_id, id_of_url
from retrieval.sources.markup import text_of

FEEDS = Path(__file__).parents[1] / "data/feeds"
ORIGIN = "https://wire.example/feed"


def rss(*items: str, channel: str = "") -> tuple[Article, ...]:
    body = "".join(f"<item>{item}</item>" for item in items)
    return parse_feed(
        f"<rss version='2.0'><channel>{channel}{body}</channel></rss>".encode(), origin=ORIGIN
    )


def test_an_rss_feed_gives_each_item_once_with_its_full_text() -> None:
    copper, note, headline = parse_feed((FEEDS / "wire.rss").read_bytes(), origin="/wire.rss")
    assert copper == Article(
        id=id_of_url("https://wire.example/2026/11/copper?page=2"),
        text="Freeport-McMoRan (FCX) cut its copper forecast.\n\n"
        "Southern Copper stands to gain — its mines run at full rate.",
        title="Copper rises as Freeport cuts output",
        url="https://wire.example/2026/11/copper?page=2",
        source="Harbour Wire & Metals",
        published_at=datetime(2026, 11, 25, 13, 45, tzinfo=UTC),
        published_offset=-300,
    )
    assert (note.text, note.published_offset) == ("A note that was wrapped by a machine.", None)
    assert note.id == article_id("item", "/wire.rss", "wire-1002")
    assert (headline.text, headline.published_at) == ("Headline only", None)


def test_an_atom_feed_resolves_links_and_keeps_the_first_publication() -> None:
    curve, reposted = parse_feed((FEEDS / "desk.atom").read_bytes(), origin=ORIGIN)
    assert curve.url == "https://desk.example/blog/2026/curve"
    assert curve.title == "Banks & the curve"
    assert curve.text == "A steeper curve helps JPMorgan.\n\nMargins widen.\n\nDeposits stay."
    assert (curve.published_at, curve.published_offset) == (
        datetime(2026, 11, 24, 8, tzinfo=UTC),
        60,
    )
    assert (reposted.source, reposted.url) == ("Other Example", "https://other.example/story")


def test_rss_0_9_is_read_though_its_items_lie_outside_the_channel() -> None:
    (zinc,) = parse_feed((FEEDS / "news09.rss").read_bytes(), origin=ORIGIN)
    assert (zinc.title, zinc.source) == ("Zinc steady", "Old Wire")


def test_a_json_feed_gives_its_items() -> None:
    yields, plain = parse_json_feed((FEEDS / "lab.json").read_bytes(), origin="/lab.json")
    assert yields.text == "TSMC's yields rose.\n\nIntel's did not."
    assert (yields.url, yields.source, yields.published_offset) == (
        "https://lab.example/1",
        "Chip Lab",
        480,
    )
    assert (plain.text, plain.url) == ("First line.\nSecond line.", None)


def test_what_no_store_can_hold_does_not_come_out_of_a_feed() -> None:
    item = b'{"title":"a\\u0000","content_text":"b\\ud800","url":"https://wire.example/\\ud800"}'
    (article,) = parse_json_feed(b'{"items":[%s]}' % item, origin="/lab.json")
    assert (article.title, article.text, article.url) == ("a\ufffd", "b\ufffd", None)


def test_items_that_share_one_link_are_told_apart_by_their_guids() -> None:
    link = "<link>https://wire.example/live</link>"
    first, second = rss(
        f"{link}<guid isPermaLink='false'>1</guid><title>One</title>",
        f"{link}<guid isPermaLink='false'>2</guid><title>Two</title>",
    )
    assert first.url == second.url == "https://wire.example/live"
    assert first.id != second.id


def test_a_link_that_is_not_http_is_no_address() -> None:
    (article,) = rss("<link>javascript:alert(1)</link><title>One</title>")
    assert article.url is None


def test_a_relative_link_is_resolved_against_the_feed() -> None:
    (article,) = rss("<link>../a/1</link><title>One</title>")
    assert article.url == "https://wire.example/a/1"


def test_a_feed_without_items_is_an_empty_feed_not_an_error() -> None:
    assert rss(channel="<title>Quiet</title>") == ()


def test_a_feed_whose_items_hold_no_words_says_so() -> None:
    with pytest.raises(EmptySourceError):
        rss("<guid>1</guid>", "<guid>2</guid>")


def test_a_feed_cut_off_in_the_middle_gives_what_it_has() -> None:
    whole = (FEEDS / "wire.rss").read_bytes()
    articles = parse_feed(whole[: whole.index(b"<title>Weekly")], origin=ORIGIN)
    assert articles[0].title == "Copper rises as Freeport cuts output"


@pytest.mark.parametrize("body", [b"", b"<?xml version='1.0'?><catalog><book/></catalog>", b"word"])
def test_what_is_no_feed_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        parse_feed(body, origin=ORIGIN)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"items": 1}', b"[" * 100_000, b"\xff"])
def test_what_is_no_json_feed_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        parse_json_feed(body, origin=ORIGIN)


def test_one_item_more_than_the_limit_shows_that_there_are_more() -> None:
    assert len(rss(*(f"<title>{n}</title>" for n in range(ITEM_LIMIT + 50)))) == ITEM_LIMIT + 1


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain &amp; simple", "plain & simple"),
        ("<p>One</p><p>Two<br/>three</p>", "One\n\nTwo\nthree"),
        ("<b>NV</b>DA <i>rose</i>", "NVDA rose"),
        ("<ul><li>A</li><li>B</li></ul>", "A\n\nB"),
        ("<table><tr><td>FCX</td><td>down</td></tr></table>", "FCX down"),
        ("a<script>x()</script><style>p{}</style><!-- c -->b", "ab"),
        ("<p>unclosed <b>bold", "unclosed bold"),
        ("a\n   b", "a b"),
        ("</div>after", "after"),
        ("", ""),
        (" \n ", ""),
        ("<!-- only -->", ""),
        ("\x00", "\ufffd"),
    ],
)
def test_a_piece_of_html_reads_as_text(html: str, text: str) -> None:
    assert text_of(html) == text


@given(st.text(alphabet="<>/&;!-ab pdiv\"'= \n\x00\ud800", max_size=60))
def test_no_piece_of_html_breaks_the_reader(html: str) -> None:
    text = text_of(html)
    assert text == text.strip()
    assert "\0" not in text


EVAL_NOT_FEEDS = {"xml_sample_1.xml", "xml_sample_2.xml"}  # a parser's catalogue of XML, not feeds


def test_feeds_of_real_publishers_are_all_readable(shared: Path) -> None:
    read = set()
    files = sorted((shared / "eval/feeds").iterdir())
    for path in files:
        parse = parse_json_feed if path.suffix == ".json" else parse_feed
        if path.name not in EVAL_NOT_FEEDS and parse(path.read_bytes(), origin=str(path)):
            read.add(path.name)
    assert {path.name for path in files} - read == EVAL_NOT_FEEDS
