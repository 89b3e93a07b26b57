"""Turns one Web API call into Slack's reply: all checks, then the method. Knows no HTTP.

METHODS is the contents page of all that the playground answers.
"""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from bot.playground import chat, files, links, reading, sessions, streams, surfaces
from bot.playground.arguments import Arguments, RefusedError, problems
from bot.playground.faults import Fault, Faults
from bot.playground.pacing import Pacing
from bot.playground.parts import Parts
from bot.playground.state import APP, KINDS, Json

Method = Callable[[Parts, Arguments], Json]

BOT_TOKEN, APP_TOKEN = "xoxb-playground", "xapp-playground"  # they open nothing but this fake


def open_socket(parts: Parts, _args: Arguments) -> Json:
    """apps.connections.open: where to connect, good for one connection."""
    return {"url": parts.socket_url(), "app_id": APP}


METHODS: Mapping[str, Method] = {
    "auth.test": reading.auth_test,
    "apps.connections.open": open_socket,
    "chat.postMessage": chat.post,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.update": chat.update,
    "chat.delete": chat.delete,
    "chat.startStream": streams.start,
    "chat.appendStream": streams.append,
    "chat.stopStream": streams.stop,
    "chat.getPermalink": reading.permalink,
    "chat.unfurl": links.unfurl,
    "blocks.validate": surfaces.validate,
    "reactions.add": chat.react,
    "reactions.remove": chat.take_back,
    "conversations.history": reading.history,
    "conversations.replies": reading.replies,
    "conversations.info": reading.info,
    "conversations.list": reading.listing,
    "conversations.members": reading.members,
    "conversations.join": chat.join,
    "conversations.open": reading.open_direct,
    "users.info": reading.user_info,
    "team.info": reading.team_info,
    "bots.info": reading.bot_info,
    "files.getUploadURLExternal": files.upload_address,
    "files.completeUploadExternal": files.complete,
    "files.info": files.info,
    "views.open": surfaces.open_view,
    "views.push": surfaces.push_view,
    "views.update": surfaces.update_view,
    "views.publish": surfaces.publish_view,
    "assistant.threads.setStatus": chat.set_status,
    "assistant.threads.setSuggestedPrompts": chat.set_prompts,
    "agents.sessions.setStatus": sessions.set_status,
    "agents.sessions.rename": sessions.rename,
}


@cache
def specifications() -> Mapping[str, Mapping[str, Any]]:
    """Read the arguments, scopes and errors of each method."""
    path = Path(__file__).parent / "data" / "methods.json"
    methods: Mapping[str, Mapping[str, Any]] = json.loads(path.read_text(encoding="utf-8"))[
        "methods"
    ]
    return methods


@dataclass(frozen=True, slots=True)
class Call:
    """One call as the journal keeps it: what was asked, what was answered, what went wrong."""

    method: str
    arguments: Mapping[str, Any]
    reply: Mapping[str, Any]
    at: datetime
    fault: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return bool(self.reply["ok"])


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over HTTP."""

    body: Json
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class WebApi:
    """Slack's Web API with a journal. `paced` switches the limits of the tiers on."""

    parts: Parts
    paced: bool = False
    journal: list[Call] = field(default_factory=list)
    _pacing: Pacing = field(init=False)

    def __post_init__(self) -> None:
        self._pacing = Pacing(self.parts.workspace.now)

    @property
    def faults(self) -> Faults:
        """What is planned to go wrong."""
        return self.parts.faults

    def call(
        self, name: str, token: str | None, given: Mapping[str, Any], fault: Fault | None = None
    ) -> Reply:
        """Answer one call and write it down; a fault may keep it from being done."""
        headers = {"x-oauth-scopes": ",".join(sorted(self.parts.manifest.scopes))}
        try:
            if fault:
                _fail(fault)
            done = self._answer(name, token, given)
            reply = Reply({"ok": True, **done}, headers=headers)
        except RefusedError as refused:
            body = {"ok": False, "error": refused.code, **refused.more}
            reply = Reply(body, refused.status, {**headers, **refused.headers})
        told = copy.deepcopy(reply.body)
        self.journal.append(
            Call(
                name,
                copy.deepcopy(dict(given)),
                told,
                self.parts.workspace.now(),
                fault.kind if fault else None,
            )
        )
        return reply

    def _answer(self, name: str, token: str | None, given: Mapping[str, Any]) -> Json:
        spec = specifications().get(name)
        if spec is None:
            raise RefusedError("unknown_method", req_method=name)
        check_token(token, spec["token"])
        if wrong := problems(spec, given):
            raise RefusedError("invalid_arguments", response_metadata={"messages": wrong})
        args = Arguments(given)
        self._check_scopes(spec, args)
        if self.paced:
            self._check_pace(name, spec["tier"], args)
        return METHODS[name](self.parts, args)

    def _check_scopes(self, spec: Mapping[str, Any], args: Arguments) -> None:
        needed: list[str] = spec["bot_scopes"]
        if not spec.get("scopes_any_of"):
            missing = [scope for scope in needed if scope not in self.parts.manifest.scopes]
        else:
            channel = self.parts.workspace.channel(args.text("channel") or args.text("users"))
            kind = KINDS[channel.kind] if channel else ""
            fitting = [scope for scope in needed if scope.startswith(f"{kind}:")] or needed
            missing = [] if self.parts.manifest.scopes.intersection(fitting) else fitting
        if missing:
            provided = ",".join(sorted(self.parts.manifest.scopes))
            raise RefusedError("missing_scope", needed=",".join(missing), provided=provided)

    def _check_pace(self, name: str, tier: str | None, args: Arguments) -> None:
        if seconds := self._pacing.wait(name, tier, args.text("channel")):
            raise RefusedError("ratelimited", status=429, headers={"Retry-After": str(seconds)})


def _fail(fault: Fault) -> None:
    """Refuse a call as the plan says; one that is accepted or dropped is not refused."""
    match fault.kind:
        case "error":
            raise RefusedError(fault.code)
        case "status":
            raise RefusedError(fault.code, status=fault.status)
        case "ratelimited":
            wait = {"Retry-After": f"{fault.seconds:.0f}"}
            raise RefusedError("ratelimited", status=429, headers=wait)
        case "drop_before":
            raise RefusedError("dropped")
        case _:
            return


def check_token(token: str | None, kind: str) -> None:
    """Refuse a call whose token is missing, unknown or of the wrong kind."""
    if not token:
        raise RefusedError("not_authed")
    if token not in (BOT_TOKEN, APP_TOKEN):
        raise RefusedError("invalid_auth")
    if (token == APP_TOKEN) != (kind == "app"):
        raise RefusedError("not_allowed_token_type")
