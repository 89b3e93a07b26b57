"""A question with slips of the keyboard -> the everyday words that were meant. Pure.

Knows the words that questions are made of, and no names: what is written with a capital inside a
sentence, or is another word of English, stays as it is.
"""

import re

_WORDS = frozenset(
    """
    benefit benefits benefited benefitted benefiting benefitting winners winning gainers tickers
    companies beneficiaries negative negatives positive positives summary summarise summarised
    summarises summarize summarized summarizes article articles yesterday quarter quarters
    watchlist without excluding between
    """.split()
)
_OTHERS = frozenset(
    "winters wingers winding tickets tickled quartet summery excepted positively".split()
)
"""Words of English that are one slip away from one of ours."""

_SLIPS = {
    slip: word
    for word, slips in {
        "who's": "whos",
        "what's": "whats",
        "how's": "hows",
        "who": "hwo woh",
        "what": "waht wath",
        "which": "wich whihc whcih",
        "the": "teh hte",
        "this": "thsi tihs",
        "from": "frm fomr",
        "about": "abuot abotu",
        "only": "onyl olny",
        "just": "jsut",
        "since": "sicne snice",
        "today": "todya tody toady",
        "week": "weke wekk",
        "winner": "winer",
        "winners": "winers",
        "loser": "looser",
        "losers": "loosers lossers",
        "losing": "loosing",
        "benefit": "benfit",
        "stocks": "stoks stcoks stokcs sotcks",
        "ticker": "tikcer",
        "summary": "sumary",
    }.items()
    for slip in slips.split()
}
"""Slips of words too short for `_near`: of those, too many have neighbours ("stacks", "lowers")."""

_SHORTEST = 7  # letters
_WORD = re.compile(r"(?<![\w@#$./-])[A-Za-z]{3,}(?![\w@/-]|\.\w)")


def corrected(text: str) -> str:
    """Put the word that was meant in the place of each slip; all else stays as it is."""
    return _WORD.sub(_meant, text)


def _meant(found: re.Match[str]) -> str:
    word = found[0]
    low = word.lower()
    named = word[0].isupper() and found.start() > 0
    if named or word.isupper() or low in _WORDS:
        return word
    meant = _SLIPS.get(low) or (_near(low) if len(low) >= _SHORTEST else None)
    if meant is None:
        return word
    return meant.capitalize() if word[0].isupper() else meant


def _near(word: str) -> str | None:
    """The word of ours that is one slip away: its first letter is typed right, as a rule."""
    if word in _OTHERS:
        return None
    near = (w for w in sorted(_WORDS) if w[0] == word[0])
    return next((w for w in near if _one_slip(word, w)), None)


def _one_slip(word: str, meant: str) -> bool:
    """Tell whether one letter more, less, another or swapped with its neighbour parts two words."""
    if abs(len(word) - len(meant)) > 1:
        return False
    pairs = enumerate(zip(word, meant, strict=False))
    at = next((n for n, (a, b) in pairs if a != b), min(len(word), len(meant)))
    rest, other = word[at:], meant[at:]
    swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
    return rest[1:] == other or rest == other[1:] or rest[1:] == other[1:] or swapped
