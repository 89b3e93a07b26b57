"""Labelled sentences -> how often a claim is right, by what its likelihood says (`telling.LIKELY`).

Data: the fifth of SEntFiN that sentiment_data.py holds out, and the tenth of our own examples that
it keeps back. Prints the shares with their counts; the curve is set by hand through them.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from sentiment_data import SIDE, held_out, own

from retrieval.language.adapter import Adapter
from retrieval.language.passages import Passage
from retrieval.language.reading import hear
from retrieval.language.telling import told
from retrieval.models import MILD, Mention, Span, Target

NEUTRAL = SIDE["neutral"]


def labelled(path: Path, judge: Adapter) -> Iterator[tuple[Passage, int]]:
    """SEntFiN's held-out targets and our own, with their sides; no text that was trained on."""
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            placed = row["dataset"] == "SEntFiN-1.0" and row["start"] is not None
            if placed and held_out(row["doc_id"]) and not judge.trained_on(row["text"]):
                yield Passage(row["text"], (Span(row["start"], row["end"]),)), SIDE[row["label"]]
    for example in own(kept_back=True):
        if example.passage.spans:
            yield example.passage, example.side


def shares(rows: Iterable[tuple[Passage, int]], judge: Adapter) -> dict[str, tuple[int, int]]:
    """Count the right claims and all by their likelihood."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for passage, side in rows:
        span = passage.spans[0]
        target = Target("ticker", "X", span.of(passage.text))
        mention = Mention(target, span.of(passage.text), span.start, span.end)
        heard = hear(passage.text, [Span(0, len(passage.text))], [mention])
        leanings = judge.leanings([one.passage for one in heard.heard])
        for one in told(heard, list(map(float, leanings))):
            if one.target == target and abs(one.score) >= MILD:
                right = (one.score > 0) == (side > NEUTRAL) and side != NEUTRAL
                key = f"said {round(one.likelihood / 0.05) * 0.05:.2f}"
                counts[key][0] += right
                counts[key][1] += 1
    return {key: (right, all_) for key, (right, all_) in sorted(counts.items())}


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--headlines", type=Path, required=True, help="entity_sentiment.jsonl")
    given = options.parse_args()
    judge = Adapter()
    for key, (right, all_) in shares(labelled(given.headlines, judge), judge).items():
        print(f"{key:14} {right / all_:.3f} of {all_:5}")


if __name__ == "__main__":
    main()
