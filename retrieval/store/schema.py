"""The tables of the truth: what was read, what it says, the order it came in. Knows no query."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from retrieval.db import UtcDateTime, metadata

articles = Table(
    "articles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("first_seen_at", UtcDateTime, nullable=False),
)

versions = Table(
    "versions",
    metadata,
    Column("article_id", Text, ForeignKey("articles.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("title", Text),
    Column("text", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("tone", Double, nullable=False),
    Column("tone_mixed", Boolean, nullable=False),
    Column("url", Text),
    Column("source", Text),
    # The source without case, folded by Python: SQL's lower() knows only ASCII on SQLite.
    Column("source_key", Text),
    Column("published_at", UtcDateTime),
    Column("published_offset", Integer),
    # Published, or first seen where undated: what "newest" and the window of a scope go by.
    Column("dated_at", UtcDateTime, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("ingested_at", UtcDateTime, nullable=False),
    Column("superseded_at", UtcDateTime),
    # The change that wrote it and the one that replaced it: clocks step back, and a commit comes
    # after its time, so only these say what an answer could see. 0: from before they were kept.
    Column("seq", BigInteger, nullable=False),
    Column("superseded_seq", BigInteger),
    Column("engine", Text, nullable=False),
    Column("dropped", Integer, nullable=False),
    # Why the built-in engine read this version in place of the chat model, in words.
    Column("fallback", Text),
    # Brought in as history, by an import or the first reading of a feed: no news.
    Column("backfilled", Boolean, nullable=False),
)
_current = versions.c.superseded_at.is_(None)
Index(
    "uq_versions_current",
    versions.c.article_id,
    unique=True,
    sqlite_where=_current,
    postgresql_where=_current,
)
Index(
    "ix_versions_current_dated_at",
    versions.c.dated_at,
    sqlite_where=_current,
    postgresql_where=_current,
)


def _part_of_a_version(name: str, *columns: Column[object]) -> Table:
    """One row for each item of one of an analysis' tuples, in its order."""
    return Table(
        name,
        metadata,
        Column("article_id", Text, primary_key=True),
        Column("version", Integer, primary_key=True),
        Column("position", Integer, primary_key=True),
        *columns,
        ForeignKeyConstraint(
            ["article_id", "version"], ["versions.article_id", "versions.version"]
        ),
    )


def _claim() -> tuple[Column[object], ...]:
    """What a claim consists of, for the tables of both origins."""
    return (
        Column("target_kind", Text, nullable=False),
        Column("target_id", Text, nullable=False),
        Column("target_name", Text, nullable=False),
        Column("score", Double, nullable=False),
        Column("mixed", Boolean, nullable=False),
        Column("relevance", Double, nullable=False),
        Column("order", Integer, nullable=False),
        Column("mechanism", Text),
        Column("horizon", Text),
        Column("confidence", Double, nullable=False),
        # [[text, start, end], ...]: always read and written with their impact
        Column("quotes", JSON, nullable=False),
        Column("origin", Text, nullable=False),
        Column("carried_start", Integer),
        Column("carried_end", Integer),
        Column("conditions", JSON, nullable=False),
    )


impacts = _part_of_a_version("impacts", *_claim())

# What no article says stands apart, so that no question about claims can find it.
inferred = _part_of_a_version(
    "inferred",
    *_claim(),
    Column("group_name", Text, nullable=False),
    Column("group_id", Text, nullable=False),
    Column("map_version", Text, nullable=False),
    Column("why", Text, nullable=False),
)

mentions = _part_of_a_version(
    "mentions",
    Column("target_kind", Text, nullable=False),
    Column("target_id", Text, nullable=False),
    Column("target_name", Text, nullable=False),
    Column("surface", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
)

for _table in (impacts, mentions):
    # Only tickers are looked up; a group's name may be a clause, too long for an index of Postgres.
    _ticker = _table.c.target_kind == "ticker"
    Index(
        f"ix_{_table.name}_ticker",
        _table.c.target_id,
        _table.c.article_id,
        _table.c.version,
        sqlite_where=_ticker,
        postgresql_where=_ticker,
    )

triggers = _part_of_a_version(
    "triggers",
    Column("text", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("horizon", Text),
)

tickers = _part_of_a_version(
    "tickers",
    Column("ticker", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("score", Double, nullable=False),
    Column("mixed", Boolean, nullable=False),
    Column("relevance", Double, nullable=False),
)

# A chunk's id says what it is (model, article, place, words); a row says in which version. A
# correction keeps the ids and vectors of the passages it leaves alone, and every version can still
# be searched as it was.
chunks = Table(
    "chunks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("article_id", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),  # float32, little-endian
    ForeignKeyConstraint(["article_id", "version"], ["versions.article_id", "versions.version"]),
    Index("ix_chunks_article_id_version", "article_id", "version"),
    Index("ix_chunks_model", "model"),
)

# Each version's place in its story, so that a story can be read as it was known at any moment.
memberships = Table(
    "memberships",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("story_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("outlet", Text, nullable=False),
    # [[kind, key, text, start, end], ...]: always read and written with their membership
    Column("facts", JSON, nullable=False),
    ForeignKeyConstraint(["article_id", "version"], ["versions.article_id", "versions.version"]),
    Index("ix_memberships_story_id", "story_id", "position"),
)

# What tells whether two articles report one event, of each article's newest version. Derived, like
# a vector, but kept here: all replicas must place an article alike, in the writing transaction.
imprints = Table(
    "imprints",
    metadata,
    Column("article_id", Text, ForeignKey("articles.id"), primary_key=True),
    Column("signature", LargeBinary, nullable=False),  # uint32, little-endian
    Column("marks", JSON, nullable=False),
)

# Apart from the rest, because all of a window's are read: nine fit one page of SQLite.
leads = Table(
    "leads",
    metadata,
    Column("article_id", Text, ForeignKey("imprints.article_id"), primary_key=True),
    Column("method", Text, nullable=False),
    Column("dated", BigInteger, nullable=False),  # microseconds since 1970: times parse slowly
    Column("lead", LargeBinary, nullable=False),  # int8
    Index("ix_leads_dated", "dated"),
)

bands = Table(
    "bands",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", Text, ForeignKey("imprints.article_id"), primary_key=True),
    Index("ix_bands_article_id", "article_id"),
)

# One row, locked and counted up by each writing transaction until its commit, so that on Postgres
# too no number is visible before a smaller one: who has seen change N has missed none before it.
sequence = Table(
    "sequence",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

changes = Table(
    "changes",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("put", JSON, nullable=False),
    Column("dropped", JSON, nullable=False),
)

# What a chat model said, by the hash of all that it was asked: the same is not paid for twice.
replies = Table(
    "replies",
    metadata,
    Column("key", Text, primary_key=True),
    Column("reply", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# Tokens by UTC day: those that were paid for, and those that are set aside for what is being asked.
spending = Table(
    "spending",
    metadata,
    Column("day", Date, primary_key=True),
    Column("tokens", BigInteger, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("replay_id", Text, primary_key=True),
    Column("asked", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
