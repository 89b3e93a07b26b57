"""Hostile documents: each is read or refused in time, none swells, and the next one is served."""

import io
import tarfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.errors import (
    ParseLimitError,
    SourceError,
    TapeError,
    TooLargeError,
    UnreadableFileError,
)
from retrieval.models import Article
from retrieval.sources.fetched import Fetched
from retrieval.sources.kinds import Kind, sniff
from retrieval.sources.reading import Failure, read
from retrieval.sources.sandbox import Sandbox
from tests.pdfs import pdf_of_streams

SECONDS = 4.0  # where the product waits 10: what ends here in time ends there in time
SLACK = 20.0  # seconds for fresh children on a machine that does much else
ORIGIN = "https://news.test/feed.xml"
FEED = b"<rss version='2.0'><channel><item><title>Copper rises</title></item></channel></rss>"
ITEM = "<item><title>Item %d</title><description>Word</description></item>"

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(seconds=SECONDS) as shared_child:
        yield shared_child


def no_fetch(url: str) -> Fetched:
    raise AssertionError(url)


def deep_feed() -> bytes:
    return b"<rss><channel><item><description>" + b"<b>" * 200_000


def long_feed() -> bytes:
    return b"<rss version='2.0'><channel>" + b"".join(
        b"<item><title>%d</title></item>" % n for n in range(200_000)
    )


def deep_page() -> bytes:
    return b"<html><body>" + b"<div>" * 100_000 + b"word" + b"</div>" * 100_000


def page_of_links(links: int) -> bytes:
    return b"<html><body>" + b"".join(
        b"<p><a href='/page/%d'>A link %d</a></p>" % (n, n) for n in range(links)
    )


def nested_mail(depth: int) -> bytes:
    part = b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"
    return b"From: a@b.example\n" + b"".join(part % (n, n) for n in range(depth)) + b"\nx"


def swelling_pdf() -> bytes:
    """One page of 108 MB of blanks in 105 KB."""
    return pdf_of_streams(b"BT /F1 12 Tf (word) Tj ET" + b" " * 108_000_000)


BOMBS: dict[str, tuple[Kind, bytes]] = {
    "a feed of 200,000 nested tags": ("feed", deep_feed()),
    "a page of 100,000 nested div": ("html", deep_page()),
    "a page of 90,000 links": ("html", page_of_links(90_000)),
    "a PDF that inflates to 108 MB": ("pdf", swelling_pdf()),
    "a feed of 5 MB": ("feed", long_feed()[: 5 * 1024 * 1024]),
    "markdown of brackets": ("markdown", b"[" * 300_000),
    "markdown of comments": ("markdown", b"<!--" * 300_000),
    "markdown of quotes": ("markdown", b"> " * 1_000_000),
    "a JSON feed of brackets": ("jsonfeed", b'{"items":' + b"[" * 1_000_000),
    "a vendor's JSON of brackets": ("vendor", b'{"feed":' + b"[" * 1_000_000),
    "a vendor's JSON of rows": (
        "vendor",
        b'{"feed":[' + b'{"url":"u","time_published":"t"},' * 150_000,
    ),
    "an e-mail of nested parts": ("mail", nested_mail(30_000)),
    "an e-mail of one header": ("mail", b"From: " + b"(" * 4_000_000 + b"\n\nx"),
    "an e-mail of encoded words": ("mail", b"Subject: " + b"=?utf-8?q?a?= " * 300_000 + b"\n\nx"),
    "an e-mail of addresses": ("mail", b"From: a@b.example\n\n" + b"<http://x " * 500_000),
    "an e-mail of footers": ("mail", b"From: a@b.example\n\n" + b"unsubscribe\n\n" * 300_000),
    "an e-mail of hidden nested div": (
        "mail",
        b"From: a@b.example\nContent-Type: text/html\n\n" + b"<div style='display:none'>" * 100_000,
    ),
    "a page of attributes": ("html", b"<p " + b"a=b " * 1_000_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_time_with_articles_or_a_clear_error(name: str, sandbox: Sandbox) -> None:
    kind, body = BOMBS[name]
    started = time.monotonic()
    try:
        outcome = f"{len(sandbox.parse(body, kind=kind, origin=ORIGIN))} articles"
    except SourceError as error:
        outcome = error.sentence
    seconds = time.monotonic() - started
    print(f"{name}: {len(body):,} bytes, {seconds:.1f} s, {outcome}")  # noqa: T201  the figures reached
    assert outcome
    assert seconds < SECONDS + SLACK
    assert len(sandbox.parse(FEED, kind="feed", origin=ORIGIN)) == 1


@pytest.mark.parametrize("body", [long_feed(), page_of_links(300_000)])
def test_a_document_over_5_mb_is_refused_at_once(body: bytes, sandbox: Sandbox) -> None:
    assert len(body) > 5 * 1024 * 1024
    with pytest.raises(TooLargeError):
        sandbox.parse(body, kind="html", origin=ORIGIN)


def test_a_parser_that_runs_too_long_is_stopped_and_the_next_document_is_served() -> None:
    with Sandbox(seconds=1.0) as impatient:
        started = time.monotonic()
        with pytest.raises(ParseLimitError):
            impatient.parse(long_feed()[:5_000_000], kind="feed", origin=ORIGIN)
        assert time.monotonic() - started < SLACK
        assert len(impatient.parse(FEED, kind="feed", origin=ORIGIN)) == 1


def test_a_parser_that_takes_too_much_memory_is_stopped() -> None:
    with Sandbox(memory=128 * 1024 * 1024, seconds=60) as narrow:
        with pytest.raises(ParseLimitError):  # 1.6 million objects, a hundred times their bytes
            narrow.parse(b'{"items":[' + b"{}," * 1_600_000, kind="jsonfeed", origin=ORIGIN)
        assert len(narrow.parse(FEED, kind="feed", origin=ORIGIN)) == 1


def test_a_parser_that_stumbles_calls_the_file_damaged_and_the_next_is_served() -> None:
    with Sandbox() as fresh:
        with pytest.raises(UnreadableFileError):
            fresh.parse(FEED, kind="feed", origin=5)  # type: ignore[arg-type]
        assert len(fresh.parse(FEED, kind="feed", origin=ORIGIN)) == 1


def test_one_sandbox_serves_many_threads() -> None:
    found: list[int] = []
    with Sandbox() as shared_child:

        def work() -> None:
            found.append(len(shared_child.parse(FEED, kind="feed", origin=ORIGIN)))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [1] * 8


def test_the_child_sees_no_environment_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-canary")
    with Sandbox() as fresh:
        fresh.parse(FEED, kind="feed", origin=ORIGIN)
        assert fresh._child is not None
        environment = Path(f"/proc/{fresh._child.pid}/environ")
        if not environment.exists():
            pytest.skip("this system has no /proc to look into")
        assert b"canary" not in environment.read_bytes()


def test_a_feed_of_600_items_gives_500_and_says_so(tmp_path: Path) -> None:
    items = "".join(ITEM % n for n in range(600))
    path = tmp_path / "wire.xml"
    path.write_text(f"<rss version='2.0'><channel>{items}</channel></rss>")
    *articles, last = read(str(path), fetch=no_fetch)
    assert [article.title for article in articles if isinstance(article, Article)] == [
        f"Item {n}" for n in range(500)
    ]
    assert isinstance(last, Failure)
    assert "500" in last.reason


@pytest.mark.parametrize("body", [b"/etc/passwd", b"file:///etc/passwd", b"http://127.0.0.1/"])
def test_a_feed_that_reads_like_a_path_or_an_address_is_not_opened(
    body: bytes, sandbox: Sandbox
) -> None:
    with pytest.raises(UnreadableFileError):
        sandbox.parse(body, kind="feed", origin=ORIGIN)


def entity_feed(subset: str, use: str) -> bytes:
    return (
        f"<?xml version='1.0'?><!DOCTYPE rss [{subset}]><rss version='2.0'><channel>"
        f"<item><title>Head</title><description>{use}</description></item></channel></rss>"
    ).encode()


def test_an_external_entity_in_a_feed_reads_no_file(tmp_path: Path, sandbox: Sandbox) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("canary-7391")
    body = entity_feed(f'<!ENTITY x SYSTEM "{secret.as_uri()}">', "before &x; after")
    articles = sandbox.parse(body, kind="feed", origin=ORIGIN)
    assert articles
    assert "canary" not in repr(articles)


def test_entities_of_entities_do_not_swell(sandbox: Sandbox) -> None:
    laughs = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(10)
    )
    articles = sandbox.parse(entity_feed(laughs, "&l9;"), kind="feed", origin=ORIGIN)
    assert sum(len(article.text) for article in articles) < 1000


def xml_attacks(shared: Path) -> list[bytes]:
    folder = shared / "attacks/xxe"
    whole = [path.read_bytes() for path in sorted(folder.glob("*.xml"))]
    lists = [path.read_bytes().splitlines() for path in sorted(folder.glob("fuzz_*.txt"))]
    return whole + [line for lines in lists for line in lines if line.strip()]


def test_no_xml_attack_expands_or_reads_a_file(shared: Path, sandbox: Sandbox) -> None:
    attacks = xml_attacks(shared)
    kinds: tuple[Kind, ...] = ("feed", "html")
    marks = [line for line in Path("/etc/passwd").read_text().splitlines() if line][:1]
    for body in attacks:
        for kind in kinds:
            try:
                articles = sandbox.parse(body, kind=kind, origin=ORIGIN)
            except SourceError:
                continue
            assert all(len(article.text) <= len(body) for article in articles)
            assert not any(mark in repr(articles) for mark in marks)
    print(f"{len(attacks)} XML attacks, each as a feed and as a page")  # noqa: T201  the figures reached
    assert len(attacks) >= 115


def test_feeds_of_every_make_are_read_or_refused(shared: Path, sandbox: Sandbox) -> None:
    outcomes: dict[str, int] = {}
    with tarfile.open(shared / "attacks/feeds.tar.gz") as archive:
        files = [member for member in archive.getmembers() if member.isfile()]
        for member in files[::14]:
            body = (archive.extractfile(member) or io.BytesIO()).read()
            outcome = outcome_of(body, member.name, sandbox)
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
    print(f"{sum(outcomes.values())} of {len(files)} feeds: {outcomes}")  # noqa: T201  the figures reached
    assert outcomes["read"] > 90  # the others hold items without words, as they test one field each
    assert set(outcomes) <= {"read", "EmptySourceError", "UnreadableFileError"}


def outcome_of(body: bytes, name: str, sandbox: Sandbox) -> str:
    kind = sniff(body, name=name)
    assert kind is not None
    try:
        sandbox.parse(body, kind=kind, origin=ORIGIN)
    except TapeError as error:
        return type(error).__name__
    return "read"
