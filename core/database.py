"""One database, one transaction per external action.

Operations never commit. The edge (a request, a command, a job) opens `transaction()` and everything
that happens inside is committed once, or not at all.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import JSON, DateTime, Engine, Enum, Index, Insert, MetaData, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from core.config import Settings

# Seconds after which a connection is asked whether it is still there.
QUIET = 1.0
_USED_AT = "used_at"
_ALONE = "alone"
_AFTER_COMMIT = "after_commit"
_OPEN = "transaction_open"
_MEMORY = "transaction_memory"
_LATER = "rows_to_write"


class Model(DeclarativeBase):
    """Base of all tables. Constraint names are fixed so that migrations can name them.

    A StrEnum is stored as its value, in a plain text column: a new word needs no migration.
    """

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=False,
            length=40,
            values_callable=lambda words: [word.value for word in words],
        )
    }
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class OneDatabase(FlaskSession):
    """A session that need not look at a statement to know where it goes: there is one database."""

    def get_bind(self, *_: Any, **__: Any) -> Engine:
        """The engine of the application at hand."""
        return self._db.engine

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what is pending: changed objects first, then the rows of `write_later`."""
        super().flush(objects)
        waiting = self.info.get(_LATER)
        if waiting:
            self.info[_LATER] = {}
            for statement, rows in waiting.items():
                self.connection().execute(statement, rows)


db = SQLAlchemy(
    metadata=Model.metadata,
    session_options={"expire_on_commit": False, "class_": OneDatabase},
)

JsonColumn = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. SQLite forgets the zone, so it is given back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Refuse naive moments: which zone they mean is anybody's guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive moment cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Give every moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def index_where(condition: str, name: str, *columns: str) -> Index:
    """An index of some rows only, such as those still open: it stays small however many are done.

    A statement that is to use it must say the condition in the same words, without parameters.
    """
    return Index(name, *columns, postgresql_where=text(condition), sqlite_where=text(condition))


def init_app(app: Flask, settings: Settings) -> None:
    """Bind the session to the configured database."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.effective_database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(settings.effective_database_url)
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)
        else:
            _probe_quiet_connections(db.engine)


@contextmanager
def transaction() -> Iterator[Session]:
    """The single transaction of one external action; commits at the end, rolls back on any error.

    What the request merely read before is forgotten first: SQLite cannot turn a read into a write.
    """
    session = db.session()
    if session.info.get(_OPEN):
        raise RuntimeError("a transaction is already open: operations must not open their own")
    session.rollback()
    session.expire_all()
    session.connection(execution_options={"immediate": True})
    session.info[_OPEN], session.info[_AFTER_COMMIT], session.info[_MEMORY] = True, [], {}
    try:
        yield session
        session.commit()
        callbacks = session.info[_AFTER_COMMIT]
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[_OPEN], session.info[_AFTER_COMMIT], session.info[_MEMORY] = False, [], {}
    for callback in callbacks:
        callback()


@contextmanager
def reading() -> Iterator[Session]:
    """Read outside any transaction of change, and let go of the connection afterwards."""
    session = db.session()
    try:
        yield session
    finally:
        if not session.info.get(_OPEN):
            session.rollback()


@contextmanager
def each_alone() -> Iterator[Connection]:
    """A connection on which every statement is a transaction of its own, whatever else is open.

    It saves BEGIN and COMMIT, and psycopg keeps what it prepared: it forgets that at every rollback.
    """
    sqlite = db.engine.dialect.name == "sqlite"
    alone = {_ALONE: True} if sqlite else {"isolation_level": "AUTOCOMMIT"}
    with db.engine.connect().execution_options(**alone) as connection:
        yield connection


def remembered() -> dict[Any, Any]:
    """What the open transaction knows already, such as which rows it holds locked.

    Forgotten at its end, and whenever a part of it is rolled back: that lets go of locks, too.
    """
    info = db.session().info
    memory: dict[Any, Any] = info[_MEMORY] if info.get(_OPEN) else {}
    return memory


def write_later(statement: Insert, row: dict[str, Any]) -> None:
    """Insert a row with the session's next flush, all rows of one statement together.

    A flush comes before every read of objects, before every savepoint and before the commit. Outside
    of `transaction()` the row is written at once.
    """
    session = db.session()
    if not session.info.get(_OPEN):
        session.connection().execute(statement, row)
        return
    waiting: dict[Insert, list[dict[str, Any]]] = session.info.setdefault(_LATER, {})
    waiting.setdefault(statement, []).append(row)


def after_commit(callback: Callable[[], None]) -> None:
    """Call back once the open transaction is durable; once per callback however often it is asked.

    It must not fail and must not touch the database: its work is to wake somebody up.
    """
    callbacks = db.session().info[_AFTER_COMMIT]
    if callback not in callbacks:
        callbacks.append(callback)


@event.listens_for(db.session, "after_soft_rollback")
def _forget(session: Session, _rolled_back: Any) -> None:
    session.info[_MEMORY], session.info[_LATER] = {}, {}


@event.listens_for(db.session, "before_commit")
def _write_rest(session: Session) -> None:
    session.flush()


def _engine_options(url: str) -> dict[str, Any]:
    # Parameters are people's data: a failing statement must not carry them into a log.
    options: dict[str, Any] = {"hide_parameters": True}
    if url.startswith("sqlite"):
        return options | {"connect_args": {"timeout": 30, "check_same_thread": False}}
    return options | {"connect_args": {"options": "-c lock_timeout=15s"}}


def _probe_quiet_connections(engine: Engine) -> None:
    """A server that was restarted leaves dead connections in the pool. One that was used a moment ago
    is taken as it is: asking each time costs as much as a statement of a job.
    """

    def note_use(_connection: Any, record: Any) -> None:
        record.info[_USED_AT] = time.monotonic()

    def probe(connection: Any, record: Any, _proxy: Any) -> None:
        used_at = record.info.get(_USED_AT, time.monotonic())
        if time.monotonic() - used_at > QUIET and not _answers(engine, connection):
            raise DisconnectionError

    event.listen(engine, "checkin", note_use)
    event.listen(engine, "checkout", probe)


def _answers(engine: Engine, connection: Any) -> bool:
    try:
        return engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error:
        return False


def _prepare_sqlite(engine: Engine) -> None:
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=30000",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(_ALONE):
        return
    immediate = options.get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
