"""What a call to Slack came to, also where something between us and Slack answered."""

import asyncio

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.outcomes import WAIT, outcome_of
from jobs.outbox import Limited


@pytest.mark.parametrize(
    ("header", "seconds"),
    [({"Retry-After": "30"}, 30.0), ({"Retry-After": "Fri, 27 Nov 2026 13:45:00 GMT"}, WAIT)],
)
def test_a_limit_lasts_as_long_as_it_says_in_seconds(
    header: dict[str, str], seconds: float
) -> None:
    response = AsyncSlackResponse(
        client=None,
        http_verb="POST",
        api_url="chat.postMessage",
        req_args={},
        data={"ok": False, "error": "ratelimited"},
        headers=header,
        status_code=429,
    )

    async def call() -> AsyncSlackResponse:
        raise SlackApiError("limited", response)

    with pytest.raises(Limited) as limited:
        asyncio.run(outcome_of(call()))
    assert limited.value.retry_after == seconds
