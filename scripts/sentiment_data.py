"""Labelled headlines and our own texts -> examples: a passage, its side, and what it weighs.

Data: SEntFiN 1.0 (pyRis/SEntFiN, commit eba4361, MIT) as rows of entity_sentiment.jsonl, less a
held-out fifth of its documents; and scripts/sentiment/*.txt, written for Tape (their format:
scripts/sentiment/README.md). Nothing else is read.
"""

import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.language.passages import Passage
from retrieval.models import Span

EXAMPLES = Path(__file__).parent / "sentiment"
SIDE = {"negative": 0, "neutral": 1, "positive": 2, "-": 0, "0": 1, "+": 2}
MARK = re.compile(r"\{([+\-0])([^{}]*)\}")
LAST = 9  # of ten tens, the one that is kept back
WHOLE = 0.5
"""What the label of a headline's tone weighs that is inferred from its targets, who all agree."""

SAME_SIDE = 0.3  # how often another text is taken that has the same side
JOINTS = ("; ", " while ", ", while ", ", but ", ". ", " as ", ", ", " and ", " even as ", " – ")
EVEN = 0.5
LONGEST_JOINED = 180  # characters of each half


@dataclass(frozen=True, slots=True)
class Example:
    """A passage, its side (an index into negative, neutral, positive) and what it weighs."""

    passage: Passage
    side: int
    weight: float = 1.0


def held_out(document: str) -> bool:
    """Tell whether a document of SEntFiN is left out of training: a fifth, by its hash."""
    return int(hashlib.sha256(document.encode()).hexdigest(), 16) % 5 == 0


def headlines(path: Path) -> Iterator[Example]:
    """SEntFiN's targets, and the tone of headlines whose targets agree."""
    documents: dict[str, list[dict[str, object]]] = defaultdict(list)
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["dataset"] == "SEntFiN-1.0" and not held_out(row["doc_id"]):
                documents[row["doc_id"]].append(row)
    for rows in documents.values():
        for row in rows:
            if row["start"] is not None:
                span = Span(int(str(row["start"])), int(str(row["end"])))
                yield Example(Passage(str(row["text"]), (span,)), SIDE[str(row["label"])])
        if len({row["label"] for row in rows}) == 1:
            yield Example(Passage(str(rows[0]["text"])), SIDE[str(rows[0]["label"])], WHOLE)


def own(folder: Path = EXAMPLES, *, kept_back: bool) -> Iterator[Example]:
    """Our examples: each marked target, and the tone of each text whose targets do not part ways.

    Every tenth ten lines are kept back to measure on: neighbours are often mirrored.
    """
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            tone, bar, marked = line.partition(" | ")
            if bar and tone in SIDE and (number // 10 % 10 == LAST) == kept_back:
                yield from _marked(tone, marked)


def _marked(tone: str, marked: str) -> Iterator[Example]:
    text, targets, at = "", [], 0
    for found in MARK.finditer(marked):
        text += marked[at : found.start()]
        targets.append((Span(len(text), len(text) + len(found[2])), SIDE[found[1]]))
        text += found[2]
        at = found.end()
    text += marked[at:]
    if not {SIDE["+"], SIDE["-"]} <= {side for _, side in targets}:
        yield Example(Passage(text), SIDE[tone])
    yield from (Example(Passage(text, (span,)), side) for span, side in targets)


def beside(one: Example, others: Sequence[Example], chance: random.Random) -> Example | None:
    """Put another example's text before or behind this one's; whose side is asked stays.

    None if no other of a fitting length was drawn.
    """
    for _ in range(20):
        other = chance.choice(others)
        texts = (one.passage.text, other.passage.text)
        differs = other.side != one.side or chance.random() < SAME_SIDE
        if (
            other.passage.spans
            and differs
            and max(map(len, texts)) < LONGEST_JOINED
            and texts[0] != texts[1]
        ):
            break
    else:
        return None
    end = max(span.end for span in one.passage.spans)
    mine = texts[0][:end] + texts[0][end:].rstrip(" .")
    theirs = texts[1].rstrip(" .")
    joint = chance.choice(JOINTS)
    if chance.random() < EVEN:
        return replace(one, passage=Passage(mine + joint + theirs, one.passage.spans))
    lead = theirs + joint
    moved = tuple(Span(s.start + len(lead), s.end + len(lead)) for s in one.passage.spans)
    return replace(one, passage=Passage(lead + mine, moved))
