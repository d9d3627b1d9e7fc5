"""Tasks: what waits for somebody, and working it."""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from accounts.policy import Action
from api.authentication import current_actor, requires
from api.language import language
from api.paging import Page, PageArguments, page_schema, paged
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from dossiers import operations, queries
from dossiers.queries import TaskItem

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


class ClaimSchema(Shape):
    """The token that releasing and completing a claimed task require."""

    token = fields.UUID(required=True)


class CompletionSchema(Shape):
    """The answers of the task's form; the token unless the task was assigned to you by name."""

    token = fields.UUID(load_default=None, allow_none=True)
    answers = fields.Dict(keys=fields.String(), required=True)


@resource.route("/tasks")
@requires(Action.TASK_VIEW)
@resource.arguments(TaskFilters, location="query")
@resource.response(200, page_schema(TaskSchema))
def list_tasks(arguments: dict[str, Any]) -> Page:
    """List the open tasks of your queues, oldest first."""
    page = paged(_find, arguments, lambda item: item.task.id)
    return Page([_described(item) for item in page.items], page.next)


@resource.route("/tasks/<uuid:task_id>")
@requires(Action.TASK_VIEW)
@resource.response(200, TaskDetailsSchema)
def show_task(task_id: UUID) -> dict[str, Any]:
    """Show one task, open or ended, with the JSON Schema of its form."""
    item = queries.find_task(task_id, visible_to=current_actor())
    form = item.pack.form(item.task.form_key)
    return {**_described(item), "form": form.json_schema(language())}


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
        )


def _find(**filters: Any) -> list[TaskItem]:
    return queries.tasks(visible_to=current_actor(), **filters)


def _described(item: TaskItem) -> dict[str, Any]:
    task, about = item.task, item.proceeding
    return {
        "id": task.id,
        "name": item.pack.element_name(task.element_id, task.name, language()),
        "queues": task.candidate_groups,
        "state": task.state,
        "holder": task.assignee or task.holder or None,
        "created_at": task.created_at,
        "due_at": task.due_at,
        "reference": about.reference,
        "dossier_id": about.dossier_id,
        "service": about.service_key,
    }
