"""Claims and a question's filters -> those that pass, and what lies outside. Knows no wording."""

from collections.abc import Iterable
from dataclasses import replace

from retrieval.answers import SIDES, Question
from retrieval.ask.echo import Outside
from retrieval.library import Library
from retrieval.models import Claim, Direction, Scope, Target


def passes(claim: Claim, question: Question) -> bool:
    """Tell whether a claim is of a name, a side and an order that the question leaves in."""
    filters, impact = question.filters, claim.impact
    side = filters.side in (None, impact.sentiment.direction)
    return side and filters.order in (None, impact.order) and filters.keep(impact.target)


def may_stand(target: Target, question: Question) -> bool:
    """Tell whether a name without an effect passes: it takes no side and has no order."""
    filters = question.filters
    return filters.keep(target) and filters.side is None and filters.order is None


def hidden(claims: Iterable[Claim], question: Question) -> tuple[tuple[Target, Direction], ...]:
    """The targets of the claims that do not pass, each with its side, on the side asked for."""
    asked = SIDES.get(question.kind)
    taken = [
        (claim.impact.target, claim.impact.sentiment.direction)
        for claim in claims
        if not passes(claim, question)
    ]
    return tuple(dict.fromkeys(one for one in taken if asked in (None, one[1])))


def outside_of(scope: Scope, library: Library) -> Outside:
    """Count what is there without the filters that a scope has, but not what came in later."""
    everywhere = replace(scope, sources=None, not_sources=())
    always = replace(scope, since=None, until=None)
    count = library.store.searched
    return Outside(
        other_sources=count(everywhere).articles if everywhere != scope else 0,
        other_times=count(always).articles if always != scope else 0,
    )
