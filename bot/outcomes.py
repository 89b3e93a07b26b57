"""A call to Slack -> its answer, or one of the outbox's three outcomes. Knows no message.

What is not a plain yes is Refused (it was not done), Limited (not now) or Unclear (nobody told).
"""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from jobs.outbox import POST_TIMEOUT, Limited, Refused, Unclear

WAIT = 1.0  # seconds, when a limit does not say how long
LIMITED = frozenset({"ratelimited", "rate_limited"})
# Slack's side broke: whether the post went through is not said.
BROKEN = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})


async def outcome_of(call: Awaitable[AsyncSlackResponse]) -> Mapping[str, Any]:
    """Wait for a call; what is not a plain yes is raised as one of the three outcomes."""
    try:
        async with asyncio.timeout(POST_TIMEOUT.total_seconds()):
            response = await call
    except SlackApiError as error:
        raise _refusal(error.response) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unclear from error
    return response.data if isinstance(response.data, dict) else {}


def _refusal(response: object) -> Refused | Limited | Unclear:
    if not isinstance(response, AsyncSlackResponse):
        return Unclear()
    data = response.data if isinstance(response.data, dict) else {}
    code = str(data.get("error", ""))
    if response.status_code == 429 or code in LIMITED:  # noqa: PLR2004  HTTP's own number
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Limited(_seconds(str(headers.get("retry-after", ""))))
    if response.status_code >= 500 or not code or code in BROKEN:  # noqa: PLR2004
        return Unclear()
    return Refused(code)


def _seconds(given: str) -> float:
    """How long a limit lasts; what is between Slack and us may say it in words, or not at all."""
    return float(given) if given.isdecimal() else WAIT
