"""A task's way to others: answers kept for later, a colleague's help, another holder."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.database import transaction
from dossiers import operations, queries
from engine.errors import DraftChanged, WrongClaimToken
from web.clerk.blueprint import blueprint
from web.clerk.working import claim_token, task_page
from web.visitors import known_visitor


@blueprint.post("/tasks/<uuid:task_id>/draft")
def save_draft(task_id: UUID) -> Response | tuple[str, int]:
    """Keep the answers as far as they have come; shows the newer ones if another window was first."""
    actor = known_visitor()
    item = queries.find_task(task_id, visible_to=actor)
    typed = item.pack.form(item.task.form_key).answers_from(request.form)
    try:
        with transaction():
            operations.save_task_draft(task_id, typed, version=_number("draft"), actor=actor)
    except DraftChanged as error:
        return task_page(item, typed, {}, newer=error.newer), error.status
    flash(_("Your answers are kept. You can go on later."), "done")
    return redirect(url_for("clerk.task", task_id=task_id), 303)


@blueprint.post("/tasks/<uuid:task_id>/delegate")
def delegate(task_id: UUID) -> Response:
    """Ask a colleague to do a part; the task comes back."""
    token, to = _claim(), request.form.get("to", "")
    with transaction():
        operations.delegate_task(task_id, to=to, token=token, actor=known_visitor())
    flash(_("Your colleague has the task now. It will come back to you."), "done")
    return redirect(url_for("clerk.queue"), 303)


@blueprint.post("/tasks/<uuid:task_id>/resolve")
def resolve(task_id: UUID) -> Response:
    """Hand the task back to who asked for help."""
    with transaction():
        operations.resolve_task(task_id, token=_claim(), actor=known_visitor())
    flash(_("The task is with your colleague again."), "done")
    return redirect(url_for("clerk.queue"), 303)


@blueprint.post("/tasks/<uuid:task_id>/reassign")
def reassign(task_id: UUID) -> Response:
    """Give the task to somebody else, or to its queue."""
    to, version = request.form.get("to") or None, _number("version")
    with transaction():
        operations.reassign_task(task_id, to=to, version=version, actor=known_visitor())
    flash(_("The task has been given on."), "done")
    return redirect(url_for("clerk.queue", overseen=1), 303)


def _claim() -> UUID:
    token = claim_token()
    if token is None:
        raise WrongClaimToken
    return token


def _number(name: str) -> int:
    """A version from a hidden field; one that nothing has when somebody wrote something else."""
    text = request.form.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1  # noqa: PLR2004  beyond any version
