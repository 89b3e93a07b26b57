"""A list of feeds is read and written without loss, and nothing in it can declare anything."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from retrieval.errors import BadOpmlError, SourceError, TooLargeError, TooManyItemsError
from retrieval.sources.opml import (
    DEEPEST,
    LONGEST,
    MOST_FEEDS,
    Listed,
    Outline,
    opml_of,
    parse_opml,
)

WIRE, DESK = "https://wire.example/rss?a=1&b=2", "https://desk.example/atom"

WORDS = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"]) | st.sampled_from("\n\t\r"), max_size=12
)
LEGAL = WORDS.filter(lambda text: all(ord(c) not in (0xFFFE, 0xFFFF) for c in text))
OUTLINES = st.builds(
    Outline,
    url=st.sampled_from([WIRE, DESK, "https://x.example/%22?q=<a>'"]),
    title=st.none() | LEGAL.filter(bool),
    folders=st.lists(LEGAL, max_size=4).map(tuple),
)


@given(st.lists(OUTLINES, max_size=12))
def test_what_is_written_is_read_as_the_same(feeds: list[Outline]) -> None:
    assert parse_opml(opml_of(feeds, title="Tape")) == Listed(tuple(feeds))


@given(st.text(), st.lists(st.text(), max_size=3).map(tuple))
def test_what_xml_cannot_hold_is_replaced(title: str, folders: tuple[str, ...]) -> None:
    (one,) = parse_opml(opml_of([Outline(WIRE, title, folders)], title=title)).feeds
    assert one.url == WIRE
    assert len(one.folders) == len(folders)


def test_neighbours_share_a_folder() -> None:
    feeds = [
        Outline(WIRE, "Harbor <Wire>", ("Metals", "Copper")),
        Outline(DESK, None, ("Metals",)),
        Outline(DESK, 'The "Desk"'),
    ]
    assert opml_of(feeds, title="Tape & co").decode() == snapshot(
        """\
<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
<head><title>Tape &amp; co</title></head>
<body>
  <outline text="Metals">
    <outline text="Copper">
      <outline type="rss" text="Harbor &lt;Wire&gt;" title="Harbor &lt;Wire&gt;" xmlUrl="https://wire.example/rss?a=1&amp;b=2"/>
    </outline>
    <outline type="rss" text="" xmlUrl="https://desk.example/atom"/>
  </outline>
  <outline type="rss" text="The &quot;Desk&quot;" title="The &quot;Desk&quot;" xmlUrl="https://desk.example/atom"/>
</body>
</opml>
"""
    )


def test_lists_of_other_programs_are_read() -> None:
    body = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
<OPML version="1.0"><head><title>x</title></head><body>
<outline title="Caf\xe9"><outline text="A" XMLURL="HTTPS://Wire.example/rss?a=1&amp;b=2"/>
<outline text="parent" xmlUrl="https://desk.example/atom">
<outline text="child" xmlUrl="http://c.example"/></outline></outline>
<outline text="bad" xmlUrl="file:///etc/passwd"/><outline text="empty folder"/></body></OPML>"""
    assert parse_opml(body) == Listed(
        (
            Outline(WIRE, "A", ("Café",)),
            Outline(DESK, "parent", ("Café",)),
            Outline("http://c.example/", "child", ("Café",)),
        ),
        ("file:///etc/passwd",),
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no xml",
        b"<rss/>",
        b"<opml><body><outline></body></opml>",
        b'<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml/>',
        b'<!DOCTYPE opml [<!ENTITY x SYSTEM "http://127.0.0.1/">]><opml><body>&x;</body></opml>',
        b"<opml><body>&undeclared;</body></opml>",
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE opml><opml/>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="no-such"?><opml/>',
        b"<opml>\x00</opml>",
    ],
)
def test_a_hostile_or_damaged_list_is_refused(body: bytes) -> None:
    with pytest.raises(BadOpmlError):
        parse_opml(body)


def test_a_billion_laughs_end_at_the_first_declaration() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE opml [<!ENTITY l0 "ha">{laughs}]><opml><body>&l9;</body></opml>'
    started = time.process_time()
    with pytest.raises(BadOpmlError):
        parse_opml(body.encode())
    assert time.process_time() - started < 0.5


def test_every_attack_of_the_shared_collection_is_refused_or_harmless(shared: Path) -> None:
    files = [path for path in (shared / "attacks/xxe").rglob("*") if path.is_file()]
    for path in files:
        try:
            assert parse_opml(path.read_bytes()).feeds == ()
        except SourceError:
            continue
    assert len(files) > 0


def test_a_list_that_is_too_large_too_long_or_too_deep_is_refused_at_once() -> None:
    one = b'<outline text="a" xmlUrl="https://a.example/"/>'
    with pytest.raises(TooManyItemsError):
        parse_opml(b"<opml>" + one * (MOST_FEEDS + 2) + b"</opml>")
    with pytest.raises(TooManyItemsError):
        parse_opml(
            b"<opml>" + b"<outline>" * (DEEPEST + 2) + b"</outline>" * (DEEPEST + 2) + b"</opml>"
        )
    with pytest.raises(TooLargeError):
        parse_opml(b" " * 6_000_000)
    (long,) = parse_opml(
        b'<opml><outline text="' + b"x" * 900 + b'" xmlUrl="http://a.example"/></opml>'
    ).feeds
    assert len(long.title or "") == LONGEST


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_fail_clearly(body: bytes) -> None:
    for one in (body, b"<opml>" + body + b"</opml>"):
        try:
            parse_opml(one)
        except SourceError as error:
            assert error.sentence  # noqa: PT017
