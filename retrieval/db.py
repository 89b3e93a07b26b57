"""Turns a database URL into an engine with up-to-date tables. Knows no table."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from pathlib import Path

from sqlalchemy import (
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    QueuePool,
    Table,
    TypeDecorator,
    create_engine,
    event,
    exc,
    func,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from retrieval.errors import NewerDatabaseError, StoreError

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)
"""Every package's tables; the names let a migration find a constraint again."""

BUSY_SECONDS = 30
"""How long a writer waits for another one before the user hears of it."""

_MIGRATION_LOCK = 8_273_001
"""Any number that nobody else on the server takes; Postgres locks by number."""

_POSTGRES = "postgresql+psycopg"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in, the same moment in UTC out, whatever the database makes of zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 (SQLAlchemy's signature)
    ) -> datetime | None:
        """Refuse a naive time: which zone it meant cannot be known."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time: {value}")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 (SQLAlchemy's signature)
    ) -> datetime | None:
        """Give the moment its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def connect(url: str) -> Engine:
    """Make an engine for a database URL. Nothing is read or written before its first use.

    On SQLite every transaction takes the write lock at its start, so what it read is still true
    when it writes; use `reading` for those that only read. `sqlite://` is one database in memory,
    on which threads take turns.
    """
    address = _address(url)
    engine = _sqlite(address) if address.get_backend_name() == "sqlite" else _postgres(address)
    shown = address.render_as_string(hide_password=True)
    event.listen(engine, "handle_error", partial(_in_our_words, shown))
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Read one snapshot of the database, without waiting for writers."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            yield connection.execution_options(sqlite_begin="DEFERRED")
        else:
            yield connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )


def insert_new(
    connection: Connection, table: Table, row: dict[str, object], *, key: Sequence[str]
) -> bool:
    """Insert a row unless one with its key is there; tell whether it was inserted."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(table).values(row).on_conflict_do_nothing(index_elements=list(key))
    inserted = insert.returning(*(table.c[name] for name in key))
    return connection.execute(inserted).first() is not None


def migrate(engine: Engine, *packages: str) -> None:
    """Bring the tables of each package up to date, from the files in its `migrations` folder.

    Each package has its own history and version table, so one can be opened without knowing of the
    others. Processes that start at once take turns; whoever comes second finds nothing to do.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        for package in packages:
            _upgrade(connection, package)


def _upgrade(connection: Connection, package: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    versions = f"migrations_{package.replace('.', '_')}"
    config = Config(attributes={"connection": connection, "version_table": versions})
    for option, folder in (("script_location", "retrieval"), ("version_locations", package)):
        config.set_main_option(option, _migrations(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    scripts = ScriptDirectory.from_config(config)
    at = MigrationContext.configure(connection, opts={"version_table": versions})
    heads = set(at.get_current_heads())
    if not heads <= {script.revision for script in scripts.walk_revisions()}:
        raise NewerDatabaseError(connection.engine.url.render_as_string(hide_password=True))
    if heads != set(scripts.get_heads()):
        command.upgrade(config, "heads")


def _migrations(package: str) -> str:
    return str(files(package) / "migrations")


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except exc.ArgumentError as error:
        raise StoreError("not a database URL") from error
    if address.drivername in {"postgres", "postgresql"}:
        address = address.set(drivername=_POSTGRES)
    if address.drivername not in {"sqlite", _POSTGRES}:
        raise StoreError(f"{address.drivername} (Tape uses sqlite or postgresql)")
    return address


def _sqlite(address: URL) -> Engine:
    # A database in memory is its connection: a pool of one makes its threads take turns.
    in_memory = address.database in {None, "", ":memory:"}
    engine = create_engine(
        address,
        hide_parameters=True,  # an error's text tells nobody what was being kept
        poolclass=QueuePool,
        pool_size=1 if in_memory else 5,
        max_overflow=0 if in_memory else 10,
        pool_timeout=BUSY_SECONDS,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "do_connect", partial(_make_folder, address.database))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgres(address: URL) -> Engine:
    return create_engine(
        address,
        hide_parameters=True,
        pool_pre_ping=True,  # a server that was restarted is not an error
        connect_args={"options": "-c timezone=UTC"},
    )


def _make_folder(database: str | None, *_: object) -> None:
    if database and database != ":memory:":
        try:
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(database) from error


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = (
        None  # the driver's own BEGIN comes too late: after the first SELECT
    )
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # NORMAL survives kill -9 too, FULL also a power cut. With NORMAL the change sequence could go
    # back behind the indexes that follow it, and the same numbers would then mean other chunks.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {mode}")


def _in_our_words(shown: str, context: ExceptionContext) -> None:
    """Turn "cannot be reached, locked, full, damaged" into the sentence that the user reads.

    Broken constraints and wrong statements stay what they are: they are for whoever made them.
    """
    error = context.sqlalchemy_exception
    if isinstance(error, exc.OperationalError) or type(error) is exc.DatabaseError:
        raise StoreError(shown) from context.original_exception
