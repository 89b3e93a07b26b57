"""What each channel wants of Tape, in SQL. Knows no event and no Slack client."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Engine,
    RowMapping,
    Table,
    Text,
    and_,
    delete,
    select,
    update,
)

from bot.manners import ChannelSettings
from retrieval.db import insert_new, metadata, reading

channel_settings = Table(
    "channel_settings",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("follow_ups", Boolean, nullable=False),
    Column("links", Text, nullable=False),
    CheckConstraint("links IN ('off', 'mention', 'always')", name="links"),
)


class Channels:
    """The table of settings behind an engine whose migrations have run."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def settings(self, team: str, channel: str) -> ChannelSettings:
        """Give a channel's settings; where nobody changed them, the defaults."""
        with reading(self._engine) as connection:
            found = connection.execute(select(channel_settings).where(_is(team, channel)))
            row = found.mappings().first()
        return _settings(row) if row else ChannelSettings()

    def all(self, team: str) -> dict[str, ChannelSettings]:
        """List the settings of a workspace that somebody changed, by channel."""
        query = select(channel_settings).where(channel_settings.c.team == team)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(channel_settings.c.channel)).mappings()
            return {row["channel"]: _settings(row) for row in rows}

    def change(self, team: str, channel: str, wanted: ChannelSettings) -> None:
        """Put these settings in the place of a channel's old ones."""
        values = {"follow_ups": wanted.follow_ups, "links": wanted.links}
        row: dict[str, object] = {"team": team, "channel": channel, **values}
        with self._engine.begin() as connection:
            if not insert_new(connection, channel_settings, row, key=("team", "channel")):
                where = _is(team, channel)
                connection.execute(update(channel_settings).where(where).values(values))

    def forget_team(self, team: str) -> None:
        """Forget the settings of a workspace that has gone."""
        gone = channel_settings.c.team == team
        with self._engine.begin() as connection:
            connection.execute(delete(channel_settings).where(gone))


def _is(team: str, channel: str) -> ColumnElement[bool]:
    return and_(channel_settings.c.team == team, channel_settings.c.channel == channel)


def _settings(row: RowMapping) -> ChannelSettings:
    return ChannelSettings(follow_ups=row["follow_ups"], links=row["links"])
