"""What is told about agencies, units, people, roles and queues, and what is sent to change them."""

from typing import Final

from marshmallow import fields, validate

from accounts.actor import GRANTABLE_ROLES, Role
from accounts.work_rules import WorkRule
from api.schemas import Shape
from api.supervision_schemas import reason

_NAME: Final = validate.Length(min=1, max=200)
_CODE: Final = validate.Length(min=1, max=60)
_ROLES: Final = sorted(str(role) for role in GRANTABLE_ROLES - {Role.PORTAL, Role.INTEGRATION})


class NamesSchema(Shape):
    """Official names by language."""

    vi = fields.String(required=True, validate=_NAME)
    en = fields.String(validate=_NAME)


class PlaceSchema(Shape):
    """What agencies and units have in common; `names` are those of today."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    names = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    valid_from = fields.AwareDateTime(required=True, allow_none=True)
    valid_until = fields.AwareDateTime(required=True, allow_none=True)
    successor_id = fields.UUID(required=True, allow_none=True)
    version = fields.Integer(required=True)


class DepartmentAgencySchema(PlaceSchema):
    """An agency."""

    ending = fields.String(required=True)


class UnitSchema(PlaceSchema):
    """A unit of an agency, below another one or not."""

    agency_id = fields.UUID(required=True)
    parent_id = fields.UUID(required=True, allow_none=True)


class DepartmentAgenciesSchema(Shape):
    """The agencies that the caller administers."""

    items = fields.List(fields.Nested(DepartmentAgencySchema), required=True)


class UnitsSchema(Shape):
    """The units of an agency."""

    items = fields.List(fields.Nested(UnitSchema), required=True)


class NewPlaceSchema(Shape):
    """What is common to a new agency and a new unit; without a moment it is there now."""

    code = fields.String(required=True, validate=_CODE)
    names = fields.Nested(NamesSchema, required=True)
    valid_from = fields.AwareDateTime(load_default=None, allow_none=True)


class NewAgencySchema(NewPlaceSchema):
    """A new agency; `ending` is that of its numbers."""

    ending = fields.String(required=True, validate=_CODE)


class NewUnitSchema(NewPlaceSchema):
    """A new unit."""

    parent_id = fields.UUID(load_default=None, allow_none=True)


class RenamingSchema(Shape):
    """Other names since a moment."""

    names = fields.Nested(NamesSchema, required=True)
    since = fields.AwareDateTime(required=True)


class ClosingSchema(Shape):
    """An end, and who takes over."""

    until = fields.AwareDateTime(required=True)
    successor_id = fields.UUID(load_default=None, allow_none=True)


class HandOverSchema(Shape):
    """From where to where open dossiers go. With `preview` nothing is done."""

    from_agency = fields.UUID(required=True)
    to_agency = fields.UUID(required=True)
    from_unit = fields.UUID(load_default=None, allow_none=True)
    to_unit = fields.UUID(load_default=None, allow_none=True)
    service = fields.String(load_default="", validate=validate.Length(max=100))
    reason = reason()
    preview = fields.Boolean(load_default=True)


class HandedOverSchema(Shape):
    """How many dossiers are reached, and whether they are handed over or only counted."""

    dossiers = fields.Integer(required=True)
    done = fields.Boolean(required=True)


class StaffSchema(Shape):
    """Somebody of the staff; no agency: employed by the authority as a whole."""

    id = fields.UUID(required=True)
    login = fields.String(required=True)
    name = fields.String(required=True, attribute="display_name")
    email = fields.String(required=True, allow_none=True)
    agency_id = fields.UUID(required=True, allow_none=True)
    active = fields.Boolean(required=True)
    version = fields.Integer(required=True)


class PersonSchema(Shape):
    """What can be corrected about somebody of the staff."""

    name = fields.String(required=True, validate=_NAME)
    email = fields.String(required=True, validate=validate.Length(max=254))
    agency_id = fields.UUID(load_default=None, allow_none=True)


class NewPersonSchema(PersonSchema):
    """Somebody new, who gets an invitation by e-mail."""

    login = fields.String(required=True, validate=_NAME)
    language = fields.String(load_default="vi", validate=validate.OneOf(["vi", "en"]))


class ReachSchema(Shape):
    """A role and how far it reaches; null does not narrow."""

    role = fields.String(required=True, validate=validate.OneOf(_ROLES))
    agency_id = fields.UUID(load_default=None, allow_none=True)
    unit_id = fields.UUID(load_default=None, allow_none=True)
    service = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))
    queue = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))
    valid_from = fields.AwareDateTime(load_default=None, allow_none=True)
    valid_until = fields.AwareDateTime(load_default=None, allow_none=True)


class NewGrantSchema(ReachSchema):
    """A role that shall be given, and why."""

    reason = reason()


class GrantSchema(ReachSchema):
    """A role of somebody, or a proposed one (`state`)."""

    id = fields.UUID(required=True)
    account_id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["given", "proposed"]))


class GrantsSchema(Shape):
    """Roles, newest first."""

    items = fields.List(fields.Nested(GrantSchema), required=True)


class WhySchema(Shape):
    """Why it is done."""

    reason = reason()


class LeavingSchema(WhySchema):
    """Why somebody leaves, and the id of the actor who gets the tasks he holds (null: their queues)."""

    tasks_to = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))


class QueueSchema(Shape):
    """A queue and its work rule; no agency: of all."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    names = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    agency_id = fields.UUID(required=True, allow_none=True)
    work_rule = fields.String(required=True)
    version = fields.Integer(required=True)


class DepartmentQueuesSchema(Shape):
    """Queues by their codes."""

    items = fields.List(fields.Nested(QueueSchema), required=True)


class QueueChangeSchema(Shape):
    """Names and rule of a queue."""

    names = fields.Nested(NamesSchema, required=True)
    work_rule = fields.String(
        required=True, validate=validate.OneOf([str(rule) for rule in WorkRule])
    )


class NewQueueSchema(QueueChangeSchema):
    """A new queue."""

    code = fields.String(required=True, validate=_CODE)
    agency_id = fields.UUID(load_default=None, allow_none=True)
