"""The control sheet (form 06): hand-overs between offices, and tasks between people, as one list.

Hand-overs between offices have rows of their own. Those between people are read from the engine's tasks
and the dossier's record, which is chained: neither is ever rewritten.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select

from accounts import queries as accounts
from accounts.actor import Role
from accounts.models import Unit
from accounts.places import agency_names, names_at
from core.audit import AuditEvent
from core.database import db
from core.i18n import pick
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.handovers.models import AnswerKind, HandOver, HandOverAnswer
from dossiers.handovers.queries import answers_to, hand_overs_of
from dossiers.handovers.timing import Timing, timing
from dossiers.models import Dossier, Proceeding
from dossiers.queries import pack_of
from engine.models import Task, TaskState

OPEN: Final = "open"
_PASSING: Final = (
    DossierTag.TASK_ASSIGNED,
    DossierTag.TASK_CLAIMED,
    DossierTag.TASK_RELEASED,
    DossierTag.TASK_DELEGATED,
    DossierTag.TASK_RESOLVED,
    DossierTag.TASK_REASSIGNED,
)
_task: Any = Task.__table__
_TASKS = (
    select(_task)
    .join(Proceeding, Proceeding.instance_id == _task.c.instance_id)
    .where(Proceeding.dossier_id == bindparam("of_dossier"), _task.c.state != TaskState.CANCELLED)
    .order_by(_task.c.created_at, _task.c.id)
)
_DEEDS = (
    select(AuditEvent)
    .where(
        AuditEvent.chain_id == bindparam("of_dossier"),
        AuditEvent.tag.in_(_PASSING),
    )
    .order_by(AuditEvent.at, AuditEvent.id)
)


@dataclass(frozen=True)
class Party:
    """A place and a person there, by their names; empty where nobody is named."""

    agency: str = ""
    unit: str = ""
    person: str = ""


@dataclass(frozen=True)
class SheetRow:
    """One hand-over. `outcome` is `open` or a value of AnswerKind; `hand_over_id` of one by offices."""

    stage: str
    giver: Party
    receiver: Party
    handed_at: datetime
    received_at: datetime | None
    outcome: str
    timing: Timing
    papers: tuple[str, ...] = ()
    note: str = ""
    hand_over_id: UUID | None = None


def control_sheet(dossier: Dossier, language: str) -> list[SheetRow]:
    """The sheet of a dossier that its caller has found, in a language, oldest first."""
    names = _Names(language)
    rows = [*_of_people(dossier, names), *_of_offices(dossier, names)]
    return sorted(rows, key=lambda row: row.handed_at)


def stages_told(dossier: Dossier, language: str) -> list[SheetRow]:
    """The sheet as the applicant sees it: with people only where the profile says so."""
    rows = control_sheet(dossier, language)
    return rows if jurisdiction().profile.stages_named else without_people(rows)


def without_people(rows: Sequence[SheetRow]) -> list[SheetRow]:
    """The stages as an applicant sees them: offices and moments, no names, no remarks."""
    return [
        SheetRow(
            stage=row.stage,
            giver=Party(row.giver.agency, row.giver.unit),
            receiver=Party(row.receiver.agency, row.receiver.unit),
            handed_at=row.handed_at,
            received_at=row.received_at,
            outcome=row.outcome,
            timing=row.timing,
        )
        for row in rows
    ]


class _Names:
    """Names of places and people, each read once."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._known: dict[Any, str] = {"": "", None: ""}

    def person(self, actor_id: str) -> str:
        if actor_id not in self._known:
            found = accounts.actor(actor_id)
            self._known[actor_id] = found.name if found else ""
        return self._known[actor_id]

    def agency(self, agency_id: UUID) -> str:
        if agency_id not in self._known:
            self._known[agency_id] = pick(agency_names(agency_id), self.language)
        return self._known[agency_id]

    def unit(self, unit_id: UUID | None) -> str:
        if unit_id not in self._known:
            unit = db.session.get(Unit, unit_id)
            self._known[unit_id] = pick(names_at(unit), self.language) if unit else ""
        return self._known[unit_id]

    def party(self, agency_id: UUID, unit_id: UUID | None, actor_id: str = "") -> Party:
        return Party(self.agency(agency_id), self.unit(unit_id), self.person(actor_id))


def _of_offices(dossier: Dossier, names: _Names) -> list[SheetRow]:
    found = hand_overs_of(dossier)
    answers: dict[UUID, list[HandOverAnswer]] = {}
    for answer in answers_to([each.id for each in found]):
        answers.setdefault(answer.hand_over_id, []).append(answer)
    return [_office_row(each, answers.get(each.id, []), names) for each in found]


def _office_row(found: HandOver, answers: list[HandOverAnswer], names: _Names) -> SheetRow:
    last = answers[-1] if answers else None
    taken = next((each for each in answers if each.kind is AnswerKind.ACKNOWLEDGED), None)
    person = found.to_person or (taken.by if taken else "")
    return SheetRow(
        stage=found.purpose,
        giver=names.party(found.from_agency_id, found.from_unit_id, found.from_person),
        receiver=names.party(found.to_agency_id, found.to_unit_id, person),
        handed_at=found.handed_at,
        received_at=taken.at if taken else None,
        outcome=str(last.kind) if last else OPEN,
        timing=timing(last.at if last else None, found.due_at),
        papers=tuple(found.papers),
        note=last.reason if last else "",
        hand_over_id=found.id,
    )


def _of_people(dossier: Dossier, names: _Names) -> list[SheetRow]:
    tasks = db.session.connection().execute(_TASKS, {"of_dossier": dossier.id}).all()
    deeds: dict[str, list[AuditEvent]] = {}
    for deed in db.session.scalars(_DEEDS, {"of_dossier": dossier.id}):
        deeds.setdefault(deed.subject, []).append(deed)
    rows = list[SheetRow]()
    for task in tasks:
        giver = _before(task, tasks)
        rows += _rows_of(dossier, task, giver, deeds.get(f"task:{task.id}", []), names)
    return rows


def _before(task: Any, tasks: Sequence[Any]) -> str:
    """Who ended the step before: of those ended when this one was made, the last."""
    ended = [each for each in tasks if each.ended_at and each.ended_at <= task.created_at]
    last = max(ended, key=lambda each: each.ended_at, default=None)
    return (last.holder or last.assignee) if last else ""


def _rows_of(
    dossier: Dossier, task: Any, giver: str, deeds: list[AuditEvent], names: _Names
) -> list[SheetRow]:
    """One row for each time that a task went to somebody; one that waits where nobody took it."""
    stage = pack_of(dossier).element_name(task.element_id, task.name, names.language)
    place = (dossier.agency_id, dossier.unit_id)
    asked = str(Role.APPLICANT) in task.candidate_groups
    passes = list(_passes(giver, task.created_at, deeds)) or [
        _Pass(giver, task.holder or task.assignee, task.created_at, None)
    ]
    return [
        SheetRow(
            stage=stage,
            giver=names.party(*place, each.giver),
            receiver=Party(person=names.person(each.receiver))
            if asked
            else names.party(*place, each.receiver),
            handed_at=each.handed_at,
            received_at=each.received_at,
            outcome=str(AnswerKind.ACKNOWLEDGED) if each.received_at else OPEN,
            timing=timing(task.ended_at, task.due_at) if each is passes[-1] else Timing.NONE,
        )
        for each in passes
    ]


@dataclass(frozen=True)
class _Pass:
    """A task that went from one person to another, both by the ids of actors."""

    giver: str
    receiver: str
    handed_at: datetime
    received_at: datetime | None


def _passes(giver: str, handed_at: datetime, deeds: list[AuditEvent]) -> Iterator[_Pass]:
    """How a task went from hand to hand; what was given and not taken stands last."""
    delegated_by, waiting = "", None
    for deed in deeds:
        match deed.tag:
            case DossierTag.TASK_CLAIMED:
                yield _Pass(giver, deed.actor, handed_at, deed.at)
                giver, waiting = deed.actor, None
            case DossierTag.TASK_RELEASED:
                giver, handed_at, waiting = deed.actor, deed.at, None
            case DossierTag.TASK_RESOLVED:
                yield _Pass(deed.actor, delegated_by, deed.at, deed.at)
                giver, handed_at, waiting = delegated_by, deed.at, None
            case _:
                delegated_by = deed.actor
                handed_at, waiting = deed.at, str((deed.details or {}).get("to") or "")
    if waiting:
        yield _Pass(giver, waiting, handed_at, None)
