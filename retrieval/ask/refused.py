"""A chat model's text -> whether it refuses to answer. Pure; knows no question and no sources.

A refusal says what the writer cannot do, or what the reader would have to do. What a document does
not say is a refusal only where nothing else is said: "it reports no debt" may be the answer.
"""

import re

_CANNOT = re.compile(
    r"\bas an ai\b|\bi(?: a|['’])m (?:sorry|unable|not able)"
    r"|^\s*(?:sorry|apologies|unfortunately)\b"
    r"|\bi apologi[sz]e"
    r"|\b(?:i|we) (?:(?:do|did|could|would|can|am) ?not|(?:do|did|could|would|ca)n['’]t)\b"
    r"(?! (?:think|believe|see any reason|expect|find any (?:evidence|indication)))"
    r"|\b(?:i|we) (?:would|will|['’]d)? ?need "
    r"(?:the|more|access|additional|further|to (?:know|have))"
    r"|['’]d need\b|\bknowledge cut-?off"
    r"|\b(?:is|was|be)(?: not|n['’]t) (?:directly |currently )?possible\b|\b(?:im|not )possible to"
    r"|\bcan(?:not|['’]t| not) be (?:\w+ )?"
    r"(?:determin|calculat|answer|comput|assess|provid|found)\w*"
    r"|\b(?:not (?:enough|sufficient)|insufficient|isn['’]t enough) (?:\w+ )?"
    r"(?:information|data|details?|context|evidence)",
    re.IGNORECASE,
)
_SENDS_AWAY = re.compile(
    r"\byou(?: would|['’]d|(?: may| might| will| can| could)?) (?:typically |also )?"
    r"(?:need|have|want) (?:to|access|the)\b"
    r"|\byou would (?:typically |usually )?(?:look|refer|check|consult|find)\b"
    r"|\bplease (?:refer|check|consult|provide|see|visit)\b"
    r"|\b(?:you )?have(?: not|n['’]t) provided\b|\bif you (?:can |could )?(?:provide|share|give)\b",
    re.IGNORECASE,
)
_GIVEN = (
    r"(?:information|contexts?|documents?|texts?|filings?|data|articles?|sources?|evidence|excerpts?"
    r"|passages?|statements?|reports?|10-[kq]|details?|notes?|answers?)"
)
_ABSENT = re.compile(
    rf"\b{_GIVEN}\b[^.;]{{0,120}}?\b(?:(?:do|does|did|is|are|was|were)(?: not|n['’]t)|cannot) "
    r"(?:\w+ ){0,2}?(?:provid|includ|contain|mention|disclos|specif|given?|hav|stat|list|report"
    r"|cover|show|indicat|offer|available|say|present|address|detail|discuss|suppl|found)\w*"
    r"|\b(?:is|are|was|were)(?: not|n['’]t) (?:\w+ ){0,2}?(?:provided|included|available|disclosed"
    r"|given|mentioned|stated|specified|found|in the (?:sources|context|text))\b"
    rf"|\b(?:no|lacks?|without) (?:\w+ ){{0,3}}?(?:mention|{_GIVEN})\b"
    r"|^\s*not in the (?:sources|articles|text|context|evidence)",
    re.IGNORECASE,
)
_CONCLUDES = re.compile(
    r"\b(?:therefore|thus|so|hence|in summary|in conclusion|overall|indicat\w+|suggest\w+ that"
    r"|however,? (?:in|it|the|we)|instead|based on this)\b|[=≈]\s*-?[$€£]?\d|^\s*(?:yes|no)\b",
    re.IGNORECASE | re.MULTILINE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"'\[*-])|\n+")
_OPENING, _CLOSING = 3, 2
"""Sentences in which a refusal is said: at the start, or as what it comes to."""

_SHORT = 3  # sentences, all of which may say that something is absent


def refuses(text: str) -> bool:
    """Tell whether a text refuses to answer, in whole, rather than answers."""
    sentences = [part for part in _SENTENCE.split(text.strip()) if part.strip()]
    ends = " \n".join((*sentences[:_OPENING], *sentences[_OPENING:][-_CLOSING:]))
    if _CANNOT.search(ends):
        return True
    if _SENDS_AWAY.search(ends) and not _CONCLUDES.search(ends):
        return True
    absent = _ABSENT.search(" \n".join(sentences[:_OPENING]))
    return bool(absent) and len(sentences) <= _SHORT and not _CONCLUDES.search(text)
