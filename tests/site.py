"""A web server on loopback that answers as it was told: it stands for the public internet."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from retrieval.sources.fetch import IPAddress, fetcher, is_public, poller
from retrieval.sources.fetched import Fetch, Poll

PAGE = b"<html><body><p>Copper miners gain.</p></body></html>"

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """A server that counts its connections and requests, and answers each path as it was told."""

    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def url(self, path: str = "/") -> str:
        return f"http://site.test:{self.port}{path}"

    def fetch(self, *, deadline: float = 10.0) -> Fetch:
        """A fetcher that may ask this server, which stands for the public internet."""

        return fetcher(admit=self._admit, resolve=fake_dns, deadline=deadline)

    def poll(self, *, deadline: float = 10.0) -> Poll:
        """The same for polls."""
        return poller(admit=self._admit, resolve=fake_dns, deadline=deadline)

    def _admit(self, address: IPAddress, port: int) -> bool:
        return is_public(address) or (str(address) == "127.0.0.1" and port == self.port)


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
        if "Date" in headers:  # else the server writes the time of this machine
            handler.send_response_only(status)
        else:
            handler.send_response(status)
        for name, value in {"Content_Type": "text/html; charset=utf-8", **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@contextmanager
def running() -> Iterator[Site]:
    """Serve on every address of this machine until the end of the block."""
    state = Site()

    class Handler(BaseHTTPRequestHandler):
        def setup(self) -> None:
            state.connections += 1
            super().setup()

        def do_GET(self) -> None:
            state.requests.append((self.path, self.headers["Host"]))
            state.headers.append(dict(self.headers))
            try:
                state.answers.get(self.path, reply())(self)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the base's name
            del format, args

    server = ThreadingHTTPServer(("", 0), Handler)
    server.daemon_threads = True
    state.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
