"""What people thought of answers, in SQL: cases for whoever reviews them. Knows no Slack client."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import (
    CheckConstraint,
    Column,
    Engine,
    Index,
    Table,
    Text,
    and_,
    delete,
    select,
    update,
)

from retrieval.db import UtcDateTime, insert_new, metadata, reading

Verdict = Literal["up", "down"]
Reason = Literal["wrong ticker", "wrong direction", "stale", "other"]
REASONS: tuple[Reason, ...] = get_args(Reason)

feedback = Table(
    "feedback",
    metadata,
    Column("replay_id", Text, primary_key=True),
    Column("user", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reason", Text),
    Column("note", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    CheckConstraint("verdict IN ('up', 'down')", name="verdict"),
)
Index("ix_feedback_at", feedback.c.at)


@dataclass(frozen=True, slots=True)
class Case:
    """One person's verdict on one answer. A thumbs down may have a reason and a note."""

    replay_id: str
    user: str
    channel: str
    verdict: Verdict
    at: datetime
    reason: Reason | None = None
    note: str = ""


class Feedback:
    """The table of cases behind an engine whose migrations have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, case: Case) -> None:
        """Store a verdict; a person's later one on the same answer takes its place."""
        values = {name: getattr(case, name) for name in case.__slots__}
        same = and_(feedback.c.replay_id == case.replay_id, feedback.c.user == case.user)
        with self._engine.begin() as connection:
            if not insert_new(connection, feedback, values, key=("replay_id", "user")):
                connection.execute(update(feedback).where(same).values(values))

    def cases(self) -> tuple[Case, ...]:
        """List every case, the newest first."""
        query = select(feedback).order_by(feedback.c.at.desc(), feedback.c.replay_id)
        with reading(self._engine) as connection:
            return tuple(Case(**row) for row in connection.execute(query).mappings())

    def forget(self, user: str) -> int:
        """Delete the verdicts of a person; tell how many they were."""
        with self._engine.begin() as connection:
            return connection.execute(delete(feedback).where(feedback.c.user == user)).rowcount
