"""What is known now and what was known then -> what became of each story. Pure.

The one place that decides what is new, developing, reversed or unchanged.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.ask.rank import Ranked, rank
from retrieval.models import ArticleHead, Claim, Sentiment

ChangeState = Literal["reversal", "new", "developing", "unchanged"]

_ORDER: Mapping[ChangeState, int] = {"reversal": 0, "new": 1, "developing": 2, "unchanged": 3}
_OPPOSED = {"positive", "negative"}


@dataclass(frozen=True, slots=True)
class Change:
    """A story and what it says of one target, then and now.

    `fresh` are its articles that were not known then, newest first; `heads` are all of them. A
    story that takes no side on the target has neither `then` nor `now`.
    """

    story_id: str
    target_id: str
    state: ChangeState
    then: Ranked | None
    now: Ranked | None
    heads: tuple[ArticleHead, ...]
    fresh: tuple[ArticleHead, ...]


def is_reversal(then: Sentiment | None, now: Sentiment | None) -> bool:
    """Tell whether a view has changed sides; to become neutral or mixed is no reversal."""
    return then is not None and now is not None and {then.direction, now.direction} == _OPPOSED


def state_of(
    then: Sentiment | None, now: Sentiment | None, *, known: bool, fresh: bool
) -> ChangeState:
    """Say what became of a story that was `known` before and has a `fresh` article or not."""
    if not fresh:
        return "unchanged"
    if not known:
        return "new"
    return "reversal" if is_reversal(then, now) else "developing"


def changes(
    now: Sequence[Claim],
    then: Sequence[Claim],
    heads: Iterable[ArticleHead],
    before: Iterable[ArticleHead],
    targets: Iterable[str],
) -> tuple[Change, ...]:
    """Group what is known by story and target: reversals first, then what is new.

    `heads` and `before` are the articles about the targets that are known now, and were then; an
    article's corrected version is another one.
    """
    stories: defaultdict[str, list[ArticleHead]] = defaultdict(list)
    for head in sorted(heads, key=_newest_first):
        stories[head.membership.story_id].append(head)
    was = {(h.article_id, h.version) for h in before}
    known = {h.membership.story_id for h in before}
    said_now, said_then = _by_story(now), _by_story(then)
    found: list[Change] = []
    for target in dict.fromkeys(targets):
        for story, told in stories.items():
            is_now, was_then = said_now.get((story, target)), said_then.get((story, target))
            fresh = tuple(h for h in told if (h.article_id, h.version) not in was)
            state = state_of(
                was_then.sentiment if was_then else None,
                is_now.sentiment if is_now else None,
                known=story in known,
                fresh=bool(fresh),
            )
            found.append(Change(story, target, state, was_then, is_now, tuple(told), fresh))
    return tuple(sorted(found, key=_order))


def _by_story(claims: Iterable[Claim]) -> dict[tuple[str, str], Ranked]:
    grouped: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        grouped[claim.head.membership.story_id].append(claim)
    return {
        (story, ranked.target.id): ranked
        for story, told in grouped.items()
        for ranked in rank(told)
    }


def _order(change: Change) -> tuple[int, float, str]:
    weight = change.now.weight if change.now else 0.0
    return _ORDER[change.state], -weight, change.story_id


def _newest_first(head: ArticleHead) -> tuple[float, str]:
    return -head.dated_at.timestamp(), head.article_id
