"""A line of a chat model and the sources it cites to why it must not be shown, if so. Pure.

Knows no model, no library and no wording. A line is shown only when everything in it stands in what
it cites: names, figures, times, quotations, and what is said of whom, to which side and how surely.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.ask.agreeing import Difference, disagreement
from retrieval.ask.amounts import Time, times
from retrieval.ask.borne import Source
from retrieval.ask.grounds import Ground, surfaces
from retrieval.ask.opposites import PLAIN
from retrieval.ask.orders import gives_advice, gives_orders
from retrieval.ask.owners import Name
from retrieval.ask.senses import senses, stems
from retrieval.ask.words import STOP_WORDS, stem
from retrieval.language.mentions import find_mentions
from retrieval.language.securities import Securities

Cause = Literal["form", "citation", "order", "advice", "quote", "name"] | Difference
"""Why a line is dropped: the first check that it fails."""

SHORTEST, LONGEST = 12, 240
"""Characters of a line without its marks; the longest is what a message shows uncut."""

_MARKS = re.compile(r"(?:\s*\[\d{1,3}(?:\s?,\s?\d{1,3})*\][,;]?)+(?=\W*$)")
_NUMBER = re.compile(r"\d{1,3}")
_BULLET = re.compile(r"^\s*(?:[-*•–]\s+|\d{1,2}[.)]\s+)")
_MARKUP = re.compile(
    r"://|www\.|\b[a-z0-9-]{2,}\.(?:com|net|org|io|co|ai|info|biz|ru|cn|xyz|top|app|dev|me|uk|eu)\b"
    r"|[\[\]<>{}`|\\~^_]|\*\*|@\w|#\w|&(?:\w+|#\d+);|:\w+:|javascript:|mailto:",
    re.IGNORECASE,
)
_NO_SENTENCE = re.compile(
    r"(?<!\b[A-Za-z])(?<!Inc)(?<!Corp)(?<!Co)(?<!vs)[.!?] +[a-z](?![A-Z])|:$|^[a-z]+ "
    r"|^\W*[\w'’%-]+[.!?] "
)
"""A sentence that begins small, that has one word, or that only leads to a list."""

_QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_QUOTE_MARKS = re.compile(r"[“”\"«»„‟]")
_SINGLE = re.compile(r"(?<![\w’'])['‘](?!s\b)([^'‘’]{3,}?(?:['’]\w[^'‘’]*?)*)['’](?!\w)")
_CAPITAL = re.compile(r"(?<![\w'’.-])[^\W\d_][\w&.'’-]*")
_BRACKET = re.compile(r"\s?\(\W*(?:[A-Za-z]+:\s?)?")
_SYMBOL = re.compile(r"(?<![\w.&-])[A-Z][A-Z0-9]+(?:\.[A-Z])?(?![\w&-])")
_KNOWN_CAPITALS = frozenset("I US U.S. UK U.K. EU CEO CFO".split())
_OF_A_LAND = re.compile(r"^[A-Z][a-z]{3,}(?:ese|ans?|ish)$")
_INFLECTED = re.compile(r"[a-z]{3}(?:ing|ed|ly|er|est|tion|ment|ments|ness|ity)$")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;]\s+|[“\"‘(])$")


@dataclass(frozen=True, slots=True)
class Said:
    """A line that holds: its words without the marks, and the numbers that it cites."""

    text: str
    cited: tuple[int, ...]


class Check:
    """The check of one answer's lines against its sources."""

    def __init__(self, grounds: Sequence[Ground], securities: Securities) -> None:
        self._securities = securities
        known = surfaces(grounds)
        self._surfaces = {s: securities.primary(i) for s, i in known.items()}
        longest_first = sorted(self._surfaces, key=len, reverse=True)
        listed = "|".join(map(re.escape, longest_first))
        self._known = re.compile(rf"(?<!\w)(?:{listed})(?!\w)") if listed else None
        self._grounds = {g.n: g for g in grounds}
        self._sources: dict[int, Source] = {}  # read when a line cites them: most are never

    def judge(self, line: str) -> Said | Cause:
        """Give a line as it may be shown, or why not."""
        said = read_line(line)
        if isinstance(said, str):
            return said
        if not said.cited or not self._grounds.keys() >= set(said.cited):
            return "citation"
        cited = [self._read(n) for n in said.cited]
        return self._cause(said.text, cited) or said

    def _cause(self, text: str, cited: Sequence[Source]) -> Cause | None:
        if gives_orders(text):
            return "order"
        if gives_advice(text):
            return "advice"
        if not _quotes_stand(text, cited):
            return "quote"
        names = self._names(text)
        if not self._names_stand(text, names, cited):
            return "name"
        return disagreement(text, senses(text, names), cited)

    def _read(self, n: int) -> Source:
        if n not in self._sources:
            self._sources[n] = self._source(self._grounds[n])
        return self._sources[n]

    def _source(self, ground: Ground) -> Source:
        primary = self._securities.primary
        named = [Name(primary(m.target.id), m.start, m.end) for m in ground.named]
        carried = tuple(dict.fromkeys(primary(i) for i in ground.carried))
        text = ground.citation.quote.text
        citation = ground.citation
        return Source(
            text,
            f"{citation.title or ''} {citation.source or ''}",
            senses(text, named, carried),
            frozenset([*(n.id for n in named), *carried]),
            {primary(i): score for i, score in ground.sides},
            citation.published_at.date() if citation.published_at else None,
        )

    def _names(self, text: str) -> list[Name]:
        """Find the companies of a line: as in any text, and by the names of its sources."""
        found = [
            Name(self._securities.primary(m.target.id), m.start, m.end)
            for m in find_mentions(text, self._securities)
        ]
        for match in self._known.finditer(text) if self._known else ():
            if all(match.end() <= n.start or n.end <= match.start() for n in found):
                found.append(Name(self._surfaces[match[0]], *match.span()))
        return sorted(found, key=lambda n: n.start)

    def _names_stand(self, text: str, names: Sequence[Name], cited: Sequence[Source]) -> bool:
        """Tell whether every company and every other name stands in what is cited."""
        ids = frozenset[str]().union(*(s.ids for s in cited))
        quotes = " ".join(s.text for s in cited)
        if any(n.id not in ids and text[n.start : n.end] not in quotes for n in names):
            return False
        if not all(
            self._is_their_symbol(text, s, names, ids, quotes) for s in _SYMBOL.finditer(text)
        ):
            return False
        taken: list[Name | Time] = [*names, *times(text)]
        rest = [c for c in _CAPITAL.finditer(text) if not _inside(c, taken)]
        return all(_is_known(text, c, cited) for c in rest)

    def _is_their_symbol(
        self,
        text: str,
        found: re.Match[str],
        names: Sequence[Name],
        ids: frozenset[str],
        quotes: str,
    ) -> bool:
        """Ask that a word in capitals is a symbol of the sources, behind a name that name's own."""
        word = found[0]
        own = self._surfaces.get(word) or self._securities.primary(word)
        if own in self._securities and own in ids:
            before = [n for n in names if n.end <= found.start()]
            beside = _BRACKET.fullmatch(text[before[-1].end : found.start()]) if before else None
            return beside is None or before[-1].id == own
        return (
            word in _KNOWN_CAPITALS
            or re.search(rf"(?<!\w){re.escape(word)}(?!\w)", quotes) is not None
        )


def read_line(line: str) -> Said | Cause:
    """Take the marks off the end of a line; what is no plain line has no form."""
    plain = _BULLET.sub("", line.strip())
    marks = _MARKS.search(plain)
    if marks is None:
        return "citation"
    body = (plain[: marks.start()] + plain[marks.end() :]).strip()
    cited = tuple(dict.fromkeys(int(n) for n in _NUMBER.findall(marks[0])))
    fits = SHORTEST <= len(body) <= LONGEST and body.isprintable()
    if not fits or _MARKUP.search(body) or _NO_SENTENCE.search(body):
        return "form"
    return Said(body, cited)


def _inside(found: re.Match[str], names: Sequence[Name | Time]) -> bool:
    return any(n.start < found.end() and found.start() < n.end for n in names)


def _is_known(text: str, found: re.Match[str], cited: Sequence[Source]) -> bool:
    """Tell whether a word with a capital or a foreign letter stands in what is cited."""
    word = found[0].rstrip(".'’-").removesuffix("'s").removesuffix("’s")
    if word.isascii() and not word[0].isupper() and not any(c.isupper() for c in word[1:]):
        return True
    where = f" {' '.join(f'{s.text} {s.title}' for s in cited)} "
    if re.search(rf"(?<!\w){re.escape(word)}", where) or word in _KNOWN_CAPITALS:
        return True
    if _OF_A_LAND.search(word) and re.search(rf"(?<!\w){re.escape(word[:4])}", where):
        return True
    if word != found[0].rstrip(".'’-"):
        return False  # what owns something is a name, also where it begins a sentence
    starts = _SENTENCE_START.search(text[: found.start()]) is not None
    common = word.isascii() and (len(word) == 1 or word[1:].islower())
    return starts and common and (word.lower() in STOP_WORDS or _is_plain(word, where))


def _is_plain(word: str, where: str) -> bool:
    """Tell a word that begins a sentence from a name."""
    low = word.lower()
    told = low in PLAIN or stem(word) in stems(where) or _INFLECTED.search(low) is not None
    return told or any(w.side or w.pair or w.fixed for w in senses(low).words)


def _quotes_stand(text: str, cited: Sequence[Source]) -> bool:
    """Tell whether every quotation stands in what is cited, word for word, and is closed."""
    quoted = [q[1] for q in (*_QUOTED.finditer(text), *_SINGLE.finditer(text))]
    if len(_QUOTE_MARKS.findall(text)) != 2 * len(_QUOTED.findall(text)):
        return False
    return all(any(_flat(q) in _flat(s.text) for s in cited) for q in quoted)


def _flat(text: str) -> str:
    """Fold white space and the shapes of quotation marks; a comma inside the marks is theirs."""
    folded = " ".join(text.replace("’", "'").replace("‘", "'").split())
    return folded.strip(" ,.")


def counted(causes: Iterable[Cause]) -> dict[str, int]:
    """Count lines by why they were dropped, the causes in alphabetic order."""
    told = sorted(causes)
    return {cause: told.count(cause) for cause in dict.fromkeys(told)}
