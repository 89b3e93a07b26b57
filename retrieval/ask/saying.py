"""The sentences of the kinds that look back, compare and weigh a book. Pure words.

Knows no store, no clock and no markup; [n] marks are the only sign in them.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from retrieval.answers import Holding, Question
from retrieval.ask.citations import Citations
from retrieval.ask.concepts import concept
from retrieval.ask.kind_phrases import THEME
from retrieval.ask.rank import Ranked
from retrieval.ask.wording import (
    TITLES,
    listed,
    marks,
    moment,
    plural,
    rated,
    shortened,
    signed,
    why,
)
from retrieval.ask.words import stem, tokens
from retrieval.models import ArticleHead, Claim, Inferred, Quote, Sentiment, Target

HALF = "From the sources, for a part of what was asked"

ALIKE = 0.1
"""Scores that differ by less are called alike: a label is 0.2 wide."""

PAIR = 2
MOST_SILENT = 12  # names without news that are listed

NO_BOOK = (
    "No portfolio is stored yet. Ask with names instead, such as “what could hurt AAPL and"
    " XOM?”, or give a book: in Slack with /tape book, in a shell for one question with"
    " `tape ask --holdings FILE.csv`."
)
REASONS = {
    "confirmed": "A source gives the reason",
    "move": "The move as it is told, without a reason",
    "beside": "Told beside the move; no source says that it is the reason",
    "reported": "Reported in this time; no source says that it is the reason",
}
"""What candidates for the reason of a move are, by how much a source says."""

_TITLE, _QUOTE = 80, 240


def names_of(question: Question) -> str:
    """The names of a question as they were asked, joined."""
    return listed(tuple(dict.fromkeys((*question.names, *question.unknown))))


def asked_as(question: Question) -> dict[str, str]:
    """The words by which each ticker was asked for; its symbol where that is not clear."""
    if len(question.names) != len(question.tickers):
        return {ticker: ticker for ticker in question.tickers}
    return dict(zip(question.tickers, question.names, strict=True))


def unanswered(question: Question) -> str:
    """Name the half of a joined question that the sources do not answer."""
    asked = {"benefit": "who benefits", "hurt": "who is hurt", "free": question.text.strip(" ?")}
    return f"Not in the sources: {asked.get(question.kind, TITLES[question.kind].lower())}."


def short(target: Target) -> str:
    """The shortest name of a target: its symbol, else its name."""
    return target.id if target.kind == "ticker" else target.name


def titled(head: ArticleHead) -> str:
    """An article by its title, outlet and date."""
    return " · ".join((shortened(head.title or "untitled", _TITLE), _source(head), _day(head)))


def _source(head: ArticleHead) -> str:
    return head.source or "unknown source"


def _day(head: ArticleHead) -> str:
    dated = head.published_at
    return f"{dated.day} {dated:%b %Y}" if dated else "undated"


def about(head: ArticleHead) -> str:
    """An article by its title alone."""
    return f"“{shortened(head.title or 'untitled', _TITLE)}”"


def cited(
    quote: Quote,
    head: ArticleHead,
    citations: Citations,
    *,
    origin: bool = True,
    marked: bool = True,
) -> str:
    """A quote with its number, and the outlet and day that say it."""
    said = f"“{shortened(quote.text, _QUOTE)}”"
    if origin:
        said += f" ({_source(head)}, {_day(head)})"
    number = citations.cite(head, quote)
    return f"{said} {marks((number,))}" if marked else said


def claimed(claim: Claim, citations: Citations) -> str:
    """A claim's quote with the outlet and day that make it."""
    return cited(claim.impact.reason, claim.head, citations)


def stood(sentiment: Sentiment) -> str:
    """A view with its arrow, in words and figures."""
    return f"{sentiment.arrow} {rated(sentiment)}"


def said_of(ranked: Ranked, citations: Citations, then: Sentiment | None = None) -> str:
    """What a story says of a target, why, and what it said before."""
    best = ranked.claims[0]
    before = f" (then {rated(then)})" if then and then.label != ranked.sentiment.label else ""
    order = " · 2nd order" if best.impact.order > 1 else ""
    number = citations.cite(best.head, best.impact.reason)
    return f"{stood(ranked.sentiment)}{before}{order} · {why(best.impact)} {marks((number,))}"


def nothing_new(question: Question) -> str:
    """Say that nothing has come in since the moment asked for."""
    return f"Nothing new on {names_of(question)} since {since(question)}."


def since(question: Question) -> str:
    """The moment that a question looks back to."""
    return moment(question.since) if question.since else "then"


def view_then_and_now(
    name: str, then: Sentiment | None, now: Sentiment | None, *, reversed_: bool
) -> str:
    """Put a view as it was beside what it is."""
    was, is_ = (stood(one) if one else "no view" for one in (then, now))
    if then and now and then == now:
        return f"View on {name}: {is_}, as it was then."
    return f"View on {name}: then {was}, now {is_}{' (reversal)' if reversed_ else ''}."


def recalled(when: datetime) -> str:
    """Say that what was known then is told by the dates of publication."""
    return (
        f"Nothing had been read by {moment(when)}: what was known then is told by the dates of"
        " publication."
    )


def coverage(ranked: Ranked, by_story: Mapping[str, int]) -> str:
    """How much is said of a target: articles, stories, outlets, the newest."""
    heads = {c.head for c in (*ranked.claims, *ranked.against)}
    stories = len({h.membership.story_id for h in heads})
    newest = max((h.published_at for h in heads if h.published_at), default=None)
    dated = f"newest {newest.day} {newest:%b %Y}" if newest else "undated"
    told = [plural(len(heads), "article"), plural(outlets(ranked, by_story), "outlet"), dated]
    if stories < len(heads):
        told.insert(1, "1 story" if stories == 1 else f"{stories} stories")
    return ", ".join(told)


def outlets(ranked: Ranked, by_story: Mapping[str, int]) -> int:
    """Count who speaks of a target; a story that an outlet tells twice counts it once."""
    heads = {c.head for c in (*ranked.claims, *ranked.against)}
    own = {h.source for h in heads}
    stories = {h.membership.story_id for h in heads}
    return max(len(own), *(by_story.get(story, 1) for story in stories))


def none(label: str) -> str:
    """Say that the sources leave an axis empty."""
    return f"{label}: nothing in the sources."


def full(target: Target) -> str:
    """A target by symbol and name."""
    return f"{target.id} {target.name}".strip() if target.kind == "ticker" else target.name


def in_conflict(target: Target) -> str:
    """Head a name on which the sources take strong and opposite sides."""
    return f"{full(target)}: a conflict, the sources take both sides"


def topic(question: Question) -> str:
    """The topic of a comparison, in the question's own words."""
    wanted = set(question.objects)
    words = [w for w in tokens(question.text) if stem(w) in wanted]
    return " ".join(dict.fromkeys(words))


def better_spoken_of(best_first: Sequence[Ranked]) -> str:
    """Say of whom the sources speak better: a count of what they say, no advice."""
    scored = [f"{short(r.target)} ({signed(r.sentiment.score)})" for r in best_first]
    if best_first[0].sentiment.score - best_first[-1].sentiment.score < ALIKE:
        return f"The sources speak of {listed(scored)} about alike."
    if len(scored) == PAIR:
        return f"The sources speak better of {scored[0]} than of {scored[1]}."
    return f"From best to worst spoken of: {', '.join(scored)}."


def shared_story(head: ArticleHead, names: Sequence[str]) -> str:
    """Name a story that speaks of several of the names; it is one story for all of them."""
    return f"Shared story, of {listed(names)}: {titled(head)}."


def too_many(names: Sequence[str]) -> str:
    """Say which names found no room in a comparison."""
    return f"At most four names are compared at once; left out: {listed(names)}."


def no_catalyst(question: Question) -> str:
    """Say that no source gives a reason for a move."""
    return f"No confirmed catalyst for {names_of(question)} since {since(question)}."


def other_way(question: Question) -> str:
    """Say that the move asked about is not the one that the sources tell of."""
    way, told = ("rose", "fell") if question.direction == "positive" else ("fell", "rose")
    return f"No source says that {names_of(question)} {way}; it is said that it {told}."


def weighed(weight: float) -> str:
    """A position's share of the book."""
    short_ = "short " if weight < 0 else ""
    return f"{short_}{abs(weight):.1%} of the book"


def book(question: Question) -> str:
    """The headline of what could hurt a book, with the theme if one is asked for."""
    theme = topic(question)
    return f"What could hurt your book: {theme}" if theme else "What could hurt your book"


def nothing_hurts(question: Question) -> str:
    """Say that no claim is made against the positions."""
    theme = topic(question)
    on = f" on “{theme}”" if theme else ""
    return f"Nothing in the sources{on} speaks against your positions."


def net(sentiment: Sentiment) -> str:
    """What all claims together come to, where it is not what speaks against a position.

    In words: beside it may stand what the news says of it now, in which older claims weigh less.
    """
    return f"all in all {sentiment.label}"


def covered(
    holdings: Sequence[Holding],
    told: Collection[str],
    named: Collection[str],
    unlisted: Collection[str],
) -> tuple[str, ...]:
    """Say how much of a book the sources make claims about, of what none, and what they pass over.

    `named` are the tickers that some article names, `unlisted` those in no table of companies.
    """
    share = sum(abs(h.weight) for h in holdings if h.ticker in told)
    companies = [h for h in holdings if not h.cash]
    spoken = sum(h.ticker in told for h in companies)
    rest = [h.ticker for h in companies if h.ticker not in told and h.ticker not in unlisted]
    silent = [t for t in rest if t in named]
    unread = [t for t in rest if t not in named]
    found = (
        (f"Named, but no claim is made of {_some(silent)}.", silent),
        (f"No news on {_some(unread)}: that is not the same as no risk.", unread),
        (f"In no company table, so not looked for: {_some(list(unlisted))}.", unlisted),
    )
    positions = plural(len(companies), "position")
    first = f"Coverage: claims on {spoken} of {positions}, {share:.0%} of the book."
    return first, *(sentence for sentence, names in found if names)


def _some(names: Sequence[str]) -> str:
    more = len(names) - MOST_SILENT
    return ", ".join(names[:MOST_SILENT]) + (f" and {more} more" if more > 0 else "")


def why_moving(question: Question) -> str:
    """The headline of an answer to why a stock moves."""
    return f"What moves {names_of(question)}"


def theme_of(question: Question) -> str:
    """The theme of a question about exposure, in its own words."""
    found = THEME.search(question.text)
    return shortened(found["theme"].strip(" ?.!"), _TITLE) if found else ""


def touches_only(question: Question, missed: Collection[str]) -> str:
    """Say which words of a theme no claim touches, and which the shown ones do."""
    words = [w for w in tokens(theme_of(question)) if stem(w) in set(question.objects)]
    absent = " ".join(w for w in words if concept(w) in missed)
    held = " ".join(w for w in words if concept(w) not in missed)
    return f"Nothing in the sources on “{absent}”; these speak of “{held}”."


def of_group(inferred: Inferred) -> str:
    """Why the exposure map lists a ticker, and under which words of the article."""
    return f"{inferred.why}, under “{inferred.group}”"
