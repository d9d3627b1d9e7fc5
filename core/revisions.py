"""Which migration the tables are at, and which one this version of the program works with."""

from functools import cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from core.database import db
from core.errors import N_
from core.readiness import Finding, Level

FOLDER = Path(__file__).parent.parent / "migrations"


def current_revision() -> str | None:
    """The revision that the tables are at; None for a database without tables of ours."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def newest_revision() -> str | None:
    """The revision that this version of the program works with."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


@cache
def known_revisions() -> frozenset[str]:
    """All revisions that this version of the program can bring a database to."""
    return frozenset(step.revision for step in ScriptDirectory(str(FOLDER)).walk_revisions())


def look_at_tables() -> Finding:
    """Whether the tables have the shape that this version of the program works with."""
    current = current_revision()
    if current == newest_revision():
        return Finding(Level.OK, N_("The tables are those of this version."))
    if current is None or current in known_revisions():
        return Finding(Level.DOWN, N_("The tables are older than the program: motcua db upgrade."))
    return Finding(
        Level.DEGRADED, N_("The tables are newer than the program: update this installation.")
    )
