"""An answer as the audit kept it -> a PDF to print or file. Pure; its words are hostile input.

Matplotlib writes it, which draws the charts already: text and links of our own database, no script.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.blocks.kit import DISCLAIMER
from bot.mrkdwn import plain, safe_url

WIDTH, HEIGHT, MARGIN = 8.27, 11.69, 0.75  # inches: A4
SIZE, LEADING = 9.0, 14.0  # points: letters, and from line to line
ROOM = (WIDTH - 2 * MARGIN) * 72  # points of a line
BOLD = 1.15  # how much wider bold letters are at most
ROWS = int((HEIGHT - 2 * MARGIN) * 72 / LEADING) - 2  # the last two are the footer's
MOST_PAGES = 20
FONT = "DejaVu Sans"  # comes with Matplotlib
UNKNOWN = "□"  # stands for a letter that the font does not have

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a page; `url` is where it leads."""

    text: str
    bold: bool = False
    url: str | None = None


def paper_of(answer: Json) -> bytes:
    """Write an answer and its quotes on A4 pages. The same answer gives the same bytes."""
    from matplotlib.backends.backend_pdf import PdfPages

    rows, written = list(_rows(answer)), io.BytesIO()
    pages = [rows[start : start + ROWS] for start in range(0, max(len(rows), 1), ROWS)]
    about = {"Title": f"Answer {answer['replay_id']}", "Creator": "Tape", "CreationDate": None}
    with PdfPages(written, metadata=about) as pdf:
        for number, page in enumerate(pages[:MOST_PAGES], start=1):
            left = "" if len(pages) <= MOST_PAGES else ", the rest is in the table"
            foot = f"{DISCLAIMER} · id {answer['replay_id']} · page {number} of {len(pages)}{left}"
            _draw(pdf, page, foot)
    return written.getvalue()


def _rows(answer: Json) -> Iterator[Row]:
    first, *rest = str(answer.get("text") or "").splitlines() or [""]
    yield from _wrapped(first, bold=True)
    for line in rest:
        yield from _wrapped(line)
    cites = answer.get("citations") or ()
    yield from (Row(""), Row("Sources, word for word", bold=True)) if cites else ()
    for cited in cites:
        when = str(cited.get("published_at") or "undated")[:10]
        about = (cited.get("title") or "untitled", cited.get("source") or "no source", when)
        yield Row("")
        yield from _wrapped(f"[{cited['n']}] {' · '.join(about)}", url=safe_url(cited.get("url")))
        yield from _wrapped(f"“{cited['quote']}”")


def _wrapped(text: str, *, bold: bool = False, url: str | None = None) -> Iterator[Row]:
    room = ROOM / (BOLD if bold else 1.0)
    for line in _lines(_spelled(plain(text)), room):
        yield Row(line, bold, url)


def _lines(text: str, room: float) -> Iterator[str]:
    """Break a text where it would leave the page: between words, or within one that is too wide."""
    line = ""
    for word in text.split():
        if line and _wide(f"{line} {word}") > room:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
        while _wide(line) > room:
            fits = max(n for n in range(1, len(line) + 1) if n == 1 or _wide(line[:n]) <= room)
            yield line[:fits]
            line = line[fits:]
    yield line


def _wide(text: str) -> float:
    """Points that a text takes, without the kerning, which only makes it narrower."""
    return sum(map(_advance, text))


@cache
def _advance(letter: str) -> float:
    font = _font()
    font.set_size(SIZE, 72)
    return float(font.load_char(ord(letter)).linearHoriAdvance) / 65536


def _draw(pdf: Any, page: Sequence[Row], foot: str) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT))
    for number, row in enumerate(page):
        _write(figure, HEIGHT - MARGIN - number * LEADING / 72, row)
    _write(figure, MARGIN, Row(foot))
    pdf.savefig(figure)


def _write(figure: Any, height: float, row: Row) -> None:
    text = figure.text(
        MARGIN / WIDTH,
        height / HEIGHT,
        row.text,
        fontsize=SIZE,
        fontweight="bold" if row.bold else "normal",
        family=FONT,
        parse_math=False,  # a dollar sign is a dollar sign
        va="top",
    )
    if row.url:
        text.set_url(row.url)
        text.set_color("#0b5cad")


def _spelled(text: str) -> str:
    """Keep the letters that the font has."""
    known = _font().get_charmap()
    return "".join(letter if ord(letter) in known else UNKNOWN for letter in text)


def _font() -> Any:
    """The font of this thread: Matplotlib keeps one for each."""
    from matplotlib import font_manager

    return font_manager.get_font(font_manager.findfont(FONT))
