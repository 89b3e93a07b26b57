"""`tape alerts …` to function calls: the rules, why they fired or did not, what they would tell."""

from typing import Annotated

import typer

from bot.cli_options import AsJson

app = typer.Typer(
    name="alerts",
    help="Alert rules: list them, explain them, try them out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.command(name="list")
def list_alerts(*, as_json: AsJson = False) -> None:
    """List the alert rules of everybody, and how often each told something."""
    from bot.commands import alerts as command

    command.list_rules(as_json=as_json)


@app.command()
def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Its id, as `list` shows it.")],
    article: Annotated[
        str, typer.Argument(metavar="ARTICLE", help="Its id or address; or a ticker or name.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Say why a rule fired on an article, or why it did not: every check with its value."""
    from bot.commands import alerts as command

    command.explain(rule, article, as_json=as_json)


@app.command(name="dry-run")
def dry_run(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Its id, as `list` shows it.")],
    *,
    days: Annotated[int, typer.Option(min=1, max=366, help="How far back.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Replay a rule over what is stored: what it would have told. Nothing is sent."""
    from bot.commands import alerts as command

    command.dry_run(rule, days=days, as_json=as_json)
