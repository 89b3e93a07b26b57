"""An opinion in its sentence -> the words that say why, verbatim. Knows no target."""

import re
from collections.abc import Sequence

from retrieval.language.clauses import Clause
from retrieval.language.signals import Signal
from retrieval.language.tokens import Token
from retrieval.models import Span

LONGEST = 120  # characters that fit one line of an answer
SHORTEST = 8  # characters below which a phrase says nothing
FEWEST = 3  # words that are left of a phrase which lost its end

_REASON = re.compile(
    r"\b(?:because(?:\sof)?|since|due\sto|thanks\sto|owing\sto|given(?:\sthat)?|as\sa\sresult\sof|"
    r"(?:driven|led|helped|hurt|powered|fueled)\sby|on\sthe\sback\sof|amid|after|following|"
    r"reflecting|citing|by(?=\s\w+ing\b)|,\sas|which\smeans)\s+",
    re.IGNORECASE,
)
# What a cut leaves at the end of a phrase and no reader can use: "The company with the".
_DANGLING = re.compile(
    r"(?:\s+(?:a|an|the|of|to|with|for|and|or|in|on|by|from|at|as|that|than|its|their|his|her|most|"
    r"least|more|less|about|roughly|some|is|are|was|were))+$",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r";|\s[—–]\s|[—–]|,\s(?:but|while|whereas|although|though|and\s(?:it|they|that|this|the)|which)\b"
    r"|\.\s*$|[.!?]$"
)


def mechanism_of(
    text: str, sentence: Span, words: Sequence[Token], cut: Sequence[Clause], signal: Signal
) -> str | None:
    """Quote the reason a sentence gives: a "because", what follows a "but", an effect, a cause."""
    return (
        _stated_reason(text, sentence, words, cut, signal)
        or _turn(text, words, cut, signal)
        or _complement(text, sentence, words, signal)
        or _cause(text, words, cut, signal)
    )


def _stated_reason(
    text: str, sentence: Span, words: Sequence[Token], cut: Sequence[Clause], signal: Signal
) -> str | None:
    later = [clause.first for clause in cut[signal.clause + 1 :] if clause.manner == "contrast"]
    end = words[later[0]].start if later else sentence.end
    found = _REASON.search(text, words[signal.first].start, end)
    return _phrase(text, found.end(), _stop(text, found.end(), end)) if found else None


def _turn(text: str, words: Sequence[Token], cut: Sequence[Clause], signal: Signal) -> str | None:
    """Quote what limits a granted point: "benefits too, but more as ..."."""
    number = signal.clause + 1
    if number >= len(cut) or cut[number].manner != "contrast":
        return None
    clause = cut[number]
    first = clause.body
    last = (
        cut[number + 1].last
        if number + 1 < len(cut) and cut[number + 1].manner == "than"
        else clause.last
    )
    if first >= last:
        return None
    return _phrase(text, words[first].start, words[last - 1].end)


def _complement(text: str, sentence: Span, words: Sequence[Token], signal: Signal) -> str | None:
    """Quote what somebody is exposed to, or what moved."""
    tail = words[signal.last - 1].lower
    if tail in {"to", "with", "from", "by"} and signal.entry.role == "subj":
        if signal.last >= len(words):
            return None
        start = words[signal.last].start
        return _phrase(text, start, _stop(text, start, sentence.end))
    return None


def _cause(text: str, words: Sequence[Token], cut: Sequence[Clause], signal: Signal) -> str | None:
    """Quote who acts on the receiver: "capital migrates downstream" into it."""
    if signal.reach not in {"object", "rival"}:
        return None
    clause = cut[signal.clause]
    first = clause.body
    while first < signal.first and words[first].lower in {",", "and", "that", "means"}:
        first += 1
    last = (
        signal.last - 1
        if words[signal.last - 1].lower in {"to", "into", "toward"}
        else signal.first
    )
    return _phrase(text, words[first].start, words[last - 1].end) if last > first else None


def _stop(text: str, start: int, end: int) -> int:
    found = _BREAK.search(text, start, end)
    return found.start() if found else end


def _phrase(text: str, start: int, end: int) -> str | None:
    """Cut at a word boundary, at a comma if one is near, and drop marks at both ends."""
    if end - start > LONGEST:
        room = text[start : start + LONGEST + 1]
        comma = room.rfind(", ")
        end = start + (comma if comma > LONGEST // 2 else max(room.rfind(" "), 0))
    phrase = text[start:end].strip(" ,;:.—–\n\t")
    whole = _DANGLING.sub("", phrase).rstrip(" ,;:—–")
    if len(whole) < len(phrase) and len(whole.split()) < FEWEST:
        return None
    return whole if len(whole) >= SHORTEST else None
