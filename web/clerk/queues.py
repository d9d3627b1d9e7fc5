"""What waits: one's own tasks and the queues of one's roles."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template, request
from sqlalchemy import select

from accounts import policy
from accounts import queries as accounts
from accounts.actor import Actor
from accounts.policy import Action
from core.database import db
from core.i18n import pick
from dossiers import queries
from dossiers.escalation import queries as escalation
from dossiers.models import Dossier
from dossiers.queries import TaskItem
from web import languages
from web.clerk.blueprint import blueprint
from web.cursors import cursor
from web.visitors import known_visitor

PAGE_SIZE = 50


@dataclass(frozen=True)
class Line:
    """One task of a list."""

    item: TaskItem
    step: str
    service: str
    applicant: str
    holder: str
    due_at: datetime | None
    stands: bool


@blueprint.get("/")
def queue() -> str:
    """A queue, or one's own tasks; the address says which, so it can be kept and shared."""
    actor = known_visitor()
    policy.require_ever(actor, Action.TASK_VIEW)
    chosen, mine = request.args.get("queue"), "mine" in request.args
    overseen = "overseen" in request.args
    found = queries.tasks(
        visible_to=actor,
        queue=chosen,
        mine=mine,
        overseen=overseen,
        after=cursor(),
        limit=PAGE_SIZE + 1,
    )
    shown = found[:PAGE_SIZE]
    return render_template(
        "clerk/queue.html",
        queues=queries.queues(visible_to=actor),
        chosen=chosen,
        mine=mine,
        overseen=overseen,
        unread=escalation.unread(visible_to=actor),
        oversees=policy.may_ever(actor, Action.TASK_REASSIGN),
        lines=_lines(shown, actor),
        last=shown[-1].task.id if len(found) > PAGE_SIZE else None,
    )


def name_of(actor_id: str) -> str:
    """Who holds a task; empty when nobody does."""
    holder = accounts.actor(actor_id) if actor_id else None
    return holder.name if holder else ""


def step_name(item: TaskItem) -> str:
    """What is to be done, in the reader's language."""
    return item.pack.element_name(item.task.element_id, item.task.name, languages.current())


def _lines(items: list[TaskItem], actor: Actor) -> list[Line]:
    dossiers = _dossiers([item.proceeding.dossier_id for item in items], actor)
    holders = {holder: name_of(holder) for holder in {item.task.holder for item in items}}
    return [
        _line(item, dossiers.get(item.proceeding.dossier_id), holders[item.task.holder])
        for item in items
    ]


def _line(item: TaskItem, dossier: Any, holder: str) -> Line:
    manifest = item.pack.manifest
    of_dossier = dossier is not None and item.proceeding.entry_id is None
    return Line(
        item=item,
        step=step_name(item),
        service=pick(manifest.name, languages.current()),
        applicant=(dossier.organisation_name if dossier else "") or "",
        holder=holder,
        due_at=dossier.due_at if dossier and of_dossier else None,
        stands=bool(dossier and of_dossier and dossier.status in manifest.clock_stands),
    )


def _dossiers(dossier_ids: list[UUID], actor: Actor) -> dict[UUID, Any]:
    """Organisation, status and due date of the dossiers that this actor may see, in one query."""
    rows = db.session.execute(
        select(Dossier.id, Dossier.organisation_name, Dossier.status, Dossier.due_at).where(
            Dossier.id.in_(dossier_ids), policy.clause(actor, Action.DOSSIER_VIEW, Dossier)
        )
    )
    return {row.id: row for row in rows}
