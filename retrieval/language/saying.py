"""Words and the names in a text -> whether the words say more than names. Knows no meaning."""

import re
from collections.abc import Collection

_WORD = re.compile(r"[^\W\d_]{2,}")


def says_more(words: str, names: Collection[str]) -> bool:
    """Tell whether words hold one besides the names, in any case: "Nvidia" alone proves nothing."""
    folded = words.casefold()
    # a list names hundreds: a pattern of them all for each claim took most of the reading
    said = [name for name in names if name and name.casefold() in folded]
    if said:
        longest_first = sorted(said, key=lambda name: (-len(name), name))
        named = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
        words = named.sub(" ", words)
    return _WORD.search(words) is not None
