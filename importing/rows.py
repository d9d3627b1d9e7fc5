"""The deeds on one row: made, released or taken back, each in a transaction of its own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from accounts.actor import Actor
from core import audit
from core.database import db
from core.errors import MotcuaError, PreconditionFailed
from importing.audit import ImportTag
from importing.errors import RowTouched
from importing.mapping import Mapping
from importing.models import ImportedKey, ImportRow, ImportRun, RowState
from importing.problems import Problem, problem, problem_of
from importing.sorts import LEGACY_KEY, Checked, Sort, Value
from importing.sorts.common import taken

Deed = Callable[[ImportRun, ImportRow, Sort, Actor], None]
_KEYS_OF_A_ROW: Final = "imported"


class RowRefused(Exception):
    """A row is not made as it has problems now."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__()


def checked_rows(run: ImportRun, sort: Sort, mapping: Mapping) -> Iterator[tuple[int, Checked]]:
    """Every row of an import with what is wrong with it; nothing is changed."""
    rows = db.session.execute(
        select(ImportRow.number, ImportRow.cells)
        .where(ImportRow.import_id == run.id)
        .order_by(ImportRow.number)
    ).all()
    values = [(row.number, mapping.read(row.cells, run.columns)) for row in rows]
    sort.mapping = mapping
    sort.look([each for _, each in values])
    keys = _taken_keys(run, [_key(run, number, each) for number, each in values])
    first: dict[str, int] = {}
    for number, each in values:
        checked, key = sort.check(number, each), _key(run, number, each)
        if key in keys:
            yield number, replace(checked, problems=[problem("", _KEYS_OF_A_ROW)])
        elif first.setdefault(key, number) != number:
            twice = problem(LEGACY_KEY.name, "twice", value=key, row=first[key])
            yield number, replace(checked, problems=[*checked.problems, twice])
        else:
            yield number, checked


def make(run: ImportRun, row: ImportRow, sort: Sort, by: Actor) -> None:
    """Make what a waiting row says. Raises RowRefused and what the operations raise."""
    mapping = Mapping.from_json(run.mapping)
    values = mapping.read(row.cells, run.columns)
    sort.mapping = mapping
    sort.look([values])
    checked = sort.check(row.number, values)
    if checked.problems:
        raise RowRefused(list(checked.problems))
    _take_key(run, row, values)
    row.made, row.state = sort.make(checked, by=by), RowState.MADE
    _note(ImportTag.ROW_MADE, run, row, by)


def release(run: ImportRun, row: ImportRow, sort: Sort, by: Actor) -> None:
    """Let what a row made be seen; its cells are not needed any more. Raises RowTouched."""
    _untouched(lambda: sort.release(row.made, by=by))
    row.state, row.cells = RowState.RELEASED, []
    _note(ImportTag.ROW_RELEASED, run, row, by)


def take_back(run: ImportRun, row: ImportRow, sort: Sort, by: Actor) -> None:
    """Undo what a row made; it may be imported again. Raises RowTouched."""
    _untouched(lambda: sort.take_back(row.made, reason=run.reason, by=by))
    row.state = RowState.TAKEN_BACK
    db.session.execute(
        delete(ImportedKey).where(ImportedKey.import_id == run.id, ImportedKey.number == row.number)
    )
    _note(ImportTag.ROW_TAKEN_BACK, run, row, by)


def _untouched(deed: Callable[[], None]) -> None:
    try:
        deed()
    except PreconditionFailed as error:
        raise RowTouched from error


def _take_key(run: ImportRun, row: ImportRow, values: Value) -> None:
    key = ImportedKey(
        sort=run.sort, key=_key(run, row.number, values), import_id=run.id, number=row.number
    )
    try:
        with db.session.begin_nested():
            db.session.add(key)
    except IntegrityError:
        raise RowRefused([problem("", _KEYS_OF_A_ROW)]) from None


def _key(run: ImportRun, number: int, values: Value) -> str:
    named = values.get(LEGACY_KEY.name, "")
    scope = f"{run.service}:" if run.service else ""
    return f"{scope}{named}" if named else f"{scope}{run.file_hash}#{number}"


def _taken_keys(run: ImportRun, keys: list[str]) -> set[str]:
    known = taken(ImportedKey.key, keys)
    if not known:
        return known
    here = select(ImportedKey.key).where(ImportedKey.sort == run.sort)
    return known & set(db.session.scalars(here))


def _note(tag: ImportTag, run: ImportRun, row: ImportRow, by: Actor) -> None:
    details = {"row": row.number, "made": row.made}
    subject = f"import:{run.id}"
    audit.note(tag, actor=by.id, subject=subject, chain=run.id, details=details)


def told(error: MotcuaError | RowRefused) -> list[dict[str, object]]:
    """What stopped a row, as it keeps it."""
    problems = error.problems if isinstance(error, RowRefused) else [problem_of(error)]
    return [each.as_json() for each in problems]


def locked_row(import_id: UUID, number: int) -> ImportRow:
    """A row, locked and as it is now."""
    return db.session.get_one(
        ImportRow, (import_id, number), with_for_update=True, populate_existing=True
    )
