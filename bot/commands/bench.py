"""This machine to a JSON report of speed."""

import json

from bot import console
from bot.settings import load
from bot.wiring import embedder_of, reader_of
from retrieval.evals.speed import bench as measure


def bench(chunks: int) -> None:
    """Print figures of indexing and queries, with their physical references of the same run."""
    settings = load()
    with console.working("Measuring; this takes a minute"):
        figures = measure(embedder_of(settings), reader_of(settings), chunks)
    console.write(json.dumps(figures, indent=2))
