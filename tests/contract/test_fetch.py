"""The guarded fetcher against a real server on loopback: what it reads, and what it never asks."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import (
    ForbiddenAddressError,
    SourceError,
    TapeError,
    TooLargeError,
    UnreachableError,
)
from retrieval.sources.fetch import fetcher, is_public
from retrieval.sources.fetched import Fetched, Known
from tests.site import PAGE, Site, fake_dns, reply, running

BOMB = gzip.compress(bytes(50_000_000))


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as state:
        yield state


def test_a_page_comes_back_with_its_type_and_final_address(site: Site) -> None:
    fetched = site.fetch()(site.url("/a?b=c"))
    assert fetched == Fetched(site.url("/a?b=c"), "text/html; charset=utf-8", PAGE)
    assert fetched.charset == "utf-8"
    assert site.requests == [("/a?b=c", f"site.test:{site.port}")]


def test_a_gzip_body_comes_back_decoded(site: Site) -> None:
    site.answers["/"] = reply(gzip.compress(PAGE), Content_Encoding="gzip")
    assert site.fetch()(site.url()).body == PAGE


@pytest.mark.parametrize("status", [304, 404, 410, 500])
def test_an_address_that_answers_with_an_error_is_unreachable(site: Site, status: int) -> None:
    site.answers["/"] = reply(status=status)
    with pytest.raises(UnreachableError):
        site.fetch()(site.url())


def test_a_server_that_is_down_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fetch = fetcher(admit=lambda _ip, _port: True, resolve=fake_dns)
    with pytest.raises(UnreachableError):
        fetch(f"http://127.0.0.1:{port}/")


def test_a_name_that_does_not_resolve_is_unreachable() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(UnreachableError):
        fetcher(resolve=unknown)("http://nowhere.test/")


def test_five_redirects_are_followed_and_a_sixth_is_not(site: Site) -> None:
    for hop in range(6):
        site.answers[f"/{hop}"] = reply(b"", 302, Location=f"/{hop + 1}")
    assert site.fetch()(site.url("/1")).url == site.url("/6")
    with pytest.raises(UnreachableError):
        site.fetch()(site.url("/0"))


@pytest.mark.parametrize(
    "target",
    [
        "http://lan.test:{port}/x",
        "http://127.0.0.2:{port}/x",
        "http://[::1]:{port}/x",
        "//localhost:1/x",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/x",
    ],
)
def test_a_redirect_into_a_private_network_is_refused(site: Site, target: str) -> None:
    location = target.format(port=site.port)
    site.answers["/"] = reply(b"", 302, Location=location)
    with pytest.raises(ForbiddenAddressError):
        site.fetch()(site.url())
    assert site.connections == 1


def test_a_name_is_resolved_once_so_a_second_answer_cannot_move_the_connection(site: Site) -> None:
    answers = iter(["127.0.0.1", "127.0.0.2"])
    fetch = fetcher(
        admit=lambda address, _port: str(address) == "127.0.0.1",
        resolve=lambda _host, _port: [next(answers)],
    )
    assert fetch(f"http://rebind.test:{site.port}/").body == PAGE
    assert next(answers) == "127.0.0.2"


def forms(shared: Path, site: Site) -> list[str]:
    lines = (shared / "attacks/ssrf_forms.txt").read_text("utf-8").splitlines()
    lan = socket.gethostbyname(socket.gethostname())
    return [
        line.format(port=site.port, lan=lan) for line in lines if line and not line.startswith("#")
    ]


def test_no_spelling_of_loopback_is_asked(shared: Path, site: Site) -> None:
    fetch = fetcher(resolve=fake_dns)
    urls = forms(shared, site)
    for url in urls:
        with pytest.raises(ForbiddenAddressError):
            fetch(url)
    assert (len(urls), site.connections) == (22, 0)


def test_no_internal_address_in_the_wild_list_is_asked(shared: Path, site: Site) -> None:
    urls = (shared / "attacks/ssrf_urls.txt").read_text("utf-8").splitlines()
    fetch = fetcher(resolve=fake_dns)
    for url in urls:
        with pytest.raises(ForbiddenAddressError):
            fetch(url)
    assert (len(urls), site.connections) == (142, 0)


def test_the_default_fetcher_refuses_loopback_as_the_system_resolves_it(site: Site) -> None:
    for host in ("localhost", "127.0.0.1", "[::1]", "2130706433"):
        with pytest.raises(ForbiddenAddressError):
            fetcher()(f"http://{host}:{site.port}/")
    assert site.connections == 0


@pytest.mark.parametrize(
    "number",
    (
        "10.0.0.1 100.64.0.1 169.254.169.254 224.0.0.1 255.255.255.255 :: ::1 ::7f00:1 fec0::1 "
        "64:ff9b::a00:1 2002:7f00:1:: 2001:0:7f00:1:: ff02::1 fe80::1 fd00::1 ::ffff:127.0.0.1"
    ).split(),
)
def test_a_number_inside_or_around_the_internet_is_not_public(number: str) -> None:
    assert not is_public(ip_address(number))


@pytest.mark.parametrize("number", ["93.184.216.34", "2606:4700::1111", "64:ff9b::5db8:d822"])
def test_a_number_of_the_internet_is_public(number: str) -> None:
    assert is_public(ip_address(number))


def test_a_gzip_bomb_ends_at_the_limit(site: Site) -> None:
    site.answers["/"] = reply(BOMB, Content_Encoding="gzip")
    with pytest.raises(TooLargeError):
        site.fetch()(site.url())


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd", "deflate"])
def test_a_coding_that_was_not_asked_for_is_not_decoded(site: Site, coding: str) -> None:
    site.answers["/"] = reply(zlib.compress(PAGE), Content_Encoding=coding)
    with pytest.raises(UnreachableError):
        site.fetch()(site.url())


def test_a_body_that_never_ends_ends_at_the_limit(site: Site) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(bytes(65_536))

    site.answers["/"] = endless
    with pytest.raises(TooLargeError):
        site.fetch()(site.url())


def test_a_server_that_drips_ends_at_the_deadline(site: Site) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(200):
            handler.wfile.write(b"x")
            time.sleep(0.05)

    site.answers["/"] = drip
    started = time.monotonic()
    with pytest.raises(UnreachableError):
        site.fetch(deadline=0.5)(site.url())
    assert time.monotonic() - started < 3


def test_a_resolver_that_hangs_ends_at_the_deadline() -> None:
    release = threading.Event()

    def hang(host: str, port: int) -> Sequence[str]:
        release.wait(20)
        return ["93.184.216.34"]

    started = time.monotonic()
    with pytest.raises(UnreachableError):
        fetcher(resolve=hang, deadline=0.2)("http://slow.test/")
    assert time.monotonic() - started < 5
    release.set()


@given(st.text(max_size=60))
def test_no_text_given_as_an_address_does_more_than_fail_clearly(text: str) -> None:
    with pytest.raises(SourceError) as caught:
        fetcher(resolve=fake_dns)(text)
    assert isinstance(caught.value, TapeError)


def test_a_poll_is_answered_with_what_to_ask_by_next_time(site: Site) -> None:
    stamp = "Fri, 27 Nov 2026 13:45:00 GMT"
    site.answers["/f"] = reply(ETag='W/"7"', Last_Modified=stamp, Date=stamp, Age="60")
    first = site.poll()(site.url("/f"), None)
    assert (first.status, first.fetched and first.fetched.body) == (200, PAGE)
    assert first.known == Known(site.url("/f"), 'W/"7"', stamp)
    assert first.server_time == datetime(2026, 11, 27, 13, 46, tzinfo=UTC)
    site.answers["/f"] = reply(b"", 304)
    again = site.poll()(site.url("/f"), first.known)
    assert (again.status, again.fetched, again.known) == (304, None, None)
    assert site.headers[-1]["If-None-Match"] == 'W/"7"'
    assert site.headers[-1]["If-Modified-Since"] == stamp
    assert "If-None-Match" not in site.headers[0]


def test_what_one_address_said_is_not_told_to_another(site: Site) -> None:
    known = Known(site.url("/old"), '"secret"', None)
    site.answers["/f"] = reply(b"", 302, Location="/new")
    site.poll()(site.url("/f"), known)
    assert all("If-None-Match" not in headers for headers in site.headers)


@pytest.mark.parametrize("value", ["x" * 501, "caf\u00e9", "a\tb"])
def test_a_validator_that_cannot_be_sent_back_is_not_kept(site: Site, value: str) -> None:
    site.answers["/"] = reply(ETag=value)
    assert site.poll()(site.url(), None).known is None


@pytest.mark.parametrize("status", [404, 410, 429, 500, 503])
def test_an_error_of_the_server_is_an_answer_to_a_poll(site: Site, status: int) -> None:
    site.answers["/"] = reply(BOMB, status)
    polled = site.poll()(site.url(), None)
    assert (polled.status, polled.fetched) == (status, None)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("Fri, 27 Nov 2026 13:50:00 GMT", 300.0),
        ("Fri, 27 Nov 2026 13:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("9" * 5000, None),
    ],
)
def test_how_long_a_server_asks_for_rest(site: Site, value: str, seconds: float | None) -> None:
    date = "Fri, 27 Nov 2026 13:45:00 GMT"
    site.answers["/"] = reply(b"", 429, Retry_After=value, Date=date)
    assert site.poll()(site.url(), None).retry_after == seconds


@pytest.mark.parametrize(
    ("hops", "moved_to"),
    [((301,), "/1"), ((308, 301), "/2"), ((302, 301), None), ((301, 302), "/1"), ((), None)],
)
def test_only_a_move_that_is_permanent_from_the_start_is_one(
    site: Site, hops: tuple[int, ...], moved_to: str | None
) -> None:
    for number, status in enumerate(hops):
        site.answers[f"/{number}"] = reply(b"", status, Location=f"/{number + 1}")
    polled = site.poll()(site.url("/0"), None)
    assert polled.status == 200
    assert polled.moved_to == (site.url(moved_to) if moved_to else None)


def test_a_poll_is_guarded_like_a_fetch(site: Site) -> None:
    site.answers["/"] = reply(b"", 301, Location=f"http://lan.test:{site.port}/x")
    with pytest.raises(ForbiddenAddressError):
        site.poll()(site.url(), None)
    site.answers["/"] = reply(BOMB, Content_Encoding="gzip")
    with pytest.raises(TooLargeError):
        site.poll()(site.url(), None)
