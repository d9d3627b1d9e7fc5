"""Sittings: many results that their leader looks at, confirms once, and signs one after the other."""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from accounts import policy
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.language import language
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from dossiers.sittings import operations, queries
from dossiers.sittings.models import ItemState, Sitting, SittingState
from dossiers.sittings.queries import MOST, Outcome, Signable

resource = Resource("sittings", "Many results signed by one confirmation of their leader.")


class SignableSchema(Shape):
    """A task that you may complete together with others; `answers` are those that it is given."""

    task_id = fields.UUID(required=True)
    reference = fields.String(required=True)
    dossier_id = fields.UUID(required=True)
    service = fields.String(required=True)
    owner = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    answers = fields.Dict(keys=fields.String(), required=True)


class SignablesSchema(Shape):
    """All of them, oldest first."""

    items = fields.List(fields.Nested(SignableSchema), required=True)


class NewSittingSchema(Shape):
    """The tasks that you choose; what you may not sign together with others is left out."""

    tasks = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST))


class SittingResultSchema(Shape):
    """A chosen result. `problem` says why it was skipped; `stuck` that operators have to help."""

    number = fields.Integer(required=True)
    task_id = fields.UUID(required=True)
    reference = fields.String(required=True)
    dossier_id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(ItemState)))
    problem = fields.String(required=True)
    code = fields.String(required=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    signed_at = fields.AwareDateTime(required=True, allow_none=True)
    stuck = fields.Boolean(required=True)
    awaited_until = fields.AwareDateTime(required=True, allow_none=True)


class SittingSchema(Shape):
    """A sitting; `problem` says why it rests."""

    id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(list(SittingState)))
    made_at = fields.AwareDateTime(required=True)
    confirmed_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    problem = fields.String(required=True)
    code = fields.String(required=True)
    items = fields.List(fields.Nested(SittingResultSchema), required=True)


class LeavingOutSchema(Shape):
    """Numbers of results to be left out, or with `out` false to be taken in again."""

    numbers = fields.List(
        fields.Integer(validate=validate.Range(min=1, max=MOST)),
        required=True,
        validate=validate.Length(min=1, max=MOST),
    )
    out = fields.Boolean(load_default=True)


@resource.route("/signable-tasks")
@requires(Action.TASK_COMPLETE)
@resource.response(200, SignablesSchema)
def list_signable() -> dict[str, Any]:
    """List the tasks that you could sign now by one confirmation."""
    found = queries.signable(visible_to=current_actor())
    return {"items": [_signable(each) for each in found]}


@resource.route("/sittings", methods=["POST"])
@requires(Action.TASK_COMPLETE)
@resource.arguments(NewSittingSchema)
@resource.response(201, SittingSchema)
def begin_sitting(data: dict[str, Any]) -> dict[str, Any]:
    """Choose tasks; nothing is signed until you confirm."""
    with transaction():
        made = operations.begin(data["tasks"], actor=current_actor(), language=language())
        return _told(made)


@resource.route("/sittings/<uuid:sitting_id>")
@requires(Action.TASK_COMPLETE)
@resource.response(200, SittingSchema)
def show_sitting(sitting_id: UUID) -> dict[str, Any]:
    """Show a sitting of yours, with what became of each result."""
    policy.require_ever(current_actor(), Action.TASK_COMPLETE)
    return _told(queries.find_sitting(sitting_id, visible_to=current_actor()))


@resource.route("/sittings/<uuid:sitting_id>/leave-out", methods=["POST"])
@requires(Action.TASK_COMPLETE)
@resource.arguments(LeavingOutSchema)
@resource.response(200, SittingSchema)
def leave_results_out(data: dict[str, Any], sitting_id: UUID) -> dict[str, Any]:
    """Leave results out, or take them in again, before you confirm."""
    with transaction():
        return _told(
            operations.leave_out(
                sitting_id, data["numbers"], actor=current_actor(), out=data["out"]
            )
        )


@resource.route("/sittings/<uuid:sitting_id>/confirm", methods=["POST"])
@requires(Action.TASK_COMPLETE)
@resource.response(202, SittingSchema)
def confirm_sitting(sitting_id: UUID) -> dict[str, Any]:
    """Sign what is left on the list. Needs a fresh proof of who you are."""
    with transaction():
        return _told(operations.confirm(sitting_id, actor=current_actor()))


@resource.route("/sittings/<uuid:sitting_id>/stop", methods=["POST"])
@requires(Action.TASK_COMPLETE)
@resource.response(200, SittingSchema)
def stop_sitting(sitting_id: UUID) -> dict[str, Any]:
    """Sign nothing more. What was not confirmed, or rests already, is given up."""
    with transaction():
        return _told(operations.stop(sitting_id, actor=current_actor()))


def _signable(each: Signable) -> dict[str, Any]:
    task = each.item.task
    return {
        "task_id": task.id,
        "reference": each.item.proceeding.reference,
        "dossier_id": each.dossier.id,
        "service": each.item.proceeding.service_key,
        "owner": each.dossier.organisation_name,
        "name": each.item.pack.element_name(task.element_id, task.name, language()),
        "answers": each.rule.answers,
    }


def _told(sitting: Sitting) -> dict[str, Any]:
    found = queries.outcomes(sitting, visible_to=current_actor())
    return {
        "id": sitting.id,
        "state": sitting.state,
        "made_at": sitting.made_at,
        "confirmed_at": sitting.confirmed_at,
        "ended_at": sitting.ended_at,
        "problem": queries.worded(sitting.problem),
        "code": (sitting.problem or {}).get("code", ""),
        "items": [_result(each) for each in found],
    }


def _result(each: Outcome) -> dict[str, Any]:
    row = each.row
    return {
        "number": row.number,
        "task_id": row.task_id,
        "reference": row.reference,
        "dossier_id": row.dossier_id,
        "state": row.state,
        "problem": queries.worded(row.problem),
        "code": (row.problem or {}).get("code", ""),
        "decided_at": row.decided_at,
        "signed_at": row.signed_at,
        "stuck": each.stuck,
        "awaited_until": each.awaited_until,
    }
