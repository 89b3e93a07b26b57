"""The noun of a source that lines are held against. Knows no check."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from retrieval.ask.senses import Senses


@dataclass(frozen=True, slots=True)
class Source:
    """A source, read for comparing. `ids` are the issuers that it speaks of.

    `sides` are the ledger's scores by issuer; `dated` is the day on which it was published.
    """

    text: str
    title: str
    senses: Senses
    ids: frozenset[str]
    sides: Mapping[str, float]
    dated: date | None
