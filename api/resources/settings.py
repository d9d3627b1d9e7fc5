"""Settings by decision: what is in force, proposing a change, deciding about it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from marshmallow import fields, validate

from accounts import queries as accounts
from accounts.policy import Action
from administration import EVERYWHERE, operations, queries
from administration.kinds import Change, SettingKind, kinds
from administration.models import ProposalState
from administration.queries import ProposalView, Settled
from administration.timeline import Ruling
from api.authentication import current_actor, requires
from api.idempotency import once
from api.language import language
from api.resource import Resource
from api.schemas import Shape
from api.supervision_schemas import reason
from core.database import transaction
from core.i18n import translated

resource = Resource("settings", "Working days, tariffs and the like, settled by decision.")


class KindSchema(Shape):
    """A kind of setting, with the JSON Schema of its values."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    purpose = fields.String(required=True)
    second_person = fields.Boolean(required=True)
    per_agency = fields.Boolean(required=True)
    form = fields.Dict(required=True)


class KindsSchema(Shape):
    """All kinds of settings."""

    items = fields.List(fields.Nested(KindSchema), required=True)


class PeriodSchema(Shape):
    """Days on which a value holds, both counted; no last day: it holds on."""

    value = fields.Dict(required=True)
    first = fields.Date(required=True)
    last = fields.Date(required=True, allow_none=True)


class SettledSchema(Shape):
    """One thing with what holds and will hold; no agency: everywhere."""

    key = fields.String(required=True)
    agency = fields.String(required=True, allow_none=True)
    periods = fields.List(fields.Nested(PeriodSchema), required=True)


class SettledListSchema(Shape):
    """What is decided, and the values that hold where nothing is."""

    items = fields.List(fields.Nested(SettledSchema), required=True)
    defaults = fields.List(fields.Dict(), required=True)


class RulingSchema(Shape):
    """A value for days, both counted; no agency: everywhere; no last day: it holds on."""

    value = fields.Dict(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(load_default=None, allow_none=True)
    agency = fields.String(load_default=None, allow_none=True)


class NewSettingSchema(RulingSchema):
    """A value that is proposed, and why."""

    reason = reason()


class EndingSchema(Shape):
    """From which day on nothing shall hold, and why."""

    key = fields.String(required=True, validate=validate.Length(max=500))
    valid_from = fields.Date(required=True)
    agency = fields.String(load_default=None, allow_none=True)
    reason = reason()


class ChangeSchema(Shape):
    """What would change: the value before it on its first day, and its effects in sentences."""

    before = fields.Dict(required=True, allow_none=True)
    after = fields.Dict(required=True, allow_none=True)
    effects = fields.List(fields.String(), required=True)


class SettingProposalSchema(ChangeSchema):
    """A proposal and what became of it."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    key = fields.String(required=True)
    agency = fields.String(required=True, allow_none=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    reason = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf([*map(str, ProposalState)]))
    proposed_by = fields.String(required=True)
    proposed_at = fields.AwareDateTime(required=True)
    decided_by = fields.String(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    note = fields.String(required=True)


class SettingProposalsSchema(Shape):
    """Proposals, newest first."""

    items = fields.List(fields.Nested(SettingProposalSchema), required=True)


class ProposalFilters(Shape):
    """How the list can be narrowed; without a state, to those that wait for a decision."""

    kind = fields.String(load_default=None)
    state = fields.Enum(ProposalState, by_value=True, load_default=ProposalState.PROPOSED)


class DecisionNoteSchema(Shape):
    """What the one who decides has to say."""

    note = fields.String(load_default="", validate=validate.Length(max=2000))


class RefusalSchema(Shape):
    """Why a proposal is refused."""

    note = reason()


@resource.route("/settings")
@requires(Action.SETTING_VIEW)
@resource.response(200, KindsSchema)
def list_kinds() -> dict[str, Any]:
    """List what can be settled."""
    return {"items": [_kind(each) for each in kinds()]}


@resource.route("/settings/<kind>")
@requires(Action.SETTING_VIEW)
@resource.response(200, SettledListSchema)
def list_settled(kind: str) -> dict[str, Any]:
    """List what holds today or will, and what holds where nothing is decided."""
    known = kinds().kind(kind)
    found = queries.settled(kind, visible_to=current_actor())
    codes = _codes()
    return {"items": [_settled(each, codes) for each in found], "defaults": known.defaults()}


@resource.route("/settings/<kind>/preview", methods=["POST"])
@requires(Action.SETTING_PROPOSE)
@resource.arguments(RulingSchema)
@resource.response(200, ChangeSchema)
def preview(data: dict[str, Any], kind: str) -> dict[str, Any]:
    """Tell what a value would change. Nothing is kept."""
    sort = kinds().kind(kind)
    value = operations.checked(sort, data["value"], language())
    ruling = Ruling(value, data["valid_from"], data["valid_until"])
    change = queries.change_by(ruling, sort, _agency(data["agency"]), sort.key(value))
    return _change(sort, change)


@resource.route("/settings/<kind>/proposals", methods=["POST"])
@requires(Action.SETTING_PROPOSE)
@once
@resource.arguments(NewSettingSchema)
@resource.response(201, SettingProposalSchema)
def propose(data: dict[str, Any], kind: str) -> tuple[Any, int, dict[str, str]]:
    """Propose a value. Where no second person is needed, it is decided with that."""
    made = operations.propose(
        kind,
        Ruling(data["value"], data["valid_from"], data["valid_until"]),
        agency_id=_agency(data["agency"]),
        reason=data["reason"],
        by=current_actor(),
        language=language(),
    )
    return _made(made.id)


@resource.route("/settings/<kind>/endings", methods=["POST"])
@requires(Action.SETTING_PROPOSE)
@once
@resource.arguments(EndingSchema)
@resource.response(201, SettingProposalSchema)
def propose_end(data: dict[str, Any], kind: str) -> tuple[Any, int, dict[str, str]]:
    """Propose that nothing holds from a day on."""
    made = operations.propose_end(
        kind,
        data["key"],
        valid_from=data["valid_from"],
        agency_id=_agency(data["agency"]),
        reason=data["reason"],
        by=current_actor(),
    )
    return _made(made.id)


@resource.route("/setting-proposals")
@requires(Action.SETTING_VIEW)
@resource.arguments(ProposalFilters, location="query")
@resource.response(200, SettingProposalsSchema)
def list_proposals(arguments: dict[str, Any]) -> dict[str, Any]:
    """List proposals, newest first."""
    found = queries.proposals(visible_to=current_actor(), **arguments)
    codes = _codes()
    return {"items": [_proposal(each, codes) for each in found]}


@resource.route("/setting-proposals/<uuid:proposal_id>")
@requires(Action.SETTING_VIEW)
@resource.response(200, SettingProposalSchema)
def show_proposal(proposal_id: UUID) -> dict[str, Any]:
    """Show a proposal and what became of it."""
    return _shown(proposal_id)


@resource.route("/setting-proposals/<uuid:proposal_id>/decide", methods=["POST"])
@requires(Action.SETTING_DECIDE)
@resource.arguments(DecisionNoteSchema)
@resource.response(200, SettingProposalSchema)
def decide(data: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Let somebody else's proposal hold."""
    with transaction():
        operations.decide(proposal_id, by=current_actor(), **data)
        return _shown(proposal_id)


@resource.route("/setting-proposals/<uuid:proposal_id>/refuse", methods=["POST"])
@requires(Action.SETTING_DECIDE)
@resource.arguments(RefusalSchema)
@resource.response(200, SettingProposalSchema)
def refuse(data: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Refuse a proposal."""
    with transaction():
        operations.refuse(proposal_id, by=current_actor(), **data)
        return _shown(proposal_id)


@resource.route("/setting-proposals/<uuid:proposal_id>/withdraw", methods=["POST"])
@requires(Action.SETTING_PROPOSE)
@resource.response(200, SettingProposalSchema)
def withdraw(proposal_id: UUID) -> dict[str, Any]:
    """Take back one's own proposal."""
    with transaction():
        operations.withdraw(proposal_id, by=current_actor())
        return _shown(proposal_id)


def _made(proposal_id: UUID) -> tuple[Any, int, dict[str, str]]:
    address = url_for("settings.show_proposal", proposal_id=proposal_id)
    return _shown(proposal_id), 201, {"Location": address}


def _shown(proposal_id: UUID) -> dict[str, Any]:
    found = queries.find_proposal(proposal_id, visible_to=current_actor())
    return _proposal(found, _codes())


def _agency(code: str | None) -> UUID:
    """The agency of a code; raises AgencyUnknown."""
    return EVERYWHERE if code is None else accounts.known_agency(code).id


def _codes() -> dict[UUID, str]:
    return {each.id: each.code for each in accounts.agencies()}


def _kind(kind: SettingKind) -> dict[str, Any]:
    return {
        "code": kind.code,
        "name": translated(kind.name),
        "purpose": translated(kind.purpose),
        "second_person": kind.second_person,
        "per_agency": kind.per_agency,
        "form": kind.form.json_schema(language()),
    }


def _settled(found: Settled, codes: Mapping[UUID, str]) -> dict[str, Any]:
    return {"key": found.key, "agency": codes.get(found.agency_id), "periods": found.periods}


def _proposal(found: ProposalView, codes: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        **{name: getattr(found.proposal, name) for name in _OF_PROPOSAL},
        "kind": found.kind.code,
        "key": found.subject.key,
        "agency": codes.get(found.subject.agency_id),
        **_change(found.kind, found.change),
    }


def _change(kind: SettingKind, change: Change) -> dict[str, Any]:
    return {
        "before": change.before,
        "after": change.ruling.value,
        "effects": [
            translated(each.message, _written(each.params)) for each in kind.effects(change)
        ],
    }


def _written(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in params.items()
    }


_OF_PROPOSAL = (
    "id",
    "valid_from",
    "valid_until",
    "reason",
    "state",
    "proposed_by",
    "proposed_at",
    "decided_by",
    "decided_at",
    "note",
)
