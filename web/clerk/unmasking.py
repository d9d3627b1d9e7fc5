"""Showing one hidden answer to who needs it for a task: for a reason, once, on record."""

from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _

from accounts.freshness import require_fresh
from core.database import transaction
from dossiers import operations, queries
from dossiers.errors import AnswerNotHidden
from dossiers.masking import dotted
from dossiers.queries import TaskItem
from forms import Row
from web.clerk.blueprint import blueprint
from web.papers import sections_of
from web.visitors import known_visitor


@blueprint.get("/tasks/<uuid:task_id>/unmask")
def ask_to_unmask(task_id: UUID) -> str:
    """Ask what the answer is wanted for."""
    actor = known_visitor()
    item = queries.find_task(task_id, visible_to=actor)
    require_fresh(actor)
    return _page(item, _row(item, request.args.get("field", "")))


@blueprint.post("/tasks/<uuid:task_id>/unmask")
def unmask(task_id: UUID) -> str | tuple[str, int]:
    """Show the answer, and record who wanted it and what for."""
    actor, reason = known_visitor(), request.form.get("reason", "").strip()
    item = queries.find_task(task_id, visible_to=actor)
    row = _row(item, request.form.get("field", ""))
    if not reason:
        return _page(item, row, errors={"reason": _("Write what you need the answer for")}), 400
    with transaction():
        value = operations.unmask(
            item.proceeding.dossier_id, dotted(row.path), reason=reason, actor=actor
        )
    return _page(item, row, value=str(value))


def _row(item: TaskItem, field: str) -> Row:
    actor = known_visitor()
    dossier = queries.find_dossier(item.proceeding.dossier_id, visible_to=actor)
    for section in sections_of(dossier, visible_to=actor):
        for row in section.rows:
            if row.masked and dotted(row.path) == field:
                return row
    raise AnswerNotHidden(field=field)


def _page(
    item: TaskItem, row: Row, *, value: str | None = None, errors: dict[str, str] | None = None
) -> str:
    return render_template(
        "clerk/unmask.html",
        item=item,
        row=row,
        field=dotted(row.path),
        value=value,
        errors=errors or {},
        back=url_for("clerk.task", task_id=item.task.id),
    )
