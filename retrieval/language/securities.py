"""The shipped table of the SEC's tickers -> securities by symbol and by issuer. Knows no text.

The class of a share: where a text names a company and not a class, the issuer's primary ticker is
meant. That is the one in `PRIMARY` where two classes trade much alike; else a listed one before one
traded over the counter, a plain share before preferred shares, warrants and units, and then the
shortest symbol.
"""

import gzip
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

PRIMARY = frozenset(
    "GOOGL BRK.B FOXA NWSA UAA BF.B Z HEI MOG.A LBRDK FWONK RUSHA BELFB CWEN LILAK GEF CRD.A BIO"
    " CENTA".split()
)
_LISTED = {"NYSE": 0, "Nasdaq": 0, "CBOE": 1, "OTC": 2, "": 3}
_DERIVED = re.compile(r".*-.*|[A-Z]{4}[WRUZPQ]$")
_FOREIGN_ORDINARY = re.compile(r"[A-Z]{4}F$")  # beside the depositary receipt that ends in Y


@dataclass(frozen=True, slots=True)
class Security:
    """One ticker. `name` is as a person writes it, `short` is its first word.

    `tail` is what the law adds ("Holdings Inc"); `legal` is the registered name without its tail,
    where that is another ("Frontier" of Frontier Airlines).
    """

    ticker: str
    name: str
    short: str
    cik: str
    exchange: str
    tail: str = ""
    legal: str = ""

    @property
    def listed(self) -> bool:
        """Whether it trades on NYSE, Nasdaq or their sisters."""
        return self.exchange in {"NYSE", "Nasdaq"}


@dataclass(frozen=True, slots=True, eq=False)
class Securities:
    """All securities by ticker; `primaries` has each issuer's main ticker by CIK."""

    by_ticker: Mapping[str, Security]
    primaries: Mapping[str, str]

    def __contains__(self, ticker: object) -> bool:
        return ticker in self.by_ticker

    def __iter__(self) -> Iterator[Security]:
        return iter(self.by_ticker.values())

    def __len__(self) -> int:
        return len(self.by_ticker)

    def get(self, ticker: str) -> Security | None:
        """Find a security by its symbol; BRK-B, BRK/B and BRK.B are one."""
        return self.by_ticker.get(ticker) or self.by_ticker.get(
            re.sub(r"[-/]([A-Z])$", r".\1", ticker)
        )

    def name_of(self, ticker: str) -> str:
        """Give the display name, or the ticker itself where it is in no table."""
        security = self.get(ticker)
        return security.name if security else ticker

    def primary(self, ticker: str) -> str:
        """Give the ticker that stands for the issuer of this one."""
        security = self.by_ticker.get(ticker)
        return self.primaries[security.cik] if security else ticker


def derived(ticker: str) -> bool:
    """Tell whether a symbol is of preferred shares ("ABR-PD"), warrants, rights or units."""
    return _DERIVED.match(ticker) is not None


def _rank(security: Security) -> tuple[bool, int, bool, bool, int, str]:
    ticker = security.ticker
    return (
        ticker not in PRIMARY,
        _LISTED[security.exchange],
        derived(ticker),
        _FOREIGN_ORDINARY.match(ticker) is not None,
        len(ticker),
        ticker,
    )


def securities_of(found: Iterable[Security]) -> Securities:
    """Gather securities and choose each issuer's primary ticker."""
    by_ticker = {security.ticker: security for security in found}
    primaries: dict[str, str] = {}
    for security in sorted(by_ticker.values(), key=_rank):
        primaries.setdefault(security.cik, security.ticker)
    return Securities(by_ticker=by_ticker, primaries=primaries)


def _parse(line: str) -> Security:
    ticker, cik, exchange, name, tail, legal = line.split("\t")
    return Security(ticker, name, name.split(" ", 1)[0].rstrip(",.&"), cik, exchange, tail, legal)


@cache
def load_securities() -> Securities:
    """Read the shipped table, once."""
    packed = (files("retrieval.language") / "data" / "securities.tsv.gz").read_bytes()
    return securities_of(
        _parse(line) for line in gzip.decompress(packed).decode("utf-8").splitlines()
    )
