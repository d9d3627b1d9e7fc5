"""One task: the dossier beside it, taking it, giving it back, deciding."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import policy
from accounts.actor import Actor
from accounts.freshness import require_fresh
from accounts.policy import Action
from accounts.substitutes import replaced_by
from core.database import transaction
from core.errors import InvalidRequest
from dossiers import operations, queries
from dossiers.looks import note_look
from dossiers.origins import origin_of
from dossiers.privacy.queries import standing_hold
from dossiers.queries import TaskItem
from engine.errors import WrongClaimToken
from engine.handing import Draft
from engine.models import DelegationState, TaskState
from forms import Path
from forms.rendering import render_page
from web import languages
from web.clerk.blueprint import blueprint
from web.clerk.queues import name_of, step_name
from web.confidential import shown_enquiries
from web.papers import agency_of, applied_rules, decisions, named_documents, names_of, sections_of
from web.principals import in_whose_name
from web.requests import shown_requests
from web.visitors import known_visitor

Fields = Mapping[Path, list[str]]
PENDING = DelegationState.PENDING


@blueprint.get("/tasks/<uuid:task_id>")
def task(task_id: UUID) -> str:
    """The task with everything needed to decide it."""
    actor = known_visitor()
    item = queries.find_task(task_id, visible_to=actor)
    note_look(queries.find_dossier(item.proceeding.dossier_id, visible_to=actor), actor)
    if not _is_held_by(item, actor):
        return task_page(item, {}, {})
    if item.task.element_id in item.pack.manifest.fresh_proof:
        require_fresh(actor)
    draft = queries.task_draft(task_id, visible_to=actor)
    return task_page(item, dict(draft.answers), {}, draft=draft)


@blueprint.post("/tasks/<uuid:task_id>/claim")
def claim(task_id: UUID) -> Response:
    """Take the task."""
    with transaction():
        operations.claim_task(task_id, actor=known_visitor())
    return redirect(url_for("clerk.task", task_id=task_id), 303)


@blueprint.post("/tasks/<uuid:task_id>/take-over")
def take_over(task_id: UUID) -> Response:
    """Take the task of somebody who is away, and for whom one works."""
    actor = known_visitor()
    version = queries.find_task(task_id, visible_to=actor).task.version
    with transaction():
        operations.take_over_task(task_id, version=version, actor=actor)
    return redirect(url_for("clerk.task", task_id=task_id), 303)


@blueprint.post("/tasks/<uuid:task_id>/release")
def release(task_id: UUID) -> Response:
    """Give the task back to its queue."""
    token = claim_token()
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
        return task_page(item, typed, {})
    try:
        with transaction():
            operations.complete_task(
                task_id,
                typed,
                actor=actor,
                language=languages.current(),
                token=claim_token(),
            )
    except InvalidRequest as error:
        return task_page(item, typed, error.fields), 400
    flash(_("The task is done: %(task)s.", task=step_name(item)), "done")
    return redirect(url_for("clerk.queue", queue=item.task.candidate_groups[0]), 303)


def claim_token() -> UUID | None:
    """The claim under which the form was drawn; None when somebody wrote something else."""
    try:
        return UUID(request.form.get("claim", ""))
    except ValueError:
        return None


def task_page(
    item: TaskItem,
    answers: dict[str, Any],
    fields: Fields,
    *,
    draft: Draft | None = None,
    newer: Draft | None = None,
) -> str:
    """The page with these answers filled in; `newer` are those that another window has saved."""
    actor = known_visitor()
    form = item.pack.form(item.task.form_key)
    language = languages.current()
    seen = newer or draft
    return render_template(
        "clerk/task.html",
        **_about_dossier(item, actor),
        item=item,
        step=step_name(item),
        open=item.task.state == TaskState.OPEN,
        held_by_me=item.task.holder == actor.id,
        held_by_absent=(item.task.holder or item.task.assignee) in replaced_by(actor),
        holder=name_of(item.task.holder),
        fields=[
            render_page(form, page, answers, fields, language, bare=True) for page in form.pages
        ],
        errors=form.error_summary(fields),
        draft_version=seen.version if seen else request.form.get("draft", 0),
        draft=draft,
        newer=form.summary(newer.answers, language) if newer else [],
        owner=name_of(item.task.owner) if item.task.delegation == PENDING else "",
        colleagues=_colleagues(item, actor),
        may_reassign=item.allows(actor, Action.TASK_REASSIGN),
        asks_supplement=_asks_supplement(item),
    )


def _about_dossier(item: TaskItem, actor: Actor) -> dict[str, Any]:
    """What the page tells of the dossier beside the task."""
    dossier = queries.find_dossier(item.proceeding.dossier_id, visible_to=actor)
    return {
        "dossier": dossier,
        "agency": agency_of(dossier),
        "name": names_of([dossier])[dossier.id],
        "whose": in_whose_name(dossier),
        "sections": sections_of(dossier, visible_to=actor),
        "documents": named_documents(dossier),
        "entry": queries.entry_of(dossier),
        "origin": origin_of(dossier),
        "applied_rules": applied_rules(dossier),
        "decisions": decisions(item.task.instance_id, item.pack, of=dossier, visible_to=actor),
        "on_hold": standing_hold(dossier, visible_to=actor),
        "requests": shown_requests(dossier, visible_to=actor),
        "enquiries": shown_enquiries(dossier, visible_to=actor),
        "reads": item.reads(actor),
        "may_unmask": policy.allows(actor, Action.DOSSIER_UNMASK, dossier),
    }


def _asks_supplement(item: TaskItem) -> bool:
    rules = item.pack.manifest.requests.supplement
    return rules is not None and item.task.element_id in rules.tasks


def _is_held_by(item: TaskItem, actor: Actor) -> bool:
    return item.task.state == TaskState.OPEN and item.task.holder == actor.id


def _colleagues(item: TaskItem, actor: Actor) -> Sequence[tuple[str, str]]:
    """Who else could have the task, for those who may hand it on."""
    may = (Action.TASK_DELEGATE, Action.TASK_REASSIGN)
    if item.task.state != TaskState.OPEN or not any(item.allows(actor, each) for each in may):
        return []
    return queries.colleagues(item, visible_to=actor)
