"""A server on loopback that speaks OpenAI's protocol and answers each request as it is told to."""

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; with `drip`, one byte each that many seconds, for ever.

    A stream has `events`, each sent by itself; with `cut` the connection is lost behind them.
    """

    body: bytes = b""
    status: int = 200
    drip: float = 0.0
    events: tuple[bytes, ...] = ()
    cut: bool = False


def completion(content: str | None, *, finish: str = "stop", **message: Any) -> Answer:
    """What OpenAI's protocol says for a finished message."""
    choice = {
        "index": 0,
        "finish_reason": finish,
        "message": {"role": "assistant", "content": content, **message},
    }
    usage = {"prompt_tokens": 60, "completion_tokens": 40, "total_tokens": 100}
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted",
        "choices": [choice],
        "usage": usage,
    }
    return Answer(json.dumps(body).encode())


def stream(
    *pieces: str, finish: str | None = "stop", cut: bool = False, drip: float = 0.0
) -> Answer:
    """What OpenAI's protocol says for a message in pieces; without `finish` it never ends."""
    told = [_event({"content": piece}) for piece in pieces]
    if finish is not None:
        usage = {"prompt_tokens": 60, "completion_tokens": 40, "total_tokens": 100}
        told += [_event({}, finish), _event(None, usage=usage), b"data: [DONE]\n\n"]
    return Answer(events=(_event({"role": "assistant", "content": ""}), *told), cut=cut, drip=drip)


def _event(
    delta: dict[str, Any] | None, finish: str | None = None, usage: dict[str, int] | None = None
) -> bytes:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": choices,
        "usage": usage,
    }
    return f"data: {json.dumps(body)}\n\n".encode()


def failure(status: int) -> Answer:
    """An error as OpenAI's protocol puts it."""
    error = {"message": "told to", "type": "test", "param": None, "code": None}
    return Answer(json.dumps({"error": error}).encode(), status)


@dataclass
class Completions:
    """The server; a context manager."""

    answers: deque[Answer] = field(default_factory=deque)
    requests: list[dict[str, Any]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                told.requests.append(json.loads(self.rfile.read(size)))
                told.give(self, told.answers.popleft())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def give(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        handler.send_response(answer.status)
        kind = "text/event-stream" if answer.events else "application/json"
        handler.send_header("Content-Type", kind)
        if answer.cut:
            handler.send_header("Content-Length", "1000000")  # more than will ever come
        elif not answer.drip and not answer.events:
            handler.send_header("Content-Length", str(len(answer.body)))
        handler.end_headers()
        try:
            for sent in answer.events or (answer.body,):
                handler.wfile.write(sent)
                handler.wfile.flush()
            while answer.drip and not self.stopping.is_set():
                handler.wfile.write(b":\n\n" if answer.events else b" ")
                time.sleep(answer.drip)
        except OSError:
            pass  # whoever asked has hung up, as they should
        handler.close_connection = True
