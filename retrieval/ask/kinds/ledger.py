"""The ledger to the lines of an answer: who gains or loses, what is said of names. Pure.

Knows no store.
"""

from collections.abc import Sequence

from retrieval.answers import SIDES
from retrieval.ask import wording
from retrieval.ask.citations import Citations
from retrieval.ask.conflicts import conflicts_of
from retrieval.ask.draft import MOST_CONTRARY, Draft, nearest, told, trigger_lines
from retrieval.ask.evidence import Evidence
from retrieval.ask.lines import contrary_of, line_of, line_of_named
from retrieval.ask.rank import Ranked, on_side, rank

MOST_NAMES, MOST_GROUPS = 12, 6
MOST_NAMES_OF_MANY, MOST_GROUPS_OF_MANY = 7, 3
"""Lines of an answer from one article, or from many; what is cut is counted in its text."""


def sides(evidence: Evidence, citations: Citations) -> Draft:
    """Who benefits or who is hurt. Losers are shown unasked under a question for winners.

    Not the other way round.
    """
    side = SIDES[evidence.question.kind]
    ranked = rank(evidence.claims)
    if evidence.question.listed:
        ranked = tuple(r for r in ranked if r.target.kind != "private")
    ours, sums = _before_sums(evidence, on_side(ranked, side), ranked)
    if not ours and evidence.told:
        return told(evidence, citations, wording.no_name(evidence.question))
    if not ours:
        return Draft("not_in_sources", nearest=nearest(evidence, ranked, citations))
    kept, cut = cap(ours, evidence)
    lines = tuple(line_of(r, citations) for r in kept)
    if evidence.question.page:
        return Draft("answered", lines, cut=cut)
    others = [r for r in on_side(ranked, "negative") if r not in (*kept, *sums)]
    shown = [*sums, *(others[:MOST_CONTRARY] if side == "positive" else ())]
    against = [contrary_of(r, citations) for r in kept if r.against]
    against += [line_of(r, citations) for r in shown]
    return Draft(
        "answered",
        lines,
        contrary=tuple(against[:MOST_CONTRARY]),
        triggers=trigger_lines(evidence, citations),
        cut=cut,
    )


def _before_sums(
    evidence: Evidence, ours: Sequence[Ranked], ranked: Sequence[Ranked]
) -> tuple[tuple[Ranked, ...], list[Ranked]]:
    """Put what an article's sum hides before the rest, and give the sums of those targets."""
    hidden = rank(evidence.despite)
    targets = {r.target.id for r in hidden}
    sums = [r for r in ranked if r.target.id in targets]
    return (*hidden, *(r for r in ours if r.target.id not in targets)), sums


def about_names(evidence: Evidence, citations: Citations) -> Draft:
    """What the sources say about the names of the question."""
    question = evidence.question
    everything = rank(evidence.claims)
    ranked, sums = _before_sums(evidence, everything, everything)
    known = {r.target.id for r in ranked}
    neutral = [n for n in evidence.named if n.target.id not in known]
    if evidence.told:
        return told(evidence, citations, wording.no_claim(question))
    if not ranked and (not neutral or question.direction):
        return Draft("not_in_sources", nearest=nearest(evidence, ranked, citations))
    lines = [line_of(r, citations) for r in ranked]
    firsts = {n.target.id: n for n in reversed(neutral)}
    lines += [line_of_named(n, citations) for n in firsts.values()]
    side = question.filters.side
    missing = [t for t in question.tickers if t not in known and t not in firsts]
    conflicts = conflicts_of(ranked, citations)
    against = [contrary_of(r, citations) for r in ranked if r.against]
    against += [line_of(r, citations) for r in sums]
    return Draft(
        "partial" if missing or question.unknown else "answered",
        tuple(lines),
        sentences=tuple(wording.missing(name, side) for name in (*missing, *question.unknown)),
        contrary=tuple(against),
        triggers=trigger_lines(evidence, citations),
        parts=conflicts,
    )


def what_would_change(evidence: Evidence, citations: Citations) -> Draft:
    """What the sources say would change the view."""
    triggers = trigger_lines(evidence, citations)
    if not triggers:
        return Draft("not_in_sources", nearest=nearest(evidence, rank(evidence.claims), citations))
    return Draft("answered", triggers=triggers)


def summary(evidence: Evidence, citations: Citations) -> Draft:
    """The article's own summary, with its lines."""
    if evidence.summary is None:
        return Draft("not_in_sources", nearest=None)
    kept, cut = cap(rank(evidence.claims), evidence)
    lines = tuple(line_of(r, citations) for r in kept if r.sentiment.direction != "neutral")
    if evidence.question.page:
        return Draft("answered", lines, cut=cut)
    return Draft(
        "answered",
        lines,
        sentences=(evidence.summary.analysis.summary,),
        triggers=trigger_lines(evidence, citations),
        cut=cut,
    )


def cap(ranked: Sequence[Ranked], evidence: Evidence) -> tuple[list[Ranked], int]:
    """Take a page of lines, names and groups apart, and count those that are left after it."""
    names = [r for r in ranked if r.target.kind != "group"]
    groups = [r for r in ranked if r.target.kind == "group"]
    one, page = len(evidence.heads) <= 1, evidence.question.page
    most_names = MOST_NAMES if one else MOST_NAMES_OF_MANY
    most_groups = MOST_GROUPS if one else MOST_GROUPS_OF_MANY
    kept = _page(names, most_names, page) + _page(groups, most_groups, page)
    left = names[most_names * (page + 1) :], groups[most_groups * (page + 1) :]
    return kept, sum(map(len, left))


def _page(ranked: list[Ranked], most: int, page: int) -> list[Ranked]:
    return ranked[most * page : most * (page + 1)]
