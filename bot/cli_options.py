"""The options that several commands of `tape` take, written once. Knows no command."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]
