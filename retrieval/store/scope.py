"""A Scope to the conditions that a version must meet. Knows no other query."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Table, and_, or_, select, tuple_, union

from retrieval.models import Scope
from retrieval.store.rows import source_key
from retrieval.store.schema import impacts, inferred, mentions, versions

Condition = ColumnElement[bool]


def known(as_of: datetime | None) -> Condition:
    """The version that was current at a moment, or is now."""
    if as_of is None:
        return versions.c.superseded_at.is_(None)
    return and_(
        versions.c.ingested_at <= as_of,
        or_(versions.c.superseded_at.is_(None), versions.c.superseded_at > as_of),
    )


def visible(scope: Scope) -> Condition:
    """The versions that a scope may see; by ticker, those that name or judge it."""
    conditions = [known(scope.as_of)]
    if scope.article_ids is not None:
        conditions.append(versions.c.article_id.in_(scope.article_ids))
    if scope.sources is not None:
        conditions.append(versions.c.source_key.in_([source_key(s) for s in scope.sources]))
    if scope.since is not None:
        conditions.append(versions.c.dated_at >= scope.since)
    if scope.until is not None:
        conditions.append(versions.c.dated_at < scope.until)
    if scope.ingested_since is not None:
        conditions.append(versions.c.ingested_at >= scope.ingested_since)
    if scope.tickers is not None:
        named = union(*(_speaking_of(part, scope.tickers) for part in (impacts, mentions)))
        conditions.append(tuple_(versions.c.article_id, versions.c.version).in_(named))
    return and_(*conditions)


def claims_visible(scope: Scope) -> Condition:
    """The impacts that a scope may see; by ticker, the claims about it and not their neighbours."""
    return _visible_in(impacts, scope)


def inferences_visible(scope: Scope) -> Condition:
    """The inferences that a scope may see; by ticker, those about it."""
    return _visible_in(inferred, scope)


def _visible_in(part: Table, scope: Scope) -> Condition:
    versions_seen = visible(replace(scope, tickers=None))
    if scope.tickers is None:
        return versions_seen
    return and_(versions_seen, part.c.target_kind == "ticker", part.c.target_id.in_(scope.tickers))


def _speaking_of(part: Table, tickers: tuple[str, ...]) -> Select[str, int]:
    # A set that is made once. As EXISTS, SQLite looked through all rows of a frequent ticker for
    # each version: 68 s for 10,000 articles, and 0.1 s this way.
    return select(part.c.article_id, part.c.version).where(
        part.c.target_kind == "ticker", part.c.target_id.in_(tickers)
    )
