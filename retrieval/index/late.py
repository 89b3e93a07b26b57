"""A store of passages without vectors -> one with vectors, made when a search first needs them.

Knows no question, no model and no SQL.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.index.chunks import titled
from retrieval.index.embed import Embed
from retrieval.index.truth import Change, Truth


class Late:
    """The truth that it is given, but for the vectors. What follows it asks for each one once."""

    def __init__(self, truth: Truth, embedder: Embed) -> None:
        self._truth = truth
        self._embedder = embedder
        self.last_change = truth.last_change
        self.chunk_ids = truth.chunk_ids
        self.facets = truth.facets
        self.lexical_rows = truth.lexical_rows

    def changes(self, after: int, limit: int) -> Sequence[Change]:
        """The next changes in their order."""
        return self._truth.changes(after, limit)

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """Row i is the unit vector of ids[i]."""
        rows = self._truth.lexical_rows(ids)
        return self._embedder.encode([titled(title, text) for _, title, text in rows])
