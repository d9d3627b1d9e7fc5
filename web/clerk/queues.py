"""What waits: one's own tasks and the queues of one's roles."""

from dataclasses import dataclass
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
    applicants = _applicants([item.proceeding.dossier_id for item in items], actor)
    holders = {holder: name_of(holder) for holder in {item.task.holder for item in items}}
    return [
        Line(
            item=item,
            step=step_name(item),
            service=pick(item.pack.manifest.name, languages.current()),
            applicant=applicants.get(item.proceeding.dossier_id) or "",
            holder=holders[item.task.holder],
        )
        for item in items
    ]


def _applicants(dossier_ids: list[UUID], actor: Actor) -> dict[UUID, str | None]:
    """The names of the organisations behind the dossiers that this actor may see, in one query."""
    rows = db.session.execute(
        select(Dossier.id, Dossier.organisation_name).where(
            Dossier.id.in_(dossier_ids), policy.clause(actor, Action.DOSSIER_VIEW, Dossier)
        )
    )
    return {row.id: row.organisation_name for row in rows}
