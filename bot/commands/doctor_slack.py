"""Two tokens -> what Slack grants and what is missing, each with where to click.

It asks Slack two things that change nothing. What no token can ask is listed, to be looked at.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.checks import Check
from bot.delivery import SLACK, delivery
from bot.needs import EVENT_USES, SCOPE_USES, Needs
from bot.outcomes import outcome_of
from jobs.outbox import Limited, Refused, Unclear

APPS = "https://api.slack.com/apps"
REACH = f"Slack was not reached. Check this machine's way to {SLACK} and ask again."
BOT_TOKEN = (
    f"Slack does not take SLACK_BOT_TOKEN ({{}}). Open {APPS}, your app, OAuth & Permissions, and"
    " copy the Bot User OAuth Token (xoxb-...); Install to Workspace makes one."
)
APP_TOKEN = (
    f"Slack does not take SLACK_APP_TOKEN ({{}}). Open {APPS}, your app, Basic Information,"
    " App-Level Tokens, and make one with connections:write (xapp-...); under Socket Mode, Enable"
    " Socket Mode must be on."
)
ADD_SCOPE = (
    f"Open {APPS}, your app, OAuth & Permissions, Scopes, Bot Token Scopes, Add an OAuth Scope,"
    " {}; then Reinstall to Workspace, further up on the page."
)
EVENTS_ARE = (
    f"no token can ask for these. Open {APPS}, your app, Event Subscriptions, Subscribe to bot"
    " events, and see that it lists: {}"
)
TABS = (
    f"no token can ask for these. Open {APPS}, your app, App Home, Show Tabs, and see that the"
    " Messages Tab is on, with Allow users to send messages checked{}."
)
BUTTONS = (
    f"no token can ask for this. Open {APPS}, your app, Interactivity & Shortcuts, and see that it"
    " is on: else the buttons under answers do nothing."
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What Tape calls Slack with; without `app`, Slack calls Tape over HTTP."""

    bot: str
    app: str | None = None


async def slack_checks(tokens: Tokens, needs: Needs, base_url: str = SLACK) -> list[Check]:
    """Ask Slack what the tokens may do, and set it against the manifest."""
    calls = delivery(tokens.bot, base_url).reads
    asking = asyncio.ensure_future(calls.auth_test())
    try:
        me = await outcome_of(asking)
    except (Refused, Limited, Unclear) as outcome:
        checks = [Check("bot token", well=False, seen=_why(outcome, BOT_TOKEN))]
    else:
        checks = [Check("bot token", well=True, seen=f"{me.get('user')} in {me.get('team')}")]
        checks += _scopes(granted(asking.result().headers), needs)
    if tokens.app:
        try:
            await outcome_of(calls.apps_connections_open(app_token=tokens.app))
        except (Refused, Limited, Unclear) as outcome:
            checks.append(Check("socket mode", well=False, seen=_why(outcome, APP_TOKEN)))
        else:
            checks.append(Check("socket mode", well=True, seen="on, and the app token opens it"))
    return [*checks, *_to_look_at(needs)]


def granted(headers: Mapping[str, str]) -> frozenset[str]:
    """Read which scopes a token has, out of the headers of any reply to it."""
    found = {name.lower(): value for name, value in headers.items()}.get("x-oauth-scopes", "")
    return frozenset(scope.strip() for scope in found.split(",") if scope.strip())


def _scopes(has: frozenset[str], needs: Needs) -> Iterator[Check]:
    for scope in needs.required:
        use = f"Tape needs it {SCOPE_USES[scope]}"
        if scope in has:
            yield Check(f"scope {scope}", well=True, seen="granted")
        else:
            seen = f"missing: {use}. {ADD_SCOPE.format(scope)}"
            yield Check(f"scope {scope}", well=False, seen=seen)
    for scope in needs.optional:
        seen = "granted"
        if scope not in has:
            seen = f"not granted; it is {SCOPE_USES[scope]}. {ADD_SCOPE.format(scope)}"
        yield Check(f"scope {scope} (optional)", well=True, seen=seen)


def _to_look_at(needs: Needs) -> Iterator[Check]:
    listed = "; ".join(f"{name} ({EVENT_USES[name]})" for name in needs.events)
    yield Check("events", well=True, seen=EVENTS_ARE.format(listed))
    home = ", and that the Home Tab is on" if needs.home_tab else ""
    yield Check("tabs", well=True, seen=TABS.format(home))
    yield Check("buttons", well=True, seen=BUTTONS)


def _why(outcome: Refused | Limited | Unclear, words: str) -> str:
    return words.format(outcome.reason) if isinstance(outcome, Refused) else REACH
