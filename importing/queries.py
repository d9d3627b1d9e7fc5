"""Reads of imports. They are shown to who may run one."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from accounts.reach import place
from core.database import db
from importing.errors import ImportNotFound, MappingNotFound
from importing.mapping import Mapping as ColumnMapping
from importing.models import ImportMapping, ImportRow, ImportRun, RowState

PAGE = 50


def require_importer(actor: Actor) -> None:
    """Raise ActionRefused or NotSignedIn unless the actor may import."""
    policy.require(actor, Action.IMPORT_RUN, place(None))


def imports(
    *, visible_to: Actor, after: UUID | None = None, limit: int = PAGE
) -> Sequence[ImportRun]:
    """All imports, newest first; `after` is the id of the last one on the page before."""
    require_importer(visible_to)
    query = select(ImportRun).order_by(ImportRun.id.desc()).limit(limit)
    if after is not None:
        query = query.where(ImportRun.id < after)
    return db.session.scalars(query).all()


def find_import(import_id: UUID, *, visible_to: Actor) -> ImportRun:
    """One import; raises ImportNotFound."""
    require_importer(visible_to)
    found = db.session.get(ImportRun, import_id)
    if found is None:
        raise ImportNotFound
    return found


def counts(run: ImportRun) -> Mapping[RowState, int]:
    """How many rows of an import are in each state."""
    states = select(ImportRow.state, func.count()).where(ImportRow.import_id == run.id)
    rows = db.session.execute(states.group_by(ImportRow.state)).all()
    return {row[0]: row[1] for row in rows}


def faulty_rows(run: ImportRun, *, limit: int | None = None, after: int = 0) -> Sequence[ImportRow]:
    """The rows about which there is something to tell, in the order of the file."""
    query = select(ImportRow).where(
        ImportRow.import_id == run.id,
        ImportRow.number > after,
        ImportRow.state.in_((RowState.FAULTY, RowState.FAILED)) | (ImportRow.problems != []),
    )
    return db.session.scalars(query.order_by(ImportRow.number).limit(limit)).all()


def rows_of(run: ImportRun, *, limit: int = PAGE, after: int = 0) -> Sequence[ImportRow]:
    """All rows in the order of the file; `after` is the number of the last one on the page before."""
    query = select(ImportRow).where(ImportRow.import_id == run.id, ImportRow.number > after)
    return db.session.scalars(query.order_by(ImportRow.number).limit(limit)).all()


def mappings(sort: str, *, visible_to: Actor) -> Sequence[ImportMapping]:
    """The named mappings of a sort, by name."""
    require_importer(visible_to)
    query = select(ImportMapping).where(ImportMapping.sort == sort)
    return db.session.scalars(query.order_by(ImportMapping.name)).all()


def find_mapping(sort: str, name: str, *, visible_to: Actor) -> ColumnMapping:
    """A mapping by its name; raises MappingNotFound."""
    for each in mappings(sort, visible_to=visible_to):
        if each.name == name:
            return ColumnMapping.from_json(each.mapping)
    raise MappingNotFound
