"""This machine to a JSON report of speed."""

import json

from bot import console
from retrieval.evals.speed import bench as measure

SIZES = (10_000, 100_000)
LARGE = 1_000_000
"""Synthetic chunks of the libraries that are asked; the large one takes most of an hour."""


def bench(*, large: bool) -> None:
    """Print figures of indexing, queries and starts, with their physical references."""
    sizes = (*SIZES, LARGE) if large else SIZES
    found = measure(sizes, lambda part: console.note(f"Measuring: {part}"))
    console.write(json.dumps(found, indent=2))
