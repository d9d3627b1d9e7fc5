"""Who is away, and who works for him: one's own days, and those of the people one administers."""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from accounts import substitutes
from accounts.department_models import Substitution
from accounts.policy import Action
from accounts.substitutes import Absence
from api.authentication import current_actor, requires
from api.idempotency import once
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction

resource = Resource("absences", "Who of the staff is away, and who works meanwhile.")
_WORD = fields.String(validate=validate.Length(min=1, max=100))
_MOST = validate.Length(max=50)


class NewAbsenceSchema(Shape):
    """Days away, both counted, and who works meanwhile; empty lists do not narrow.

    Only an administrator can pass on what is signed.
    """

    account_id = fields.UUID(required=True)
    substitute_id = fields.UUID(load_default=None, allow_none=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    queues = fields.List(_WORD, load_default=list, validate=_MOST)
    services = fields.List(_WORD, load_default=list, validate=_MOST)
    signing = fields.Boolean(load_default=False)
    reason = fields.String(load_default="", validate=validate.Length(max=1000))


class AbsenceSchema(NewAbsenceSchema):
    """Days on which somebody is away."""

    id = fields.UUID(required=True)


class AbsencesSchema(Shape):
    """What is or will be, by its first day."""

    items = fields.List(fields.Nested(AbsenceSchema), required=True)


@resource.route("/absences")
@requires(Action.TASK_RELEASE, Action.DEPARTMENT_ADMINISTER)
@resource.response(200, AbsencesSchema)
def list_absences() -> dict[str, Any]:
    """List your own days away and those of the people whom you administer."""
    return {"items": substitutes.substitutions(visible_to=current_actor())}


@resource.route("/absences", methods=["POST"])
@requires(Action.TASK_RELEASE, Action.DEPARTMENT_ADMINISTER)
@once
@resource.arguments(NewAbsenceSchema)
@resource.response(201, AbsenceSchema)
def name_substitute(data: dict[str, Any]) -> Substitution:
    """Note that somebody is away, and who works meanwhile."""
    account_id, substitute_id = data.pop("account_id"), data.pop("substitute_id")
    actor = current_actor()
    return substitutes.name_substitute(account_id, substitute_id, Absence(**data), by=actor)


@resource.route("/absences/<uuid:substitution_id>/end", methods=["POST"])
@requires(Action.TASK_RELEASE, Action.DEPARTMENT_ADMINISTER)
@resource.response(204)
def end_substitution(substitution_id: UUID) -> None:
    """Let it be over now."""
    with transaction():
        substitutes.end_substitution(substitution_id, by=current_actor())
