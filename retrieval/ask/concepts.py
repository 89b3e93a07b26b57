"""Words of markets to one word for what they say: "EPS" and "profit", "guide" and "forecast".

Knows words only. Search leaves this to the embedder; a gate that counts words needs it.
"""

import re

from retrieval.ask.words import STOP_WORDS, stem, tokens

_SAME = """
    earn earning earnings earned profit profits income eps
    revenue revenues sales turnover topline
    guide guided guides guidance guiding outlook forecast forecasts forecasting predict predicted
        predicts prediction project projected projects projection
    consensus estimate estimates estimated analyst analysts expectation expectations street
    rise up higher rises rose risen rising gain gains gained climb climbed climbs jump jumped jumps
        surge surged surges soar soared soars rally rallied advance advanced
        increase increased increases grow grows grew growth add added
    fall down lower falls fell fallen falling drop dropped drops decline declined declines
        slide slid slides tumble tumbled slump slumped dip dipped dips sink sank
        shrink shrank decrease decreased
    raise raises raised hike hiked hikes lift lifted lifts
    cut cuts cutting trim trimmed reduce reduced reduces slash slashed lowered lowers
    beat beats beating top topped tops exceed exceeded exceeds outpace outpaced surpass surpassed
    miss missed misses missing shortfall undershot
    decide decides decided decision decisions
    buy buys bought purchase purchased purchases acquire acquired acquires acquisition
    sell sells sold
    pay pays paid payment spend spends spent
    price prices priced cost costs
    q1 first-quarter
    q2 second-quarter
    q3 third-quarter
    q4 fourth-quarter
    fiscal fy
    worker workers employee employees staff job jobs headcount
    agreement deal contract pact
    ceo chief-executive
    lawsuit suit sue sued sues complaint
    own owns owned stake holding holdings
    weak weakness weaker soft softness softer
    strong strength stronger robust
    tariff tariffs duty duties levy levies
    oil crude petroleum
    memory dram nand
"""

_FISCAL = re.compile(r"^FY(?=\d)")
_POSSESSIVE = re.compile(r"['’]s?$")
_PRINTED = re.compile(r"^([A-Z]{1,5})\.[A-Z]{1,2}$")


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    group = ""
    for line in filter(str.strip, _SAME.split("\n")):
        words = line.split()
        if not line.startswith("     "):
            group = words[0]
        table |= dict.fromkeys(words, group)
    return table


_GROUP = _table()


def concept(token: str) -> str:
    """The one word for what a token says; its stem where it has no group.

    "FY2023" is its year, and a printed symbol ("IMO.TO") what stands before its exchange.
    """
    word = _PRINTED.sub(r"\1", _FISCAL.sub("", token))
    return _GROUP.get(_POSSESSIVE.sub("", word.lower()), stem(word))


def concepts(text: str) -> tuple[str, ...]:
    """What a text speaks of, each once, in order; words that carry no subject are left out."""
    said = (concept(t) for t in tokens(text) if t.lower() not in STOP_WORDS)
    return tuple(dict.fromkeys(c for c in said if c))
