"""Answers that one person alone saw -> what others may see of them, and nothing once they ask.

Works on the inbox's table; knows no Slack client and no answer but as it will be posted.
"""

import json
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import Engine, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.inbox_rows import SHARED, inbox, thawed
from jobs.models import Owner, Rendered
from retrieval.db import reading
from retrieval.store.records import batches

GONE = "asked message more evidence replay_id reader shareable client_msg_id".split()


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

    def answers_of(self, owner: Owner) -> frozenset[str]:
        """Name the answers that were given to a user, and to nobody else."""
        mine = self._rows_of(owner)
        with reading(self._engine) as connection:
            kept = select(inbox.c.id, inbox.c.replay_id).where(inbox.c.replay_id.is_not(None))
            found = connection.execute(kept).all()
        others = {row.replay_id for row in found if row.id not in mine}
        return frozenset(row.replay_id for row in found if row.id in mine) - others

    def forget(self, owner: Owner) -> int:
        """Forget what a user asked and was answered; tell how many rows that were.

        That it came is kept as long as Slack may deliver it again.
        """
        kept = {"state": "seen", "lease_until": None, "asker": None}
        gone = dict.fromkeys(GONE)
        theirs, rows = sorted(self._rows_of(owner)), 0
        with self._engine.begin() as connection:
            for some in batches(theirs):
                query = update(inbox).where(inbox.c.id.in_(some))
                rows += connection.execute(query.values({**kept, **gone})).rowcount
        return rows

    def _rows_of(self, owner: Owner) -> frozenset[int]:
        """The rows of a user's questions; another workspace may have a user of the same id."""
        query = select(inbox.c.id, inbox.c.asked, inbox.c.workspace)
        with reading(self._engine) as connection:
            found = connection.execute(query.where(inbox.c.asker == owner.user)).all()
        theirs = ("", owner.team, None)
        return frozenset(
            row.id
            for row in found
            if row.workspace in theirs or json.loads(row.asked or "{}").get("team") in theirs
        )
