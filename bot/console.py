"""Values to a terminal: tables, progress bars, JSON lines.

The only module that writes to stdout.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

Advance = Callable[[int], None]

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a text could steer a terminal with: escape sequences, and the order of its letters."""


def ready() -> None:
    """Let no locale end the program: what a terminal has no letter for becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # neither closed nor replaced
            stream.reconfigure(errors="replace")


def write(json: str) -> None:
    """Write JSON to stdout, in UTF-8 whatever the locale: that is what JSON is written in."""
    with _reader():
        sys.stdout.buffer.write(f"{json}\n".encode("utf-8", "replace"))


def say(text: str) -> None:
    """Write text for people to stdout."""
    with _reader():
        sys.stdout.write(f"{plain(text)}\n")


def note(line: str) -> None:
    """Write one line to stderr, where it does not mix with results."""
    sys.stderr.write(f"{plain(line)}\n")


def agreed(question: str) -> bool:
    """Ask on stderr for a yes; whoever cannot answer has not said it."""
    try:
        return typer.confirm(plain(question), err=True)
    except typer.Abort:
        return False


def plain(text: str) -> str:
    """Take the power over a terminal from a text; every character keeps its place."""
    return _CONTROLS.sub("\ufffd", text)


def row(table: Table, *cells: str) -> None:
    """Add a row whose cells are shown as they are: square brackets in them are no markup."""
    table.add_row(*(Text(plain(cell)) for cell in cells))


def show(table: Table) -> None:
    """Draw a table on stdout."""
    Console().print(table)


def table(title: str, *columns: str) -> Table:
    """Begin a table."""
    made = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


@contextmanager
def _reader() -> Iterator[None]:
    """Hand over what is written at once; end in peace when its reader has left (| head)."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


@contextmanager
def working(label: str) -> Iterator[None]:
    """Show that something of unknown length goes on; nothing when stderr is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(label):
        yield


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Advance]:
    """Show a progress bar on stderr while work goes on; nothing when stderr is no terminal.

    Yields a function that takes how many more items are done.
    """
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=total)
        yield lambda count: bar.advance(task, count)
