"""A database is made, brought up to date, or refused in words; migrations and tables agree."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Engine, MetaData, Table, Text, inspect, select, text, update

from retrieval.db import UtcDateTime, connect, insert_new, metadata, migrate, reading
from retrieval.errors import NewerDatabaseError, StoreError
from retrieval.store.store import Store
from tests.articles import MONDAY, analysis, article, impact, record

ROOT = Path(__file__).parents[2]

PACKAGES = {
    "retrieval.store": ("retrieval.store.schema",),
    "jobs": (
        "jobs.alerts.tables",
        "jobs.feeds.rows",
        "jobs.mutes",
        "jobs.outbox_table",
        "jobs.people",
        "jobs.book.prices",
        "jobs.state",
    ),
    "bot": ("bot.channels", "bot.feedback", "bot.inbox_rows", "bot.tokens"),
}
"""Each package with migrations, and the modules that declare its tables."""

for _modules in PACKAGES.values():
    for _module in _modules:
        importlib.import_module(_module)


@pytest.fixture(params=["file", "memory", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        fresh: str = request.getfixturevalue("fresh_postgres_url")
        return fresh
    return "sqlite://" if request.param == "memory" else f"sqlite:///{tmp_path}/new/tape.db"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = connect(url)
    yield engine
    engine.dispose()


def test_every_package_with_migrations_is_listed() -> None:
    folders = {folder.parent.relative_to(ROOT) for folder in ROOT.glob("[bjr]*/**/migrations")}
    folders.discard(Path("retrieval"))  # the environment, not a history
    assert {".".join(folder.parts) for folder in folders} == set(PACKAGES)


def test_migrations_make_the_tables_that_the_code_declares(engine: Engine) -> None:
    migrate(engine, *PACKAGES)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: not (name or "").startswith("migrations_"),
            },
        )
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing_and_packages_do_not_need_each_other(
    engine: Engine,
) -> None:
    migrate(engine, *reversed(PACKAGES))
    migrate(engine, "retrieval.store")
    migrate(engine, *PACKAGES)
    assert len(inspect(engine).get_table_names()) == len(metadata.tables) + len(PACKAGES)


def test_articles_of_the_first_release_are_read_as_they_were(engine: Engine) -> None:
    migrate(engine, "retrieval.store")
    Store(engine).put_many([record(article("a"), analysis(impact("AMD")))], now=MONDAY)
    with engine.begin() as connection:
        stories = ("memberships", "bands", "leads", "imprints")
        for table in ("inferred", "replies", "spending", *stories):
            connection.execute(text(f"DROP TABLE {table}"))
        for column in ("fallback", "seq", "superseded_seq", "backfilled"):
            connection.execute(text(f"ALTER TABLE versions DROP COLUMN {column}"))
        connection.execute(text("ALTER TABLE impacts DROP COLUMN conditions"))
        connection.execute(text("UPDATE migrations_retrieval_store SET version_num = 'store_0001'"))
    migrate(engine, "retrieval.store")
    stored = Store(engine).article("a")
    assert stored
    assert stored.analysis == analysis(impact("AMD"))
    assert set(Store(engine).at_change(0).heads(["a"])) == {"a"}


def test_the_database_of_a_newer_tape_is_refused(engine: Engine) -> None:
    migrate(engine, "retrieval.store")
    ahead = text("UPDATE migrations_retrieval_store SET version_num = 'store_9999'")
    with engine.begin() as connection:
        connection.execute(ahead)
    with pytest.raises(NewerDatabaseError) as refused:
        migrate(engine, "retrieval.store")
    assert "newer version of Tape" in refused.value.sentence
    assert refused.value.sentence.isprintable()


STARTS = """
import sys
from retrieval.db import connect, migrate
engine = connect(sys.argv[1])
migrate(engine, "retrieval.store")
engine.dispose()
"""


@pytest.mark.parametrize("url", ["file", "postgres"], indirect=True)
def test_processes_that_start_at_once_take_turns(url: str) -> None:
    command = [sys.executable, "-c", STARTS, url]
    starting = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(4)]
    ended = [process.communicate()[1].decode() for process in starting]
    assert ended == [""] * 4
    assert [process.returncode for process in starting] == [0] * 4


@pytest.mark.parametrize(
    "wrong",
    [
        "nonsense",
        "mysql://tape@localhost/tape",
        "sqlite+pysqlcipher:///x",
        "postgres://tape:s3cret@127.0.0.1:1/none",
        "sqlite:////proc/no/tape.db",
    ],
)
def test_a_database_that_cannot_be_used_is_an_error_in_words(wrong: str) -> None:
    with pytest.raises(StoreError) as refused:
        migrate(connect(wrong), "retrieval.store")
    assert "TAPE_DATABASE_URL" in refused.value.sentence
    assert "s3cret" not in refused.value.sentence


def test_a_file_that_is_no_database_is_an_error_in_words(tmp_path: Path) -> None:
    file = tmp_path / "tape.db"
    file.write_bytes(b"This is a shopping list, and no database at all." * 100)
    engine = connect(f"sqlite:///{file}")
    with pytest.raises(StoreError, match=r"tape\.db"):
        migrate(engine, "retrieval.store")
    engine.dispose()


@pytest.mark.parametrize("name", ["with space", "50% off", "a:b", "Börse"])
def test_any_folder_can_hold_the_database(tmp_path: Path, name: str) -> None:
    engine = connect(f"sqlite:///{tmp_path}/{name}/tape.db")
    migrate(engine, "retrieval.store")
    engine.dispose()
    assert (tmp_path / name / "tape.db").exists()


def test_an_sqlite_file_keeps_what_is_committed_through_a_power_cut(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/tape.db")
    with reading(engine) as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        set_to = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas]
    engine.dispose()
    assert set_to == ["wal", 2, 1]


notes = Table("notes", MetaData(), Column("id", Text, primary_key=True), Column("at", UtcDateTime))


@pytest.fixture
def noted(engine: Engine) -> Engine:
    notes.create(engine)
    return engine


def test_a_row_is_inserted_once(noted: Engine) -> None:
    with noted.begin() as connection:
        assert insert_new(connection, notes, {"id": "a"}, key=["id"])
        assert not insert_new(connection, notes, {"id": "a"}, key=["id"])


def test_times_come_back_in_utc_and_compare_as_moments(noted: Engine) -> None:
    new_york = datetime.fromisoformat("2026-11-27T08:45:00.000001-05:00")
    with noted.begin() as connection:
        insert_new(connection, notes, {"id": "a", "at": new_york}, key=["id"])
        read = connection.execute(select(notes.c.at).where(notes.c.at == new_york)).scalar_one()
    assert read == new_york
    assert read.tzinfo is UTC


@pytest.mark.parametrize("url", ["file", "postgres"], indirect=True)
def test_a_reader_keeps_its_snapshot_and_does_not_wait_for_a_writer(noted: Engine) -> None:
    count = select(notes.c.id)
    with reading(noted) as connection:
        assert connection.execute(count).all() == []
        with noted.begin() as writer:
            insert_new(writer, notes, {"id": "a"}, key=["id"])
        assert connection.execute(count).all() == []
    with reading(noted) as connection:
        assert len(connection.execute(count).all()) == 1


@pytest.mark.parametrize("url", ["file"], indirect=True)
def test_what_a_transaction_read_is_still_true_when_it_writes(noted: Engine, url: str) -> None:
    other = connect(url)
    with other.begin() as connection:
        insert_new(connection, notes, {"id": "a"}, key=["id"])
    with noted.begin() as mine:
        assert mine.execute(select(notes.c.id)).all() == [("a",)]
        mine.execute(update(notes).values(id="b"))
    with reading(other) as connection:
        assert connection.execute(select(notes.c.id)).all() == [("b",)]
    other.dispose()
