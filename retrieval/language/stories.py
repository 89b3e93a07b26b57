"""Imprints of articles -> which report one event, and so the story a new one belongs to. Pure.

Near-copies share text. Rewrites share little text, but what it is about (the vectors of their
leads), who it is about, and the numbers; look-alikes (another company in the same form, the same
company in another quarter, the next chapter) differ in one of these.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import numpy as np

from retrieval.language.imprints import BAND, STEPS, Imprint
from retrieval.models import digest_of

COPY_WINDOW = timedelta(days=10)
"""Near-copies of an older text are a column or a form, not the same news."""

REWRITE_WINDOW = timedelta(days=3)
"""Outlets rewrite each other over a weekend; what comes later is the next chapter."""

NEAR = 0.5
"""Cosine of two leads below which articles are not compared."""

MOST = 10
"""Candidates of each kind for one article: a crowded day has more alike, and they say the same."""

COPY = 0.5
"""Share of three-word shingles from which on two texts are near-copies."""

SAME = 1.5
"""Likeness from which on two articles report one event."""

SURE = 4.0
"""Likeness that needs no second article to agree."""

CONTRARY = 12.0
"""What a contradiction takes away, more than all the rest can give: another company, other
numbers, another quarter."""

_ESTRANGED = 3.0  # another first name, which may be a person of the same event
_TELLING = 2  # numbers of each text; one alone may be a detail that the other leaves out


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An article that is placed, and its story."""

    imprint: Imprint
    story_id: str


def story_id(article_id: str, version: int) -> str:
    """Name a story by the article that opens it: 16 hex digits, the same in every replay."""
    return digest_of("story", article_id, str(version))[:16]


def place(fresh: Imprint, pool: Iterable[Neighbour]) -> str | None:
    """Choose the story of an article among those of its neighbours; None when it opens its own.

    The best of the neighbours must match for sure, or most of those of its story must match: a
    chain of chapters, each like the one before, is not one event.
    """
    scores: defaultdict[str, list[float]] = defaultdict(list)
    for other in nearest(fresh, pool):
        scores[other.story_id].append(likeness(fresh, other.imprint))
    fits = {
        story: (max(found), story)
        for story, found in scores.items()
        if max(found) >= SURE
        or (max(found) >= SAME and sum(score >= SAME for score in found) * 2 >= len(found))
    }
    return max(fits, key=lambda story: fits[story], default=None)


def remains(fresh: Imprint, before: Neighbour, pool: Iterable[Neighbour]) -> bool:
    """Tell whether a corrected article stays in its story.

    It does while it is a near-copy of the version before, and while it would be placed there.
    """
    if jaccard(fresh, before.imprint) >= COPY:
        return True
    return place(fresh, pool) == before.story_id


def nearest(fresh: Imprint, pool: Iterable[Neighbour]) -> list[Neighbour]:
    """Keep the neighbours worth a comparison, the same ones however large a batch they came in."""
    leads: list[tuple[float, str, Neighbour]] = []
    copies: list[tuple[int, str, Neighbour]] = []
    for other in pool:
        apart = abs(other.imprint.dated_at - fresh.dated_at)
        name = other.imprint.article_id
        if apart <= REWRITE_WINDOW and (near := cosine(fresh, other.imprint)) >= NEAR:
            leads.append((-near, name, other))
        if apart <= COPY_WINDOW and (shared := shared_bands(fresh, other.imprint)):
            copies.append((-shared, name, other))
    kept = [*sorted(leads, key=lambda c: c[:2])[:MOST], *sorted(copies, key=lambda c: c[:2])[:MOST]]
    return list({name: other for _, name, other in kept}.values())


def cosine(one: Imprint, other: Imprint) -> float:
    """How near two leads are; 0 where one was not embedded."""
    if one.lead.size != other.lead.size:
        return 0.0
    return float(one.lead.astype(np.int32) @ other.lead.astype(np.int32)) / STEPS**2


def shared_bands(one: Imprint, other: Imprint) -> int:
    """Count the bands that two signatures have in common: no near-copy has none."""
    return int(np.count_nonzero((one.signature == other.signature).reshape(-1, BAND).all(axis=1)))


def jaccard(one: Imprint, other: Imprint) -> float:
    """Estimate the share of three-word shingles that two texts have in common; +- 0.04."""
    return float(np.mean(one.signature == other.signature))


def likeness(one: Imprint, other: Imprint) -> float:
    """Weigh the evidence that two articles report one event; from SAME on they do.

    Each part is about the logarithm of how much likelier it is among tellings of one event than
    among look-alikes. They were set by hand on invented news and read on real clusters.
    """
    apart = abs(one.dated_at - other.dated_at) / timedelta(days=1)
    embedded = bool(one.lead.size and other.lead.size)
    return (
        (10 * (cosine(one, other) - 0.72) if embedded else 0.0)
        + 6 * max(0.0, jaccard(one, other) - 0.3)
        + _names(one, other)
        + _numbers(one, other)
        - 0.8 * max(0.0, apart - 1)
        - (CONTRARY if _other_periods(one, other) else 0.0)
    )


def _names(one: Imprint, other: Imprint) -> float:
    """Who it is about: leading names of each that the other has; companies that only one has."""
    shares = [_share(one.head, other.names), _share(other.head, one.names)]
    known = [share for share in shares if share is not None]
    contrary = 0.0
    for names, weight in ((_companies, CONTRARY), (_subject, _ESTRANGED)):
        if names(one) - other.names and names(other) - one.names:
            contrary = max(contrary, weight)
    agreed = 2 * (sum(known) / len(known) - 0.6) if known else 0.0
    if not (one.subject or other.subject):
        agreed = min(0.0, agreed) - 0.5  # nobody is named: headlines agree on a form as well
    return agreed - contrary


def _subject(imprint: Imprint) -> frozenset[str]:
    return imprint.subject


def _companies(imprint: Imprint) -> frozenset[str]:
    return frozenset(name for name in imprint.head if name.startswith("company "))


def _share(part: frozenset[str], whole: frozenset[str]) -> float | None:
    return len(part & whole) / len(part) if part else None


def _numbers(one: Imprint, other: Imprint) -> float:
    """How much: the numbers of each lead must stand in the other article, if it has any."""
    fewer = min(len(one.numbers), len(other.numbers))
    if not fewer:
        return -0.8
    shared = len(_found(one.numbers, other.numbers))
    if not shared:
        return -CONTRARY if fewer >= _TELLING else -1.0
    whole = min(1.0, shared / fewer)
    leads = [
        len(_found(first, all_of)) / len(first)
        for first, all_of in (
            (one.first_numbers, other.numbers),
            (other.first_numbers, one.numbers),
        )
        if first
    ]
    if len(leads) == 1:  # the other one opens with something else
        return leads[0] + whole - 1.0
    least = min(leads, default=whole)
    if jaccard(one, other) >= COPY:
        least = whole  # of a near-copy a sentence may be missing, the numbers in it too
    return 3 * (least - 0.4) + 0.6 * min(shared, 3) * least if least else -CONTRARY


def _found(part: frozenset[str], whole: frozenset[str]) -> set[str]:
    """The numbers that stand in the other text too, there or here with two digits only."""
    rounded = {_rounded(key) for key in whole}
    return {key for key in part if key in whole or _rounded(key) in whole or key in rounded}


@lru_cache(1 << 16)
def _rounded(key: str) -> str:
    """Write a number's key as if it had been printed with two digits."""
    kind, _, number = key.partition(" ")
    value = number.rstrip("%bp")
    return f"{kind} {float(f'{float(value):.2g}'):.7g}{number[len(value) :]}"


def _other_periods(one: Imprint, other: Imprint) -> bool:
    return bool(one.periods and other.periods and not one.periods & other.periods)
