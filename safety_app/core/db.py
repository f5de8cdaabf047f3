"""Database: the base of all tables, the engine of either dialect, and the transaction."""

import os
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_
from safety_app.core.settings import settings

try:
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # no wheel for this system: the standard module, with a warning from `doctor`
    import sqlite3 as sqlite

SAFE_SQLITE: Final = (3, 51, 3)
SQLITE_VERSION: Final = tuple(int(part) for part in sqlite.sqlite_version.split("."))
PRAGMAS: Final = (
    "busy_timeout=30000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-65536",
    "temp_store=MEMORY",
    "journal_size_limit=67108864",
)
T = TypeVar("T")
Big = BigInteger().with_variant(Integer, "sqlite")


class DatabaseUnreachable(AppError):
    """The database cannot be opened or has gone."""

    text = N_("The record store cannot be reached. Nothing was lost; tell the administrator.")
    status = 503


class Busy(Exception):
    """Another transaction is under way, in this process or in another."""


class UnknownDatabase(AppError):
    """The address names a database this program does not speak to."""

    text = N_("“{kind}” is no database this program knows. Use SQLite or PostgreSQL.")


class UtcDateTime(TypeDecorator[datetime]):
    """A UTC moment: `timestamptz` on PostgreSQL, naive UTC text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive moment has no place in the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every table, with one naming convention for constraints."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: Final = {datetime: UtcDateTime, str: String}


class Record(Base):
    """A row of a site with an integer key."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)


class ReadingSession(Session):
    """A session that has nothing to write."""

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Refuse what was changed by mistake."""
        if self.new or self.dirty or self.deleted:
            raise RuntimeError("a write inside reading()")


class Database:
    """An engine for writing, the same one for reading, and the writers' queue of SQLite."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        kind = self.url.get_backend_name()
        if kind not in ("sqlite", "postgresql"):
            raise UnknownDatabase(kind=kind)
        self.is_sqlite = kind == "sqlite"
        self._file = self._path()
        self._identity: tuple[int, int] | None = None
        self.engine = self._sqlite() if self.is_sqlite else self._postgresql()
        one_moment = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reader = self.engine.execution_options(reading=True, **one_moment)
        self._queue = threading.Lock()
        self._own: Any = None

    def _path(self) -> Path | None:
        """The file, if there is one."""
        name = self.url.database
        return Path(name) if self.is_sqlite and name and name != ":memory:" else None

    def _seen(self) -> tuple[int, int] | None:
        """Which file lies at the path now."""
        try:
            found = os.stat(self._file) if self._file else None
        except OSError:
            return None
        return (found.st_dev, found.st_ino) if found else None

    def _check_file(self) -> None:
        """Raise unless the file is the one opened first.

        A file that was moved or deleted goes on taking writes, which would be gone at the next
        start; and a new connection would make an empty one in its place.
        """
        if self._identity is not None and self._seen() != self._identity:
            raise DatabaseUnreachable()

    def _sqlite(self) -> Engine:
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        # The last one used first: each connection has read its own part of the file.
        engine = create_engine(
            self.url, module=sqlite, pool_size=20, max_overflow=20, pool_use_lifo=True
        )

        @event.listens_for(engine, "connect")
        def _on_connect(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            if self._identity is None:
                self._identity = self._seen()

        @event.listens_for(engine, "begin")
        def _on_begin(connection: Connection) -> None:
            if connection.get_execution_options().get("reading"):
                # Takes no lock and cannot fail; a page reads often.
                driver: Any = connection.connection.dbapi_connection
                driver.execute("BEGIN")
            else:
                connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine

    def _postgresql(self) -> Engine:
        options = "-c lock_timeout=10s -c statement_timeout=60s -c timezone=UTC"
        return create_engine(
            self.url.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=10,
            connect_args={"options": options},
        )

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One write transaction: committed at the end of the block, undone by any exception."""
        if _inside.get():
            raise RuntimeError("transactions do not nest")
        self._check_file()
        token = _inside.set(True)
        if self.is_sqlite:
            self._queue.acquire()
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        finally:
            if self.is_sqlite:
                self._queue.release()
            _inside.reset(token)
            if (view := _view.get()) is not None:
                _look_anew(view)  # at what was just written too

    @contextmanager
    def at_once(self) -> Iterator[Any]:
        """A write transaction by the driver's own connection to SQLite, for the busiest path.

        Raises `Busy` where it would have to wait for another one. The driver's errors pass.
        """
        self._check_file()
        if not self._queue.acquire(blocking=False):
            raise Busy
        try:
            driver = self._begin_at_once()
            try:
                yield driver
                driver.execute("COMMIT")
            except BaseException:
                # SQLite has undone it already after some errors.
                if driver.in_transaction:
                    driver.execute("ROLLBACK")
                raise
        finally:
            self._queue.release()

    def close(self) -> None:
        """Close every connection that is not in use."""
        with self._queue:
            if self._own is not None:
                self._own.close()
                self._own = None
        self.engine.dispose()

    def _begin_at_once(self) -> Any:
        if self._own is None:
            connection = self.engine.raw_connection()
            connection.detach()
            self._own = connection.dbapi_connection
            self._own.execute("PRAGMA busy_timeout=0")
        try:
            self._own.execute("BEGIN IMMEDIATE")
        except sqlite.OperationalError as error:
            raise Busy from error
        return self._own

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent read-only view; a write in it is a bug and raises.

        Inside `one_view` it is that view.
        """
        if (view := _view.get()) is not None:
            try:
                yield view
            except SQLAlchemyError:
                _look_anew(view)  # PostgreSQL answers nothing more after an error
                raise
            return
        self._check_file()
        with ReadingSession(self._reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def one_view(self) -> Iterator[None]:
        """Let every `reading` in the block look at the same view, for a page of many parts."""
        with self.reading() as session:
            token = _view.set(session)
            try:
                yield
            finally:
                _view.reset(token)


def kept(session: Session, key: Hashable, make: Callable[[], T]) -> T:
    """What was found out for a read-only view, which stays as it is; of another session, anew."""
    if not isinstance(session, ReadingSession):
        return make()
    if key not in session.info:
        session.info[key] = make()
    found: T = session.info[key]
    return found


def _look_anew(view: Session) -> None:
    view.rollback()
    view.info.clear()


_view: ContextVar[Session | None] = ContextVar("one_view", default=None)
_inside: ContextVar[bool] = ContextVar("inside_transaction", default=False)
_current: list[Database] = []


def configure(url: str) -> Database:
    """Open the database of this process, closing the one before."""
    for old in _current:
        old.close()
    _current[:] = [Database(url)]
    return _current[0]


def database() -> Database:
    """The database of this process."""
    if not _current:
        configure(settings().url)
    return _current[0]


def transaction() -> AbstractContextManager[Session]:
    """`with transaction() as session`: one write transaction on the process's database."""
    return database().transaction()


def reading() -> AbstractContextManager[Session]:
    """`with reading() as session`: one read-only view on the process's database."""
    return database().reading()


def one_view() -> AbstractContextManager[None]:
    """`with one_view()`: every `reading` in it looks at the same view."""
    return database().one_view()
