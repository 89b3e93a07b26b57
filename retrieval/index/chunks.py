"""Turns a text and its sentences into passages that fit the embedder.

Knows no model: counting tokens is an argument.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from retrieval.models import Span, digest_of

CHUNKING = "titled-sentences.v1"
"""Part of every chunk's id and of the index's name: other cuts are other chunks."""

LIMIT = 220
"""MiniLM cuts at 256 tokens, its two marks included. The rest is room for the title, and for words
that run together and so count as more tokens than their parts."""

_TITLE = 100  # characters, some 25 tokens

_WORD = re.compile(r"\S+")
_CLAUSE_END = (",", ";", ":", ".", "!", "?", ")", "\N{EM DASH}", "\N{EN DASH}")

Tokens = Callable[[str], int]
Piece = tuple[Span, int]
"""A span of the text and its size in tokens."""


def chunk_spans(
    text: str, sentences: Sequence[Span], tokens: Tokens, limit: int = LIMIT
) -> tuple[Span, ...]:
    """Pack whole sentences greedily into spans of at most `limit` tokens.

    A sentence over the limit is cut after a clause, else between words, else inside the word.
    Every character that is not blank is in exactly one span. Spans do not overlap: sentences stay
    whole, so no claim is cut in two, and a shared sentence would be found, ranked and cited twice
    for twice the embedding.
    """
    packed: list[Span] = []
    room = 0
    for piece, size in _pieces(text, sentences, tokens, limit):
        if size <= room:
            packed[-1] = Span(packed[-1].start, piece.end)
            room -= size
        else:
            packed.append(piece)
            room = limit - size
    return tuple(packed)


def titled(title: str | None, text: str) -> str:
    """What is embedded of a chunk: its article's title says what the text is about.

    With it recall@4 rises from .68 to .88 on filings, and stays where it was on news.
    """
    return f"{embedded_title(title)}\n{text}" if title else text


def embedded_title(title: str) -> str:
    """The part of a title that is embedded, and so part of the chunk's name."""
    return title[:_TITLE]


def chunk_id(model: str, article_id: str, start: int, text: str) -> str:
    """Name a chunk by its content: the same passage read again is the same chunk."""
    return digest_of(model, CHUNKING, article_id, str(start), text)


def _pieces(text: str, sentences: Sequence[Span], tokens: Tokens, limit: int) -> Iterator[Piece]:
    """Each sentence, in parts where it is too long."""
    for sentence in _covering(text, sentences):
        size = tokens(sentence.of(text))
        if size <= limit:
            yield sentence, size
        else:
            yield from _parts(text, sentence, tokens, limit)


def _covering(text: str, sentences: Sequence[Span]) -> Iterator[Span]:
    """The sentences, and what stands between them: nothing that can be read is lost."""
    at = 0
    for sentence in (*sentences, Span(len(text), len(text))):
        for start, end in ((at, sentence.start), (max(at, sentence.start), sentence.end)):
            if words := text[start:end].strip():
                first = text.index(words, start)
                yield Span(first, first + len(words))
        at = max(at, sentence.end)


def _parts(text: str, long: Span, tokens: Tokens, limit: int) -> Iterator[Piece]:
    """Cut a sentence as late as it fits, after a clause if one ends in the later half."""
    part: list[Piece] = []
    for word in _words(text, long, tokens, limit):
        part.append(word)
        while len(part) > 1 and sum(size for _, size in part) > limit:
            cut = _cut(text, part[:-1])
            yield _joined(part[:cut])
            part = part[cut:]
    yield _joined(part)


def _cut(text: str, part: Sequence[Piece]) -> int:
    """How many of the words to keep together."""
    for count in range(len(part), len(part) // 2, -1):
        if part[count - 1][0].of(text).endswith(_CLAUSE_END):
            return count
    return len(part)


def _joined(part: Sequence[Piece]) -> Piece:
    return Span(part[0][0].start, part[-1][0].end), sum(size for _, size in part)


def _words(text: str, long: Span, tokens: Tokens, limit: int) -> Iterator[Piece]:
    """The words of a sentence; one that alone is too long (a script without blanks) is halved."""
    waiting = [Span(m.start(), m.end()) for m in _WORD.finditer(text, long.start, long.end)]
    waiting.reverse()
    while waiting:
        word = waiting.pop()
        size = tokens(word.of(text))
        if size <= limit or word.end - word.start == 1:
            yield word, size
        else:
            middle = (word.start + word.end) // 2
            waiting += (Span(middle, word.end), Span(word.start, middle))
