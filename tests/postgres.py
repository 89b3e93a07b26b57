"""A private Postgres server for the tests, where its programs are installed. A pytest plugin.

It has no port, only a socket in a temporary folder, and it runs as a user who is not root.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

_numbers = count(1)
_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "listen_addresses=")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a running server's own database."""
    programs = _programs()
    if programs is None:
        pytest.skip("Postgres is not installed: no initdb in PATH or /usr/lib/postgresql/*/bin")
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="tape-pg-"))
    shutil.chown(folder, user)
    data = folder / "data"
    run: list[str | Path] = [programs / "pg_ctl", "--pgdata", data, "--wait"]
    options = " ".join(f"-c {option}" for option in (*_FAST, f"unix_socket_directories={folder}"))
    try:
        _quietly(
            user,
            programs / "initdb",
            "--pgdata",
            data,
            "--auth=trust",
            "--username=tape",
            "--encoding=UTF8",
            "--no-sync",
        )
        _quietly(user, *run, "--log", folder / "log", "--options", options, "start")
        yield f"postgresql://tape@/postgres?host={folder}"
    finally:
        if (data / "postmaster.pid").exists():
            _quietly(user, *run, "--mode", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture
def fresh_postgres_url(postgres_url: str) -> Iterator[str]:
    """The URL of an empty database on the server, dropped after the test."""
    name = f"test_{next(_numbers)}"
    _administer(postgres_url, f"CREATE DATABASE {name}")
    url = make_url(postgres_url).set(database=name)
    yield url.render_as_string(hide_password=False)
    _administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(url: str, command: str) -> None:
    server = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with server.connect() as connection:
        connection.execute(text(command))
    server.dispose()


def _programs() -> Path | None:
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


def _user() -> str:
    """Who runs the server: it refuses root."""
    if os.getuid():
        return pwd.getpwuid(os.getuid()).pw_name
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


def _quietly(user: str, *command: str | Path) -> None:
    as_user = user if not os.getuid() else None
    subprocess.run(command, check=True, user=as_user, stdout=subprocess.DEVNULL, cwd="/tmp")
