"""The work behind each command of the command line, one file for each. Knows no typer."""
