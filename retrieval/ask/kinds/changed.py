"""What changed for a name since a moment: each story once, and the view then and now.

What was known then is what had been read by then; where Tape had read nothing yet, what had been
published.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from retrieval.answers import Line, Part, Question
from retrieval.ask import saying, wording
from retrieval.ask.changes import Change, changes, is_reversal
from retrieval.ask.citations import Citations
from retrieval.ask.draft import MOST_CONTRARY, Draft, nearest
from retrieval.ask.evidence import Evidence, Named
from retrieval.ask.gather import claims_on, heads_on, named_in, outlets_of
from retrieval.ask.lines import contrary_of
from retrieval.ask.rank import Ranked, rank
from retrieval.ask.stated import Read
from retrieval.ask.windows import before
from retrieval.library import Library
from retrieval.models import Scope, Target

MOST_ARTICLES = 400  # about one name: what is looked at
MOST_STORIES, MOST_STANDING = 6, 2
"""Stories shown that changed, and that did not; the rest is counted."""

_INSTANT = timedelta(microseconds=1)  # what databases tell apart


def gather(evidence: Evidence, library: Library, read: Read) -> Evidence:
    """Collect what is known of the names now, and what was known at the moment asked for."""
    question = evidence.question
    now, then, recalled = _then_and_now(question, library)
    heads, known = (heads_on(q, library, MOST_ARTICLES) for q in (now, then))
    was = {(h.article_id, h.version) for h in known}
    claims = claims_on(now, library)
    judged = {c.head.article_id for c in claims}
    fresh = [h for h in heads if (h.article_id, h.version) not in was]
    quiet = [h for h in fresh if h.article_id not in judged][:MOST_STORIES]
    quiet = quiet or ([] if claims else list(heads[:1]))
    named = tuple(n for head in quiet for n in named_in(head, question, read))
    shown = {*judged, *(n.head.article_id for n in named)}
    told = tuple(h for h in heads if h.article_id in shown)
    return replace(
        evidence,
        claims=claims,
        heads=told,
        then=claims_on(then, library),
        before=known,
        recalled=recalled,
        named=named,
        outlets=outlets_of(told, library, now.scope),
    )


def _then_and_now(question: Question, library: Library) -> tuple[Question, Question, bool]:
    """Ask the same as of now and of the moment asked for; the third says that dates decide.

    An end that is asked for ("between 3 and 5 Nov") is the moment that counts as now.
    """
    scope, since = question.scope, question.since
    if since is None:
        return question, question, False
    read_by_then = Scope(as_of=before(since, _INSTANT))
    if not library.store.searched(read_by_then).articles:
        return question, replace(question, scope=replace(scope, until=since)), True
    ends = [scope.as_of] if scope.as_of else []
    ends += [before(scope.until, _INSTANT)] if scope.until else []
    now = replace(scope, until=None, as_of=min(ends, default=None))
    then = replace(now, as_of=read_by_then.as_of)
    return replace(question, scope=now), replace(question, scope=then), False


def draft(evidence: Evidence, citations: Citations) -> Draft:
    """Say what changed, story by story, and what stands."""
    question = evidence.question
    known = changes(
        evidence.claims, evidence.then, evidence.heads, evidence.before, question.tickers
    )
    spoken = [c for c in known if c.now or _named(c, evidence)]
    if not spoken:
        return Draft(
            "not_in_sources",
            nearest=nearest(evidence, rank(evidence.claims), citations),
            sentences=_lacking(question, ()),
        )
    moved = [c for c in spoken if c.state != "unchanged"]
    standing = [c for c in spoken if c.state == "unchanged"]
    parts = [_part(c, evidence, citations) for c in moved[:MOST_STORIES]]
    parts += [_part(c, evidence, citations) for c in standing[:MOST_STANDING]]
    now, then = rank(evidence.claims), {r.target.id: r for r in rank(evidence.then)}
    lacking = _lacking(question, spoken)
    return Draft(
        "partial" if lacking else "answered",
        sentences=tuple(_opening(evidence, now, then, moved)) + lacking,
        parts=tuple(parts),
        contrary=_contrary(now, citations) if moved[MOST_STORIES:] else (),
        cut=len(moved[MOST_STORIES:]) + len(standing[MOST_STANDING:]),
    )


def _opening(
    evidence: Evidence, now: Sequence[Ranked], then: dict[str, Ranked], moved: Sequence[Change]
) -> Iterable[str]:
    question = evidence.question
    if evidence.recalled and question.since:
        yield saying.recalled(question.since)
    if not moved:
        yield saying.nothing_new(question)
    for ranked in now:
        was = then.get(ranked.target.id)
        before = was.sentiment if was else None
        yield saying.view_then_and_now(
            saying.short(ranked.target),
            before,
            ranked.sentiment,
            reversed_=is_reversal(before, ranked.sentiment),
        )


def _contrary(now: Sequence[Ranked], citations: Citations) -> tuple[Line, ...]:
    return tuple(contrary_of(r, citations) for r in now if r.against)[:MOST_CONTRARY]


def _lacking(question: Question, spoken: Sequence[Change]) -> tuple[str, ...]:
    known = {c.target_id for c in spoken}
    asked = saying.asked_as(question)
    absent = [asked[t] for t in question.tickers if t not in known]
    return tuple(wording.missing(name) for name in (*absent, *question.unknown))


def _named(change: Change, evidence: Evidence) -> Named | None:
    ids = {h.article_id for h in change.heads}
    return next(
        (n for n in evidence.named if n.head.article_id in ids and n.target.id == change.target_id),
        None,
    )


def _part(change: Change, evidence: Evidence, citations: Citations) -> Part:
    first = (change.fresh or change.heads)[0]
    outlets = evidence.outlets.get(change.story_id, 1)
    more = f" · {wording.plural(outlets, 'outlet')}" if outlets > 1 else ""
    said, target, numbers = _said(change, evidence, citations)
    several = len(evidence.question.tickers) > 1
    return Part(
        title=f"{change.state.capitalize()}: {saying.titled(first)}{more}",
        state=change.state,
        sentences=(f"{saying.short(target)} {said}" if several else said,),
        citations=numbers,
        target=target,
        then=change.then.sentiment if change.then else None,
        now=change.now.sentiment if change.now else None,
        articles=len(change.heads),
        outlets=outlets,
    )


def _said(
    change: Change, evidence: Evidence, citations: Citations
) -> tuple[str, Target, tuple[int, ...]]:
    """What a story says of its target, with the number of the quote behind it."""
    if change.now:
        best = change.now.claims[0]
        then = change.then.sentiment if change.then else None
        said = saying.said_of(change.now, citations, then)
        return said, change.now.target, (citations.cite(best.head, best.impact.reason),)
    named = _named(change, evidence)
    assert named is not None
    quote = saying.cited(named.quote, named.head, citations, origin=False)
    said = f"■ named, no effect stated · {quote}"
    return said, named.target, (citations.cite(named.head, named.quote),)
