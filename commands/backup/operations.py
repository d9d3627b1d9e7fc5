"""Makes a backup of the current application, and makes an application what a backup says."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData

import storage
from commands import migrations
from commands.backup import rows
from commands.backup.archive import Reader, Writer, reading, writing
from commands.errors import ArchiveTooNew, DatabaseNotCurrent, TargetNotEmpty
from core import revisions
from core.clock import now
from core.database import Model, db, transaction
from dossiers.feed import skip_ahead

FORMAT = 1
TABLES, DOCUMENTS, KEYS = "database/", "documents/", "keys/"


def make_backup(path: Path, keys: Path) -> dict[str, Any]:
    """Write an archive of the database, the documents and the folder of keys; returns its manifest.

    The site may be running: the rows are of one moment, and documents are written before the rows
    that name them.
    """
    _require_current_database()
    with writing(path) as archive:
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "version": version("motcua"),
            "made_at": now().isoformat(),
            "revision": revisions.current_revision(),
            "tables": _add_tables(archive),
            "documents": _add_documents(archive),
        }
        _add_keys(archive, keys)
        archive.finish(manifest)
    return manifest


def restore_backup(path: Path, keys: Path, *, replace: bool) -> dict[str, Any]:
    """Bring back all that an archive holds; returns its manifest. The site must not be running.

    Everything is verified before anything is changed. Raises ArchiveDamaged, ArchiveTooNew, and
    TargetNotEmpty unless `replace` allows to lose what is there.
    """
    with reading(path) as archive:
        _require_known(archive.manifest)
        if not replace:
            _require_empty()
        _clear(keys)
        _restore_tables(archive)
        _restore_keys(archive, keys)
        storage.reopen()
        _restore_documents(archive)
        return archive.manifest


def _require_current_database() -> None:
    current, newest = revisions.current_revision(), revisions.newest_revision()
    if current is None or current != newest:
        raise DatabaseNotCurrent(revision=current, newest=newest)


def _add_tables(archive: Writer) -> dict[str, Any]:
    with _snapshot() as connection:
        return {
            table.name: {
                "columns": rows.kinds_of(table),
                "rows": archive.add_lines(
                    f"{TABLES}{table.name}.jsonl", rows.dumped(connection, table)
                ),
            }
            for table in Model.metadata.sorted_tables
        }


def _snapshot() -> Connection:
    """A connection that sees all tables at one moment: on SQLite every transaction does."""
    connection = db.engine.connect()
    if connection.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def _add_documents(archive: Writer) -> dict[str, str]:
    store, media_types = storage.store(), {}
    keys = store.keys()
    for key in keys:
        facts = store.stat(key)
        with store.open(key) as content:
            archive.add(DOCUMENTS + key, content, facts.size)
        media_types[key] = facts.media_type
    return media_types


def _add_keys(archive: Writer, keys: Path) -> None:
    for file in sorted(path for path in keys.rglob("*") if path.is_file()):
        with file.open("rb") as content:
            archive.add(KEYS + file.relative_to(keys).as_posix(), content, file.stat().st_size)


def _require_known(manifest: dict[str, Any]) -> None:
    known = revisions.known_revisions()
    if manifest["format"] > FORMAT or manifest["revision"] not in known:
        raise ArchiveTooNew(version=manifest["version"])


def _require_empty() -> None:
    """Keys alone do not count: the application makes its own when it starts."""
    if revisions.current_revision() is not None:
        raise TargetNotEmpty(found=db.engine.url.render_as_string())
    documents = storage.store().keys()
    if (first := next(iter(documents), None)) is not None:
        raise TargetNotEmpty(found=first)


def _clear(keys: Path) -> None:
    existing = MetaData()
    with db.engine.begin() as connection:
        existing.reflect(connection)
        existing.drop_all(connection)
    store = storage.store()
    for key in list(store.keys()):
        store.delete(key)
    for file in [path for path in keys.rglob("*") if path.is_file()]:
        file.unlink()


def _restore_tables(archive: Reader) -> None:
    """Load the rows into the tables as they were then, and only then bring those up to date."""
    migrations.upgrade(archive.manifest["revision"])
    with db.engine.begin() as connection:
        for name, table in archive.manifest["tables"].items():
            with archive.open(f"{TABLES}{name}.jsonl") as lines:
                rows.load(connection, name, table["columns"], lines)
    migrations.upgrade()
    with transaction():
        skip_ahead()


def _restore_documents(archive: Reader) -> None:
    store = storage.store()
    for key, media_type in archive.manifest["documents"].items():
        with archive.open(DOCUMENTS + key) as content:
            store.put(key, content, media_type)


def _restore_keys(archive: Reader, keys: Path) -> None:
    for name in archive.names(KEYS):
        target = (keys / name).resolve()
        if not target.is_relative_to(keys.resolve()):
            raise TargetNotEmpty(found=str(target))
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.touch(mode=0o600)
        with archive.open(KEYS + name) as content:
            target.write_bytes(content.read())
