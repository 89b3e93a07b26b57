"""Turns installations into tokens, and a call's token into the workspace that answers it.

Each further workspace is the first one's twin under other ids: it has the same people and channels.
"""

import base64
import binascii
import copy
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from bot.playground.arguments import Arguments, RefusedError, problems
from bot.playground.faults import Fault
from bot.playground.methods import BOT_TOKEN, Call, Reply, WebApi, specifications
from bot.playground.state import ADA, APP, BOT_USER, TEAM, Clock, Json

CLIENT_ID, CLIENT_SECRET = "5001.7001", "playground-client-secret"  # they open nothing else
AUTHORIZE = "/oauth/v2/authorize"
TOKEN_LIFE = timedelta(hours=12)  # of a token that rotates: Slack's documentation
CODE_LIFE = timedelta(minutes=10)
ANSWERED = frozenset({"oauth.v2.access", "auth.revoke"})  # here, for all workspaces
ID = re.compile(r"\b([TCDUB])0([A-Z0-9]{8})\b")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token is: whose, until when, and why it is good no more."""

    team: str
    until: datetime | None = None
    ended: str = ""


@dataclass(slots=True)
class Grants:
    """The tokens of every workspace. With `rotating` each is good for hours, and is renewed."""

    now: Clock
    rotating: bool = False
    _tokens: dict[str, Grant] = field(default_factory=lambda: {BOT_TOKEN: Grant(TEAM)})
    _codes: dict[str, Grant] = field(default_factory=dict)
    _refreshers: dict[str, str] = field(default_factory=dict)
    _count: int = 0

    def code(self, team: str) -> str:
        """Allow the app into a workspace: a code that is good once."""
        code = f"code-{self._number()}"
        self._codes[code] = Grant(team, self.now() + CODE_LIFE)
        return code

    def access(self, args: Arguments) -> Json:
        """oauth.v2.access: a code, or a refresh token, for a token; each of them once."""
        _check_app(args)
        match args.text("grant_type"):
            case "" | "authorization_code":
                held = self._codes.pop(args.text("code"), None)
                if held is None or held.until is None or held.until <= self.now():
                    raise RefusedError("invalid_code")
                return self._given(held.team)
            case "refresh_token":
                team = self._refreshers.pop(args.text("refresh_token"), None)
                if team is None:
                    raise RefusedError("invalid_refresh_token")
                return self._given(team)
            case _:
                raise RefusedError("invalid_grant_type")

    def of(self, token: str | None) -> Grant | None:
        """Find what a token is; None for one that is not of a workspace.

        Raises:
            RefusedError: it is good no more.
        """
        grant = self._tokens.get(token or "")
        if grant and grant.ended:
            raise RefusedError(grant.ended)
        if grant and grant.until and grant.until <= self.now():
            raise RefusedError("token_expired")
        return grant

    def end(self, team: str, why: str) -> None:
        """Make every token of a workspace good no more."""
        ended = {t: replace(g, ended=why) for t, g in self._tokens.items() if g.team == team}
        self._tokens |= ended
        if why != "token_expired":
            self._refreshers = {r: t for r, t in self._refreshers.items() if t != team}

    def _given(self, team: str) -> Json:
        token = f"xoxb-{self._number()}-{team}"
        more: Json = {}
        if self.rotating:
            refresher = f"xoxe-1-{self._number()}"
            self._refreshers[refresher] = team
            token = f"xoxe.{token}"
            more = {"refresh_token": refresher, "expires_in": int(TOKEN_LIFE.total_seconds())}
        self._tokens[token] = Grant(team, self.now() + TOKEN_LIFE if self.rotating else None)
        return {"access_token": token, "token_type": "bot", "app_id": APP, **more}

    def _number(self) -> int:
        self._count += 1
        return self._count


@dataclass(slots=True)
class Front:
    """The one Web API before the workspaces: each call goes to the one that its token is of."""

    grants: Grants
    home: WebApi
    others: dict[str, WebApi] = field(default_factory=dict)

    def call(
        self,
        method: str,
        token: str | None,
        given: Mapping[str, Any],
        fault: Fault | None = None,
    ) -> Reply:
        """Answer a call, or say why its token is good no more."""
        if fault and not fault.accepted:
            return self.home.call(method, token, given, fault)
        try:
            if method == "oauth.v2.access":
                return self._noted(method, given, self._access(token, given))
            grant = self.grants.of(token)
        except RefusedError as refused:
            return self._noted(method, given, {"ok": False, "error": refused.code})
        if grant and method == "auth.revoke":
            self.grants.end(grant.team, "token_revoked")
            return self._noted(method, given, {"ok": True, "revoked": True})
        if grant and grant.team != TEAM:
            return self._elsewhere(grant.team, method, given, fault)
        return self.home.call(method, BOT_TOKEN if grant else token, given, fault)

    def _elsewhere(
        self, team: str, method: str, given: Mapping[str, Any], fault: Fault | None
    ) -> Reply:
        number = number_of(team)
        read = inside(dict(given), number)
        reply = self.others[team].call(method, BOT_TOKEN, read, fault)
        return Reply(outside(reply.body, number), reply.status, reply.headers)

    def _access(self, token: str | None, given: Mapping[str, Any]) -> Json:
        args = Arguments({**_basic(token), **given})
        if wrong := problems(specifications()["oauth.v2.access"], given):
            raise RefusedError("invalid_arguments", response_metadata={"messages": wrong})
        done = self.grants.access(args)
        grant = self.grants.of(done["access_token"])
        assert grant
        who: Json = {
            "scope": ",".join(sorted(self.home.parts.manifest.scopes)),
            "bot_user_id": BOT_USER,
            "team": {"id": TEAM, "name": "Tape Lab"},
            "enterprise": None,
            "is_enterprise_install": False,
            "authed_user": {"id": ADA.id},
        }
        return {"ok": True, **done, **outside(who, number_of(grant.team))}

    def _noted(self, method: str, given: Mapping[str, Any], body: Json) -> Reply:
        at = self.grants.now()
        self.home.journal.append(Call(method, copy.deepcopy(dict(given)), copy.deepcopy(body), at))
        return Reply(body)


def team_of(number: int) -> str:
    """Name a workspace by its number; the first one's is 0."""
    return TEAM if number == 0 else f"T{number}{TEAM[2:]}"


def number_of(team: str) -> int:
    """Give the number in a workspace's id."""
    return int(team[1])


def outside(payload: Json, number: int) -> Json:
    """Write what a workspace says with its own ids."""
    if number == 0:
        return payload
    told: Json = json.loads(ID.sub(rf"\g<1>{number}\g<2>", json.dumps(payload)))
    if "event_id" in told:
        told["event_id"] += f"T{number}"  # no two workspaces give an event the same id
    return told


def inside(payload: Json, number: int) -> Json:
    """Read what a workspace is told; the ids of any other mean nothing there."""
    strange = ID.sub(r"\g<1>X\g<2>", json.dumps(payload))
    own = re.compile(rf"\b([TCDUB]){number}([A-Z0-9]{{8}})\b")
    read: Json = json.loads(own.sub(r"\g<1>0\g<2>", strange))
    return read


def asked_by(url: str) -> Mapping[str, str]:
    """Read what an address of the authorize page asks for.

    Raises:
        RefusedError: it is not this app's, or asks for nothing.
    """
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    if query.get("client_id") != CLIENT_ID:
        raise RefusedError("invalid_client_id")
    if not query.get("scope"):
        raise RefusedError("no_scopes")
    return query


def sent_back(redirect_url: str, asked: Mapping[str, str], **answer: str) -> str:
    """Give the address that the browser is sent back to."""
    return f"{redirect_url}?{urlencode({**answer, 'state': asked.get('state', '')})}"


def authorize_page(asked: Mapping[str, str], teams: tuple[str, ...]) -> str:
    """Draw the page on which a person lets the app into a workspace."""
    scopes = "".join(f"<li>{html.escape(scope)}</li>" for scope in asked["scope"].split(","))
    choices = "".join(f"<option>{html.escape(team)}</option>" for team in teams)
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Allow Tape?</title>"
        f"<h1>Tape asks for</h1><ul>{scopes}</ul><form method=post>"
        f"<label>Workspace <select name=team>{choices}</select></label> "
        "<button name=answer value=allow>Allow</button> "
        "<button name=answer value=cancel>Cancel</button></form>"
    )


def _check_app(args: Arguments) -> None:
    if args.text("client_id") != CLIENT_ID:
        raise RefusedError("invalid_client_id")
    if args.text("client_secret") != CLIENT_SECRET:
        raise RefusedError("bad_client_secret")


def _basic(token: str | None) -> Mapping[str, str]:
    """Read the app's id and secret from HTTP Basic, as Slack's library sends them."""
    try:
        told = base64.b64decode(token or "", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return {}
    client_id, _, secret = told.partition(":")
    return {"client_id": client_id, "client_secret": secret}
