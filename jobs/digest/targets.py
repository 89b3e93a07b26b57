"""A window's claims -> its targets in the order of a brief, each scored as a name is. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from jobs.sentiment import net, voices
from retrieval.ask.rank import Ranked, rank
from retrieval.models import Claim


def targets_of(claims: Iterable[Claim]) -> tuple[Ranked, ...]:
    """Rank targets, with the scores that stories give them, the newer ones louder."""
    return tuple(_scored(ranked) for ranked in rank(claims))


def _scored(ranked: Ranked) -> Ranked:
    """Give a target its score, and its claims the side on which they are by that.

    They are weighed at the newest of them: how old that one is says nothing of their balance.
    """
    every = (*ranked.claims, *ranked.against)
    spoken = voices(every)
    found = net(spoken, max(voice.at for voice in spoken))
    if found is None:
        return ranked
    side = found.score or ranked.sentiment.score or _score(every[0])
    behind = tuple(claim for claim in every if _score(claim) * side >= 0)
    against = tuple(claim for claim in every if _score(claim) * side < 0)
    return replace(ranked, sentiment=found.sentiment, claims=behind, against=against)


def _score(claim: Claim) -> float:
    return claim.impact.sentiment.score
