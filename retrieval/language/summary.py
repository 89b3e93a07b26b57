"""Sentences -> the few that tell the article, in its own words and order. Knows no target."""

from collections import Counter
from collections.abc import Mapping, Sequence

from retrieval.language.tokens import tokenise
from retrieval.models import Span

_TORN = frozenset("—–-,;)")  # what stands at the head of half a sentence
MOST = 3  # sentences
SHORTEST, LONGEST = 6, 70  # words of a sentence that can stand alone
LEAD = 0.5  # the first sentence tells what happened
SMALL = 4  # letters below which a word says little of what a text is about


def summarise(text: str, sentences: Sequence[Span], weights: Mapping[int, float]) -> str:
    """Pick up to three sentences: the lead, and those that carry opinions and the text's own words.

    `weights` gives the opinion weight found in a sentence, keyed by its start.
    """
    tokens = {
        span.start: [w.lower for w in tokenise(text, span) if len(w.lower) >= SMALL]
        for span in sentences
    }
    common = Counter(word for said in tokens.values() for word in set(said))
    scored = []
    for number, span in enumerate(sentences):
        said = tokens[span.start]
        if not SHORTEST <= len(span.of(text).split()) <= LONGEST or not said:
            continue
        if text[span.start].islower() or text[span.start] in _TORN:
            continue
        shared = sum(common[word] - 1 for word in set(said)) / len(said) ** 0.5
        lead = LEAD if number == 0 else 0.0
        scored.append((lead + weights.get(span.start, 0.0) + 0.05 * shared, -number, span))
    best = sorted(scored, key=lambda item: item[:2], reverse=True)[:MOST]
    return " ".join(span.of(text) for _, _, span in sorted(best, key=lambda item: -item[1]))
