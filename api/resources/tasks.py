"""Tasks: what waits for somebody, and working it."""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from accounts.policy import Action
from api.authentication import current_actor, requires
from api.language import language
from api.paging import Page, PageArguments, page_schema, paged
from api.preconditions import matched_version, with_etag
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from dossiers import operations, queries
from dossiers.queries import TaskItem

Headed = tuple[Any, int, dict[str, str]]

resource = Resource("tasks", "Work that waits for people.")


class TaskSchema(Shape):
    """A task in a list. `holder` is the actor who has claimed it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    queues = fields.List(fields.String(), required=True)
    state = fields.String(required=True)
    holder = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    reference = fields.String(required=True)
    dossier_id = fields.UUID(required=True)
    service = fields.String(required=True)


class TaskDetailsSchema(TaskSchema):
    """One task with what must be answered to complete it."""

    form = fields.Dict(required=True, metadata={"description": "JSON Schema of the answers."})


class TaskFilters(PageArguments):
    """How the list can be narrowed."""

    queue = fields.String(load_default=None, validate=validate.Length(max=100))
    mine = fields.Boolean(load_default=False)
    overseen = fields.Boolean(
        load_default=False, metadata={"description": "All that you may give to somebody else."}
    )


class ClaimSchema(Shape):
    """The token that releasing and completing a claimed task require."""

    token = fields.UUID(required=True)


class CompletionSchema(Shape):
    """The answers of the task's form; the token unless the task was assigned to you by name.

    `done` are the numbers, from 1, of the mended items where a list of defects is answered.
    """

    token = fields.UUID(load_default=None, allow_none=True)
    answers = fields.Dict(keys=fields.String(), required=True)
    done = fields.List(
        fields.Integer(validate=validate.Range(min=1, max=200)),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=200),
    )


class DelegationSchema(ClaimSchema):
    """Who is to help, by actor id, and the token of your claim."""

    to = fields.String(required=True, validate=validate.Length(min=1, max=200))


class AssignmentSchema(Shape):
    """Who is to have the task, by actor id; null for its queue."""

    to = fields.String(required=True, allow_none=True, validate=validate.Length(min=1, max=200))


class NewDraftSchema(Shape):
    """Answers as far as they have come; those of the form's own fields are kept."""

    answers = fields.Dict(keys=fields.String(), required=True)


class DraftSchema(NewDraftSchema):
    """The answers saved last; its version is in the ETag, 0 when there are none."""

    saved_by = fields.String(required=True)
    saved_at = fields.AwareDateTime(required=True, allow_none=True)


@resource.route("/tasks")
@requires(Action.TASK_VIEW, Action.TASK_REASSIGN)
@resource.arguments(TaskFilters, location="query")
@resource.response(200, page_schema(TaskSchema))
def list_tasks(arguments: dict[str, Any]) -> Page:
    """List the open tasks of your queues, oldest first."""
    page = paged(_find, arguments, lambda item: item.task.id)
    return Page([_described(item) for item in page.items], page.next)


@resource.route("/tasks/<uuid:task_id>")
@requires(Action.TASK_VIEW, Action.TASK_REASSIGN)
@resource.response(200, TaskDetailsSchema)
def show_task(task_id: UUID) -> Headed:
    """Show one task, open or ended, with the JSON Schema of its form."""
    item = queries.find_task(task_id, visible_to=current_actor())
    form = item.pack.form(item.task.form_key)
    shown = {**_described(item), "form": form.json_schema(language())}
    return shown, 200, with_etag(item.task.version)


@resource.route("/tasks/<uuid:task_id>/claim", methods=["POST"])
@requires(Action.TASK_CLAIM)
@resource.response(200, ClaimSchema)
def claim_task(task_id: UUID) -> dict[str, UUID]:
    """Take a task. Claiming it again gives a new token, and the old one dies."""
    with transaction():
        return {"token": operations.claim_task(task_id, actor=current_actor())}


@resource.route("/tasks/<uuid:task_id>/release", methods=["POST"])
@requires(Action.TASK_RELEASE)
@resource.arguments(ClaimSchema)
@resource.response(204)
def release_task(data: dict[str, Any], task_id: UUID) -> None:
    """Give a claimed task back to its queue."""
    with transaction():
        operations.release_task(task_id, token=data["token"], actor=current_actor())


@resource.route("/tasks/<uuid:task_id>/complete", methods=["POST"])
@requires(Action.TASK_COMPLETE)
@resource.arguments(CompletionSchema)
@resource.response(204)
def complete_task(data: dict[str, Any], task_id: UUID) -> None:
    """Complete a task with the answers of its form."""
    with transaction():
        operations.complete_task(
            task_id,
            data["answers"],
            actor=current_actor(),
            language=language(),
            token=data["token"],
            done=data["done"],
        )


@resource.route("/tasks/<uuid:task_id>/delegate", methods=["POST"])
@requires(Action.TASK_DELEGATE)
@resource.arguments(DelegationSchema)
@resource.response(204)
def delegate_task(data: dict[str, Any], task_id: UUID) -> None:
    """Let a colleague work on a task that you hold; it comes back to you to be completed."""
    with transaction():
        operations.delegate_task(task_id, actor=current_actor(), **data)


@resource.route("/tasks/<uuid:task_id>/resolve", methods=["POST"])
@requires(Action.TASK_DELEGATE)
@resource.arguments(ClaimSchema)
@resource.response(204)
def resolve_task(data: dict[str, Any], task_id: UUID) -> None:
    """Hand a task back to who delegated it to you."""
    with transaction():
        operations.resolve_task(task_id, token=data["token"], actor=current_actor())


@resource.route("/tasks/<uuid:task_id>/reassign", methods=["POST"])
@requires(Action.TASK_REASSIGN)
@resource.arguments(AssignmentSchema)
@resource.response(204)
def reassign_task(data: dict[str, Any], task_id: UUID) -> None:
    """Give a task to somebody else or back to its queue, whoever holds it. Needs If-Match."""
    version = matched_version()
    with transaction():
        operations.reassign_task(task_id, to=data["to"], version=version, actor=current_actor())


@resource.route("/tasks/<uuid:task_id>/take-over", methods=["POST"])
@requires(Action.TASK_CLAIM)
@resource.response(204)
def take_over_task(task_id: UUID) -> None:
    """Take a task of somebody who is away, and for whom you work today. Needs If-Match."""
    version = matched_version()
    with transaction():
        operations.take_over_task(task_id, version=version, actor=current_actor())


@resource.route("/tasks/<uuid:task_id>/draft")
@requires(Action.TASK_COMPLETE)
@resource.response(200, DraftSchema)
def show_draft(task_id: UUID) -> Headed:
    """Show the answers saved so far for a task that you hold."""
    draft = queries.task_draft(task_id, visible_to=current_actor())
    return draft, 200, with_etag(draft.version)


@resource.route("/tasks/<uuid:task_id>/draft", methods=["PUT"])
@requires(Action.TASK_COMPLETE)
@resource.arguments(NewDraftSchema)
@resource.response(204)
def save_draft(data: dict[str, Any], task_id: UUID) -> Headed:
    """Keep unfinished answers with a task that you hold. Needs If-Match with the draft's ETag."""
    version, actor = matched_version(), current_actor()
    with transaction():
        saved = operations.save_task_draft(task_id, data["answers"], version=version, actor=actor)
    return None, 204, with_etag(saved)


def _find(**filters: Any) -> list[TaskItem]:
    return queries.tasks(visible_to=current_actor(), **filters)


def _described(item: TaskItem) -> dict[str, Any]:
    task, about = item.task, item.proceeding
    return {
        "id": task.id,
        "name": item.pack.element_name(task.element_id, task.name, language()),
        "queues": task.candidate_groups,
        "state": task.state,
        "holder": task.holder or task.assignee or None,
        "created_at": task.created_at,
        "due_at": task.due_at,
        "reference": about.reference,
        "dossier_id": about.dossier_id,
        "service": about.service_key,
    }
