"""The words behind a name -> whether it only rates another's stock. Knows no table, no signal."""

from collections.abc import Sequence

from retrieval.language.tokens import Token
from retrieval.language.wordlists import word_list

_JUDGING = word_list("judging verbs")
_OF_STOCKS = word_list("judging verbs of stocks")
_MOVING = word_list("moving verbs")
_RATED = word_list("rated things")
_GRADES = word_list("grades")
_VERDICTS = word_list("verdicts")
_BEFORE_VERDICT = word_list("before a verdict")
_BEHIND_VERDICT = word_list("behind a verdict")
_OWING = word_list("owing")
_TRADED = frozenset(["stock", "shares"])
_OF_ANOTHER = frozenset(["on", "for", "of"])
_POSSESSIVE = frozenset(["'s", "’s", "'", "’"])
FARTHEST_RATED = 14  # words from a broker's name to what it rates


def rates(behind: Sequence[Token]) -> bool:
    """Tell a broker from a company by the words behind its name, past a possessive.

    "Jefferies trimmed its target on HubSpot" rates another; "Ford cut its target for electric
    cars" and "Boeing lowered guidance and the stock fell" speak of themselves.
    """
    verb = behind[0].lower if behind else ""
    later = behind[1:FARTHEST_RATED]
    if verb in _MOVING:
        return _grades(later) or _rates_another(later)
    own = bool(later) and later[0].lower == "its"
    things = _RATED | _TRADED if verb in _OF_STOCKS and not own else _RATED
    return verb in _JUDGING | _OF_STOCKS and (
        _grades(later) or any(word.lower in things for word in later)
    )


def _grades(later: Sequence[Token]) -> bool:
    """Tell whether a grade is given as only brokers do: "overweight", "to sell from neutral"."""
    lowers = ["", "", *(word.lower for word in later), "."]
    return any(
        word in _GRADES
        or (
            word in _VERDICTS
            and lead in _BEFORE_VERDICT
            and (after in _BEHIND_VERDICT or not after[0].isalnum())  # not "to sell phones"
            and before not in _OWING  # not "cars it has to sell"
        )
        for before, lead, word, after in zip(
            lowers, lowers[1:], lowers[2:], lowers[3:], strict=False
        )
    )


def _priced(behind: Sequence[str]) -> bool:
    """Tell "its target to $74" from "its target to $4 billion"."""
    money = len(behind) > 2 and behind[0] in {"to", "of", "by"} and behind[1] == "$"  # noqa: PLR2004
    return money and behind[3:4] not in (["million"], ["billion"], ["trillion"])


def _rates_another(later: Sequence[Token]) -> bool:
    """Tell a price target, or "target on HubSpot" and "Boeing's rating", from an own target."""
    lowers = [word.lower for word in later]
    for at, word in enumerate(lowers):
        before, behind = lowers[at - 1] if at else "", later[at + 1 : at + 3]
        if word in {"target", "targets"} and before == "price":
            return True
        of_another = len(behind) > 1 and behind[0].lower in _OF_ANOTHER and behind[1].capital
        if word in _RATED and (of_another or before in _POSSESSIVE or _priced(lowers[at + 1 :])):
            return True
    return False
