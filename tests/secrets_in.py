"""What a test searches for secrets, such as rows in full, and the search. Knows no Slack."""

import re
from collections.abc import Iterable

from sqlalchemy import Engine, inspect, text

_TIMES = re.compile(r"\d\d:\d\d:\d\d\.\d+|datetime\.datetime\([\d, ]+")


def rows_of(engine: Engine, table: str) -> list[str]:
    """Write out every value of a table's rows; a SQLAlchemy row's `repr` cuts long ones."""
    with engine.connect() as connection:
        found = connection.execute(text(f'SELECT * FROM "{table}"'))
        return [f"{table} {[str(value) for value in row]}" for row in found]


def dump(engine: Engine) -> str:
    """Write out every row of every table."""
    tables = sorted(inspect(engine).get_table_names())
    return "\n".join(row for table in tables for row in rows_of(engine, table))


def secrets_in(told: str, secrets: Iterable[str]) -> list[str]:
    """List the secrets that stand in a text; digits of a clock or an id may spell one by chance.

    An edge of a secret that is a digit must not go on in a longer number, in a fraction, or in
    an id: `4242` is in `4242.42` and in `-4242`, and not in `1795750843.424217` or `a-94242c`.
    """
    without_times = _TIMES.sub("", told)
    return [secret for secret in secrets if re.search(_standing(secret), without_times)]


def _standing(secret: str) -> str:
    before = r"(?<!\w)(?<!\d\.)" if secret[0].isdigit() else ""
    after = r"(?!\w)" if secret[-1].isdigit() else ""
    return before + re.escape(secret) + after
