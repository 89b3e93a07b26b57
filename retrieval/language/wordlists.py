"""data/wordlists.txt -> closed classes of words by name. Knows no grammar."""

from functools import cache
from importlib.resources import files


def word_list(name: str) -> frozenset[str]:
    """Name the words of one class."""
    return _lists()[name]


@cache
def _lists() -> dict[str, frozenset[str]]:
    table = files("retrieval.language").joinpath("data/wordlists.txt").read_text("utf-8")
    lists: dict[str, set[str]] = {}
    words: set[str] = set()
    for line in table.splitlines():
        if line.startswith("["):
            words = lists.setdefault(line.strip("[]"), set())
        elif not line.startswith("# "):
            words.update(line.split())
    return {name: frozenset(found) for name, found in lists.items()}
