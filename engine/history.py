"""What happened in an instance, in order: kept by its steps, and by deeds between them.

The entries of one step are written by one statement and numbered from the step's own number, so that
nothing has to be asked for it. A deed between two steps comes after everything that is there; whoever
notes one holds the lock of the instance.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update

from core.clock import now
from core.database import db
from engine.errors import InstanceNotFound
from engine.machine.effects import (
    Changed,
    Effect,
    Entered,
    Happened,
    IncidentClosed,
    IncidentOpened,
    Left,
    ProcessEnded,
    TaskClosed,
    TaskOpened,
)
from engine.machine.state import decode, encode
from engine.models import History, HistoryKind, Instance, Task

# So many numbers are free for each step and the deeds after it.
SPAN = 1 << 20
# Beyond these many bytes of values, a step keeps the names alone.
MOST_CONTENTS = 256_000

_history: Any = History.__table__
_instance: Any = Instance.__table__
_task: Any = Task.__table__
_NEXT = (
    select(func.coalesce(func.max(_history.c.seq), 0) + 1)
    .where(_history.c.instance_id == bindparam("of_instance"))
    .scalar_subquery()
)
_ADD = insert(_history)
_ADD_BETWEEN = insert(_history).values(seq=_NEXT).inline()
_ADD_OF_TASK = (
    insert(_history)
    .values(
        seq=_NEXT,
        element_id=select(_task.c.element_id)
        .where(_task.c.instance_id == bindparam("of_instance"), _task.c.id == bindparam("of_task"))
        .scalar_subquery(),
    )
    .inline()
)


@dataclass
class Entry:
    """Something that happened. `values` has, for each variable, what it was and what it became."""

    kind: HistoryKind
    element_id: str = ""
    actor: str = ""
    details: dict[str, Any] | None = None
    values: dict[str, Mapping[str, Any]] | None = None


@dataclass
class Log:
    """What happened during one step; `actor` is who let it happen."""

    actor: str = ""
    entries: list[Entry] = field(default_factory=list)
    _entered: dict[int, Entry] = field(default_factory=dict)
    _changed: dict[tuple[int, int], Entry] = field(default_factory=dict)

    def note(self, effect: Effect) -> None:
        """Take note of an effect; many are no news."""
        noted = _NOTES.get(type(effect))
        if noted is not None:
            noted(self, effect)

    def add(self, kind: HistoryKind, element_id: str = "", **details: Any) -> None:
        """Note a deed of the actor."""
        self.entries.append(Entry(kind, element_id, self.actor, details or None))

    def change(
        self, scope: int, element_id: str, values: Mapping[str, Mapping[str, Any]], reason: str
    ) -> None:
        """Note variables that the actor changed, with the reason."""
        details = {"scope": scope, "names": [_plain(name) for name in values], "reason": reason}
        kind = HistoryKind.VARIABLES_CHANGED
        self.entries.append(Entry(kind, element_id, self.actor, details, dict(values)))

    def write(self, instance_id: UUID, version: int) -> None:
        """Write everything down as the entries of the step that made this version."""
        if not self.entries:
            return
        moment, room, first = now(), MOST_CONTENTS, version * SPAN
        rows = []
        for number, entry in enumerate(self.entries[: SPAN // 2]):
            contents = None if entry.values is None or room <= 0 else encode(entry.values)
            room -= len(contents or b"")
            rows.append(_row(instance_id, entry, moment, contents if room > 0 else None))
            rows[-1]["seq"] = first + number
        db.session.connection().execute(_ADD, rows)
        self.entries, self._entered, self._changed = [], {}, {}

    def _enter(self, effect: Entered) -> None:
        details = {"via": effect.via} if effect.via else None
        entry = Entry(HistoryKind.ELEMENT_ENTERED, effect.element_id, details=details)
        self._entered[effect.token] = entry
        self.entries.append(entry)

    def _leave(self, effect: Left) -> None:
        entry = self._entered.pop(effect.token, None)
        if entry is not None and effect.done:
            entry.kind = HistoryKind.ELEMENT_PASSED
            return
        kind = HistoryKind.ELEMENT_LEFT if effect.done else HistoryKind.ELEMENT_CANCELLED
        self.entries.append(Entry(kind, effect.element_id))

    def _change(self, effect: Changed) -> None:
        """What one element changes in one scope is one entry."""
        entry = self._changed.get((effect.token, effect.scope))
        if entry is None:
            entry = Entry(HistoryKind.VARIABLES_CHANGED, effect.element_id, values={})
            self._changed[effect.token, effect.scope] = entry
            self.entries.append(entry)
        values = entry.values = entry.values or {}
        for name, change in effect.values.items():
            before = {key: values[name][key] for key in ("old",) if key in values.get(name, {})}
            values[name] = {**change, **before} if name in values else change
        entry.details = {"scope": effect.scope, "names": [_plain(name) for name in values]}

    def _happen(self, effect: Happened) -> None:
        details = {"name": _plain(effect.name)} if effect.name else None
        self.entries.append(Entry(HistoryKind(effect.kind), effect.element_id, details=details))

    def _open_task(self, effect: TaskOpened) -> None:
        details = {"task": str(effect.task_id)}
        self.entries.append(Entry(HistoryKind.TASK_CREATED, effect.element_id, details=details))

    def _close_task(self, effect: TaskClosed) -> None:
        kind = HistoryKind.TASK_COMPLETED if effect.completed else HistoryKind.TASK_CANCELLED
        actor = self.actor if effect.completed else ""
        self.entries.append(Entry(kind, effect.element_id, actor, {"task": str(effect.task_id)}))

    def _open_incident(self, effect: IncidentOpened) -> None:
        details = {"incident": str(effect.incident_id), "message": _plain(effect.message)}
        self.entries.append(Entry(HistoryKind.INCIDENT_RAISED, effect.element_id, details=details))

    def _close_incident(self, effect: IncidentClosed) -> None:
        details = {"incident": str(effect.incident_id)}
        self.entries.append(Entry(HistoryKind.INCIDENT_CLOSED, effect.element_id, details=details))

    def _end(self, _effect: ProcessEnded) -> None:
        self.entries.append(Entry(HistoryKind.INSTANCE_COMPLETED))


_NOTES: dict[type[Effect], Callable[[Log, Any], None]] = {
    Entered: Log._enter,
    Left: Log._leave,
    Changed: Log._change,
    Happened: Log._happen,
    TaskOpened: Log._open_task,
    TaskClosed: Log._close_task,
    IncidentOpened: Log._open_incident,
    IncidentClosed: Log._close_incident,
    ProcessEnded: Log._end,
}
# What is of interest to the history alone, and changes no row.
ONLY_NOTED: frozenset[type[Effect]] = frozenset({Left, Changed, Happened})


def record(
    instance_id: UUID, kind: HistoryKind, element_id: str = "", *, actor: str = "", **details: Any
) -> None:
    """Note a deed between two steps; the instance must be locked."""
    row = _row(instance_id, Entry(kind, element_id, actor, details or None), now(), None)
    db.session.connection().execute(_ADD_BETWEEN, [{**row, "of_instance": instance_id}])


def record_of_task(instance_id: UUID, kind: HistoryKind, task_id: UUID, actor: str) -> None:
    """Note what somebody did with a task between two steps; the instance must be locked."""
    row = _row(instance_id, Entry(kind, "", actor, {"task": str(task_id)}), now(), None)
    del row["element_id"]
    values = {**row, "of_instance": instance_id, "of_task": task_id}
    db.session.connection().execute(_ADD_OF_TASK, [values])


def was_done(instance_id: UUID, element_id: str) -> bool:
    """Whether an element of this instance was ever done."""
    done = (HistoryKind.ELEMENT_LEFT, HistoryKind.ELEMENT_PASSED)
    query = select(_history.c.seq).where(
        _history.c.instance_id == instance_id,
        _history.c.element_id == element_id,
        _history.c.kind.in_(done),
    )
    return db.session.connection().execute(query.limit(1)).first() is not None


def erase_contents(instance_ids: Iterable[UUID]) -> int:
    """Erase the values of variables from the history of these instances; returns how many entries.

    That something was changed, by whom and when, stays.
    """
    chosen = _history.c.instance_id.in_(list(instance_ids))
    gone = update(_history).where(chosen, _history.c.contents.is_not(None)).values(contents=None)
    return int(db.session.connection().execute(gone).rowcount)


def _row(
    instance_id: UUID, entry: Entry, moment: datetime, contents: bytes | None
) -> dict[str, Any]:
    return {
        "instance_id": instance_id,
        "at": moment,
        "kind": entry.kind,
        "element_id": entry.element_id,
        "actor": entry.actor,
        "details": entry.details,
        "contents": contents,
    }


def _plain(text: str) -> str:
    """A text without what a database refuses."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


@dataclass(frozen=True)
class HistoryView:
    """An entry of the history. `seq` orders the entries of one instance, with gaps.

    `changes` has for each variable its `old` and `new` value; None when they were erased or too big,
    or when none was changed. `details` may hold `names` and `scope` of variables, `task`,
    `incident`, `message`, `name`, `via`, `reason` and the like, according to the kind.
    """

    seq: int
    at: datetime
    kind: str
    element_id: str
    actor: str
    details: Mapping[str, Any]
    changes: Mapping[str, Mapping[str, Any]] | None


_ENTRIES = select(
    _history.c.seq,
    _history.c.at,
    _history.c.kind,
    _history.c.element_id,
    _history.c.actor,
    _history.c.details,
    _history.c.contents,
)


def history(
    instance_id: UUID,
    *,
    visible_to: ColumnElement[bool],
    after: int | None = None,
    limit: int = 50,
) -> list[HistoryView]:
    """What happened in an instance, oldest first, after the entry with the number `after`.

    Raises InstanceNotFound.
    """
    known = select(_instance.c.id).where(_instance.c.id == instance_id, visible_to)
    if db.session.execute(known).one_or_none() is None:
        raise InstanceNotFound()
    query = _ENTRIES.where(_history.c.instance_id == instance_id)
    if after is not None:
        query = query.where(_history.c.seq > after)
    return [_view(row) for row in db.session.execute(query.order_by(_history.c.seq).limit(limit))]


def _view(row: Any) -> HistoryView:
    changes = None if row.contents is None else decode(row.contents)
    return HistoryView(
        row.seq, row.at, row.kind, row.element_id, row.actor, row.details or {}, changes
    )
