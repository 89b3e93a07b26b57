"""Turns triggers and view payloads into each user's modals and App Home. Knows no messages."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.playground.arguments import RefusedError
from bot.playground.state import APP, BOT, TEAM, Json, Workspace

TRIGGER_LIFE = timedelta(seconds=3)  # Slack's documentation of trigger_id
DEEPEST = 3  # views that may lie on one another: Slack's documentation of views.push


@dataclass(frozen=True, slots=True)
class Trigger:
    """The right of one gesture to open one window."""

    user: str
    since: datetime
    used: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """A window as the app described it, with the ids that Slack gave it."""

    id: str
    user: str
    payload: Json
    hash: str
    root: str
    previous: str | None = None

    def as_json(self, values: Json | None = None) -> Json:
        """Write the view the way Slack sends it; `values` is what the user filled in."""
        empty = {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "close": None,
            "submit": None,
        }
        ours = {
            "id": self.id,
            "team_id": TEAM,
            "app_id": APP,
            "bot_id": BOT,
            "hash": self.hash,
            "root_view_id": self.root,
            "previous_view_id": self.previous,
            "state": {"values": values or {}},
        }
        return {**empty, "clear_on_close": False, "notify_on_close": False, **self.payload, **ours}


@dataclass(slots=True)
class Windows:
    """The modals each user has open, topmost last, and each user's App Home."""

    workspace: Workspace
    stacks: dict[str, list[View]] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    _triggers: dict[str, Trigger] = field(default_factory=dict)

    def trigger(self, user: str) -> str:
        """Give a gesture of the user the right to open a window."""
        number = self.workspace.number()
        trigger_id = f"{number}.{number}.playground"
        self._triggers[trigger_id] = Trigger(user, self.workspace.now())
        return trigger_id

    def open(self, trigger_id: str, payload: Json) -> View:
        """Open a first modal over whatever the user looks at."""
        user = self._redeem(trigger_id, payload)
        view = self._new(user, payload)
        self.stacks[user] = [view]
        return view

    def push(self, trigger_id: str, payload: Json) -> View:
        """Lay a modal over the one that is open."""
        user = self._redeem(trigger_id, payload)
        return self.lay(user, payload)

    def lay(self, user: str, payload: Json) -> View:
        """Lay a modal over the user's open ones, as a submission's answer may ask."""
        stack = self.stacks.get(user, [])
        if not stack:
            raise RefusedError("not_found")
        if len(stack) >= DEEPEST:
            raise RefusedError("push_limit_reached")
        view = self._new(user, payload, below=stack[-1])
        stack.append(view)
        return view

    def update(
        self, view_id: str | None, external_id: str | None, payload: Json, expected: str | None
    ) -> View:
        """Draw an open view anew; `expected` is the hash that the caller last saw, if it cares."""
        old = self.find(view_id, external_id)
        if old is None:
            raise RefusedError("not_found")
        if expected and expected != old.hash:
            raise RefusedError("hash_conflict")
        new = replace(old, payload=self._named(payload), hash=self._hash())
        for stack in self.stacks.values():
            stack[:] = [new if view.id == old.id else view for view in stack]
        if self.homes.get(old.user) == old:
            self.homes[old.user] = new
        return new

    def publish(self, user: str, payload: Json, expected: str | None = None) -> View:
        """Set what the user sees on the App Home."""
        old = self.homes.get(user)
        if old and expected and expected != old.hash:
            raise RefusedError("hash_conflict")
        self.homes[user] = self._new(user, payload)
        return self.homes[user]

    def close(self, user: str, *, everything: bool = False) -> View | None:
        """Take the topmost modal away, or all of them; hand back the one that was on top."""
        stack = self.stacks.get(user, [])
        top = stack.pop() if stack else None
        if everything:
            stack.clear()
        return top

    def top(self, user: str) -> View | None:
        """Find the modal that the user sees."""
        stack = self.stacks.get(user)
        return stack[-1] if stack else None

    def find(self, view_id: str | None, external_id: str | None = None) -> View | None:
        """Find an open modal or a home by its id, or by the one the app gave it."""
        views = [*(view for stack in self.stacks.values() for view in stack), *self.homes.values()]
        matches = (
            v
            for v in views
            if v.id == view_id or (external_id and v.payload.get("external_id") == external_id)
        )
        return next(matches, None)

    def _redeem(self, trigger_id: str, payload: Json) -> str:
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise RefusedError("invalid_trigger_id")
        if trigger.used:
            raise RefusedError("exchanged_trigger_id")
        if self.workspace.now() - trigger.since > TRIGGER_LIFE:
            raise RefusedError("expired_trigger_id")
        external = payload.get("external_id")
        if external and self.find(None, external):
            raise RefusedError("duplicate_external_id")
        self._triggers[trigger_id] = replace(trigger, used=True)
        return trigger.user

    def _new(self, user: str, payload: Json, *, below: View | None = None) -> View:
        view_id = f"V{self.workspace.number():09d}"
        root = below.root if below else view_id
        return View(
            view_id,
            user,
            self._named(payload),
            self._hash(),
            root,
            below.id if below else None,
        )

    def _named(self, payload: Json) -> Json:
        """Give every block an id, as Slack does where a view has none."""
        blocks = [
            {**block, "block_id": block.get("block_id") or f"b{self.workspace.number()}"}
            for block in payload.get("blocks", [])
        ]
        return {**payload, "blocks": blocks}

    def _hash(self) -> str:
        return f"{int(self.workspace.now().timestamp())}.{self.workspace.number():08x}"
