"""The databases that every store must work on: SQLite in a file and in memory, and Postgres."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from retrieval.db import connect, migrate


@pytest.fixture(params=["file", "memory", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, one of each kind."""
    if request.param == "postgres":
        fresh: str = request.getfixturevalue("fresh_postgres_url")
        return fresh
    return "sqlite://" if request.param == "memory" else f"sqlite:///{tmp_path}/tape.db"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """A database with the tables of bot."""
    made = connect(url)
    migrate(made, "bot")
    yield made
    made.dispose()
