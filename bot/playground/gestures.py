"""Turns what a user does in Slack into changes of the workspace and events. Knows no HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.playground import events
from bot.playground.interactions import Interactions, there
from bot.playground.state import TEAM, Channel, Json, Message, User
from bot.playground.stored import File


@dataclass(slots=True)
class Gestures(Interactions):
    """The users' side of the workspace."""

    def user(self, reference: str) -> User:
        """Find a user by id or name."""
        matches = (
            u
            for u in self.parts.workspace.users.values()
            if reference in (u.id, u.name) and not u.is_bot
        )
        return there(next(matches, None))

    def channel(self, reference: str, user: User) -> Channel:
        """Find a channel that the user is in, by id or #name."""
        channel = there(self.parts.workspace.channel(reference))
        return there(channel if user.id in channel.members else None)

    def say(
        self,
        user: User,
        channel: Channel,
        text: str,
        thread_ts: str | None,
        files: Sequence[File] = (),
    ) -> list[Json]:
        """Post words and files of a user; hand back the payloads, delivered where subscribed."""
        space = self.parts.workspace
        root = there(space.find(channel.id, thread_ts)) if thread_ts else None
        words = events.typed(text, space)
        root_ts = (root.thread_ts or root.ts) if root else None
        carried = tuple(self.parts.files.as_json(file) for file in files)
        said = Message(channel.id, space.stamp(), user.id, words, thread_ts=root_ts, files=carried)
        return self.announce(space.put(said))

    def open_home(self, user: User, tab: str) -> Json:
        """Open the app's messages or home tab."""
        space = self.parts.workspace
        channel = there(space.direct(user.id))
        view = self.parts.windows.homes.get(user.id)
        opened = events.of_home(user.id, channel.id, tab, view, space.now())
        if seen := self.context_of(user.id):
            opened["context"] = seen
        return self.tell("app_home_opened", opened)

    def look_at(self, user: User, channel: Channel | None, message_ts: str | None) -> Json:
        """Look at a channel, or at a message of it, with the app open beside it."""
        space = self.parts.workspace
        if channel:
            space.looked_at[user.id] = (channel.id, message_ts)
        else:
            space.looked_at.pop(user.id, None)
        direct, seen = there(space.direct(user.id)), self.context_of(user.id)
        return self.tell(
            "app_context_changed", events.of_look(user.id, direct.id, seen, space.now())
        )

    def rename_session(self, user: User, channel: Channel, thread_ts: str, title: str) -> Json:
        """Give the session of a thread another title."""
        space = self.parts.workspace
        old = there(space.sessions.get((channel.id, thread_ts)))
        space.sessions[channel.id, thread_ts] = replace(old, title=title)
        self.changes.bump()
        renamed = {
            "type": "agent_session_title_changed",
            "channel": channel.id,
            "user": user.id,
            "team_id": TEAM,
            "thread_ts": thread_ts,
            "title": title,
            "previous_title": old.title,
            "event_ts": f"{space.now().timestamp():.6f}",
        }
        return self.tell("agent_session_title_changed", renamed)

    def stop_session(self, user: User, channel: Channel, thread_ts: str) -> Json:
        """Press Stop in a thread: its streams take nothing more; the rest is the app's to do."""
        space = self.parts.workspace
        alive = [
            m
            for m in space.spoken(channel.id)
            if thread_ts in (m.ts, m.thread_ts) and m.stream and m.stream.alive(space.now())
        ]
        for message in alive:
            assert message.stream
            space.put(replace(message, stream=replace(message.stream, state="interrupted")))
        stopped = events.of_stop(user.id, channel.id, thread_ts, [m.ts for m in alive], space.now())
        self.changes.bump()
        return self.tell("agent_session_stopped", stopped)
