"""Answers that one person alone saw -> what others may see of them, and nothing once they ask.

Works on the inbox's table; knows no Slack client and no answer but as it will be posted.
"""

import json
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import Engine, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.inbox_rows import SHARED, inbox, thawed
from jobs.models import Rendered
from retrieval.db import reading


class Private:
    """The private answers of the inbox, each of its reader."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def answer(self, channel: str, replay_id: str, reader: str) -> Rendered | None:
        """Find the end of an answer that its reader alone saw in a channel, where its buttons are.

        None when it is not kept.
        """
        found = self._own(channel, replay_id, reader)
        if found is None:
            return None
        pages: list[str] = [found["message"], *json.loads(found["more"] or "[]")]
        return Rendered.from_json(pages[-1])

    def share(self, channel: str, replay_id: str, reader: str, *, ts: str, now: datetime) -> bool:
        """Put what may be shown of a private answer in line for its thread, once.

        Only its reader can; False when there is nothing to show, or it has been shown.
        """
        found = self._own(channel, replay_id, reader)
        if found is None or found["shareable"] is None:
            return False
        first, *more = json.loads(found["shareable"])
        asked = replace(thawed(json.loads(found["asked"])), text="", follows=None)
        values = {
            "event_id": f"{SHARED}{found['event_id']}",
            "channel": channel,
            "ts": ts,
            "thread_ts": asked.thread_ts,
            "asked": json.dumps(asdict(asked)),
            "state": "new",
            "received_at": now,
            "asker": reader,
            "workspace": found["workspace"],
            "tries": 0,
            "posts": 0,
            "as_stream": False,
            "message": first,
            "more": json.dumps(more) if more else None,
            "part": 0,
            "evidence": found["evidence"],
            "replay_id": replay_id,
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(inbox).values(values))
        except IntegrityError:
            return False
        return True

    def _own(self, channel: str, replay_id: str, reader: str) -> RowMapping | None:
        query = select(inbox).where(
            inbox.c.channel == channel,
            inbox.c.replay_id == replay_id,
            inbox.c.reader == reader,
            inbox.c.message.is_not(None),
        )
        with reading(self._engine) as connection:
            newest = query.order_by(inbox.c.id.desc()).limit(1)
            return connection.execute(newest).mappings().first()

    def forget(self, user: str) -> int:
        """Forget what a user asked and was answered; tell how many rows that were.

        That it came is kept as long as Slack may deliver it again.
        """
        kept = {"state": "seen", "lease_until": None, "asker": None}
        gone = dict.fromkeys(
            ("asked", "message", "evidence", "replay_id", "reader", "shareable", "client_msg_id")
        )
        with self._engine.begin() as connection:
            query = update(inbox).where(inbox.c.asker == user)
            return connection.execute(query.values({**kept, **gone})).rowcount
