"""Finds the stories that new articles belong to, in the transaction that writes them.

Knows the tables; what makes two articles one event is decided in retrieval/language/stories.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, RowMapping, delete, func, select

from retrieval.language.imprints import METHOD, STEPS, Imprint
from retrieval.language.stories import (
    COPY_WINDOW,
    MOST,
    NEAR,
    REWRITE_WINDOW,
    Neighbour,
    place,
    remains,
    story_id,
)
from retrieval.models import Fact, Membership
from retrieval.store.read import PLACED
from retrieval.store.records import batches
from retrieval.store.schema import bands, imprints, memberships, versions

BLOCK = 2_000
"""Leads of a window that are in memory at once: 0.8 MB."""

_SIGNATURE, _LEAD = np.dtype("<u4"), np.dtype("i1")


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """A version that is about to be written, and the place of the version before it."""

    imprint: Imprint
    facts: tuple[Fact, ...]
    version: int
    before: Membership | None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an arrival belongs, and which of its facts its story did not have."""

    membership: Membership
    new_facts: tuple[Fact, ...]


@dataclass(slots=True)
class _Telling:
    """What one transaction knows of stories: its neighbours' places, and those it gave itself."""

    connection: Connection
    neighbours: dict[str, Neighbour]
    given: list[tuple[str, Placed]] = field(default_factory=list)


def assign(connection: Connection, arrivals: Sequence[Arrival]) -> list[Placed]:
    """Place each arrival, in order: the same articles in the same order get the same places."""
    fresh = [arrival.imprint for arrival in arrivals]
    alike = [
        _by_bands(connection, imprint) | near
        for imprint, near in zip(fresh, _by_leads(connection, fresh), strict=True)
    ]
    ids = {arrival.imprint.article_id for arrival in arrivals if arrival.before}.union(*alike)
    telling = _Telling(connection, _neighbours(connection, sorted(ids)))
    return [_placed(arrival, near, telling) for arrival, near in zip(arrivals, alike, strict=True)]


def forget(connection: Connection, ids: Sequence[str]) -> None:
    """Take out the imprints of versions that are being replaced."""
    for some in batches(ids):
        connection.execute(delete(bands).where(bands.c.article_id.in_(some)))
        connection.execute(delete(imprints).where(imprints.c.article_id.in_(some)))


def imprint_row(imprint: Imprint) -> dict[str, object]:
    """Keep an imprint."""
    return {
        "article_id": imprint.article_id,
        "method": METHOD,
        "dated_at": imprint.dated_at,
        "signature": imprint.signature.astype(_SIGNATURE).tobytes(),
        "lead": imprint.lead.tobytes(),
        "marks": {name: sorted(keys) for name, keys in imprint.marks.items()},
    }


def band_rows(imprint: Imprint) -> list[dict[str, object]]:
    """Keep the keys by which near-copies find an imprint."""
    return [{"key": key, "article_id": imprint.article_id} for key in sorted(set(imprint.bands))]


def _placed(arrival: Arrival, alike: set[str], telling: _Telling) -> Placed:
    own = arrival.imprint.article_id
    before = telling.neighbours.get(own)
    names = alike.union(name for name, _ in telling.given)
    pool = [telling.neighbours[name] for name in sorted(names) if name in telling.neighbours]
    membership = arrival.before
    if membership is None or (before and not remains(arrival.imprint, before, pool)):
        story = place(arrival.imprint, pool) or story_id(own, arrival.version)
        membership = Membership(story, _arrived(story, telling))
    known = _known(own, membership, telling)
    placed = Placed(membership, tuple(f for f in arrival.facts if f.key not in known))
    telling.neighbours[own] = Neighbour(arrival.imprint, membership.story_id)
    telling.given.append((own, placed))
    return placed


def _arrived(story: str, telling: _Telling) -> int:
    """Count the places that were ever given in a story."""
    last = select(func.max(memberships.c.position)).where(memberships.c.story_id == story)
    stored = telling.connection.scalar(last)
    here = [p.membership.position for _, p in telling.given if p.membership.story_id == story]
    return max([-1 if stored is None else stored, *here]) + 1


def _known(own: str, membership: Membership, telling: _Telling) -> set[str]:
    """Keys of the facts that earlier articles of a story have stated."""
    if not membership.position:
        return set()
    earlier = select(memberships.c.facts).where(
        memberships.c.story_id == membership.story_id,
        memberships.c.position < membership.position,
        memberships.c.article_id != own,
    )
    known = {key for (facts,) in telling.connection.execute(earlier) for _, key, *_ in facts}
    for name, placed in telling.given:
        where = placed.membership
        if where.story_id == membership.story_id and where.position < membership.position:
            known |= {fact.key for fact in placed.new_facts} if name != own else set()
    return known


def _by_bands(connection: Connection, imprint: Imprint) -> set[str]:
    """Find the articles of the window that share most bands: near-copies."""
    query = (
        select(bands.c.article_id)
        .join(imprints)
        .where(
            bands.c.key.in_(set(imprint.bands)),
            imprints.c.article_id != imprint.article_id,
            imprints.c.method == METHOD,
            imprints.c.dated_at.between(*_window(imprint.dated_at, COPY_WINDOW)),
        )
        .group_by(bands.c.article_id)
        .order_by(func.count().desc(), bands.c.article_id)
        .limit(MOST)
    )
    return set(connection.scalars(query))


def _by_leads(connection: Connection, fresh: Sequence[Imprint]) -> list[set[str]]:
    """Find, for each imprint, the articles with the nearest leads in its window."""
    best: list[list[tuple[float, str]]] = [[] for _ in fresh]
    width = max((imprint.lead.size for imprint in fresh), default=0)
    if not width:
        return [set() for _ in fresh]
    mine = np.stack([_wide(imprint.lead, width) for imprint in fresh], axis=1)
    times = np.array([imprint.dated_at.timestamp() for imprint in fresh])
    reach = REWRITE_WINDOW.total_seconds()
    for block in _blocks(connection, fresh):
        theirs = np.stack([_wide(np.frombuffer(row.lead, _LEAD), width) for row in block])
        then = np.array([row.dated_at.timestamp() for row in block])
        near = theirs @ mine / STEPS**2
        near[np.abs(then[:, None] - times) > reach] = 0.0
        for row, n in np.argwhere(near >= NEAR):
            best[n].append((-float(near[row, n]), block[row].article_id))
        best = [sorted(found)[: MOST + 1] for found in best]  # one more: itself may be among them
    return [
        {name for _, name in found if name != imprint.article_id}
        for found, imprint in zip(best, fresh, strict=True)
    ]


def _wide(lead: NDArray[np.int8], width: int) -> NDArray[np.float32]:
    """Give a lead that was not embedded, or by a model of another size, a vector near to none."""
    return lead.astype(np.float32) if lead.size == width else np.zeros(width, np.float32)


def _blocks(
    connection: Connection, fresh: Sequence[Imprint]
) -> Iterator[Sequence[Row[str, datetime, bytes]]]:
    """Read the leads of all windows, each once, in blocks."""
    for since, until in _windows([imprint.dated_at for imprint in fresh]):
        query = (
            select(imprints.c.article_id, imprints.c.dated_at, imprints.c.lead)
            .where(imprints.c.method == METHOD, imprints.c.dated_at.between(since, until))
            .execution_options(yield_per=BLOCK)
        )
        yield from connection.execute(query).partitions()


def _window(time: datetime, reach: timedelta) -> tuple[datetime, datetime]:
    """Give the times around one; a calendar ends, and a wrong date may stand at its end."""
    since, until = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    return (
        time - reach if time - since > reach else since,
        time + reach if until - time > reach else until,
    )


def _windows(times: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    """Join the windows that overlap, so that no row is read twice."""
    joined: list[tuple[datetime, datetime]] = []
    for time in sorted(times):
        since, until = _window(time, REWRITE_WINDOW)
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], until)
        else:
            joined.append((since, until))
    return joined


def _neighbours(connection: Connection, ids: Sequence[str]) -> dict[str, Neighbour]:
    """Read the imprints of articles and the stories of their current versions."""
    query = (
        select(imprints, memberships.c.story_id)
        .join(versions, versions.c.article_id == imprints.c.article_id)
        .join(memberships, PLACED)
        .where(versions.c.superseded_at.is_(None), imprints.c.method == METHOD)
    )
    found: dict[str, Neighbour] = {}
    for some in batches(ids):
        for row in connection.execute(query.where(imprints.c.article_id.in_(some))).mappings():
            found[row["article_id"]] = Neighbour(_imprint_of(row), row["story_id"])
    return found


def _imprint_of(row: RowMapping) -> Imprint:
    marks = {name: frozenset(keys) for name, keys in row["marks"].items()}
    return Imprint(
        article_id=row["article_id"],
        dated_at=row["dated_at"],
        signature=np.frombuffer(row["signature"], _SIGNATURE),
        lead=np.frombuffer(row["lead"], _LEAD),
        **marks,
    )
