"""Databases furnished alike: the first one for real, each later one by a copy of the file it left."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from core.database import db

T = TypeVar("T")
_kept: dict[str, tuple[bytes, Any]] = {}


def furnished_once(name: str, furnish: Callable[[], T]) -> T:
    """What `furnish` returns, with the rows it makes in the database of the open context.

    It must do the same each time, return plain values, and make nothing but rows. PostgreSQL is
    furnished anew each time.
    """
    file = Path(db.engine.url.database or "")
    if db.engine.dialect.name != "sqlite":
        return furnish()
    if name in _kept:
        content, told = _kept[name]
        _let_go()
        for beside in file.parent.glob(f"{file.name}-*"):
            beside.unlink()
        file.write_bytes(content)
        return told  # type: ignore[no-any-return]  # what the first one returned
    told = furnish()
    _let_go()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    _kept[name] = file.read_bytes(), told
    return told


def _let_go() -> None:
    db.session.remove()
    db.engine.dispose()
