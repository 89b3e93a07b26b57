"""The plain words of an answer, for phones and screen readers. Pure.

Knows no markup, no store and no clock.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import groupby

from retrieval.answers import Answer, Citation, Line, Nearest, Part, Question, TriggerLine
from retrieval.models import ArticleHead, Direction, Impact, Searched, Sentiment, Target

TITLES = {
    "benefit": "Who benefits",
    "hurt": "Who is hurt",
    "ticker": "What the sources say",
    "triggers": "What would change the view",
    "summary": "Summary",
    "free": "From the sources",
    "changed": "What changed",
    "compare": "Compared",
    "moving": "What moves it",
    "exposed": "Who is exposed",
    "portfolio": "What could hurt your book",
}

_NO_TICKER = {"group": "no ticker named in the source", "private": "private company"}

_SUBJECT_LENGTH = 70
_WHY_LENGTH = 110


def headline(question: Question, heads: Sequence[ArticleHead], *, answered: bool) -> str:
    """The answer's first line: what was asked, and about what."""
    if question.turn == "reset":
        return "Started over."
    if question.turn == "thanks":
        return "All right."
    if not answered:
        return "Not in the sources."
    about = _subject(question, heads)
    return f"{TITLES[question.kind]}: {about}" if about else TITLES[question.kind]


def _subject(question: Question, heads: Sequence[ArticleHead]) -> str:
    if question.kind in ("ticker", "changed"):
        return ", ".join(dict.fromkeys(question.names))
    if len(heads) == 1 and heads[0].title:
        return shortened(heads[0].title, _SUBJECT_LENGTH)
    return ""


def assumption(question: Question, heads: Sequence[ArticleHead], *, newest: bool) -> str | None:
    """Say what the question was taken to be about; None when it said so itself."""
    about = ""
    if question.taken:
        about = f"about {question.taken}"
    elif question.scope.article_ids is not None and heads:
        about = _which(heads)
    elif newest and heads:
        about = f"over the newest {_counted(len(heads))} ({_days(heads)})"
    if question.since:
        back = f"looking back to {moment(question.since)}{_unasked(question)}"
        about = f"{about}, {back}" if about else back
    said = ["Started over."] if question.turn == "cleared" else []
    said += [f"Taken as a question {about}."] if about else []
    return " ".join(said) or None


def _unasked(question: Question) -> str:
    return ", as it names no time" if question.assumed else ""


def _which(heads: Sequence[ArticleHead]) -> str:
    if len(heads) > 1:
        return f"over these {plural(len(heads), 'article')}"
    title, dated = heads[0].title, heads[0].published_at
    about = f"about “{shortened(title, _SUBJECT_LENGTH)}”" if title else "about this article"
    return about if dated else f"{about}, undated"


def text(answer: Answer) -> str:
    """The whole answer in plain words with [n] marks, from its other parts."""
    return "\n".join(line for section in sections(answer) for line in section)


def sections(answer: Answer) -> tuple[tuple[str, ...], ...]:
    """The lines of the answer's text, by what belongs together: none of these is empty."""
    first = answer.sentences if answer.question.kind == "summary" else ()
    found = (
        (
            answer.headline,
            *_if(answer.assumption),
            *_if(f"Filters: {answer.filters}" if answer.filters else None),
        ),
        first,
        (
            *map(line_text, (n for n in answer.lines if n.origin == "source")),
            *_if(f"… and {answer.cut} more." if answer.cut and answer.lines else None),
            *(() if first else answer.sentences),
        ),
        *(part_lines(part) for part in answer.parts),
        _if(f"… and {answer.cut} more." if answer.cut and not answer.lines else None),
        tuple(map(line_text, (n for n in answer.lines if n.origin == "inferred"))),
        _headed("On the other side:", map(line_text, answer.other_side)),
        _headed("Would change the view:", map(_trigger_text, answer.triggers)),
        (
            *_if(_nearest_text(answer.nearest) if answer.nearest else None),
            *_if(searched_text(answer.searched) if answer.status != "answered" else None),
        ),
    )
    return tuple(section for section in found if section)


def _if(line: str | None) -> tuple[str, ...]:
    return (line,) if line else ()


def _headed(heading: str, lines: Iterable[str]) -> tuple[str, ...]:
    listed = tuple(lines)
    return (heading, *listed) if listed else ()


def part_lines(part: Part) -> tuple[str, ...]:
    """A headed part: what it is, and under it what is said."""
    return (part.title, *(f"  {sentence}" for sentence in part.sentences))


def _nearest_text(nearest: Nearest) -> str:
    return f"Nearest: {nearest.text} {marks(nearest.citations)}"


def line_text(line: Line, usual: str = "") -> str:
    """One line: arrow and word, order, clause, horizon, numbers; `usual` stands by the score."""
    who = (
        f"{line.target.id} {line.target.name}" if line.target.kind == "ticker" else line.target.name
    )
    parts = [
        f"{line.sentiment.arrow} {who.strip()}",
        f"{rated(line.sentiment)} {usual}".rstrip(),
    ]
    parts += clauses(line)
    parts += ["inferred, not in the source"] if line.origin == "inferred" else []
    return f"{' · '.join(parts)} {marks(line.citations)}"


def clauses(line: Line) -> list[str]:
    """What is said of a target beside its sentiment: order, why it has no ticker, why, horizon."""
    said = ["2nd order"] if line.order > 1 else []
    said += [_NO_TICKER[line.target.kind]] if line.target.kind in _NO_TICKER else []
    if line.why:
        said.append(line.why)
    elif line.sentiment.direction == "neutral":
        said.append("named, no effect stated")
    said += [line.horizon] if line.horizon else []
    return said


def why(impact: Impact) -> str:
    """A clause of why: the mechanism that the text names, else words of the quote, so marked."""
    if impact.mechanism:
        return one_line(impact.mechanism)
    return f"“{shortened(impact.reason.text, _WHY_LENGTH)}”"


def _trigger_text(trigger: TriggerLine) -> str:
    horizon = f" ({trigger.horizon})" if trigger.horizon else ""
    return f"• {trigger.text}{horizon} {marks(trigger.citations)}"


def missing(name: str, side: Direction | None = None) -> str:
    """Name the part of a question that the sources do not answer, on the side it is kept to."""
    return f"Nothing {f'{side} ' if side else ''}in the sources about {name}."


def no_name(question: Question) -> str:
    """Say that nobody is claimed to be on the side that is asked for, before what is said."""
    side = "win" if question.kind == "benefit" else "lose"
    return f"No name is said to {side}. What the sources do say:"


def no_claim(question: Question) -> str:
    """Say that no claim is made of the names of a question, before what is said."""
    names = ", ".join(dict.fromkeys((*question.names, *question.unknown)))
    return f"No claim about {names}. What the sources do say:"


def only_named(target: Target) -> str:
    """The nearest miss when a target is named and nothing is said to happen to it."""
    name = target.id if target.kind == "ticker" else target.name
    return f"{name} is named, but no effect on it is stated."


def names_instead(targets: Sequence[Target]) -> str:
    """The nearest miss when the sources speak of others."""
    names = [t.id if t.kind == "ticker" else t.name for t in targets]
    return f"the sources speak of {listed(names)}"


def listed(names: Sequence[str]) -> str:
    """Names in a row: "A, B and C"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def moment(when: datetime) -> str:
    """A time as people write it, in UTC."""
    return f"{when.day} {when:%b %Y %H:%M} UTC"


def searched_text(searched: Searched, when: Callable[[datetime], str] = moment) -> str:
    """What a search could see; `when` says how a time is told."""
    newest = f", newest {when(searched.newest)}" if searched.newest else ", undated"
    count = plural(searched.articles, "article")
    if not searched.articles:
        return "Searched nothing: no article is in reach of this question."
    sources = f" from {plural(searched.sources, 'source')}" if searched.sources else ""
    return f"Searched {count}{sources}{newest}."


def citation_texts(citations: Iterable[Citation]) -> tuple[str, ...]:
    """Citations under each other; neighbours of one article say once where they stand."""
    told: list[str] = []
    for origin, quoted in groupby(citations, key=origin_text):
        told += [f"[{c.n}] “{one_line(c.quote.text)}”" for c in quoted]
        told.append(f"    — {origin}")
    return tuple(told)


def origin_text(citation: Citation) -> str:
    """Where a quote stands: title, outlet, date and address."""
    dated = citation.published_at
    parts = [
        one_line(citation.title or "untitled"),
        citation.source or "unknown source",
        dated.date().isoformat() if dated else "undated",
        citation.url,
    ]
    return ", ".join(part for part in parts if part)


def signed(score: float) -> str:
    """A score with its sign and two decimals."""
    return f"{score:+.2f}"


def rated(sentiment: Sentiment) -> str:
    """A sentiment in words and figures."""
    return f"{sentiment.label} {signed(sentiment.score)}"


def tone_text(tone: Sentiment) -> str:
    """The tone of an article or answer, named as such."""
    return f"tone {rated(tone)}"


def marks(numbers: Sequence[int]) -> str:
    """Citation numbers as [1][2]."""
    return "".join(f"[{n}]" for n in numbers)


def _counted(articles: int) -> str:
    return "article" if articles == 1 else plural(articles, "article")


def plural(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _days(heads: Sequence[ArticleHead]) -> str:
    dated = sorted(h.published_at for h in heads if h.published_at)
    if not dated:
        return "undated" if len(heads) == 1 else "all undated"
    first, last = (f"{d.day} {d:%b %Y}" for d in (dated[0], dated[-1]))
    undated = len(heads) - len(dated)
    return (first if first == last else f"{first} to {last}") + (
        f", {undated} undated" if undated else ""
    )


def one_line(words: str) -> str:
    """Fold white space, for a line of its own. The quote that is cited keeps its own."""
    return " ".join(words.split())


def shortened(words: str, length: int) -> str:
    """Cut at a word border with an ellipsis."""
    folded = one_line(words)
    if len(folded) <= length:
        return folded
    return folded[: length - 1].rsplit(" ", 1)[0].rstrip(",;:.– -") + "…"
