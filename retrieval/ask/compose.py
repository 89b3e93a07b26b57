"""Evidence to an Answer: picks the lines, numbers the citations, writes the plain text. Pure.

Knows no store.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.answers import SIDES, Answer, Line, Nearest, Status, TriggerLine
from retrieval.ask import wording
from retrieval.ask.citations import Citations
from retrieval.ask.echo import echo, left_nothing
from retrieval.ask.evidence import Evidence
from retrieval.ask.lines import contrary_of, line_of
from retrieval.ask.rank import Ranked, on_side, rank
from retrieval.ask.turns import dated, quoted, reply
from retrieval.models import ArticleHead, Sentiment

MOST_NAMES, MOST_GROUPS, MOST_CONTRARY, MOST_TRIGGERS = 12, 6, 4, 6
MOST_NAMES_OF_MANY, MOST_GROUPS_OF_MANY = 7, 3
"""Lines of an answer from one article, or from many; what is cut is counted in its text."""

NAMED_CONFIDENCE = 0.3
"""A target that is named without an effect.

Sure that it is named, not that nothing happens to it.
"""


@dataclass(frozen=True, slots=True)
class _Draft:
    """The parts of an answer that depend on the kind of question."""

    status: Status
    lines: tuple[Line, ...] = ()
    sentences: tuple[str, ...] = ()
    contrary: tuple[Line, ...] = ()
    triggers: tuple[TriggerLine, ...] = ()
    nearest: Nearest | None = None
    cut: int = 0


def compose(evidence: Evidence, replay_id: str) -> Answer:
    """Write the answer to a question from its evidence. Deterministic.

    The same evidence gives the same bytes.
    """
    citations = Citations()
    turned = _turn(evidence)
    draft = turned or _BY_KIND[evidence.question.kind](evidence, citations)
    draft = _with_outside(_with_reasons(draft, evidence, citations), evidence)
    used = {c.article_id for c in citations.made}
    heads = tuple(h for h in evidence.heads if h.article_id in used) or evidence.heads
    headline = wording.headline(evidence.question, heads, answered=draft.status != "not_in_sources")
    assumption = wording.assumption(
        evidence.question, evidence.heads, newest=evidence.newest_window
    )
    answer = Answer(
        question=evidence.question,
        status=draft.status,
        headline=headline,
        assumption=assumption,
        lines=draft.lines,
        text="",
        triggers=draft.triggers,
        contrary=draft.contrary,
        citations=citations.made,
        tone=_tone(heads) if draft.status != "not_in_sources" else None,
        searched=evidence.searched,
        nearest=draft.nearest,
        replay_id=replay_id,
        sentences=draft.sentences,
        cut=draft.cut,
        filters=echo(evidence.question),
    )
    return replace(answer, text=wording.text(answer))


def _turn(evidence: Evidence) -> _Draft | None:
    """Answer what is said to an answer and needs no article: "reset", "more" of nothing."""
    question = evidence.question
    said = reply(question, paged=question.kind in _PAGED)
    if said is None:
        return None
    return _Draft("not_in_sources" if question.turn == "alone" else "answered", sentences=(said,))


def _with_reasons(draft: _Draft, evidence: Evidence, citations: Citations) -> _Draft:
    """Under "why?" the quotes behind the lines, under "since when?" the days of the articles."""
    turn, made = evidence.question.turn, citations.made
    if turn == "why":
        cited = dict.fromkeys(line.citations[0] for line in draft.lines if line.citations)
        told = tuple(quoted(made[n - 1]) for n in cited)
        return replace(draft, sentences=(*draft.sentences, *told))
    if turn == "when" and made:
        return replace(draft, sentences=(dated(made), *draft.sentences))
    return draft


def _with_outside(draft: _Draft, evidence: Evidence) -> _Draft:
    """Say what the filters hide where they leave nothing; without a list, "mine" is unanswered."""
    question = evidence.question
    if draft.status == "answered" and question.filters.mine == ():
        return replace(draft, status="partial")
    said = left_nothing(question, evidence.outside) if draft.status == "not_in_sources" else None
    return replace(draft, sentences=(*draft.sentences, said)) if said else draft


def _sides(evidence: Evidence, citations: Citations) -> _Draft:
    """Who benefits or who is hurt. Losers are shown unasked under a question for winners.

    Not the other way round.
    """
    side = SIDES[evidence.question.kind]
    ranked = rank(evidence.claims)
    if evidence.question.listed:
        ranked = tuple(r for r in ranked if r.target.kind != "private")
    ours, sums = _before_sums(evidence, on_side(ranked, side), ranked)
    if not ours and evidence.told:
        return _told(evidence, citations, wording.no_name(evidence.question))
    if not ours:
        return _Draft("not_in_sources", nearest=_nearest(evidence, ranked, citations))
    kept, cut = _cap(ours, evidence)
    lines = tuple(line_of(r, citations) for r in kept)
    if evidence.question.page:
        return _Draft("answered", lines, cut=cut)
    others = [r for r in on_side(ranked, "negative") if r not in (*kept, *sums)]
    shown = [*sums, *(others[:MOST_CONTRARY] if side == "positive" else ())]
    against = [contrary_of(r, citations) for r in kept if r.against]
    against += [line_of(r, citations) for r in shown]
    return _Draft(
        "answered",
        lines,
        contrary=tuple(against[:MOST_CONTRARY]),
        triggers=_trigger_lines(evidence, citations),
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


def _about_names(evidence: Evidence, citations: Citations) -> _Draft:
    """What the sources say about the names of the question."""
    question = evidence.question
    everything = rank(evidence.claims)
    ranked, sums = _before_sums(evidence, everything, everything)
    known = {r.target.id for r in ranked}
    neutral = [n for n in evidence.named if n.target.id not in known]
    if evidence.told:
        return _told(evidence, citations, wording.no_claim(question))
    if not ranked and (not neutral or question.direction):
        return _Draft("not_in_sources", nearest=_nearest(evidence, ranked, citations))
    lines = [line_of(r, citations) for r in ranked]
    firsts = {n.target.id: n for n in reversed(neutral)}
    lines += [
        Line(
            n.target,
            Sentiment(0.0),
            1,
            None,
            None,
            NAMED_CONFIDENCE,
            "source",
            (citations.cite(n.head, n.quote),),
        )
        for n in firsts.values()
    ]
    side = question.filters.side
    missing = [t for t in question.tickers if t not in known and t not in firsts]
    against = [contrary_of(r, citations) for r in ranked if r.against]
    against += [line_of(r, citations) for r in sums]
    return _Draft(
        "partial" if missing or question.unknown else "answered",
        tuple(lines),
        sentences=tuple(wording.missing(name, side) for name in (*missing, *question.unknown)),
        contrary=tuple(against),
        triggers=_trigger_lines(evidence, citations),
    )


def _what_would_change(evidence: Evidence, citations: Citations) -> _Draft:
    triggers = _trigger_lines(evidence, citations)
    if not triggers:
        return _Draft(
            "not_in_sources", nearest=_nearest(evidence, rank(evidence.claims), citations)
        )
    return _Draft("answered", triggers=triggers)


def _summary(evidence: Evidence, citations: Citations) -> _Draft:
    if evidence.summary is None:
        return _Draft("not_in_sources", nearest=None)
    kept, cut = _cap(rank(evidence.claims), evidence)
    lines = tuple(line_of(r, citations) for r in kept if r.sentiment.direction != "neutral")
    if evidence.question.page:
        return _Draft("answered", lines, cut=cut)
    return _Draft(
        "answered",
        lines,
        sentences=(evidence.summary.analysis.summary,),
        triggers=_trigger_lines(evidence, citations),
        cut=cut,
    )


def _fact(evidence: Evidence, citations: Citations) -> _Draft:
    """The sentences that answer a free question, word for word."""
    if evidence.topic_missed or not evidence.passages:
        return _Draft("not_in_sources", nearest=_nearest(evidence, (), citations))
    return _Draft("answered", sentences=_quoted(evidence, citations))


def _told(evidence: Evidence, citations: Citations, first: str) -> _Draft:
    """Say that no record answers, and what the sources do say of it."""
    return _Draft("partial", sentences=(first, *_quoted(evidence, citations)))


def _quoted(evidence: Evidence, citations: Citations) -> tuple[str, ...]:
    return tuple(
        f"“{wording.one_line(p.quote.text)}” [{citations.cite(p.head, p.quote)}]"
        for p in evidence.passages
    )


_BY_KIND = {
    "benefit": _sides,
    "hurt": _sides,
    "ticker": _about_names,
    "triggers": _what_would_change,
    "summary": _summary,
    "free": _fact,
}


_PAGED = ("benefit", "hurt", "summary")
"""The kinds whose lines are cut to a page, of which "more" shows the next."""


def _cap(ranked: Sequence[Ranked], evidence: Evidence) -> tuple[list[Ranked], int]:
    """Take a page of lines, and count those that are left after it."""
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


def _trigger_lines(evidence: Evidence, citations: Citations) -> tuple[TriggerLine, ...]:
    return tuple(
        TriggerLine(wording.one_line(t.quote.text), t.horizon, (citations.cite(head, t.quote),))
        for head, t in evidence.triggers[:MOST_TRIGGERS]
    )


def _nearest(evidence: Evidence, ranked: Sequence[Ranked], citations: Citations) -> Nearest | None:
    """The nearest thing the sources do say.

    Who is named, where the name stands, or the closest sentence.
    """
    if evidence.named and evidence.question.kind == "ticker":
        place = evidence.named[0]
        return Nearest(wording.only_named(place.target), (citations.cite(place.head, place.quote),))
    if ranked:
        kept = ranked[:3]
        numbers = tuple(dict.fromkeys(n for r in kept for n in citations.cite_claims(r.claims, 1)))
        return Nearest(wording.names_instead([r.target for r in kept]), numbers)
    if evidence.passages:
        passage = evidence.passages[0]
        number = citations.cite(passage.head, passage.quote)
        return Nearest(f"“{wording.one_line(passage.quote.text)}”", (number,))
    return None


def _tone(heads: Sequence[ArticleHead]) -> Sentiment | None:
    if not heads:
        return None
    mean = sum(h.tone.score for h in heads) / len(heads)
    return Sentiment(round(mean, 4), mixed=len(heads) == 1 and heads[0].tone.mixed)
