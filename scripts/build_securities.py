"""The SEC's list of company tickers -> the compact table that ships. Knows no text.

    python scripts/build_securities.py ../shared/data/tickers/sec_company_tickers.csv

writes retrieval/language/data/securities.tsv.gz: ticker, CIK, exchange, display name, the legal
tail that was cut off ("Holdings Inc"), and the registered name without it where the display name is
another. The same input gives the same bytes. scripts/display_names.tsv corrects by hand what no
rule can know ("LILLY ELI & CO").
"""

import csv
import gzip
import io
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "retrieval/language/data/securities.tsv.gz"
OVERRIDES = ROOT / "scripts/display_names.tsv"

# Where the filer is registered, or which list it is on: " /DE/", "/ADR", "/Cayman Islands".
REGISTERED = re.compile(
    r"\s*/\s*(?:[a-z]{2}|can|new|old|adrs?|ats|cayman(?: islands)?)?\s*/?\s*$", re.IGNORECASE
)
# The longest first: the tail is cut from the right until none of these is left.
LEGAL = re.compile(
    r"[\s,]+(?:"
    r"s\.?a\.?b\.? de c\.?v\.?|s\.?a\.? de c\.?v\.?|sociedad anonima|co\.?,? ?kgaa"
    r"|incorporated|inc|corporation|corp|company|companies|limited|ltd|public|plc|p\.l\.c|llc|l\.l\.c"
    r"|lp|l\.p|nv|n\.v|n v|sa|s\.a|s a|s/a|ag|se|ab|asa|a/s|oyj|spa|s\.p\.a|kgaa|tbk|bv|b\.v"
    r"|co|de|holdings?|group|grp|&|and|\(the\)|the"
    r")[.,]*$",
    re.IGNORECASE,
)
SMALL = frozenset(
    {"of", "and", "the", "for", "de", "del", "la", "in", "on", "at", "to", "by", "or"}
)
# Short words that are words; other short words written in capitals are initials.
SHORT_WORDS = frozenset(
    "ACE AIR ALL ANN ARM ART BAY BED BIG BIO BOX BUD CAR DAY DOT EYE FAR FIT FLY FOX FUN GAP "
    "GAS GOLD HOT HUB ICE ION JET JOY KEY KID LAB LEE LOW MAN MAP MAX MED NET NEW OAK OIL OLD "
    "ONE OUT PAN PAR PAY PET POP RAY RED RIM RIO ROY SAN SEA SKY SON SUN TAP TAX TEN TOP TOY "
    "TRI TWO USE VIA WAR WAY WEB WEX WIN WOW ZOO NU EL ST DR MY GO ADM AGE AGO AID AIM ALE "
    "APP ARC ARK BAR BUS BUY CAN CAP CAT CUT DOG EDGE ELI ELM END FAN FOR GEM GET HIT HOW INK "
    "INN INS IRA JIM JOE LAM LAW LEA LEG LET LOT LOU MAY MET MID MIX MOM NON NOR NOT OHM OUR "
    "PEN PIN PIT POD POT PRO PUB RAD RAM RAW ROW RUN SAM SHE SIM SIX SKI SOL SPA SUB SUM SUR "
    "TEA TED TIM TIN TIP TOM TON TOT VAN VIM WHO YES YET YOU LOS LAS".split()
)


def without_tail(raw: str) -> tuple[str, str]:
    """Split a registered name into the name and its legal tail."""
    name = raw.strip()
    while (cut := REGISTERED.sub("", name)) != name and cut:
        name = cut
    tail: list[str] = []
    while (found := LEGAL.search(name)) and found.start() > 0:
        tail.insert(0, found.group().strip(" ,.").title())
        name = name[: found.start()].rstrip(" ,")
    name = re.sub(r"^the\s+", "", name, flags=re.IGNORECASE)
    return " ".join(name.split()), " ".join(tail)


def repaired(name: str) -> str:
    """Give a name written in capitals the case that a person would write."""
    if re.search(r"[a-z]", name):
        return name
    words = [_repaired_word(word, first=n == 0) for n, word in enumerate(name.split(" "))]
    return " ".join(words)


def _repaired_word(word: str, *, first: bool) -> str:
    if word.lower() in SMALL and not first:
        return word.lower()
    letters = re.sub(r"[^A-Z]", "", word)
    vowel = re.search(r"[AEIOUY]", letters)
    short = len(letters) <= 3 and letters not in SHORT_WORDS  # noqa: PLR2004 - "EPR", "AMN"
    if short or not vowel:
        return word
    return re.sub(r"[A-Z]+(?:'[A-Z]+)?", lambda part: part.group().capitalize(), word)


def symbol(raw: str) -> str:
    """Write a share class as people do: BRK-B is BRK.B; "BAC-PQ" keeps its dash."""
    return re.sub(r"-([A-Z])$", r".\1", raw)


def overrides(text: str) -> dict[str, str]:
    """Read the hand-written names: ticker, tab, name."""
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {row[0]: row[1] for row in rows}


def table(source: str, names: dict[str, str]) -> str:
    """Turn the SEC's CSV into the lines of the shipped file, sorted by ticker."""
    entries = list(csv.DictReader(io.StringIO(source)))
    by_cik = {row["cik"]: names[row["ticker"]] for row in entries if row["ticker"] in names}
    lines = []
    for row in entries:
        cut, tail = without_tail(row["name"])
        registered = repaired(cut)
        name = by_cik.get(row["cik"]) or registered
        legal = "" if name.casefold() == registered.casefold() else registered
        ticker, cik = symbol(row["ticker"]), row["cik"].lstrip("0")
        fields = (ticker, cik, row["exchange"], name, tail, legal)
        lines.append("\t".join(fields))
    return "\n".join(sorted(lines)) + "\n"


def packed(text: str) -> bytes:
    """Compress without a time stamp, so that the bytes depend on the text alone."""
    return gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0)


def build(source: Path) -> bytes:
    """Build the bytes of the shipped file from the SEC's CSV."""
    names = overrides(OVERRIDES.read_text(encoding="utf-8"))
    return packed(table(source.read_text(encoding="utf-8"), names))


if __name__ == "__main__":
    TARGET.write_bytes(build(Path(sys.argv[1])))
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size:,} bytes")
