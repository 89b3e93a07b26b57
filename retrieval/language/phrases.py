"""Words beside a signal -> the noun phrase that names a group there. Knows no company."""

from collections.abc import Sequence

from retrieval.language.lexicon import load_lexicon
from retrieval.language.tokens import Token
from retrieval.language.wordlists import word_list

_HEADS = word_list("group heads")
_NOT_A_GROUP = word_list("no group")
_BARE = word_list("bare heads")
_LEADING = word_list("leading")
_STOPS = word_list("ends a noun phrase")
_SKIPPED_BEFORE = word_list("between group and verb")
_MEASURED = word_list("measured of a group")
_BEFORE_VERB = word_list("before a verb")
_PLACING = word_list("placing")
_INNER = frozenset(["of", "with", "without"])
_JOINS = frozenset(["and", "or", "&"])
_AGENT = ("ers", "ors", "ists", "smiths", "ants")
MARKET_WIDE = frozenset({"markets", "shares", "stocks", "equities"})
LONGEST = 12  # words in a group's name
SHORTEST_AGENT = 6  # letters; "hers" and "beers" do nothing
LONGEST_LISTED = 3  # words in one member of a comma list


def group_behind(words: Sequence[Token], at: int, end: int) -> tuple[int, int] | None:
    """Find the group whose name opens at `at`, or behind a "U.S." there."""
    at = _behind_initials(words, at)
    while at < end and (words[at].lower in _LEADING or words[at].lower.endswith("ly")):
        at += 1
    last = at
    while last < end and last - at < LONGEST and _belongs(words, at, last, end):
        last += 1
    return _named_group(words, at, last)


def _behind_initials(words: Sequence[Token], at: int) -> int:
    """Skip "U.S.", which is four tokens: its dots would end the phrase before it begins."""
    lowers = [word.lower for word in words[at : at + 4]]
    return at + 4 if lowers == ["u", ".", "s", "."] else at


def group_opening(words: Sequence[Token], at: int, end: int) -> tuple[int, int] | None:
    """Find the group whose name opens at `at`; an unknown verb may follow: "vendors lack"."""
    while at < end and words[at].lower in _LEADING:
        at += 1
    last = at
    while last < end and last - at < LONGEST and _belongs(words, at, last, end):
        last += 1
    ends = (stop for stop in range(last, at, -1) if _is_group(words, at, stop))
    stop = next(ends, None)
    return None if stop is None else (at, stop)


def _belongs(words: Sequence[Token], first: int, at: int, end: int) -> bool:
    """Tell whether a phrase that opens at `first` takes in the word at `at`."""
    lower = words[at].lower
    if lower == ",":
        return _is_list(words, first, at, end)
    if lower in _JOINS or (lower in _INNER and at > first):
        return _goes_on(words, at + 1, end)
    return _is_nominal(words, at)


def _goes_on(words: Sequence[Token], at: int, end: int) -> bool:
    return at < end and _is_nominal(words, at)


def _is_list(words: Sequence[Token], first: int, comma: int, end: int) -> bool:
    """Tell the comma of "grid, cooling, and data-center gear" from one that ends the phrase."""
    at = comma + 1
    size = 0
    while at < end:
        lower = words[at].lower
        if lower in {"and", "or"}:
            return _goes_on(words, at + 1, end) and comma - first <= LONGEST_LISTED * 2
        if lower == ",":
            size = 0
        elif not _is_nominal(words, at) or size >= LONGEST_LISTED:
            return False
        else:
            size += 1
        at += 1
    return False


def group_before(words: Sequence[Token], at: int, start: int) -> tuple[int, int] | None:
    """Find the group whose name ends before `at`, auxiliaries and adverbs skipped."""
    last = at
    while last > start and (
        words[last - 1].lower in _SKIPPED_BEFORE or words[last - 1].lower.endswith("ly")
    ):
        last -= 1
    while last > start and _is_trailing(words[last - 1 : last]):
        last -= 1  # "homebuilders with heavy" exposure
    first = last
    while first > start and last - first < LONGEST:
        lower = words[first - 1].lower
        joins = lower in _INNER or lower in {"and", "or", "&"}
        joins = joins or (lower == "the" and words[first - 2].lower in _INNER)
        if not _is_nominal(words, first - 1) and not (joins and first < last):
            break
        first -= 1
    while first < last and (
        words[first].lower in _INNER | _LEADING or words[first].lower in {"and", "or"}
    ):
        first += 1
    group = _named_group(words, first, last)
    lead = (
        first - 2 if first > start and words[first - 1].lower in {"the", "a", "an"} else first - 1
    )
    if group is None and lead > start and words[lead].lower in _PLACING:
        return group_before(words, lead, start)
    return group


def _is_trailing(word: Sequence[Token]) -> bool:
    """Tell an adjective or preposition that belongs to what follows."""
    found = load_lexicon().find(word)
    return word[0].lower in _INNER or bool(found and found[0].entry.part == "a")


def _is_nominal(words: Sequence[Token], at: int) -> bool:
    """Tell whether a word may belong to a noun phrase."""
    lower = words[at].lower
    if lower == "us" and words[at].capital:
        return True
    if lower in _STOPS or lower in _INNER or not lower[0].isalpha():
        return False
    if lower in {"and", "or"} or (lower.endswith("ly") and lower != "supply"):
        return False
    if lower in _HEADS:
        return True
    found = load_lexicon().find(words[at : at + 1])
    if not found or not found[0].entry.is_verb:
        return True
    return found[0].entry.form == "base" and (at == 0 or words[at - 1].lower not in _BEFORE_VERB)


def _named_group(words: Sequence[Token], first: int, last: int) -> tuple[int, int] | None:
    """Cut a phrase down to where its head says a kind of business; None when no head does."""
    while first < last and words[first].lower in _LEADING:
        first += 1
    for end in _ends(words, first, last):
        if _is_group(words, first, end):
            return first, end
    if first + 2 < last and words[first].lower in _MEASURED and words[first + 1].lower == "of":
        return _named_group(words, first + 2, last)
    return None


def _ends(words: Sequence[Token], first: int, last: int) -> list[int]:
    """List where a phrase may end: as it is, else before an "and" or a comma."""
    joins = [at for at in range(last - 1, first, -1) if words[at].lower in {"and", "or", ",", "&"}]
    return [last, *joins]


def _is_group(words: Sequence[Token], first: int, end: int) -> bool:
    inner = [at for at in range(first, end) if words[at].lower in _INNER]
    core = inner[0] if inner else end
    if core <= first:
        return False
    head = words[core - 1]
    if inner and head.lower in MARKET_WIDE:
        return False  # "shares of the company"
    if head.lower == "markets" and not words[first].capital:
        return False  # "Asian markets" are somebody, "the labour markets" are not
    if not _is_head(head) or (head.capital and core - 1 > 0 and core - first > 1):
        return False
    size = sum(1 for at in range(first, core) if words[at].lower[0].isalpha())
    plain = not head.capital or first == 0
    return size > 1 or (head.lower not in _BARE and plain) or bool(inner and size)


def _is_head(head: Token) -> bool:
    lower = head.lower.rpartition("-")[2]
    if lower in _NOT_A_GROUP:
        return False
    return lower in _HEADS or (len(lower) >= SHORTEST_AGENT and lower.endswith(_AGENT))
