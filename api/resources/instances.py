"""Instances: the processes that run, for those who keep them running."""

from typing import Any
from uuid import UUID

from flask import url_for
from marshmallow import fields, validate

from accounts import policy
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.dossier_schemas import UnmaskedSchema
from api.paging import LARGEST, USUAL, Page, PageArguments, page_schema, paged
from api.preconditions import named_version, with_etag
from api.resource import Resource
from api.schemas import Shape
from api.supervision_schemas import (
    ChangeVariablesSchema,
    HistoryEntrySchema,
    InstanceDetailsSchema,
    InstanceSchema,
    ReasonSchema,
    UnmaskVariableSchema,
    VariableScopesSchema,
    as_json,
)
from core.database import reading, transaction
from dossiers.inside import Inside, Veil, look_inside, veil_of
from dossiers.looks import note_look_inside
from dossiers.operations import unmask_variable as unmask
from dossiers.supervising import supervised
from engine import operations, queries
from engine.models import InstanceState
from engine.queries import HistoryView, InstanceView

Headed = tuple[Any, int, dict[str, str]]
LARGEST_SEQ = 2**53

resource = Resource("instances", "The processes that run.")


class InstanceFilters(PageArguments):
    """How the list can be narrowed; `business_key` is how the key begins."""

    state = fields.Enum(InstanceState, by_value=True, load_default=None)
    process_id = fields.String(load_default=None, validate=validate.Length(max=1000))
    business_key = fields.String(load_default=None, validate=validate.Length(max=1000))
    with_incident = fields.Boolean(load_default=False)


class HistoryArguments(Shape):
    """Where to go on reading, and whether the values of variables are wanted: that is recorded."""

    after = fields.Integer(load_default=0, validate=validate.Range(min=0, max=LARGEST_SEQ))
    limit = fields.Integer(load_default=USUAL, validate=validate.Range(min=1, max=LARGEST))
    values = fields.Boolean(load_default=False)


@resource.route("/instances")
@requires(Action.INSTANCE_VIEW)
@resource.arguments(InstanceFilters, location="query")
@resource.response(200, page_schema(InstanceSchema))
def list_instances(arguments: dict[str, Any]) -> Page:
    """List processes, newest first."""
    return paged(_find, arguments, lambda instance: instance.id)


@resource.route("/instances/<uuid:instance_id>")
@requires(Action.INSTANCE_VIEW)
@resource.response(200, InstanceDetailsSchema)
def show_instance(instance_id: UUID) -> Headed:
    """Show where a process stands; its variables are another question."""
    return _shown(instance_id)


@resource.route("/instances/<uuid:instance_id>/history")
@requires(Action.INSTANCE_VIEW)
@resource.arguments(HistoryArguments, location="query")
@resource.response(200, page_schema(HistoryEntrySchema))
def show_history(arguments: dict[str, Any], instance_id: UUID) -> Page:
    """Tell what happened in a process, oldest first. Asking for values is recorded; of personal ones
    there are none.
    """
    with_values, limit = arguments.pop("values"), arguments["limit"]
    if with_values:
        _look_inside(instance_id)
    with reading():
        visible = _visible(Action.INSTANCE_VIEW)
        arguments["limit"] += 1
        found = queries.history(instance_id, visible_to=visible, **arguments)
        veil = veil_of(instance_id, visible_to=current_actor()) if with_values else None
    shown = [_entry(each, veil) for each in found[:limit]]
    more = len(found) > limit
    return Page(shown, _after(instance_id, shown[-1]["seq"], limit, with_values) if more else None)


@resource.route("/instances/<uuid:instance_id>/variables")
@requires(Action.INSTANCE_READ)
@resource.response(200, VariableScopesSchema)
def show_variables(instance_id: UUID) -> dict[str, Any]:
    """Show the variables of a process and of its parts. That you looked is recorded."""
    _look_inside(instance_id)
    with reading():
        found = look_inside(instance_id, visible_to=current_actor())
    return {"items": [_scope(each) for each in found]}


@resource.route("/instances/<uuid:instance_id>/variables/unmask", methods=["POST"])
@requires(Action.INSTANCE_UNMASK)
@resource.arguments(UnmaskVariableSchema)
@resource.response(200, UnmaskedSchema)
def unmask_variable(data: dict[str, Any], instance_id: UUID) -> dict[str, Any]:
    """Show one value that is masked for you. The reason is recorded, and its owner can read it."""
    field = data["field"]
    with transaction():
        value = unmask(
            instance_id, data["scope"], field, reason=data["reason"], actor=current_actor()
        )
    return {"field": field, "value": as_json(value)}


@resource.route("/instances/<uuid:instance_id>/variables", methods=["PATCH"])
@requires(Action.INSTANCE_CHANGE)
@resource.arguments(ChangeVariablesSchema)
@resource.response(204)
def change_variables(data: dict[str, Any], instance_id: UUID) -> None:
    """Set variables of a process or one of its parts. If-Match may name the version that was seen."""
    version = named_version()
    with transaction():
        queries.find_instance(instance_id, visible_to=_visible(Action.INSTANCE_CHANGE))
        operations.change_variables(
            instance_id,
            data["variables"],
            scope=data["scope"],
            actor=current_actor().id,
            reason=data["reason"],
            version=version,
        )


@resource.route("/instances/<uuid:instance_id>/suspend", methods=["POST"])
@requires(Action.INSTANCE_CONTROL)
@resource.arguments(ReasonSchema)
@resource.response(200, InstanceDetailsSchema)
def suspend_instance(data: dict[str, Any], instance_id: UUID) -> Headed:
    """Stop a process where it stands. What comes for it meanwhile is kept."""
    with transaction():
        queries.find_instance(instance_id, visible_to=_visible(Action.INSTANCE_CONTROL))
        operations.suspend(instance_id, actor=current_actor().id, **data)
        return _shown(instance_id)


@resource.route("/instances/<uuid:instance_id>/resume", methods=["POST"])
@requires(Action.INSTANCE_CONTROL)
@resource.response(200, InstanceDetailsSchema)
def resume_instance(instance_id: UUID) -> Headed:
    """Let a suspended process go on."""
    with transaction():
        queries.find_instance(instance_id, visible_to=_visible(Action.INSTANCE_CONTROL))
        operations.resume(instance_id, actor=current_actor().id)
        return _shown(instance_id)


@resource.route("/instances/<uuid:instance_id>/cancel", methods=["POST"])
@requires(Action.INSTANCE_CONTROL)
@resource.arguments(ReasonSchema)
@resource.response(200, InstanceDetailsSchema)
def cancel_instance(data: dict[str, Any], instance_id: UUID) -> Headed:
    """End a process with everything open in it. This cannot be undone."""
    with transaction():
        queries.find_instance(instance_id, visible_to=_visible(Action.INSTANCE_CONTROL))
        operations.cancel(instance_id, data["reason"], actor=current_actor().id)
        return _shown(instance_id)


def _find(**filters: Any) -> list[InstanceView]:
    return queries.instances(visible_to=_visible(Action.INSTANCE_VIEW), **filters)


def _visible(action: Action) -> Any:
    return supervised(current_actor(), action)


def _look_inside(instance_id: UUID) -> None:
    """Record that somebody reads what people said; whoever may not is refused."""
    policy.require_ever(current_actor(), Action.INSTANCE_READ)
    queries.find_instance(instance_id, visible_to=_visible(Action.INSTANCE_READ))
    note_look_inside(instance_id, current_actor())


def _shown(instance_id: UUID) -> Headed:
    visible = _visible(Action.INSTANCE_VIEW)
    found = queries.find_instance(instance_id, visible_to=visible)
    tokens = queries.tokens(instance_id, visible_to=visible)
    return {**vars(found), "tokens": tokens}, 200, with_etag(found.version)


def _scope(found: Inside) -> dict[str, Any]:
    told = {**vars(found.scope), "variables": as_json(dict(found.scope.variables))}
    return {**told, "masked": found.masked}


def _entry(entry: HistoryView, veil: Veil | None) -> dict[str, Any]:
    return {**vars(entry), "changes": as_json(_changes(entry, veil)) if veil else None}


def _changes(entry: HistoryView, veil: Veil) -> dict[str, Any] | None:
    """The old and new values of variables, null for what is hidden."""
    if entry.changes is None:
        return None
    return {
        name: {when: veil.over({name: value})[0][name] for when, value in change.items()}
        for name, change in entry.changes.items()
    }


def _after(instance_id: UUID, seq: int, limit: int, values: bool) -> str:
    return url_for(
        ".show_history",
        instance_id=instance_id,
        after=seq,
        limit=limit,
        values=str(values).lower(),
    )
