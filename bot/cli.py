"""The command line to function calls.

`tape run | ask | portfolio | prices | replay | ingest | feeds | analyse | sentiment | digest |
alerts | outbox | feedback | doctor | reindex | eval | bench`.

Imports nothing heavy before a command needs it: `tape --help` answers within a second.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import cli_alerts, cli_feeds, console
from bot.cli_options import AsJson
from jobs.errors import WhichDigestError, WhichPostError
from jobs.models import OutboxState
from retrieval.errors import TapeError, WhichQuestionError

app = typer.Typer(
    name="tape",
    help="Reads the articles your team follows and says who gains, who loses, and where.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(cli_feeds.app)
app.add_typer(cli_alerts.app)

FAILED, UNUSABLE = 1, 2


@app.command()
def run() -> None:
    """Start Tape: on Slack when both tokens are set, else with the playground in the browser."""
    from bot.commands import run as command

    command.run()


@app.command()
def playground() -> None:
    """Start the playground, also when Slack tokens are set."""
    from bot.commands import run as command

    command.run(playground=True)


@app.command()
def ingest(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="PATH|URL...", help="Files, folders, pages, feeds or mailboxes."),
    ],
    *,
    backfill: Annotated[
        bool, typer.Option("--backfill", help="It is history: answered from, but no news.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read articles into the store. The same article again changes nothing."""
    from bot.commands import ingest as command

    if not command.ingest(sources, backfill=backfill, as_json=as_json):
        raise typer.Exit(FAILED)


@app.command()
def analyse(
    path: Annotated[str | None, typer.Argument(metavar="PATH", help="A file, or a folder.")] = None,
    *,
    jsonl: Annotated[
        Path | None, typer.Option(help="A file of {id, text, title?, url?, ...} lines.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what articles say about whom. Needs no database."""
    from bot.commands import analyse as command

    if not command.analyse(path, jsonl=jsonl, as_json=as_json):
        raise typer.Exit(FAILED)


@app.command()
def sentiment(
    *,
    jsonl: Annotated[Path, typer.Option(help="A file of {id, text, target?, start?, end?} lines.")],
    as_json: AsJson = False,  # noqa: ARG001 - every command takes it; this one always writes JSON
) -> None:
    """Say what texts say about a target, or as a whole: {id, score, label} lines, no database."""
    from bot.commands import sentiment as command

    if not command.sentiment(jsonl):
        raise typer.Exit(FAILED)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(metavar="QUESTION")] = None,
    *,
    article: Annotated[
        str | None,
        typer.Option(metavar="ID|PATH|URL", help="Answer from this article only."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="ISO", help="Answer as known at this moment.")
    ] = None,
    holdings: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="Your book, ticker,weight lines, for this answer only."),
    ] = None,
    jsonl: Annotated[Path | None, typer.Option(help="A file of {id, question} lines.")] = None,
    corpus: Annotated[
        Path | None,
        typer.Option(help="With --jsonl: answer from these {id, text, ...} lines only."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question with citations."""
    from bot.commands import ask as command

    if jsonl is None and corpus is None and question is not None:
        command.ask(question, article=article, as_of=as_of, holdings=holdings, as_json=as_json)
    elif jsonl is None or corpus is None or any((question, article, as_of, holdings)):
        raise WhichQuestionError
    else:
        command.ask_corpus(jsonl, corpus)


@app.command()
def portfolio(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A broker's CSV, or ticker,weight.")],
    *,
    pictures: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Draw its charts into this folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show a book's positions, what the news adds to each, and what could hurt. Keeps nothing."""
    from bot.commands import portfolio as command

    command.portfolio(file, pictures=pictures, as_json=as_json)


@app.command()
def prices(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="date,ticker,close rows, or a column a ticker.")
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read it, keep nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Keep closing prices, so that books show how far a price has moved since the news."""
    from bot.commands import prices as command

    command.prices(file, dry_run=dry_run, as_json=as_json)


@app.command()
def replay(
    replay_id: Annotated[str, typer.Argument(metavar="ID", help="It stands under each answer.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Make an earlier answer again from the versions it was made of, and say what changed since."""
    from bot.commands import replay as command

    command.replay(replay_id, as_json=as_json)


@app.command()
def digest(
    channel: Annotated[str, typer.Option(metavar="NAME", help="The channel of the digest.")] = "",
    *,
    listed: Annotated[
        bool, typer.Option("--list", help="List all digests and when each comes next.")
    ] = False,
    wrap: Annotated[bool, typer.Option("--wrap", help="The weekly wrap, not the brief.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it, post nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show or queue a channel's digest of today, or list all digests; JSON is one a line."""
    from bot.commands import digest as command

    if listed:
        command.listing(as_json=as_json)
    elif channel:
        command.digest(channel, wrap=wrap, dry_run=dry_run, as_json=as_json)
    else:
        raise WhichDigestError


@app.command()
def outbox(
    post: Annotated[
        str | None, typer.Argument(metavar="ID", help="One of them, with its words.")
    ] = None,
    *,
    state: Annotated[OutboxState | None, typer.Option(help="List only these.")] = None,
    retry: Annotated[
        bool, typer.Option("--retry", help="Post it again, after you have looked for it.")
    ] = False,
    drop: Annotated[bool, typer.Option("--drop", help="Never post it.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what Tape posts of its own accord, or decide about one post; JSON is one a line."""
    from bot.commands import outbox as command

    if (retry or drop) and (post is None or state or retry == drop):
        raise WhichPostError
    if post is None:
        command.listing(state, as_json=as_json)
    elif not (retry or drop):
        command.show(post, as_json=as_json)
    elif not (command.try_again if retry else command.drop)(post, yes=yes, as_json=as_json):
        raise typer.Exit(FAILED)


@app.command()
def feedback(*, as_json: AsJson = False) -> None:
    """List what people thought of answers, for review; JSON is one case a line."""
    from bot.commands import feedback as command

    command.feedback(as_json=as_json)


@app.command()
def doctor(
    *,
    slack: Annotated[
        bool, typer.Option("--slack", help="Ask Slack what the tokens may do, and what is missing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check this installation: settings with their source, database, indexes, model."""
    from bot.commands import doctor as command

    look = command.doctor_slack if slack else command.doctor
    if not look(as_json=as_json):
        raise typer.Exit(FAILED)


@app.command()
def reindex(*, as_json: AsJson = False) -> None:
    """Build the search indexes anew from the database, without embedding again."""
    from bot.commands import reindex as command

    command.reindex(as_json=as_json)


@app.command(name="eval")
def evaluate(
    data: Annotated[Path, typer.Option(metavar="DIR", help="A folder of evaluation sets.")],
    *,
    only: Annotated[str | None, typer.Option(metavar="SET", help="One set by its name.")] = None,
    thresholds: Annotated[
        Path | None, typer.Option(help="A TOML file of least values; below one, exit 1.")
    ] = None,
    readme: Annotated[
        Path | None, typer.Option(help="A page whose scoreboard is written anew.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure Tape on labelled data and print the scoreboard."""
    from bot.commands import evaluate as command

    if not command.evaluate(data, only=only, thresholds=thresholds, readme=readme, as_json=as_json):
        raise typer.Exit(FAILED)


@app.command()
def bench(
    *,
    large: Annotated[
        bool, typer.Option("--large", help="Ask a library of a million chunks, too.")
    ] = False,
) -> None:
    """Measure speed on this machine; writes JSON. Takes a quarter of an hour."""
    from bot.commands import bench as command

    command.bench(large=large)


def main() -> None:
    """Run the command line. What we can name ends in one sentence on stderr and exit 2."""
    console.ready()
    try:
        app()
    except TapeError as error:
        console.note(error.sentence)
        sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()
