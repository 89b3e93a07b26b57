"""The words of a sentence -> its clauses, and how each is meant. Knows no lexicon and no target."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.language.tokens import Token
from retrieval.language.wordlists import word_list

Manner = Literal[
    "plain", "contrast", "concession", "condition", "reason", "relative", "than", "said"
]

_LINKS: dict[str, Manner] = {
    "but": "contrast", "however": "contrast", "yet": "contrast", "nevertheless": "contrast",
    "nonetheless": "contrast", "still ,": "contrast",
    "although": "concession", "though": "concession", "even though": "concession",
    "even if": "concession", "even after": "concession", "even as": "concession",
    "despite": "concession",
    "in spite of": "concession", "notwithstanding": "concession", "granted ,": "concession",
    "if": "condition", "unless": "condition", "were it": "condition", "should the": "condition",
    "as long as": "condition", "provided that": "condition", "assuming": "condition",
    "because": "reason", "because of": "reason", "since": "reason", "given": "reason",
    "due to": "reason", "thanks to": "reason", "owing to": "reason", ", as": "reason",
    "after": "reason", "on the back of": "reason", "amid": "reason",
    "amidst": "reason", "in response to": "reason",
    "which": "relative", "who": "relative", "whose": "relative", "where": "relative",
    "than": "than", "rather than": "than", "instead of": "than", "not necessarily": "than",
    "compared with": "than", "compared to": "than", "versus": "than",
    "while": "plain", "whereas": "plain", "whilst": "plain", "when": "plain", "before": "plain",
    ";": "plain", ":": "plain", "—": "plain", "–": "plain", "so that": "plain", "so": "plain",
    "meaning": "plain", "then": "plain",
    "said": "said", "says": "said", "say": "said", "saying": "said", "reported that": "said",
    "argue": "said", "argues": "said", "argued": "said", "believe": "said", "believes": "said",
    "noted": "said", "warned": "said",
    "warns": "said", "expects": "said", "expect": "said", "told": "said",
}  # fmt: skip
_BY_FIRST: dict[str, list[tuple[tuple[str, ...], Manner]]] = {}
for _link, _manner in sorted(_LINKS.items(), key=lambda item: -len(item[0].split())):
    _BY_FIRST.setdefault(_link.split()[0], []).append((tuple(_link.split()), _manner))

_DEPTH = {"(": 1, ")": -1}  # "(NYSE: KEY)" opens no clause
_PHRASE = frozenset(
    ["on", "in", "with", "not", "by", "at", "for", "from", "to", "of", "only"]
)  # "but on the dry side"
# a clause of these kinds ends at the next comma, and the sentence goes on
_SUBORDINATE = {"concession", "condition", "reason", "relative", "than"}
_SUBORDINATE_AT_START = {"while", "whereas", "whilst", "when", "before"}
_MEASURE = word_list("behind a measuring than")

CONTRASTED = 0.6  # what a "but" outweighs
CONCEDED = 0.45  # what the writer grants before going on


@dataclass(frozen=True, slots=True)
class Clause:
    """`words[first:last]`, opened by `link`; `weight` says how much the writer means it."""

    first: int
    last: int
    link: str
    manner: Manner
    weight: float = 1.0

    @property
    def body(self) -> int:
        """The first word behind the link."""
        return self.first + len(self.link.split())


def clauses(words: Sequence[Token]) -> tuple[Clause, ...]:
    """Split a sentence where its meaning turns: contrast, concession, condition, reason."""
    opened: list[tuple[int, str, Manner]] = [(0, "", "plain")] if words else []
    at = depth = 0
    while at < len(words):
        depth = max(0, depth + _DEPTH.get(words[at].lower, 0))
        link = None if depth else _link_at(words, at)
        if link is not None:
            opened.append((at, *link))
            at += len(link[0].split())
            continue
        if words[at].lower == "," and not depth and _ends_at_comma(opened[-1]):
            opened.append((at, "", "plain"))
        at += 1
    bounds = [*(first for first, _, _ in opened), len(words)]
    cut = [
        Clause(first, last, link, manner)
        for (first, link, manner), last in zip(opened, bounds[1:], strict=True)
        if last > first
    ]
    return _weighed(cut)


def _link_at(words: Sequence[Token], at: int) -> tuple[str, Manner] | None:
    for link, manner in _BY_FIRST.get(words[at].lower, ()):
        if tuple(word.lower for word in words[at : at + len(link)]) == link:
            return None if _is_no_link(words, at, link) else (" ".join(link), manner)
    return None


def _is_no_link(words: Sequence[Token], at: int, link: tuple[str, ...]) -> bool:
    before = words[at - 1].lower if at else ""
    after = words[at + len(link)].lower if at + len(link) < len(words) else ""
    if link == ("yet",):
        return before in {"not", "has", "have", "'t", "as"} or after in {"to", "another", ".", ""}
    if link == ("than",):
        return after in _MEASURE or after[:1].isdigit() or after in {"$", "€", "£"}
    if link == ("however",):
        return before == "," and after in {",", "."}  # an aside: ", however, fell"
    if link == ("so",):
        return before not in {",", "and"}
    if link == ("but",):
        return before in {"nothing", "all", "anything"} or after in _PHRASE
    return link == ("before",) and after in {".", "", "the"}


def _ends_at_comma(opened: tuple[int, str, Manner]) -> bool:
    first, link, manner = opened
    return manner in _SUBORDINATE or (link in _SUBORDINATE_AT_START and first == 0)


def _weighed(cut: list[Clause]) -> tuple[Clause, ...]:
    """Weigh down what a later "but" outweighs and what is only granted."""
    turns = [index for index, clause in enumerate(cut) if clause.manner == "contrast"]
    weighed = []
    for index, clause in enumerate(cut):
        weight = 1.0
        if clause.manner == "concession":
            weight = CONCEDED
        elif any(turn > index for turn in turns):
            weight = CONTRASTED
        weighed.append(Clause(clause.first, clause.last, clause.link, clause.manner, weight))
    return tuple(weighed)
