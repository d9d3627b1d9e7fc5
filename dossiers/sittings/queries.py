"""Reads of sittings: what a leader could sign at once, what he chose, and what became of it."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from core.i18n import translated
from dossiers import queries
from dossiers.models import Document, Dossier
from dossiers.queries import TaskItem
from dossiers.signatures.models import OrderState, SignatureOrder
from dossiers.sittings.errors import SittingNotFound
from dossiers.sittings.models import ItemState, Sitting, SittingItem
from engine import queries as engine
from engine.models import DelegationState, InstanceBlob, Job, JobState, Task
from engine.queries import EVERYTHING
from engine.separation import barred
from workflows.pack import expression
from workflows.sections.issuing import InSitting

MOST: Final = 500
_PAGE: Final = 500
# The jobs that make the signature of a result that was decided.
SIGNING_JOBS: Final = ("result.sign", "signature.prepare", "signature.start", "signature.embed")


@dataclass(frozen=True)
class Signable:
    """A task that a leader may complete together with others; `seen` names what he is shown."""

    item: TaskItem
    dossier: Dossier
    rule: InSitting
    seen: str


@dataclass(frozen=True)
class Outcome:
    """A chosen result and how far it is; the last three tell of a decided one that is not signed.

    `again_at` is when its signature is tried again, `stuck` that operators have to help, and
    `awaited_until` until when its signer is awaited.
    """

    row: SittingItem
    dossier: Dossier
    again_at: datetime | None = None
    stuck: bool = False
    awaited_until: datetime | None = None


def signable(*, visible_to: Actor) -> list[Signable]:
    """What this actor could sign now together with others, oldest first, `MOST` at most."""
    found: list[TaskItem] = []
    for item in _in_sittings(visible_to):
        found.append(item)
        if len(found) == MOST:
            break
    barred_ = _barred([item.task.id for item in found], visible_to)
    return seen_by([item for item in found if item.task.id not in barred_], visible_to)


def seen_by(items: Sequence[TaskItem], actor: Actor) -> list[Signable]:
    """The tasks of these whose condition holds, each with what its reader is shown."""
    dossiers = _dossiers({item.proceeding.dossier_id for item in items}, actor)
    prints = _fingerprints(items, dossiers)
    return [
        Signable(item, dossiers[item.proceeding.dossier_id], rule, prints[item.task.id])
        for item in items
        if (rule := rule_of(item)) is not None
        and item.proceeding.dossier_id in dossiers
        and holds(rule, item.task.instance_id)
    ]


def rule_of(item: TaskItem) -> InSitting | None:
    """How a task is completed in a sitting; None where its service wants it done singly."""
    return item.pack.manifest.issuing.in_sitting.get(item.task.element_id)


def holds(rule: InSitting, instance_id: UUID) -> bool:
    """Whether the condition of a rule is true of a process."""
    if rule.when is None:
        return True
    told = engine.variables(instance_id, visible_to=EVERYTHING)
    return expression(rule.when).evaluate(told) is True


def find_sitting(sitting_id: UUID, *, visible_to: Actor) -> Sitting:
    """A sitting of one's own; raises SittingNotFound."""
    found = db.session.get(Sitting, sitting_id)
    if found is None or found.by != visible_to.id:
        raise SittingNotFound
    return found


def find_item(sitting_id: UUID, number: int, *, visible_to: Actor) -> SittingItem:
    """One result of a sitting of one's own; raises SittingNotFound."""
    find_sitting(sitting_id, visible_to=visible_to)
    found = db.session.get(SittingItem, (sitting_id, number))
    if found is None:
        raise SittingNotFound
    return found


def sittings(*, visible_to: Actor, limit: int = 20) -> Sequence[Sitting]:
    """One's own sittings, the newest first."""
    query = select(Sitting).where(Sitting.by == visible_to.id)
    return db.session.scalars(query.order_by(Sitting.id.desc()).limit(limit)).all()


def outcomes(sitting: Sitting, *, visible_to: Actor) -> list[Outcome]:
    """Every result of a sitting that its reader may still see, in the order of the list."""
    query = select(SittingItem).where(SittingItem.sitting_id == sitting.id)
    rows = db.session.scalars(query.order_by(SittingItem.number)).all()
    dossiers = _dossiers({row.dossier_id for row in rows}, visible_to)
    decided = [row.instance_id for row in rows if row.state is ItemState.DECIDED]
    jobs, awaited = _signing_jobs(decided), _awaited(decided)
    return [
        Outcome(row, dossiers[row.dossier_id], *_left(jobs, row), awaited.get(row.instance_id))
        for row in rows
        if row.dossier_id in dossiers
    ]


def worded(problem: Mapping[str, Any] | None) -> str:
    """Why something was not signed, in the reader's language; empty when nothing is wrong."""
    if not problem:
        return ""
    return ". ".join(translated(problem[part], problem["params"]) for part in ("title", "remedy"))


def fingerprint(item: TaskItem) -> str:
    """What names the case of a task as it stands: its process, answers and documents."""
    dossier = db.session.get_one(Dossier, item.proceeding.dossier_id)
    return _fingerprints([item], {dossier.id: dossier})[item.task.id]


def _in_sittings(actor: Actor) -> Iterator[TaskItem]:
    """Free tasks, and those that the actor holds, which he may sign by a rule of their service."""
    after: UUID | None = None
    while True:
        page = queries.tasks(visible_to=actor, after=after, limit=_PAGE)
        for item in page:
            if rule_of(item) is not None and _may_sign(item, actor):
                yield item
        if len(page) < _PAGE:
            return
        after = page[-1].task.id


def _may_sign(item: TaskItem, actor: Actor) -> bool:
    task = item.task
    mine = task.holder in ("", actor.id) and task.assignee in ("", actor.id)
    alone = task.delegation != DelegationState.PENDING
    return mine and alone and item.allows(actor, Action.TASK_CLAIM)


def _barred(task_ids: Collection[UUID], actor: Actor) -> set[UUID]:
    """Those of the tasks that other hands have to do."""
    query = select(Task.id).where(Task.id.in_(task_ids), barred(actor.id))
    return set(db.session.scalars(query)) if task_ids else set()


def _dossiers(dossier_ids: Collection[UUID], actor: Actor) -> dict[UUID, Dossier]:
    query = select(Dossier).where(
        Dossier.id.in_(dossier_ids), policy.clause(actor, Action.DOSSIER_VIEW, Dossier)
    )
    return {found.id: found for found in db.session.scalars(query)} if dossier_ids else {}


def _fingerprints(items: Sequence[TaskItem], dossiers: Mapping[UUID, Dossier]) -> dict[UUID, str]:
    blob = select(InstanceBlob.instance_id, InstanceBlob.version).where(
        InstanceBlob.instance_id.in_([item.task.instance_id for item in items])
    )
    steps: dict[UUID, int] = dict(db.session.execute(blob).all()) if items else {}
    papers = _papers(dossiers)
    return {
        item.task.id: _print(
            item.task.id,
            steps.get(item.task.instance_id),
            dossiers[item.proceeding.dossier_id].answers,
            papers.get(item.proceeding.dossier_id, []),
        )
        for item in items
        if item.proceeding.dossier_id in dossiers
    }


def _print(*parts: Any) -> str:
    told = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _papers(dossier_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    query = select(Document.dossier_id, Document.sha256).where(
        Document.dossier_id.in_(list(dossier_ids)), Document.removed_at.is_(None)
    )
    for dossier_id, sha256 in db.session.execute(query.order_by(Document.id)):
        found.setdefault(dossier_id, []).append(sha256)
    return found


def _signing_jobs(instance_ids: Collection[UUID]) -> dict[UUID, Any]:
    query = select(Job.instance_id, Job.state, Job.attempts, Job.due_at).where(
        Job.instance_id.in_(instance_ids), Job.kind.in_(SIGNING_JOBS)
    )
    return {row.instance_id: row for row in db.session.execute(query)} if instance_ids else {}


def _awaited(instance_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Until when a signer is awaited, by process."""
    query = select(SignatureOrder.instance_id, SignatureOrder.until).where(
        SignatureOrder.instance_id.in_(instance_ids), SignatureOrder.state == OrderState.WAITING
    )
    rows = db.session.execute(query).all() if instance_ids else []
    return {instance_id: until for instance_id, until in rows if until is not None}


def _left(jobs: Mapping[UUID, Any], row: SittingItem) -> tuple[datetime | None, bool]:
    job = jobs.get(row.instance_id)
    if job is None:
        return None, False
    return (job.due_at if job.attempts else None), job.state == JobState.INCIDENT
