"""`tape feeds …` to function calls: what Tape reads by itself, and how each feed goes."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli_options import AsJson

app = typer.Typer(
    name="feeds",
    help="The feeds that Tape reads by itself: list, add, remove, import, export, poll.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show it, keep nothing.")]
FAILED = 1


@app.command(name="list")
def list_feeds(*, as_json: AsJson = False) -> None:
    """Show every feed, how it goes, and what to do where it does not go well."""
    from bot.commands import feeds as command

    command.list_feeds(as_json=as_json)


@app.command()
def add(
    address: Annotated[
        str, typer.Argument(metavar="URL", help="A feed, or a page that names one.")
    ],
    *,
    title: Annotated[str | None, typer.Option(help="What to call it.")] = None,
    folder: Annotated[
        list[str] | None, typer.Option(help="A folder to file it in; again for one in that.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Look at a feed, show its newest items, and follow it."""
    from bot.commands import feeds as command

    command.add(address, title=title, folders=folder or (), dry_run=dry_run, as_json=as_json)


@app.command()
def remove(
    address: Annotated[str, typer.Argument(metavar="URL", help="As `tape feeds list` shows it.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Follow a feed no more. Its articles stay."""
    from bot.commands import feeds as command

    command.remove(address, as_json=as_json)


@app.command(name="import")
def import_feeds(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="An OPML list.")],
    *,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Follow every feed of an OPML list, in its folders."""
    from bot.commands import feeds as command

    command.import_feeds(path, dry_run=dry_run, as_json=as_json)


@app.command(name="export")
def export_feeds(*, as_json: AsJson = False) -> None:
    """Write what is followed as an OPML list; keys in addresses are in it."""
    from bot.commands import feeds as command

    command.export_feeds(as_json=as_json)


@app.command()
def poll(
    address: Annotated[
        str | None, typer.Argument(metavar="URL", help="One feed, whenever it would be due.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Ask the feeds that are due, as a running Tape does by itself."""
    from bot.commands import feeds as command

    if not command.poll(address, as_json=as_json):
        raise typer.Exit(FAILED)
