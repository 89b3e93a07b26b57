"""Words and the names in a text -> whether the words say more than names. Knows no meaning."""

import re
from collections.abc import Collection

_WORD = re.compile(r"[^\W\d_]{2,}")


def says_more(words: str, names: Collection[str]) -> bool:
    """Tell whether words hold one besides the names, in any case: "Nvidia" alone proves nothing."""
    longest_first = sorted(filter(None, names), key=len, reverse=True)
    if not longest_first:  # a pattern of nothing would part every letter from the next
        return _WORD.search(words) is not None
    named = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
    return _WORD.search(named.sub(" ", words)) is not None
