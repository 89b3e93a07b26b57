"""Values to a terminal: tables, progress bars, JSON lines.

The only module that writes to stdout.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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

Advance = Callable[[int], None]


def write(line: str) -> None:
    """Write one line to stdout."""
    sys.stdout.write(f"{line}\n")


def note(line: str) -> None:
    """Write one line to stderr, where it does not mix with results."""
    sys.stderr.write(f"{line}\n")


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
