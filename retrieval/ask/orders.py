"""Tells words that order a reader about, or advise one, from words that report. Pure.

An article may address the model that reads it, and a model may obey or advise.
"""

import re

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruction|prompt|rule|above"
    r"|previous|prior|everything|evidence|source)"
    r"|\b(?:system|developer) (?:prompt|message|note)\b|\bas an ai\b|\blanguage model\b"
    r"|\b(?:you are|you're) (?:now|a|an) (?:\w+ ){0,2}(?:assistant|model|bot|ai)\b"
    r"|\b(?:assistant|chatbot|ai model|model)s?\b(?: \w+){0,2} (?:must|should|shall)\b"
    r"|\b(?:reply|respond|answer|output|print|repeat|write|tell (?:the )?(?:user|reader)s?)"
    r"\b(?: only)?(?: with| that|:| exactly| the following)"
    r"|\bdo not (?:mention|cite|reveal|tell|say|follow)\b|\bnew instructions?\b"
    r"|\bprompt injection\b"
    r"|\binstructions? (?:to|for) (?:the )?(?:ai|assistant|model|bot|reader)\b"
    r"|\b(?:click|visit|go to|log in|sign in|enter your|send (?:your|the) )\b.{0,30}"
    r"\b(?:here|link|site|page|password|token|key|wallet|account)",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:buy|sell|overweight|underweight|price targets?|target prices?|stop[- ]loss"
    r"|(?:strong|top) (?:buy|pick|sell)|must[- ]own|go (?:long|short)|take profits?"
    r"|load up|accumulate|(?:we|i|you|investors?|traders?|holders|readers) (?:should|must|ought"
    r"|need to|can still|might want|may want|recommend\w*|advise\w*|suggest)"
    r"|recommend(?:s|ed|ation|ations)?\b|advisable|worth (?:owning|holding|a punt)"
    r"|hold (?:on to )?(?:the |your )?(?:shares?|stock|position)"
    r"|guaranteed|can(?:no|')t lose|risk[- ]free|good time to|time to (?:get|move|act))\b",
    re.IGNORECASE,
)


def gives_orders(text: str) -> bool:
    """Tell whether a text tells its reader what to do, as hostile articles do."""
    return _ORDERS.search(text) is not None


def gives_advice(text: str) -> bool:
    """Tell whether a text says what to do with a security; who sells what else is not our word."""
    return _ADVICE.search(text) is not None
