"""Evidence to an Answer: picks the lines, numbers the citations, writes the plain text. Pure.

Knows no store.
"""

from collections.abc import Sequence
from dataclasses import replace

from retrieval.answers import Answer, Part
from retrieval.ask import saying, wording
from retrieval.ask.citations import Citations
from retrieval.ask.draft import Draft
from retrieval.ask.echo import echo, left_nothing
from retrieval.ask.evidence import Evidence
from retrieval.ask.kinds.table import KINDS
from retrieval.ask.turns import dated, quoted, reply
from retrieval.models import ArticleHead, Sentiment


def compose(evidence: Evidence, replay_id: str) -> Answer:
    """Write the answer to a question from its evidence. Deterministic.

    The same evidence gives the same bytes.
    """
    citations = Citations()
    draft = _turn(evidence) or _drafted(evidence, citations)
    draft = _with_outside(_with_reasons(draft, evidence, citations), evidence)
    used = {c.article_id for c in citations.made}
    heads = tuple(h for h in evidence.heads if h.article_id in used) or evidence.heads
    answered = draft.status != "not_in_sources"
    headline = wording.headline(evidence.question, heads, answered=answered)
    if answered and draft.title:
        headline = draft.title
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
        tone=_tone(heads) if answered else None,
        searched=evidence.searched,
        nearest=draft.nearest,
        replay_id=replay_id,
        sentences=draft.sentences,
        cut=draft.cut,
        filters=echo(evidence.question),
        parts=draft.parts,
    )
    return replace(answer, text=wording.text(answer))


def _turn(evidence: Evidence) -> Draft | None:
    """Answer what is said to an answer and needs no article: "reset", "more" of nothing."""
    question = evidence.question
    said = reply(question, paged=KINDS[question.kind].paged)
    if said is None:
        return None
    return Draft("not_in_sources" if question.turn == "alone" else "answered", sentences=(said,))


def _with_reasons(draft: Draft, evidence: Evidence, citations: Citations) -> Draft:
    """Under "why?" the quotes behind the lines, under "since when?" the days of the articles."""
    turn, made = evidence.question.turn, citations.made
    if turn == "why":
        cited = dict.fromkeys(line.citations[0] for line in draft.lines if line.citations)
        told = tuple(quoted(made[n - 1]) for n in cited)
        return replace(draft, sentences=(*draft.sentences, *told))
    if turn == "when" and made:
        return replace(draft, sentences=(dated(made), *draft.sentences))
    return draft


def _with_outside(draft: Draft, evidence: Evidence) -> Draft:
    """Say what the filters hide where they leave nothing; without a list, "mine" is unanswered."""
    question = evidence.question
    if draft.status == "answered" and question.filters.mine == ():
        return replace(draft, status="partial")
    said = left_nothing(question, evidence.outside) if draft.status == "not_in_sources" else None
    return replace(draft, sentences=(*draft.sentences, said)) if said else draft


def _drafted(evidence: Evidence, citations: Citations) -> Draft:
    """Draft an answer, and to what else is asked with it: the half that is answered is told."""
    draft = KINDS[evidence.question.kind].draft(evidence, citations)
    if evidence.also is None:
        return draft
    other = _drafted(evidence.also, citations)
    missed = [
        saying.unanswered(asked.question)
        for asked, made in ((evidence, draft), (evidence.also, other))
        if made.status == "not_in_sources"
    ]
    if len(missed) > 1:
        return draft
    told = draft if draft.status != "not_in_sources" else Draft("partial", title=saying.HALF)
    also = () if other.status == "not_in_sources" else (_as_part(evidence.also, other, citations),)
    return replace(
        told,
        status="partial" if missed or other.status == "partial" else told.status,
        sentences=(*told.sentences, *missed),
        parts=(*told.parts, *also, *other.parts),
    )


def _as_part(evidence: Evidence, made: Draft, citations: Citations) -> Part:
    """Head the sentences that answer the other half with its own words."""
    quotes = (citations.cite(p.head, p.quote) for p in evidence.passages)
    return Part(evidence.question.text, "also", made.sentences, tuple(quotes))


def _tone(heads: Sequence[ArticleHead]) -> Sentiment | None:
    if not heads:
        return None
    mean = sum(h.tone.score for h in heads) / len(heads)
    return Sentiment(round(mean, 4), mixed=len(heads) == 1 and heads[0].tone.mixed)
