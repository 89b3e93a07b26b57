"""A theme in a question's words -> the terms of it, and those that a claim touches. Pure."""

from retrieval.answers import Question
from retrieval.ask.concepts import concept, concepts
from retrieval.ask.words import stem, tokens
from retrieval.models import Claim

_ANY_THEME = frozenset(map(concept, "price cost risk level change rise fall news".split()))


def theme_terms(question: Question) -> frozenset[str]:
    """What a question is about, each word as what it says ("duty" is "tariff").

    Words that go with any theme ("oil prices", "the risk of strikes") say nothing beside another.
    """
    wanted = set(question.objects)
    said = {concept(t) for t in tokens(question.text) if stem(t) in wanted}
    names = (*question.names, *question.unknown)
    said |= {concept(t) for n in names for t in tokens(n)}
    return frozenset(said - _ANY_THEME or said)


def words_of(claim: Claim) -> frozenset[str]:
    """What a claim speaks of: its quotes, its mechanism, its conditions, its group."""
    impact = claim.impact
    group = impact.target.name if impact.target.kind == "group" else ""
    quotes = (q.text for q in impact.quotes)
    return frozenset(
        concepts(" ".join([*quotes, impact.mechanism or "", group, *impact.conditions]))
    )
