"""What can be expected of a service at any moment, each fact read when it is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

import engine.queries as engine
from accounts.actor import Actor
from core.database import db
from dossiers import queries
from dossiers.confidential.queries import enquiries_of
from dossiers.models import Dossier, Proceeding, RegisterEntry
from dossiers.sub_dossiers.queries import parts_of
from engine.jobs.kinds import TIMER
from engine.models import Incident, Job, JobState, Task, TaskState
from studio.scenarios.witness import Witness
from workflows.pack import ServicePack


@dataclass(frozen=True)
class Scene:
    """What facts are read from."""

    dossier: Dossier
    applicant: Actor
    pack: ServicePack
    witness: Witness

    @property
    def proceedings(self) -> list[Proceeding]:
        """The running and ended processes of the dossier and of its parts, the oldest first."""
        parts = [tie.part.id for tie in parts_of(self.dossier)]
        query = select(Proceeding).where(Proceeding.dossier_id.in_([self.dossier.id, *parts]))
        return list(db.session.scalars(query.order_by(Proceeding.instance_id)))


def fact(name: str, scene: Scene) -> Any:
    """The fact that an expectation names."""
    return _FACTS[name](scene)


def _payment(scene: Scene) -> Mapping[str, Any] | None:
    order = next(iter(queries.payments(scene.dossier)), None)
    if order is None:
        return None
    return {name: getattr(order, name) for name in ("amount", "currency", "state", "paid_at")}


def _fee(scene: Scene) -> int | None:
    order = next(iter(queries.payments(scene.dossier)), None)
    return order.amount if order else None


def entry_of(dossier: Dossier, pack: ServicePack) -> RegisterEntry | None:
    """The entry that a dossier led to, or else the one that its answers name."""
    about = pack.manifest.register.about
    own = queries.entry_of(dossier)
    if own is not None or about is None:
        return own
    number = str(pack.read(about.number, dossier.answers) or "").strip()
    return db.session.scalar(select(RegisterEntry).where(RegisterEntry.number == number))


def _number(scene: Scene) -> str | None:
    entry = entry_of(scene.dossier, scene.pack)
    return entry.number if entry else None


def _register(scene: Scene) -> Mapping[str, Any] | None:
    entry = entry_of(scene.dossier, scene.pack)
    if entry is None:
        return None
    columns = RegisterEntry.__table__.columns.keys()
    return {name: getattr(entry, name) for name in columns}


def _tasks(scene: Scene) -> list[Mapping[str, Any]]:
    instances = [each.instance_id for each in scene.proceedings]
    query = select(Task).where(Task.instance_id.in_(instances), Task.state == TaskState.OPEN)
    return [
        {
            "element": task.element_id,
            "by": ", ".join(task.candidate_groups),
            "name": task.name,
            "form": task.form_key,
            "assignee": "applicant" if task.assignee == scene.applicant.id else task.assignee,
            "due": task.due_at,
            "priority": task.priority,
        }
        for task in db.session.scalars(query.order_by(Task.id))
    ]


def _timers(scene: Scene) -> Mapping[str, Any]:
    instances = [each.instance_id for each in scene.proceedings]
    query = select(Job).where(Job.instance_id.in_(instances), Job.kind == TIMER)
    return {job.element_id: job.due_at for job in db.session.scalars(query)}


def _processes(scene: Scene) -> Mapping[str, Any]:
    found = {}
    for proceeding in scene.proceedings:
        instance = engine.find_instance(proceeding.instance_id, visible_to=engine.EVERYTHING)
        data = engine.variables(proceeding.instance_id, visible_to=engine.EVERYTHING)
        found[instance.process_id] = {
            "state": instance.state,
            "data": data,
            "variables": sorted(data),
        }
    return found


def _data(scene: Scene) -> Mapping[str, Any]:
    data: Mapping[str, Any] = _main(scene).get("data", {})
    return data


def _variables(scene: Scene) -> list[str]:
    return list(_main(scene).get("variables", []))


def _main(scene: Scene) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _processes(scene).get(scene.pack.manifest.process, {})
    return found


def _letters(scene: Scene) -> Mapping[str, Any]:
    return {_name_of(scene.pack, template): data for template, data in scene.witness.letters}


def _name_of(pack: ServicePack, template: str) -> str:
    """What was typeset begins with the letter; files for machines are attached behind it."""
    return next((name for name in pack.letters if template.startswith(pack.letter(name))), "")


def incidents(scene: Scene) -> list[tuple[str, str]]:
    """Elements, or kinds of free-standing jobs, that cannot go on, each with the reason."""
    instances = [each.instance_id for each in scene.proceedings]
    stuck = select(Incident).where(Incident.instance_id.in_(instances))
    found = [(each.element_id, each.message) for each in db.session.scalars(stuck)]
    given_up = select(Job).where(Job.instance_id.in_(instances), Job.state == JobState.INCIDENT)
    jobs = db.session.scalars(given_up)
    return found + [(job.element_id or job.kind, job.last_error) for job in jobs]


def _enquiries(scene: Scene) -> Mapping[str, Any]:
    told = enquiries_of(scene.dossier, visible_to=scene.applicant)
    return {each.kind: {"state": each.state, "source": each.source} for each in told}


def _documents(scene: Scene) -> list[str]:
    return sorted({each.document_type for each in queries.documents(scene.dossier)})


_FACTS: Mapping[str, Callable[[Scene], Any]] = {
    "status": lambda scene: str(scene.dossier.status),
    "path": lambda scene: [str(each.status) for each in queries.timeline(scene.dossier)],
    "code": lambda scene: scene.dossier.code,
    "submitted": lambda scene: scene.dossier.submitted_at,
    "received": lambda scene: scene.dossier.received_at,
    "due": lambda scene: scene.dossier.due_at,
    "finished": lambda scene: scene.dossier.finished_at,
    "delivered": lambda scene: scene.dossier.delivered_at,
    "fee": _fee,
    "payment": _payment,
    "number": _number,
    "register": _register,
    "documents": _documents,
    "missing": lambda scene: sorted(queries.missing_documents(scene.dossier)),
    "tasks": _tasks,
    "timers": _timers,
    "data": _data,
    "variables": _variables,
    "processes": _processes,
    "walked": lambda scene: scene.witness.walked,
    "sent": lambda scene: scene.witness.sent,
    "calls": lambda scene: scene.witness.calls,
    "letters": _letters,
    "enquiries": _enquiries,
    "incidents": lambda scene: sorted({element for element, _ in incidents(scene)}),
}
