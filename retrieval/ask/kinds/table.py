"""The table of question kinds: what each gathers from the library, and the draft it makes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from retrieval.answers import Question, QuestionKind
from retrieval.ask.citations import Citations
from retrieval.ask.draft import Draft
from retrieval.ask.evidence import Evidence
from retrieval.ask.gather import gather_names, gather_stated, gather_topic
from retrieval.ask.kinds import book, changed, compare, exposed, free, ledger, moving
from retrieval.ask.passing import filtered, outside_of
from retrieval.ask.stated import Read
from retrieval.library import Library


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of question is answered: first what there is, then what is said of it.

    Of a `paged` one lines are cut to a page, of which "more" shows the next.
    """

    gather: Callable[[Evidence, Library, Read], Evidence]
    draft: Callable[[Evidence, Citations], Draft]
    paged: bool = False


KINDS: Mapping[QuestionKind, Kind] = {
    "benefit": Kind(gather_topic, ledger.sides, paged=True),
    "hurt": Kind(gather_topic, ledger.sides, paged=True),
    "ticker": Kind(gather_names, ledger.about_names),
    "triggers": Kind(gather_topic, ledger.what_would_change),
    "summary": Kind(gather_topic, ledger.summary, paged=True),
    "free": Kind(gather_stated, free.fact),
    "changed": Kind(changed.gather, changed.draft),
    "compare": Kind(compare.gather, compare.draft),
    "moving": Kind(moving.gather, moving.draft),
    "exposed": Kind(exposed.gather, exposed.draft, paged=True),
    "portfolio": Kind(book.gather, book.draft),
}


def gather(question: Question, library: Library, read: Read) -> Evidence:
    """Collect the evidence for a question and for what else is asked with it."""
    searched = library.store.searched(question.scope)
    evidence = Evidence(question, searched)
    if question.turn in ("reset", "alone", "thanks"):
        return evidence
    named = replace(question.scope, tickers=question.tickers or None)
    if not searched.articles:
        evidence = replace(evidence, outside=outside_of(named, library))
    else:
        evidence = KINDS[question.kind].gather(evidence, library, read)
        if question.tickers and not evidence.anything:
            evidence = replace(evidence, outside=outside_of(named, library))
        evidence = filtered(evidence)
    if question.also is not None:
        evidence = replace(evidence, also=gather(question.also, library, read))
    return evidence
