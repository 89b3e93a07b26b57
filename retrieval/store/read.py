"""Questions about articles and their claims, to SQL and back to nouns. Knows no chunk."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, and_, func, or_, select

from retrieval.models import (
    ArticleHead,
    Claim,
    Fact,
    Guess,
    Scope,
    Searched,
    StoredArticle,
    Story,
    Trigger,
)
from retrieval.store import rows
from retrieval.store.records import SOME, batches
from retrieval.store.schema import (
    articles,
    impacts,
    inferred,
    memberships,
    mentions,
    tickers,
    triggers,
    versions,
)
from retrieval.store.scope import (
    NOW,
    Condition,
    Known,
    claims_visible,
    inferences_visible,
    known,
    visible,
)

_PLACE = (memberships.c.story_id, memberships.c.position)
PLACED = and_(
    memberships.c.article_id == versions.c.article_id, memberships.c.version == versions.c.version
)
"""How a version finds its place in a story."""

HEAD = (
    versions.c.article_id,
    versions.c.version,
    versions.c.title,
    versions.c.url,
    versions.c.source,
    versions.c.published_at,
    versions.c.ingested_at,
    versions.c.tone,
    versions.c.tone_mixed,
    versions.c.backfilled,
    articles.c.first_seen_at,
    *_PLACE,
)

# The position of a claim in its article is needed for the order only: the story's is called so too.
CLAIM = tuple(c for c in impacts.c if c.name not in {"article_id", "version", "position"})

_GUESS = tuple(c for c in inferred.c if c.name not in {"article_id", "version", "position"})

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()

NEWEST_FIRST = (versions.c.dated_at.desc(), versions.c.article_id)


def hashes(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The content hash of each article's current version."""
    known_now = select(versions.c.article_id, versions.c.content_hash).where(known(NOW))
    found: dict[str, str] = {}
    for some in batches(list(ids)):
        found |= {
            row.article_id: row.content_hash
            for row in connection.execute(known_now.where(_in(some)))
        }
    return found


def at(connection: Connection, url: str) -> str | None:
    """The article whose current version has this address."""
    there = select(versions.c.article_id).where(known(NOW), versions.c.url == url)
    found: str | None = connection.scalar(there.order_by(versions.c.article_id).limit(1))
    return found


def article(
    connection: Connection,
    article_id: str,
    at: Known = NOW,
    version: int | None = None,
) -> StoredArticle | None:
    """One version of an article with its analysis: the numbered one, or the one known then."""
    wanted = versions.c.version == version if version is not None else known(at)
    row = (
        connection.execute(
            select(versions, articles.c.first_seen_at, *_PLACE, memberships.c.facts)
            .join(articles)
            .join(memberships, PLACED)
            .where(versions.c.article_id == article_id, wanted)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        return None
    parts = {
        part.name: connection.execute(
            select(part)
            .where(part.c.article_id == article_id, part.c.version == row["version"])
            .order_by(part.c.position)
        )
        .mappings()
        .all()
        for part in (impacts, inferred, mentions, triggers, tickers)
    }
    return StoredArticle(
        article=rows.article_of(row),
        version=row["version"],
        first_seen_at=row["first_seen_at"],
        ingested_at=row["ingested_at"],
        analysis=rows.analysis_of(row, parts),
        membership=rows.membership_of(row),
        new_facts=rows.facts_of(row),
        backfilled=row["backfilled"],
    )


def fallbacks(connection: Connection) -> dict[str, int]:
    """Count the current versions that the built-in engine read in a chat model's place."""
    reason = versions.c.fallback
    counted = (
        select(reason, func.count())
        .where(reason.is_not(None), versions.c.superseded_at.is_(None))
        .group_by(reason)
        .order_by(func.count().desc(), reason)
    )
    return {row[0]: row[1] for row in connection.execute(counted)}


def heads(connection: Connection, ids: Iterable[str], at: Known) -> dict[str, ArticleHead]:
    """The heads of the articles that were known at a moment, or are now."""
    found: dict[str, ArticleHead] = {}
    query = heads_where(known(at)).where(versions.c.article_id.in_(SOME))
    for some in batches(list(ids)):
        for row in connection.execute(query, {SOME.key: some}).mappings().all():
            found[row["article_id"]] = rows.head_of(row)
    return found


def newest(connection: Connection, scope: Scope, limit: int, upto: int | None) -> list[ArticleHead]:
    """The newest articles in scope."""
    query = heads_where(visible(scope, upto)).order_by(*NEWEST_FIRST).limit(limit)
    return [rows.head_of(row) for row in connection.execute(query).mappings()]


def claims(connection: Connection, scope: Scope, limit: int, upto: int | None) -> list[Claim]:
    """The claims in scope, those of the newest articles first, each article's in its own order."""
    query = _ledger(impacts, CLAIM, claims_visible(scope, upto)).limit(limit)
    found = connection.execute(query).mappings()
    return [Claim(rows.impact_of(row), rows.head_of(row)) for row in found]


def claims_over(
    connection: Connection, scope: Scope, since: datetime, limit: int, upto: int | None
) -> list[tuple[Claim, datetime | None]]:
    """The claims that were known at any moment from `since` on, and when each was replaced."""
    query = _ledger(impacts, CLAIM, claims_visible(scope, upto, since)).limit(limit)
    found = connection.execute(query.add_columns(versions.c.superseded_at)).mappings()
    return [(Claim(rows.impact_of(r), rows.head_of(r)), r["superseded_at"]) for r in found]


def guesses(connection: Connection, scope: Scope, limit: int, upto: int | None) -> list[Guess]:
    """What the exposure map infers in scope, of the newest articles first."""
    query = _ledger(inferred, _GUESS, inferences_visible(scope, upto)).limit(limit)
    found = connection.execute(query).mappings()
    return [Guess(rows.inferred_of(row), rows.head_of(row)) for row in found]


def story(connection: Connection, story_id: str, at: Known) -> Story | None:
    """The articles of a story, in the order of their arrival, and their outlets."""
    condition = and_(memberships.c.story_id == story_id, known(at))
    query = heads_where(condition).add_columns(memberships.c.outlet)
    found = connection.execute(query.order_by(memberships.c.position)).mappings().all()
    if not found:
        return None
    outlets = {row["outlet"] for row in found}
    return Story(story_id, tuple(map(rows.head_of, found)), len(outlets))


def facts_of(connection: Connection, ids: Sequence[str], at: Known) -> dict[str, tuple[Fact, ...]]:
    """The facts that each article added to its story, by article id."""
    query = select(memberships.c.article_id, memberships.c.facts).join(versions, PLACED)
    found: dict[str, tuple[Fact, ...]] = {}
    for some in batches(ids):
        for row in connection.execute(query.where(known(at), _in(some))).mappings():
            found[row["article_id"]] = rows.facts_of(row)
    return found


def triggers_of(
    connection: Connection, ids: Sequence[str], at: Known
) -> dict[str, tuple[Trigger, ...]]:
    """What would change each article's view, by article id."""
    query = select(triggers).join(versions).where(known(at)).order_by(triggers.c.position)
    found: defaultdict[str, list[Trigger]] = defaultdict(list)
    for some in batches(ids):
        for row in connection.execute(query.where(_in(some))).mappings():
            found[row["article_id"]].append(rows.trigger_of(row))
    return {article_id: tuple(said) for article_id, said in found.items()}


def dated_triggers(
    connection: Connection, since: datetime, limit: int, at: Known
) -> list[tuple[ArticleHead, Trigger]]:
    """What would change the view and may name a day or a month, newest articles first.

    Of articles dated from `since` on, but for those that came as history.
    """
    words = func.lower(triggers.c.text + " " + func.coalesce(triggers.c.horizon, ""))
    dated = or_(*(words.like(f"%{month}%") for month in _MONTHS), words.like("%20__-__-__%"))
    placed = triggers.join(versions).join(articles).join(memberships, PLACED)
    said = (triggers.c.text, triggers.c.start, triggers.c.end, triggers.c.horizon)
    recent = (versions.c.dated_at >= since, ~versions.c.backfilled)
    query = select(*HEAD, *said).select_from(placed).where(known(at), *recent, dated)
    ordered = query.order_by(*NEWEST_FIRST, triggers.c.position).limit(limit)
    found = connection.execute(ordered).mappings()
    return [(rows.head_of(row), rows.trigger_of(row)) for row in found]


def sources(connection: Connection, at: Known) -> tuple[str, ...]:
    """List the sources of the versions that are or were current, each spelling once."""
    named = versions.c.source.is_not(None)
    query = select(versions.c.source).where(named, known(at)).distinct()
    return tuple(sorted(connection.scalars(query)))


def searched(connection: Connection, scope: Scope, upto: int | None) -> Searched:
    """Count what a scope could see."""
    count, sources, latest = connection.execute(
        select(
            func.count(),
            func.count(versions.c.source_key.distinct()),
            func.max(versions.c.published_at),
        ).where(visible(scope, upto))
    ).one()
    return Searched(count, sources, latest)


def _ledger(part: Table, columns: Sequence[Column[Any]], seen: Condition) -> Select[Any]:
    """Rows of a part of the ledger with the heads of their articles, newest article first."""
    placed = part.join(versions).join(articles).join(memberships, PLACED)
    query = select(*HEAD, *columns).select_from(placed).where(seen)
    return query.order_by(*NEWEST_FIRST, part.c.position)


def heads_where(condition: Condition) -> Select[Any]:
    """Select the heads of the versions that meet a condition; `rows.head_of` reads them."""
    placed = versions.join(articles).join(memberships, PLACED)
    return select(*HEAD).select_from(placed).where(condition)


def _in(ids: Sequence[str]) -> Condition:
    return versions.c.article_id.in_(ids)
