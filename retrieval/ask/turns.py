"""What is said to an answer rather than asked of the articles, and what is said back. Pure.

"More", "why?", "since when?", "reset", "from anyone". Knows no articles but those that are cited.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from retrieval.answers import Citation, Question, Turn
from retrieval.ask import wording
from retrieval.ask.slots import Slots
from retrieval.ask.words import terms

_CLEAR = (
    r"(?:please )?(?:reset|start over|start again|start afresh|forget (?:that|it|this|about it"
    r"|everything|all of that|the filters)|clear(?: (?:the )?(?:filters?|context|everything|all))?"
    r"|new (?:question|topic|subject)|never ?mind)(?: please)?"
)
_RESET = re.compile(_CLEAR, re.IGNORECASE)
_RESET_FIRST = re.compile(rf"^{_CLEAR}(?:\s*[.,:;!–-]+\s*(?:and\s+)?)(?=\S)", re.IGNORECASE)
_TURNS: dict[Turn, str] = {
    "more": r"(?:show|give|tell) (?:me )?(?:the )?(?:more|rest)|(?:any |some )?more(?: please)?"
    r"|(?:show |see )?(?:the )?(?:rest|others)|go on|continue|next|what else|anything else"
    r"|who else|which others",
    "why": r"why|why(?:'s| is)? that|how come|why so|explain(?: (?:that|this|it|why))?"
    r"|what makes you say (?:that|so)|says who|how do you know(?: that)?"
    r"|(?:show |give )?(?:me )?(?:the |your )?(?:evidence|proof|quotes|reasons?)",
    "when": r"since when|when(?: was (?:that|this|it))?|as of when|from when(?: is (?:that|it))?"
    r"|how (?:old|recent|fresh) (?:is|are|was) (?:that|this|it|these|those|they)"
    r"|when did (?:that|this|it) (?:happen|come out)",
    "thanks": r"(?:many )?thanks?(?: you| a lot| so much)?|thx|ty|ok(?:ay)?|great|cool|nice|perfect"
    r"|got it|understood|hm+(?:,? ok(?:ay)?)?|ok(?:ay)?,? thanks",
}
_TAKEN_BACK = {
    "sources": r"from (?:anyone|anybody|everyone|everybody|anywhere|everywhere)"
    r"|(?:from )?(?:any source|all (?:the )?sources|elsewhere)",
    "times": r"(?:at )?(?:any ?time|all times?|whenever)",
    "names": r"all (?:the )?names|all of them|every name|not (?:only|just) (?:mine|my \w+)",
    "filters": r"(?:no|without|drop|remove|lift) (?:the |any |all )?filters?",
}
"""How filters are lifted in words, by what they are on."""
_SINCE_THEN = re.compile(r"\b(?:since|after) (?:then|that)\b", re.IGNORECASE)
_LEAD = r"(?:(?:and|ok(?:ay)?|so|but)[, ]+)?"
_STARTED_OVER = "The next question keeps nothing of this conversation."
_STILL_THERE = "The next question keeps nothing of this conversation but the article it is under."
_NOTED = "Noted. Ask on from here, or say “reset” to start over."
_NOTHING_BEFORE = "There is no answer before this one to go on from: ask it under an answer."
_ALL_SHOWN = "That was all: nothing was left out."


def without_reset(text: str) -> tuple[str, bool]:
    """Take "start over" off the front of a text; tell whether it was there and more follows it."""
    found = _RESET_FIRST.match(text)
    return (text[found.end() :], True) if found else (text, False)


def turn_in(text: str) -> Turn | None:
    """Tell what is said to an answer rather than asked of the articles, if that is all."""
    said = text.strip(" \t\n.!?,;:")
    if _RESET.fullmatch(said):
        return "reset"
    said = re.sub(_LEAD, "", said, count=1, flags=re.IGNORECASE).replace("’", "'")
    found = (turn for turn, words in _TURNS.items() if re.fullmatch(words, said, re.IGNORECASE))
    return next(found, None)


def lifted(text: str, before: Slots) -> Slots:
    """Lift the filters that are taken back: "from anyone", "at any time", "all names"."""
    taken = {on for on, said in _TAKEN_BACK.items() if _said(said, text)}
    every = "filters" in taken
    changed: dict[str, Any] = {"articles": ()} if taken - {"names"} else {}
    if every or "sources" in taken:
        changed |= {"sources": None, "not_sources": ()}
    if every or "times" in taken:
        changed |= {"since": None, "until": None, "as_of": None}
    if every or "names" in taken:
        changed |= {"only": (), "without": (), "mine": False}
    if every:
        changed |= {"side": None, "order": None}
    if _SINCE_THEN.search(text):
        changed |= {"since": before.until or before.since, "until": None, "articles": ()}
    return replace(before, **changed)


def _said(words: str, text: str) -> re.Match[str] | None:
    return re.search(rf"\b(?:{words})\b", text, re.IGNORECASE)


def without_lifts(question: Question) -> Question:
    """Leave out of a piece the words that only take filters back."""
    rest = set(question.objects)
    for said in _TAKEN_BACK.values():
        if found := _said(said, question.text):
            rest -= set(terms(found[0]))
    filters = replace(question.filters, unread=())
    objects = tuple(o for o in question.objects if o in rest)
    lifted = _said(_TAKEN_BACK["filters"], question.text)
    return replace(question, objects=objects, filters=filters if lifted else question.filters)


def reply(question: Question, *, paged: bool) -> str | None:
    """Say what is to be said to a turn of a conversation that no article answers, if that is all.

    `paged` tells that what was left out is shown page by page.
    """
    if question.turn == "reset":
        return _STILL_THERE if question.scope.article_ids else _STARTED_OVER
    if question.turn == "thanks":
        return _NOTED
    if question.turn == "alone":
        return _NOTHING_BEFORE
    if question.turn != "more" or (paged and question.left):
        return None
    if not question.left:
        return _ALL_SHOWN
    return f"{question.left} more were left out: ask for a name, a source or a time to see them."


def quoted(citation: Citation) -> str:
    """A quote with its number."""
    return f"“{wording.one_line(citation.quote.text)}” [{citation.n}]"


def dated(citations: Sequence[Citation]) -> str:
    """Say from when the articles are that an answer cites: the first of them, and the last."""
    dates = sorted((c.published_at, c.n) for c in citations if c.published_at)
    if not dates:
        return f"The sources of this are undated {wording.marks([citations[0].n])}."
    told = [f"{wording.moment(when)} {wording.marks([n])}" for when, n in (dates[0], dates[-1])]
    if dates[0][0] == dates[-1][0]:
        return f"Reported on {told[0]}."
    return f"First reported on {told[0]}, last on {told[1]}."
