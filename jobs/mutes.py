"""Names that a channel or person does not want to see for some days, in SQL. Knows no brief."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Engine,
    Table,
    Text,
    and_,
    delete,
    select,
    update,
)

from retrieval.db import insert_new, metadata, reading

mutes = Table(
    "mutes",
    metadata,
    Column("team", Text, primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("ticker", Text, primary_key=True),
    Column("until", Date, nullable=False),  # the last local day on which it is not shown
    Column("made_by", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is not to be seen: a channel or a person of a workspace."""

    team: str
    recipient: str


class Mutes:
    """The table of muted names behind an engine whose migrations have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def mute(self, place: Place, ticker: str, until: date, made_by: str) -> None:
        """Mute a name up to a day and with it; of two wishes the last one holds."""
        changed = {"until": until, "made_by": made_by}
        row = {"team": place.team, "recipient": place.recipient, "ticker": ticker, **changed}
        with self._engine.begin() as connection:
            if not insert_new(connection, mutes, row, key=("team", "recipient", "ticker")):
                which = and_(_of(place), mutes.c.ticker == ticker)
                connection.execute(update(mutes).where(which).values(changed))

    def unmute(self, place: Place, ticker: str) -> bool:
        """Show a name again; False when it was not muted."""
        which = and_(_of(place), mutes.c.ticker == ticker)
        with self._engine.begin() as connection:
            return connection.execute(delete(mutes).where(which)).rowcount > 0

    def muted(self, place: Place, today: date) -> dict[str, date]:
        """The names that are muted today, each with its last day."""
        query = select(mutes.c.ticker, mutes.c.until).where(_of(place), mutes.c.until >= today)
        with reading(self._engine) as connection:
            found = connection.execute(query.order_by(mutes.c.ticker))
            return {row.ticker: row.until for row in found}

    def forget(self, place: Place) -> None:
        """Forget what a channel or person does not want to see."""
        with self._engine.begin() as connection:
            connection.execute(delete(mutes).where(_of(place)))

    def forget_team(self, team: str) -> None:
        """Forget the wishes of a workspace, when it has gone."""
        with self._engine.begin() as connection:
            connection.execute(delete(mutes).where(mutes.c.team == team))


def _of(place: Place) -> ColumnElement[bool]:
    return and_(mutes.c.team == place.team, mutes.c.recipient == place.recipient)
