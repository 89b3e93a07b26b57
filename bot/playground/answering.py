"""Turns a planned fault into what comes back over HTTP instead of the answer. Knows no method."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from bot.playground.faults import Fault


def dropped(request: web.Request) -> web.Response:
    """Cut the connection instead of an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()


async def spoiled(
    request: web.Request, fault: Fault | None, do: Callable[[], web.Response]
) -> web.Response:
    """Do what a request to a plain address asks for, unless and as far as the plan lets it."""
    if fault is None:
        return do()
    answer = do() if fault.accepted else None
    if answer is not None and fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
        return answer
    match fault.kind:
        case "drop_before" | "drop_after":
            return dropped(request)
        case "ratelimited":
            wait = {"Retry-After": f"{fault.seconds:.0f}"}
            return web.Response(text="ratelimited", status=429, headers=wait)
        case "status":
            return web.Response(text="upstream connect error", status=fault.status)
        case _:
            return web.Response(text=fault.code, status=400)
