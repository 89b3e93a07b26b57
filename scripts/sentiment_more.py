"""Examples -> more passages than they are: joined, crossed, reworded, asked of other names.

After TinyBERT (Jiao et al. 2020): a small model learns a large one's ways on texts that need not
make sense, as long as the large one says what they say.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from safetensors import safe_open
from sentiment_data import Example, beside

from retrieval.index.embed import bundled, tokenizer_of
from retrieval.language.passages import Passage
from retrieval.models import Span

WORD = re.compile(r"[A-Za-z]{2,}")
NAME = re.compile(r"(?:\b[A-Z][\w&.'-]*\w|\$[A-Z]{1,5}\b)(?: [A-Z][\w&'-]*\w)*")
CUT = re.compile(r"(; |, |: | while | as | but | after | on )")
CLAUSE = range(9, 150)  # characters
SEEN = 3  # a word must stand in so many texts
NEAR = 8  # how many of its nearest may take a word's place
EXCHANGED = 0.3  # of a text's words
JOINED, CROSSED, REWORDED, OF_OTHERS = 0.6, 0.5, 0.4, 0.2
"""How many of the examples with a target are also taken in each way."""
WHOLE_CROSSED, WHOLE_REWORDED = 0.3, 0.7
"""And of those without."""

Near = Mapping[str, Sequence[str]]


def more(examples: Sequence[Example], chance: random.Random) -> list[Passage]:
    """Passages made of the examples': 1.3 of each on average, none of them an example's."""
    near = near_words([one.passage.text for one in examples])
    plain = [one.passage for one in examples]
    made = [passage for one in examples for passage in _made_of(one, examples, plain, near, chance)]
    labelled = set(plain)
    return [passage for passage in made if passage not in labelled]


def _made_of(
    one: Example,
    examples: Sequence[Example],
    plain: Sequence[Passage],
    near: Near,
    chance: random.Random,
) -> Iterator[Passage]:
    has_target = bool(one.passage.spans)
    if has_target and chance.random() < JOINED and (both := beside(one, examples, chance)):
        yield both.passage
    if chance.random() < (CROSSED if has_target else WHOLE_CROSSED):
        yield from crossed(one.passage, plain, chance)
    if chance.random() < (REWORDED if has_target else WHOLE_REWORDED):
        yield reworded(one.passage, near, chance)
    if has_target and chance.random() < OF_OTHERS:
        yield from of_another_name(one.passage, chance)


def near_words(texts: Sequence[str]) -> Near:
    """The nearest words of each, by the bundled model's own vectors of words."""
    tokenizer = tokenizer_of(bundled())
    counts = Counter(word.lower() for text in dict.fromkeys(texts) for word in WORD.findall(text))
    words = [w for w, n in counts.items() if n >= SEEN and tokenizer.token_to_id(w) is not None]
    with safe_open(bundled() / "model.safetensors", "np") as file:
        vectors = file.get_tensor("embeddings.word_embeddings.weight")
    known = vectors[[tokenizer.token_to_id(word) for word in words]]
    known /= np.linalg.norm(known, axis=1, keepdims=True)
    alike = known @ known.T
    np.fill_diagonal(alike, -1)
    nearest = np.argsort(-alike, axis=1)[:, :NEAR]
    return {word: [words[at] for at in row] for word, row in zip(words, nearest, strict=True)}


def reworded(passage: Passage, near: Near, chance: random.Random) -> Passage:
    """Put a near word in the place of some, outside the target; the sense may turn."""

    def another(word: re.Match[str]) -> str:
        nearest = near.get(word[0].lower())
        if nearest is None or chance.random() >= EXCHANGED:
            return word[0]
        found = chance.choice(nearest)
        return found.capitalize() if word[0][0].isupper() else found

    text, spans, at = "", [], 0
    for span in sorted(passage.spans, key=lambda s: s.start):
        text += WORD.sub(another, passage.text[at : span.start])
        spans.append(Span(len(text), len(text) + span.end - span.start))
        text += passage.text[span.start : span.end]
        at = span.end
    return Passage(text + WORD.sub(another, passage.text[at:]), tuple(spans))


def crossed(
    passage: Passage, others: Sequence[Passage], chance: random.Random
) -> Iterator[Passage]:
    """Exchange a clause that does not name the target for a clause of a text that is drawn."""
    parts = CUT.split(passage.text)
    starts = [len("".join(parts[:n])) for n in range(len(parts) + 1)]
    free = [
        n
        for n in range(0, len(parts), 2)
        if not any(s.start < starts[n + 1] and starts[n] < s.end for s in passage.spans)
    ]
    theirs = [c for c in CUT.split(chance.choice(others).text)[::2] if len(c) in CLAUSE]
    if len(parts) == 1 or not free or not theirs:
        return
    place, clause = chance.choice(free), chance.choice(theirs)
    moved = len(clause) - len(parts[place])
    yield Passage(
        "".join([*parts[:place], clause, *parts[place + 1 :]]),
        tuple(
            Span(s.start + moved, s.end + moved) if s.start >= starts[place + 1] else s
            for s in passage.spans
        ),
    )


def of_another_name(passage: Passage, chance: random.Random) -> Iterator[Passage]:
    """Ask the same text of another word that looks like a name."""
    found = [
        m
        for m in NAME.finditer(passage.text)
        if not any(s.start < m.end() and m.start() < s.end for s in passage.spans)
    ]
    if found:
        name = chance.choice(found)
        yield Passage(passage.text, (Span(name.start(), name.end()),))
