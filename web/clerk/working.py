"""One task: the dossier beside it, taking it, giving it back, deciding."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.database import transaction
from core.errors import InvalidRequest
from dossiers import operations, queries
from dossiers.looks import note_look
from dossiers.queries import TaskItem
from engine.errors import WrongClaimToken
from engine.models import TaskState
from forms import Path
from forms.rendering import render_page
from web import languages
from web.clerk.blueprint import blueprint
from web.clerk.queues import name_of, step_name
from web.papers import applied_rules, decisions, named_documents, names_of, sections_of
from web.visitors import known_visitor

Fields = Mapping[Path, list[str]]


@blueprint.get("/tasks/<uuid:task_id>")
def task(task_id: UUID) -> str:
    """The task with everything needed to decide it."""
    actor = known_visitor()
    item = queries.find_task(task_id, visible_to=actor)
    note_look(queries.find_dossier(item.proceeding.dossier_id, visible_to=actor), actor)
    return _page(item, {}, {})


@blueprint.post("/tasks/<uuid:task_id>/claim")
def claim(task_id: UUID) -> Response:
    """Take the task."""
    with transaction():
        operations.claim_task(task_id, actor=known_visitor())
    return redirect(url_for("clerk.task", task_id=task_id), 303)


@blueprint.post("/tasks/<uuid:task_id>/release")
def release(task_id: UUID) -> Response:
    """Give the task back to its queue."""
    token = _claim_token()
    if token is None:
        raise WrongClaimToken
    with transaction():
        operations.release_task(task_id, token=token, actor=known_visitor())
    flash(_("The task is back in its queue."), "done")
    return redirect(url_for("clerk.queue"), 303)


@blueprint.post("/tasks/<uuid:task_id>/complete")
def complete(task_id: UUID) -> str | Response | tuple[str, int]:
    """Decide: the answers of the task's form, with the token of the claim they were made under."""
    actor = known_visitor()
    item = queries.find_task(task_id, visible_to=actor)
    typed = item.pack.form(item.task.form_key).answers_from(request.form)
    if "change_language" in request.form:
        languages.choose(request.form["change_language"])
        return _page(item, typed, {})
    try:
        with transaction():
            operations.complete_task(
                task_id,
                typed,
                actor=actor,
                language=languages.current(),
                token=_claim_token(),
            )
    except InvalidRequest as error:
        return _page(item, typed, error.fields), 400
    flash(_("The task is done: %(task)s.", task=step_name(item)), "done")
    return redirect(url_for("clerk.queue", queue=item.task.candidate_groups[0]), 303)


def _claim_token() -> UUID | None:
    try:
        return UUID(request.form.get("claim", ""))
    except ValueError:
        return None


def _page(item: TaskItem, answers: dict[str, Any], fields: Fields) -> str:
    actor = known_visitor()
    dossier = queries.find_dossier(item.proceeding.dossier_id, visible_to=actor)
    form = item.pack.form(item.task.form_key)
    language = languages.current()
    return render_template(
        "clerk/task.html",
        item=item,
        step=step_name(item),
        open=item.task.state == TaskState.OPEN,
        held_by_me=item.task.holder == actor.id,
        holder=name_of(item.task.holder),
        dossier=dossier,
        name=names_of([dossier])[dossier.id],
        sections=sections_of(dossier),
        documents=named_documents(dossier),
        entry=queries.entry_of(dossier),
        applied_rules=applied_rules(dossier),
        decisions=decisions(item.task.instance_id, item.pack),
        fields=[
            render_page(form, page, answers, fields, language, bare=True) for page in form.pages
        ],
        errors=form.error_summary(fields),
    )
