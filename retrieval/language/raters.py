"""The words around a name -> whether it only rates another's stock. Knows no table, no signal."""

from collections.abc import Sequence

from retrieval.language.tokens import Token
from retrieval.language.wordlists import word_list

_JUDGING = word_list("judging verbs")
_OF_STOCKS = word_list("judging verbs of stocks")
_MOVING = word_list("moving verbs")
_EITHER = word_list("rates or is rated")
_RATED = word_list("rated things")
_GRADES = word_list("grades")
_VERDICTS = word_list("verdicts")
_BEFORE_VERDICT = word_list("before a verdict")
_BEHIND_VERDICT = word_list("behind a verdict")
_BEFORE_TARGET = word_list("own or a price")
_TARGETS = frozenset(["target", "targets"])
_TRADED = frozenset(["stock", "shares"])
_LINKS = frozenset(["to", "at", "by", "as", "from"])
_OF_ANOTHER = frozenset(["on", "for", "of"])
_POSSESSIVE = frozenset(["'s", "’s", "'", "’"])
_SCALES = frozenset("million billion trillion m mn mln b bn bln k tn trn".split())
FARTHEST_RATED = 14  # words from a broker's name to what it rates


def rates(behind: Sequence[Token]) -> bool:
    """Tell a broker from a company by the words behind its name, past a possessive.

    "Jefferies trimmed its target on HubSpot" rates another; "Ford cut its target for electric
    cars", "Boeing lowered guidance and the stock fell" and "Intel raised to buy" do not.
    """
    verb = behind[0].lower if behind else ""
    later = behind[1:FARTHEST_RATED]
    if not later or (verb in _EITHER and later[0].lower in _LINKS):
        return False
    if verb in _MOVING:
        return _grades(later) or _rates_another(later)
    if verb not in _JUDGING | _OF_STOCKS:
        return False
    object_ = later[0].lower[0].isalnum() and later[0].lower != "its"
    things = _RATED | _TRADED if verb in _OF_STOCKS and object_ else _RATED
    return _grades(later) or _rates_another(later) or any(w.lower in things for w in later)


def rated_at(before: Sequence[Token]) -> bool:
    """Tell "raised to buy at Citi" by the words before the broker's name."""
    lowers = {word.lower for word in before[-FARTHEST_RATED:-1]}
    by = bool(before) and before[-1].lower in {"at", "by"}
    return by and not lowers.isdisjoint(_EITHER) and not lowers.isdisjoint(_GRADES | _VERDICTS)


def _grades(words: Sequence[Token]) -> bool:
    """Tell whether a grade is given as only brokers do: "overweight", "to sell from neutral"."""
    return any(
        word.lower in _GRADES or (word.lower in _VERDICTS and _is_verdict(words, at))
        for at, word in enumerate(words)
    )


def _is_verdict(words: Sequence[Token], at: int) -> bool:
    """Tell "Intel to sell", "at hold" and "to sell from neutral" from "it has to sell phones"."""
    lead = words[at - 1].lower if at else ""
    of = words[at - 2] if at > 1 else None
    after = words[at + 1].lower if at + 1 < len(words) else "."
    ends = after in _BEHIND_VERDICT
    if lead == "to":
        return ends or (of is not None and of.capital)
    ends = ends or after in {"and", "on", "with"} or not after.isalnum()
    return lead in _BEFORE_VERDICT and ends


def _rates_another(later: Sequence[Token]) -> bool:
    """Tell a price target, or "target on HubSpot" and "Boeing's rating", from an own target."""
    lowers = [word.lower for word in later]
    for at, word in enumerate(lowers):
        before, behind = lowers[at - 1] if at else "", later[at + 1 : at + 3]
        of_another = len(behind) > 1 and behind[0].lower in _OF_ANOTHER and behind[1].capital
        if word in _RATED and (of_another or before in _POSSESSIVE):
            return True
        if word in _TARGETS and _is_price(before, lowers[at + 1 :], on_another=of_another):
            return True
    return False


def _is_price(before: str, behind: Sequence[str], *, on_another: bool) -> bool:
    """Tell "its target to $74" from "its target to $4 billion" and "its profit target to $7"."""
    if before == "price" or before in _POSSESSIVE:
        return True
    if before not in _BEFORE_TARGET:
        return False
    marks = [at for at, word in enumerate(behind[:7]) if word == "$"]
    scaled = any(_SCALES & set(behind[at + 2 : at + 3]) for at in marks)
    by_share = any(behind[at + 2 : at + 4] in (["a", "share"], ["per", "share"]) for at in marks)
    priced = bool(marks) and not scaled and not by_share
    return priced or (on_another and behind[0] == "on" and not scaled)
