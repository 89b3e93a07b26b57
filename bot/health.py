"""How a running Tape goes -> /healthz for people and probes, /metrics for Prometheus.

Says numbers only: no word of a user, no name, no token. Knows neither Slack nor SQL.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

HOST = "127.0.0.1"  # nothing here is for others
SLOWEST_TICK = 120.0  # seconds without a tick of the clock; it is due every 30
ILL = 503


@dataclass(frozen=True, slots=True)
class Vitals:
    """The signs of life. Times are ages in seconds; None where there is no such thing.

    `index_behind` counts changes of articles that the search indexes have not taken up yet.
    `calendar_days` is how many days the trading calendars that digests go by still cover.
    """

    sockets_open: int | None = None
    last_frame: float | None = None
    sockets_replaced: int = 0
    inbox_waiting: int = 0
    index_behind: int | None = None
    clock_tick: float | None = None
    calendar_days: int | None = None

    @property
    def well(self) -> bool:
        """Whether questions come in and the clock goes."""
        connected = self.sockets_open is None or self.sockets_open > 0
        return connected and (self.clock_tick is None or self.clock_tick < SLOWEST_TICK)


Look = Callable[[], Awaitable[Vitals]]

MEANING = {
    "sockets_open": "connections to Slack that are open",
    "last_frame": "seconds since anything came from Slack over a socket",
    "sockets_replaced": "dead connections that were replaced since the start",
    "inbox_waiting": "questions without an answer yet",
    "index_behind": "changes of articles that the indexes have not taken up",
    "clock_tick": "seconds since the clock last looked for what is due",
    "calendar_days": "days that the trading calendars in use still cover",
}


def health_app(look: Look) -> Starlette:
    """Make the two pages over a look at the running process."""

    async def healthz(_: Request) -> Response:
        vitals = await look()
        told = {"ok": vitals.well, **asdict(vitals)}
        return JSONResponse(told, status_code=200 if vitals.well else ILL)

    async def metrics(_: Request) -> Response:
        return Response(metrics_of(await look()), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/healthz", healthz), Route("/metrics", metrics)])


def metrics_of(vitals: Vitals) -> bytes:
    """Write the signs of life, and what the process takes, for Prometheus."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    for name, value in asdict(vitals).items():
        if value is not None:
            Gauge(f"tape_{name}", MEANING[name], registry=registry).set(value)
    Gauge("tape_ok", "1 when all is well", registry=registry).set(vitals.well)
    return generate_latest(registry)
