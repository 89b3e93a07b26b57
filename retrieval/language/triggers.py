"""A text -> what it says would change its view, with the horizon of its clause. Knows no target."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from retrieval.language.horizons import horizon_of
from retrieval.models import Quote, Span, Trigger

_VIEW = r"""(?:
    story|thesis|theses|case|views?|trade|rally|narrative|set-?up|call|argument|logic|picture|read
    |stance|conclusion|outlook|move|gains|upside|downside|opinion|scenario|premise|math)"""
_BREAKS = r"""(?:
    reverse|puncture|derail|undermine|break|invalidate|upend|unwind|kill|undo|challenge|change|negate
    |unravel|dent|flip|weaken|blunt|erase|soften|spoil|cap|stall|sink|upset|alter|question|complicate
    |cut\sshort|collapse|fall\sapart|end|fail|fade|evaporate|disappear|turn|dissolve)(?:s|es|ed)?"""
_MODAL = r"(?:could|would|might|may|can|will|should)"
_OPENS = r"(?::|\b(?:is|are|would\sbe|include|includes|remain|remains|if)\b(?:\sthat\b)?)"
# words behind which what would change the view is listed
_LIST_FRAME = re.compile(
    rf"""(?:
    \brisks?\sto\s(?:this|our|the|that|my)\s{_VIEW}\b[^.;:,]{{0,60}}?{_OPENS}
    |\brisks?\b(?!\s(?:of|from|to|for|that|premium|appetite|assets?|management|factors?\sand))
        [^.;:,]{{0,90}}?{_OPENS}
    |(?:would|could|might|to)\schange\s(?:our|the|this|that|my)\s{_VIEW}\b[^.;:,]{{0,60}}?{_OPENS}
    |\b{_VIEW}\s(?:would|could|might)\schange\b[^.;:,]{{0,40}}?(?::|\b(?:if|on|with)\b)
    |\b(?:watch|look\sout|watching|looking)\sfor\b|\bwatch\s(?:whether|if)\b
    |\bwhat\sto\swatch\b[^.;:]{{0,40}}?{_OPENS}
    |\b(?:keep\san\seye|eyes)\son\b
    |\b(?:signposts?|triggers?|red\sflags?|things\sto\swatch)\b[^.;:,]{{0,60}}?{_OPENS}
    |\bthings?\sthat\s(?:could|would)\sgo\swrong\b[^.;:,]{{0,40}}?{_OPENS}
    )\s+""",
    re.IGNORECASE | re.VERBOSE,
)
_VERB_FRAME = re.compile(
    rf"""\b{_MODAL}\s(?:\w+ly\s|also\s|still\s|all\s){{0,2}}{_BREAKS}\s(?:\w+[\s-]){{0,4}}?
    {_VIEW}\b""",
    re.IGNORECASE | re.VERBOSE,
)
_CONDITION = re.compile(r"\b(?:if|unless|until|once|should)\s", re.IGNORECASE)
_CONSEQUENCE = re.compile(
    rf"""
    \b{_VIEW}\b[^.;:]{{0,40}}?\b(?:{_MODAL}\s)?(?:\w+ly\s)?
        (?:{_BREAKS}|(?:is|be)\s(?:wrong|over)|(?:no\slonger|not)\shold|loses?|(?:have|needs?)\sto\sbe)\b
    |\b{_BREAKS}\s(?:\w+[\s-]){{0,4}}?{_VIEW}\b
    |\b(?:wrong|reverses?|unwinds?|flips?|evaporates?|fades?)\b(?:\squickly)?\s*(?:if|unless|should)\b
    |\bwould\s(?:turn|become|get|be)\sm(?:ore|uch\smore)\s
        (?:constructive|positive|bullish|negative|cautious|bearish|optimistic)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_UNLESS = re.compile(r"\bunless\s", re.IGNORECASE)
_TAIL = re.compile(
    rf",?\s(?:(?:any|all|each|either)\sof\swhich\s|which\s)?{_MODAL}\s(?!be\b).*$",
    re.IGNORECASE | re.DOTALL,
)
_AFTERTHOUGHT = re.compile(
    r",?\s(?:any|all|each|either)\sof\swhich\b.*$|,\s(?:since|because|as)\s.*$",
    re.IGNORECASE | re.DOTALL,
)
_LAST_JOIN = re.compile(r",?\s(?:or|and|as\swell\sas)\s(?:if\s|that\s|whether\s)?", re.IGNORECASE)
_LEAD = re.compile(
    r"""^(?:[\s,;:—–-]
    |(?:and|or|but|that|whether|if|either|also|both|first|second|third|the\sfollowing)\s)+""",
    re.IGNORECASE | re.VERBOSE,
)
_THEN = re.compile(r",\s(?=then\b|the\s|that\s|this\s|it\s|our\s|we\s)", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[,;:—–]|[.!?]+$")
SHORTEST = 2  # words
LONGEST = 1500  # characters; a longer "sentence" is a table or an attack
MOST = 12  # triggers that one article can be trusted with


def find_triggers(text: str, sentences: Sequence[Span]) -> tuple[Trigger, ...]:
    """Quote what would change the view, in text order, none inside another."""
    kept: list[Trigger] = []
    taken: list[Span] = []
    for sentence in sentences:
        if sentence.end - sentence.start > LONGEST:
            continue
        for span, clause in _in_sentence(text, sentence):
            if any(span.start < other.end and other.start < span.end for other in taken):
                continue
            taken.append(span)
            horizon = horizon_of(text, span) or horizon_of(text, clause)
            kept.append(Trigger(Quote(span.of(text), span.start, span.end), horizon))
    return tuple(sorted(kept, key=lambda trigger: trigger.quote.start)[:MOST])


def _in_sentence(text: str, sentence: Span) -> Iterator[tuple[Span, Span]]:
    """Yield (trigger, the clause that dates it) of the first frame that fits the sentence."""
    listed = _LIST_FRAME.search(text, sentence.start, sentence.end)
    if listed:
        head = Span(sentence.start, listed.end())
        yield from ((item, head) for item in _items(text, Span(listed.end(), sentence.end)))
        return
    conditions = _conditions(text, sentence)
    if conditions:
        yield from conditions
        return
    verb = _VERB_FRAME.search(text, sentence.start, sentence.end)
    if verb:
        start = _subject_start(text, sentence, verb.start())
        clause = Span(start, sentence.end)
        yield from ((item, clause) for item in _items(text, Span(start, verb.start())))


def _conditions(text: str, sentence: Span) -> list[tuple[Span, Span]]:
    """Read "if X, the thesis breaks", "the call is wrong if X or if Y", "unless X"."""
    opener = _CONDITION if _CONSEQUENCE.search(text, sentence.start, sentence.end) else _UNLESS
    found = opener.search(text, sentence.start, sentence.end)
    if found is None:
        return []
    at_start = found.start() - sentence.start <= len("However, ")
    end = _comma_after(text, found.end(), sentence.end) if at_start else sentence.end
    clause = Span(found.start(), end) if at_start else sentence
    return [(item, clause) for item in _items(text, Span(found.end(), end))]


def _comma_after(text: str, start: int, end: int) -> int:
    """Find the comma where an opening if-clause ends: before the main clause, else the first."""
    found = _THEN.search(text, start, end) or _CLAUSE_END.search(text, start, end)
    return found.start() if found else end


def _subject_start(text: str, sentence: Span, verb: int) -> int:
    """Find where the subject of a verb begins: behind a colon or dash, or at the start."""
    marks = [found.end() for found in re.finditer(r"[:;—–]\s?", text[sentence.start : verb])]
    return sentence.start + marks[-1] if marks else sentence.start


def _items(text: str, span: Span) -> Iterator[Span]:
    """Split "a, b, or c could end it" into a, b and c."""
    body = _AFTERTHOUGHT.sub("", span.of(text).rstrip(" .!?\n"))
    tail = _TAIL.search(body)
    if tail and len(body[: tail.start()].split()) >= SHORTEST:
        body = body[: tail.start()]
    at = span.start
    for piece in _pieces(body):
        start = at + piece.start
        lead = _LEAD.match(text[start : at + piece.end])
        start += lead.end() if lead else 0
        end = start + len(text[start : at + piece.end].rstrip(" ,;:.—–"))
        if len(text[start:end].split()) >= SHORTEST:
            yield Span(start, end)


def _pieces(body: str) -> list[Span]:
    """Cut a list at its commas up to the last "or"; later commas belong to the last member."""
    joins = list(_LAST_JOIN.finditer(body))
    commas = [found.start() for found in re.finditer(r",\s", body)]
    listed = [join.start() for join in joins if join[0].startswith(",")][:1]
    if not listed and commas:
        listed = [join.start() for join in joins if join.start() > commas[-1]][-1:]
    if listed:
        bounds = [0, *(comma for comma in commas if comma < listed[0]), listed[0], len(body)]
    else:
        bounds = [0, *(join.start() for join in joins if " or " in join[0]), len(body)]
    return [Span(first, last) for first, last in pairwise(bounds)]
