"""A text and its sentences to the parts that a chat model reads one at a time. Knows no model."""

from collections.abc import Sequence

from retrieval.models import Span

PART_TOKENS = 1_500
"""The size of a part: small enough for any model, large enough for most articles to be one."""

OVERLAP = 2
"""Sentences that a part repeats from the one before: "it" and "the deal" point back that far."""

LETTERS_OF_A_TOKEN = 3
"""English has about 4.3 to a token; with fewer, a budget errs on the safe side."""


def tokens_of(text: str) -> int:
    """Estimate, from above, the tokens of any model."""
    return -(-len(text.encode("utf-8", "replace")) // LETTERS_OF_A_TOKEN)


def parts_of(text: str, sentences: Sequence[Span], limit: int = PART_TOKENS) -> tuple[Span, ...]:
    """Pack whole sentences into parts of at most `limit` tokens, each beginning in the one before.

    A sentence that is larger than a part is cut at the limit.
    """
    parts: list[Span] = []
    packed: list[Span] = []
    for sentence in _fitting(text, sentences, limit):
        while packed and not _fits(text, packed[0].start, sentence.end, limit):
            if not parts or parts[-1].end < packed[-1].end:
                parts.append(Span(packed[0].start, packed[-1].end))
                packed = packed[-OVERLAP:]
            else:
                packed = packed[1:]  # what is repeated gives way to what is new
        packed.append(sentence)
    if packed:
        parts.append(Span(packed[0].start, packed[-1].end))
    return tuple(parts)


def _fits(text: str, start: int, end: int, limit: int) -> bool:
    return tokens_of(text[start:end]) <= limit


def _fitting(text: str, sentences: Sequence[Span], limit: int) -> list[Span]:
    fitting: list[Span] = []
    for sentence in sentences:
        start = sentence.start
        while not _fits(text, start, sentence.end, limit):
            # at least a quarter of the limit's letters fit, whatever their size in bytes
            size = limit * LETTERS_OF_A_TOKEN
            size = size if _fits(text, start, start + size, limit) else max(1, size // 4)
            fitting.append(Span(start, start + size))
            start += size
        fitting.append(Span(start, sentence.end))
    return fitting
