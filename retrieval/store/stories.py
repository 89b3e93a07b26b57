"""Finds the stories that new articles belong to, in the transaction that writes them.

Knows the tables; what makes two articles one event is decided in retrieval/language/stories.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, RowMapping, bindparam, delete, func, select

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
from retrieval.store.schema import bands, imprints, leads, memberships, versions

BLOCK = 2_000
"""Leads of a window that are in memory at once: 0.8 MB."""

_SIGNATURE, _LEAD = np.dtype("<u4"), np.dtype("i1")
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)

# Made once: for each article of a batch to make them anew took longer than to run them.
_WITHIN = leads.c.dated.between(bindparam("since"), bindparam("until"))
_SHARING = (
    select(bands.c.article_id)
    .join(leads, leads.c.article_id == bands.c.article_id)
    .where(
        bands.c.key.in_(bindparam("keys", expanding=True)),
        bands.c.article_id != bindparam("own"),
        leads.c.method == METHOD,
        _WITHIN,
    )
    .group_by(bands.c.article_id)
    .order_by(func.count().desc(), bands.c.article_id)
    .limit(MOST)
)
_LEADS = (
    select(leads.c.article_id, leads.c.dated, leads.c.lead)
    .where(leads.c.method == METHOD, _WITHIN)
    .execution_options(yield_per=BLOCK)
)
_LAST_POSITION = select(func.max(memberships.c.position)).where(
    memberships.c.story_id == bindparam("story")
)
_EARLIER_FACTS = select(memberships.c.facts).where(
    memberships.c.story_id == bindparam("story"),
    memberships.c.position < bindparam("position"),
    memberships.c.article_id != bindparam("own"),
)


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
        for table in (bands, leads, imprints):
            connection.execute(delete(table).where(table.c.article_id.in_(some)))


def imprint_rows(imprint: Imprint) -> dict[str, list[dict[str, object]]]:
    """Keep an imprint: its rows by table."""
    own = {"article_id": imprint.article_id}
    marks = {name: sorted(keys) for name, keys in imprint.marks.items()}
    signature = imprint.signature.astype(_SIGNATURE).tobytes()
    dated, lead = _stamp(imprint.dated_at), imprint.lead.tobytes()
    return {
        imprints.name: [own | {"signature": signature, "marks": marks}],
        leads.name: [own | {"method": METHOD, "dated": dated, "lead": lead}],
        bands.name: [own | {"key": key} for key in sorted(set(imprint.bands))],
    }


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
    stored = telling.connection.scalar(_LAST_POSITION, {"story": story})
    here = [p.membership.position for _, p in telling.given if p.membership.story_id == story]
    return max([-1 if stored is None else stored, *here]) + 1


def _known(own: str, membership: Membership, telling: _Telling) -> set[str]:
    """Keys of the facts that earlier articles of a story have stated."""
    if not membership.position:
        return set()
    given = {"story": membership.story_id, "position": membership.position, "own": own}
    earlier = telling.connection.scalars(_EARLIER_FACTS, given)
    known = {key for facts in earlier for _, key, *_ in facts}
    for name, placed in telling.given:
        where = placed.membership
        if where.story_id == membership.story_id and where.position < membership.position:
            known |= {fact.key for fact in placed.new_facts} if name != own else set()
    return known


def _by_bands(connection: Connection, imprint: Imprint) -> set[str]:
    """Find the articles of the window that share most bands: near-copies."""
    since, until = _window(imprint.dated_at, COPY_WINDOW)
    given = {"keys": imprint.bands, "own": imprint.article_id, "since": since, "until": until}
    return set(connection.scalars(_SHARING, given))


def _by_leads(connection: Connection, fresh: Sequence[Imprint]) -> list[set[str]]:
    """Find, for each imprint, the articles with the nearest leads in its window."""
    best: list[list[tuple[float, str]]] = [[] for _ in fresh]
    width = max((imprint.lead.size for imprint in fresh), default=0)
    if not width:
        return [set() for _ in fresh]
    mine = np.stack([_wide(imprint.lead, width) for imprint in fresh], axis=1)
    windows = [_window(imprint.dated_at, REWRITE_WINDOW) for imprint in fresh]
    since, until = np.array(windows).T
    for block in _blocks(connection, windows):
        rows = [row for row in block if len(row.lead) == width]
        theirs = np.frombuffer(b"".join(row.lead for row in rows), _LEAD).reshape(-1, width)
        near = theirs.astype(np.float32) @ mine / STEPS**2
        then = np.array([row.dated for row in rows])[:, None]
        for at, n in np.argwhere((near >= NEAR) & (since <= then) & (then <= until)):
            best[n].append((-float(near[at, n]), rows[at].article_id))
        best = [sorted(found)[: MOST + 1] for found in best]  # one more: itself may be among them
    return [
        {name for _, name in found if name != imprint.article_id}
        for found, imprint in zip(best, fresh, strict=True)
    ]


def _wide(lead: NDArray[np.int8], width: int) -> NDArray[np.float32]:
    """Give a lead that was not embedded a vector that is near to none."""
    return lead.astype(np.float32) if lead.size == width else np.zeros(width, np.float32)


def _blocks(
    connection: Connection, windows: Sequence[tuple[int, int]]
) -> Iterator[Sequence[Row[str, int, bytes]]]:
    """Read the leads of all windows, each once, in blocks."""
    joined: list[tuple[int, int]] = []
    for since, until in sorted(windows):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], until)
        else:
            joined.append((since, until))
    for since, until in joined:
        given = {"since": since, "until": until}
        yield from connection.execute(_LEADS, given).partitions()


def _window(time: datetime, reach: timedelta) -> tuple[int, int]:
    return _stamp(time) - reach // _MICROSECOND, _stamp(time) + reach // _MICROSECOND


def _stamp(time: datetime) -> int:
    """Count microseconds since 1970. Refuses a naive time: which zone it meant is not known."""
    if time.tzinfo is None:
        raise ValueError(f"naive time: {time}")
    return (time - _EPOCH) // _MICROSECOND


def _neighbours(connection: Connection, ids: Sequence[str]) -> dict[str, Neighbour]:
    """Read the imprints of articles and the stories of their current versions."""
    query = (
        select(imprints, leads.c.dated, leads.c.lead, memberships.c.story_id)
        .join(leads, leads.c.article_id == imprints.c.article_id)
        .join(versions, versions.c.article_id == imprints.c.article_id)
        .join(memberships, PLACED)
        .where(versions.c.superseded_at.is_(None), leads.c.method == METHOD)
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
        dated_at=_EPOCH + row["dated"] * _MICROSECOND,
        signature=np.frombuffer(row["signature"], _SIGNATURE),
        lead=np.frombuffer(row["lead"], _LEAD),
        **marks,
    )
