"""Reads of the case. Every finder takes `visible_to`, the actor for whom it looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, case, func, or_, select

from accounts import policy
from accounts import queries as accounts
from accounts.actor import Actor, Role
from accounts.policy import WORKERS, Action, Scope
from core.clock import now
from core.database import db
from dossiers.confidential.awaited import papers_awaited
from dossiers.desk.queries import kinds_on_paper
from dossiers.errors import DossierNotFound
from dossiers.fees.states import OPEN
from dossiers.models import (
    Document,
    DocumentState,
    Dossier,
    DossierStatus,
    PaymentOrder,
    Proceeding,
    RegisterEntry,
    StatusChange,
)
from dossiers.register import IS_PUBLIC
from engine.errors import TaskNotFound, TaskNotYours
from engine.handing import Draft, draft_of
from engine.models import Task, TaskGroup, TaskState
from workflows.pack import ServicePack
from workflows.queries import service, service_version
from workflows.sections.desk import AT_DESK


@dataclass(frozen=True)
class TaskItem:
    """A user task with the proceeding it belongs to, and for which organisation that was begun."""

    task: Task
    proceeding: Proceeding
    acting_for: str

    def scope(self, group: str) -> Scope:
        """What the policy looks at, for one of the groups that may work the task."""
        return Scope(
            owner_id=self.proceeding.owner_id,
            acting_for=self.acting_for,
            agency_id=self.proceeding.agency_id,
            unit_id=self.proceeding.unit_id,
            service_key=self.proceeding.service_key,
            queue=group,
            holder=self.task.holder or self.task.assignee or None,
        )

    def allows(self, actor: Actor, action: Action) -> bool:
        """Whether the actor may do this to the task, in any of its groups."""
        return any(
            policy.allows(actor, action, self.scope(group)) for group in self.task.candidate_groups
        )

    def concerns(self, actor: Actor) -> bool:
        """Whether the actor would decide on himself, or on an organisation to which he belongs."""
        own = self.proceeding.owner_id == actor.account_id
        return own or self.acting_for in actor.organisations

    def reads(self, actor: Actor) -> frozenset[str]:
        """The confidential kinds that an actor who has taken the task reads for it."""
        taken = self.task.state == TaskState.OPEN and self.task.holder == actor.id
        if not taken or not self.allows(actor, Action.CONFIDENTIAL_READ):
            return frozenset()
        return self.pack.confidential_reads.get(self.task.element_id, frozenset())

    @property
    def pack(self) -> ServicePack:
        """The service version to which the proceeding is pinned."""
        return service_version(self.proceeding.service_version)


@dataclass(frozen=True)
class Queue:
    """How much waits for one role."""

    name: str
    open: int
    unclaimed: int
    overdue: int


def find_dossier(dossier_id: UUID, *, visible_to: Actor) -> Dossier:
    """One dossier; raises DossierNotFound also when this actor may not see it."""
    found = db.session.scalars(_DOSSIER, {"of_dossier": dossier_id}).one_or_none()
    if found is None or not policy.allows(visible_to, Action.DOSSIER_VIEW, found):
        raise DossierNotFound
    return found


def find_dossier_by_reference(reference: str, *, visible_to: Actor) -> Dossier:
    """One dossier by our reference, its national code or that of an older system.

    Raises DossierNotFound.
    """
    return _one_dossier(_named(reference), visible_to)


def find_dossier_for_portal(code: str, *, visible_to: Actor) -> Dossier:
    """One submitted dossier by its national code, our reference or its code in an older system.

    Raises DossierNotFound.
    """
    found = db.session.scalars(
        select(Dossier).where(_named(code), policy.clause(visible_to, Action.PORTAL_READ, Dossier))
    ).one_or_none()
    if found is None:
        raise DossierNotFound
    return found


def dossiers(
    *,
    visible_to: Actor,
    after: UUID | None = None,
    limit: int = 50,
    status: DossierStatus | None = None,
) -> Sequence[Dossier]:
    """Dossiers, newest first; `after` is the id of the last one on the page before."""
    query = select(Dossier).where(policy.clause(visible_to, Action.DOSSIER_VIEW, Dossier))
    if status is not None:
        query = query.where(Dossier.status == status)
    if after is not None:
        query = query.where(Dossier.id < after)
    return db.session.scalars(query.order_by(Dossier.id.desc()).limit(limit)).all()


def pack_of(dossier: Dossier) -> ServicePack:
    """The version that counts: a draft follows its service, what was sent stays with its own."""
    if dossier.status is DossierStatus.DRAFT:
        return service(dossier.service_key)
    return service_version(dossier.service_version)


def documents(dossier: Dossier) -> Sequence[Document]:
    """The documents of a dossier that the caller was given, oldest first, removed ones left out."""
    return db.session.scalars(_DOCUMENTS, {"of_dossier": dossier.id}).all()


def documents_there(dossier: Dossier) -> list[Document]:
    """The documents of a dossier whose files passed their check, oldest first."""
    return [each for each in documents(dossier) if each.state is DocumentState.THERE]


def missing_documents(dossier: Dossier) -> list[str]:
    """The kinds of papers that the answers call for and that are not attached; none once sent."""
    if not dossier.status.editable:
        return []
    return documents_lacking(dossier, pack_of(dossier), dossier.answers)


def documents_lacking(
    dossier: Dossier,
    pack: ServicePack,
    answers: Mapping[str, Any],
    attached: Sequence[Document] | None = None,
) -> list[str]:
    """The kinds of papers that these answers call for and that the dossier does not have.

    At the desk a paper that was brought counts, whether it was scanned or not. `attached` are the
    dossier's documents where they are known.
    """
    required = required_papers(dossier, pack, answers)
    if not required:
        return []
    attached_kinds = _not_refused(documents(dossier) if attached is None else attached)
    if dossier.channel in AT_DESK:
        attached_kinds |= kinds_on_paper(dossier.id)
    return [kind for kind in required if kind not in attached_kinds]


def _not_refused(found: Sequence[Document]) -> set[str]:
    """The kinds that are attached; what is being checked counts, what was refused does not."""
    return {each.document_type for each in found if each.state is not DocumentState.REFUSED}


def required_papers(dossier: Dossier, pack: ServicePack, answers: Mapping[str, Any]) -> list[str]:
    """The kinds of papers that answers call for, and those asked for because no data came."""
    called_for = [*pack.required_documents(answers), *papers_awaited(dossier, pack)]
    return list(dict.fromkeys(called_for))


def timeline(dossier: Dossier) -> Sequence[StatusChange]:
    """What happened to a dossier, oldest first."""
    return db.session.scalars(_TIMELINE, {"of_dossier": dossier.id}).all()


def open_payment(dossier: Dossier) -> PaymentOrder | None:
    """The fee that is still owed, the newest order; None when nothing is, or the dossier is over."""
    if dossier.status.final:
        return None
    return db.session.scalars(_UNPAID, {"of_dossier": dossier.id}).first()


def payments(dossier: Dossier) -> Sequence[PaymentOrder]:
    """All fees of a dossier, oldest first."""
    return db.session.scalars(_PAYMENTS, {"of_dossier": dossier.id}).all()


def tasks(
    *,
    visible_to: Actor,
    queue: str | None = None,
    mine: bool = False,
    overseen: bool = False,
    after: UUID | None = None,
    limit: int = 50,
) -> list[TaskItem]:
    """Open tasks, oldest first; of one queue, those that this actor holds, or all it may reassign."""
    action = Action.TASK_REASSIGN if overseen else Action.TASK_VIEW
    query = _open_tasks(visible_to, queue, action)
    if mine:
        query = query.where(or_(Task.holder == visible_to.id, Task.assignee == visible_to.id))
    if after is not None:
        query = query.where(Task.id > after)
    rows = db.session.execute(
        query.order_by(Task.id).limit(limit).execution_options(populate_existing=True)
    ).all()
    return [TaskItem(*row) for row in rows]


def find_task(task_id: UUID, *, visible_to: Actor) -> TaskItem:
    """One task, open or ended; raises TaskNotFound also when this actor may not see it."""
    row = db.session.execute(_TASK, {"of_task": task_id}).one_or_none()
    item = TaskItem(*row) if row is not None else None
    if item is None or not any(item.allows(visible_to, action) for action in _SHOWING):
        raise TaskNotFound
    return item


def held_tasks(dossier_id: UUID, *, visible_to: Actor) -> list[TaskItem]:
    """The open tasks about a dossier that this actor has taken."""
    rows = db.session.execute(_HELD, {"of_dossier": dossier_id, "of_holder": visible_to.id})
    return [TaskItem(*row) for row in rows]


def task_draft(task_id: UUID, *, visible_to: Actor) -> Draft:
    """The answers saved so far for a task that this actor holds; raises TaskNotFound, TaskNotYours."""
    item = find_task(task_id, visible_to=visible_to)
    if not item.allows(visible_to, Action.TASK_COMPLETE):
        raise TaskNotYours
    return draft_of(item.task.instance_id, task_id)


def colleagues(item: TaskItem, *, visible_to: Actor) -> Sequence[tuple[str, str]]:
    """Who else could work a task: actor ids and names, by name."""
    found = accounts.staff(
        item.task.candidate_groups,
        agency_id=item.proceeding.agency_id,
        unit_id=item.proceeding.unit_id,
        service=item.proceeding.service_key,
        visible_to=visible_to,
    )
    return [(actor_id, name) for actor_id, name in found if actor_id != item.task.holder]


def queues(*, visible_to: Actor) -> list[Queue]:
    """The queues that this actor works, with what waits in each, by name; empty ones too."""
    waiting = _waiting(visible_to)
    names = {grant.works for grant in visible_to.grants if grant.role in WORKERS}
    return [waiting.get(name, Queue(name, 0, 0, 0)) for name in sorted(names)]


def request_to_applicant(dossier: Dossier, *, visible_to: Actor) -> TaskItem | None:
    """What the applicant is asked to do now; None when nothing is."""
    for row in db.session.execute(_ASKED, {"of_dossier": dossier.id}):
        item = TaskItem(*row)
        if policy.allows(visible_to, Action.TASK_VIEW, item.scope(str(Role.APPLICANT))):
            return item
    return None


def entry_of(dossier: Dossier) -> RegisterEntry | None:
    """The register entry that a dossier led to; None while there is none: none before reception."""
    if dossier.received_at is None:
        return None
    return db.session.scalars(_ENTRY, {"of_dossier": dossier.id}).first()


_SHOWING = (Action.TASK_VIEW, Action.TASK_REASSIGN)

_TASK_SCOPE = Scope(
    owner_id=Proceeding.owner_id,
    acting_for=Dossier.acting_for,
    agency_id=Proceeding.agency_id,
    unit_id=Proceeding.unit_id,
    service_key=Proceeding.service_key,
    queue=TaskGroup.group_name,
    holder=case((Task.holder != "", Task.holder), else_=Task.assignee),
)


_of_task = (TaskGroup.instance_id == Task.instance_id) & (TaskGroup.task_id == Task.id)

# Asked with nearly every request and built once: building one costs more than its answer.
_of_dossier: Any = bindparam("of_dossier")
_DOSSIER = select(Dossier).where(Dossier.id == _of_dossier)
_DOCUMENTS = (
    select(Document)
    .where(Document.dossier_id == _of_dossier, Document.removed_at.is_(None))
    .order_by(Document.id)
)
_TIMELINE = (
    select(StatusChange)
    .where(StatusChange.dossier_id == _of_dossier)
    .order_by(StatusChange.sequence)
)
_PAYMENTS = (
    select(PaymentOrder).where(PaymentOrder.dossier_id == _of_dossier).order_by(PaymentOrder.id)
)
_UNPAID = (
    select(PaymentOrder)
    .where(PaymentOrder.dossier_id == _of_dossier, PaymentOrder.state.in_(sorted(OPEN)))
    .order_by(PaymentOrder.id.desc())
)
_ENTRY = select(RegisterEntry).where(IS_PUBLIC, RegisterEntry.dossier_id == _of_dossier)
_WITH_PROCEEDING = (
    select(Task, Proceeding, Dossier.acting_for)
    .join(Proceeding, Proceeding.instance_id == Task.instance_id)
    .join(Dossier, Dossier.id == Proceeding.dossier_id)
)
_TASK = _WITH_PROCEEDING.where(Task.id == bindparam("of_task")).execution_options(
    populate_existing=True
)
_HELD = _WITH_PROCEEDING.where(
    Proceeding.dossier_id == _of_dossier,
    Task.state == TaskState.OPEN,
    Task.holder == bindparam("of_holder"),
).execution_options(populate_existing=True)
_ASKED = _WITH_PROCEEDING.where(
    Proceeding.dossier_id == _of_dossier,
    Task.state == TaskState.OPEN,
    select(TaskGroup.task_id)
    .where(_of_task, TaskGroup.group_name == str(Role.APPLICANT))
    .correlate(Task, Proceeding)
    .exists(),
)


def _named(text: str) -> ColumnElement[bool]:
    return or_(Dossier.reference == text, Dossier.code == text, Dossier.legacy_code == text)


def _one_dossier(named: ColumnElement[bool], visible_to: Actor) -> Dossier:
    found = db.session.scalars(
        select(Dossier).where(named, policy.clause(visible_to, Action.DOSSIER_VIEW, Dossier))
    ).one_or_none()
    if found is None:
        raise DossierNotFound
    return found


def _open_tasks(
    visible_to: Actor, queue: str | None = None, action: Action = Action.TASK_VIEW
) -> Select[Task, Proceeding, str]:
    groups = select(TaskGroup.task_id).where(
        _of_task, policy.clause(visible_to, action, _TASK_SCOPE)
    )
    if queue is not None:
        groups = groups.where(TaskGroup.group_name == queue)
    return _WITH_PROCEEDING.where(
        Task.state == TaskState.OPEN, groups.correlate(Task, Proceeding, Dossier).exists()
    )


def _waiting(visible_to: Actor) -> dict[str, Queue]:
    rows = db.session.execute(
        select(
            TaskGroup.group_name,
            func.count(),
            func.count(case((Task.holder == "", 1))),
            func.count(case((Task.due_at < now(), 1))),
        )
        .join(Task, _of_task)
        .join(Proceeding, Proceeding.instance_id == Task.instance_id)
        .join(Dossier, Dossier.id == Proceeding.dossier_id)
        .where(
            Task.state == TaskState.OPEN,
            policy.clause(visible_to, Action.TASK_VIEW, _TASK_SCOPE),
        )
        .group_by(TaskGroup.group_name)
    )
    return {name: Queue(name, total, free, late) for name, total, free, late in rows}
