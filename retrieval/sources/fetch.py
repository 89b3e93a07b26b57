"""An address -> what it answered, or one of our errors: the only outgoing HTTP. Knows no parser.

Each name is resolved once and the connection goes to the number that was checked, so a second
answer of the resolver changes nothing, and no connection is opened to a refused address. A fetch
reads a page once; a poll asks "is there anything new?" and tells what the server says to that.
"""

import asyncio
import re
import socket
import threading
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx
from httpx_secure import SSRFProtectionError, httpx_ssrf_protection

from retrieval.errors import ForbiddenAddressError, SourceError, TooLargeError, UnreachableError
from retrieval.sources.dates import read_date
from retrieval.sources.fetched import Fetch, Fetched, Known, Poll, Polled
from retrieval.sources.limits import BODY_LIMIT

__all__ = ["Fetch", "Fetched", "fetch", "fetcher", "is_public", "poll", "poller", "system_resolver"]

IPAddress = IPv4Address | IPv6Address
Admit = Callable[[IPAddress, int], bool]
Resolve = Callable[[str, int], Sequence[str]]

REDIRECT_LIMIT = 5
DEADLINE = 30.0  # seconds for everything: names, redirects, the last byte
HEADERS = {
    "User-Agent": "Tape/0.1 (reads articles for a research assistant)",
    "Accept": "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, "
    "application/feed+json, application/pdf;q=0.9, text/*;q=0.8, */*;q=0.5",
    "Accept-Encoding": "gzip",  # one coding that can be stopped at a limit, byte by byte
}
CONNECT_DEADLINE = 10.0  # then the name's next address has its turn
NO_ANSWER = (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, zlib.error)
PERMANENT = {301, 308}
LONGEST_VALIDATOR = 500  # characters of an ETag or a date that are kept for a server
NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class _Rules:
    admit: Admit
    resolve: Resolve
    deadline: float


@dataclass(frozen=True, slots=True)
class _Answer:
    """The answer at the end of the redirects; a body for a success only."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class _Redirect:
    to: httpx.URL
    permanent: bool


def is_public(address: IPAddress, port: int = 443) -> bool:
    """Tell whether an address belongs to the public internet, also where IPv6 wraps an IPv4 one."""
    del port  # any port of a public host; tests admit one port of a private one
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    if address in NAT64:
        return is_public(IPv4Address(address.packed[-4:]))
    if address.sixtofour is not None:
        return is_public(address.sixtofour)
    odd = address.is_multicast or address.is_site_local or address.is_reserved
    return address.is_global and not odd


def system_resolver(host: str, port: int) -> Sequence[str]:
    """Ask the operating system for a name's addresses, IPv4 first: more networks carry it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    numbers = [str(entry[4][0]) for entry in sorted(found, key=lambda entry: entry[0])]
    return tuple(dict.fromkeys(numbers))


def fetcher(
    *,
    admit: Admit = is_public,
    resolve: Resolve = system_resolver,
    deadline: float = DEADLINE,
) -> Fetch:
    """Build a fetch function; without arguments it is guarded for the open internet."""
    rules = _Rules(admit, resolve, deadline)

    def fetch_guarded(url: str) -> Fetched:
        answer = _in_own_thread(url, None, rules)
        if not httpx.codes.is_success(answer.status):
            raise UnreachableError
        return _fetched(answer)

    return fetch_guarded


def poller(
    *,
    admit: Admit = is_public,
    resolve: Resolve = system_resolver,
    deadline: float = DEADLINE,
) -> Poll:
    """Build a poll function, guarded like `fetcher`'s. An error of the server is an answer, too.

    It raises ForbiddenAddressError, TooLargeError, and UnreachableError when nothing answered.
    """
    rules = _Rules(admit, resolve, deadline)

    def poll_guarded(url: str, known: Known | None) -> Polled:
        return _polled(_in_own_thread(url, known, rules))

    return poll_guarded


def _fetched(answer: _Answer) -> Fetched:
    return Fetched(answer.url, answer.headers.get("content-type", ""), answer.body)


def _polled(answer: _Answer) -> Polled:
    success, headers = httpx.codes.is_success(answer.status), answer.headers
    server_time = _server_time(headers)
    etag, modified = _validator(headers, "etag"), _validator(headers, "last-modified")
    return Polled(
        status=answer.status,
        fetched=_fetched(answer) if success else None,
        known=Known(answer.url, etag, modified) if success and (etag or modified) else None,
        moved_to=answer.moved_to,
        retry_after=_seconds(headers.get("retry-after", "").strip(), server_time),
        server_time=server_time,
    )


def _server_time(headers: httpx.Headers) -> datetime | None:
    """Read the server's clock; a cache hands out an old Date and says how old (RFC 9111, 5.1)."""
    stated, age = read_date(headers.get("date")).at, headers.get("age", "0").strip()
    return stated and stated + timedelta(seconds=_whole(age) or 0)


def _validator(headers: httpx.Headers, name: str) -> str | None:
    """Take what can be sent back as it is."""
    value = headers.get(name, "")
    plain = value.isascii() and value.isprintable()
    return value if value and plain and len(value) <= LONGEST_VALIDATOR else None


def _seconds(text: str, server_time: datetime | None) -> float | None:
    """Read Retry-After: seconds, or a moment by the clock of the server (RFC 9110, 10.2.3)."""
    moment = read_date(text).at
    if moment and server_time:
        return max(0.0, (moment - server_time).total_seconds())
    return _whole(text)


def _whole(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _in_own_thread(url: str, known: Known | None, rules: _Rules) -> _Answer:
    """Run the event loop in a thread, so that a hanging resolver cannot outlast the deadline."""
    outcome: Future[_Answer] = Future()

    def work() -> None:
        try:
            outcome.set_result(asyncio.run(_follow(url, known, rules)))
        except SourceError as error:
            outcome.set_exception(error)
        finally:
            outcome.cancel()  # a mistake of ours ends the wait and shows in the thread's traceback

    threading.Thread(target=work, name="fetch", daemon=True).start()
    try:
        return outcome.result(timeout=rules.deadline + 1)
    except TimeoutError as error:
        raise UnreachableError from error


async def _follow(url: str, known: Known | None, rules: _Rules) -> _Answer:
    """Get the address, going through at most five redirects; each hop is checked like the first."""
    try:
        async with asyncio.timeout(rules.deadline):
            here, moved_to, permanent = _parsed(url), None, True
            for _ in range(REDIRECT_LIMIT + 1):
                answer = await _hop(here, known, rules)
                if isinstance(answer, _Answer):
                    return replace(answer, moved_to=moved_to)
                here, permanent = answer.to, permanent and answer.permanent
                moved_to = str(here) if permanent else moved_to
    except NO_ANSWER as error:
        raise UnreachableError from error
    raise UnreachableError


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ForbiddenAddressError from error
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ForbiddenAddressError
    return parsed


async def _hop(url: httpx.URL, known: Known | None, rules: _Rules) -> _Answer | _Redirect:
    """Ask one address; answer with its body or with the address that it points on to."""
    port = url.port or (443 if url.scheme == "https" else 80)
    numbers = await asyncio.to_thread(rules.resolve, url.host, port)
    if not all(rules.admit(ip_address(number), port) for number in numbers):
        raise ForbiddenAddressError
    failed: Exception = UnreachableError()
    for number in numbers:
        try:
            return await _ask(url, number, known, rules)
        except SSRFProtectionError as error:
            raise ForbiddenAddressError from error
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            failed = error
    raise failed


async def _ask(
    url: httpx.URL, number: str, known: Known | None, rules: _Rules
) -> _Answer | _Redirect:
    """Ask the host at the number its name gave; httpx-secure checks it before it connects."""
    timeout = httpx.Timeout(rules.deadline, connect=CONNECT_DEADLINE)
    client = httpx.AsyncClient(trust_env=False, timeout=timeout, headers=HEADERS)
    httpx_ssrf_protection(
        client,
        check_globally_reachable=rules.admit is is_public,
        custom_validator=lambda _, address, port: rules.admit(address, port),
    )
    pinned = url.copy_with(host=number, username=None, password=None, fragment=None)
    headers = {"Host": url.netloc.decode("ascii"), **_conditions(url, known)}
    options = {"sni_hostname": url.raw_host.decode("ascii")}  # the certificate must name the host
    async with (
        client,
        client.stream("GET", pinned, headers=headers, extensions=options) as response,
    ):
        status = response.status_code
        if response.has_redirect_location:
            to = _parsed(str(url.join(response.headers["location"])))
            return _Redirect(to, status in PERMANENT)
        body = await _capped(response) if response.is_success else b""
        return _Answer(str(url), status, response.headers, body)


def _conditions(url: httpx.URL, known: Known | None) -> dict[str, str]:
    """Ask only for what changed, and only the address that gave what we know."""
    if known is None or known.url != str(url):
        return {}
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in asked.items() if value}


async def _capped(response: httpx.Response) -> bytes:
    """Read the body, counting decoded bytes, and stop at the first one too many."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in {"identity", "gzip", "x-gzip", ""}:
        raise UnreachableError
    plain = coding in {"identity", ""}
    body = bytearray()
    async for piece in response.aiter_raw() if plain else _unzipped(response.aiter_raw()):
        body += piece
        if len(body) > BODY_LIMIT:
            raise TooLargeError
    return bytes(body)


async def _unzipped(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Inflate piece by piece, never more than the limit at once: a bomb ends at its first bytes."""
    inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    async for piece in pieces:
        yield inflate.decompress(piece, BODY_LIMIT + 1)


fetch: Fetch = fetcher()
poll: Poll = poller()
