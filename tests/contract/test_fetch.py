"""The guarded fetcher against a real server on loopback: what it reads, and what it never asks."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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
from retrieval.sources.fetch import IPAddress, fetcher, is_public
from retrieval.sources.fetched import Fetch, Fetched

PAGE = b"<html><body><p>Copper miners gain.</p></body></html>"
BOMB = gzip.compress(bytes(50_000_000))

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """A server that counts its connections and requests, and answers each path as it was told."""

    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def url(self, path: str = "/") -> str:
        return f"http://site.test:{self.port}{path}"

    def fetch(self, *, deadline: float = 10.0) -> Fetch:
        """A fetcher that may ask this server, which stands for the public internet."""

        def admit(address: IPAddress, port: int) -> bool:
            return is_public(address) or (str(address) == "127.0.0.1" and port == self.port)

        return fetcher(admit=admit, resolve=fake_dns, deadline=deadline)


def fake_dns(host: str, port: int) -> Sequence[str]:
    """Numbers as the system reads them; every name is answered as an attacker would have it."""
    names = {
        "evil6.test": ["::1"],
        "mapped.test": ["::ffff:127.0.0.1"],
        "mixed.test": ["93.184.216.34", "127.0.0.1"],
        "lan.test": ["127.0.0.2"],
    }
    if host in names:
        return names[host]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except OSError:
        return ["127.0.0.1"]
    return [str(found[0][4][0])]


def reply(body: bytes = PAGE, status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content_Type": "text/html; charset=utf-8", **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.fixture
def site() -> Iterator[Site]:
    state = Site()

    class Handler(BaseHTTPRequestHandler):
        def setup(self) -> None:
            state.connections += 1
            super().setup()

        def do_GET(self) -> None:
            state.requests.append((self.path, self.headers["Host"]))
            try:
                state.answers.get(self.path, reply())(self)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the base's name
            del format, args

    server = ThreadingHTTPServer(("", 0), Handler)  # on every address of this machine
    server.daemon_threads = True
    state.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


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
