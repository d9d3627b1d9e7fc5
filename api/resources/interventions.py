"""Interventions: moving, skipping and repeating; proposed by one operator, approved by another."""

from typing import Any
from uuid import UUID

from flask import url_for
from marshmallow import fields

from accounts.policy import Action
from api.authentication import current_actor, requires
from api.idempotency import once
from api.paging import Page, PageArguments, page_schema, paged
from api.resource import Resource
from api.supervision_schemas import InterventionSchema, ProposalSchema, as_json
from core.database import transaction
from dossiers.inside import veil_of
from dossiers.supervising import supervised
from engine import operations, queries
from engine.operations import Proposal
from engine.queries import InterventionView

resource = Resource("interventions", "Deeds on processes that need a second person.")


class InterventionFilters(PageArguments):
    """How the list can be narrowed; without `all`, to those that wait for a decision."""

    instance_id = fields.UUID(load_default=None)
    all = fields.Boolean(load_default=False)


@resource.route("/instances/<uuid:instance_id>/interventions", methods=["POST"])
@requires(Action.INTERVENTION_PROPOSE)
@once
@resource.arguments(ProposalSchema)
@resource.response(201, InterventionSchema)
def propose(data: dict[str, Any], instance_id: UUID) -> tuple[Any, int, dict[str, str]]:
    """Propose to move a token, to let it skip its element, or to repeat an element."""
    why = data.pop("reason")
    queries.find_instance(instance_id, visible_to=_visible(Action.INTERVENTION_PROPOSE))
    made = operations.propose_intervention(
        instance_id, Proposal(**data), actor=current_actor().id, reason=why
    )
    address = url_for("interventions.show_intervention", intervention_id=made)
    return _shown(made), 201, {"Location": address}


@resource.route("/interventions")
@requires(Action.INSTANCE_VIEW)
@resource.arguments(InterventionFilters, location="query")
@resource.response(200, page_schema(InterventionSchema))
def list_interventions(arguments: dict[str, Any]) -> Page:
    """List what waits for a second person, oldest first."""
    filters = {**arguments, "open_only": not arguments["all"]}
    del filters["all"]
    page = paged(_find, filters, lambda each: each.id)
    return Page([_described(each) for each in page.items], page.next)


@resource.route("/interventions/<uuid:intervention_id>")
@requires(Action.INSTANCE_VIEW)
@resource.response(200, InterventionSchema)
def show_intervention(intervention_id: UUID) -> dict[str, Any]:
    """Show a proposal and what became of it."""
    return _shown(intervention_id)


@resource.route("/interventions/<uuid:intervention_id>/approve", methods=["POST"])
@requires(Action.INTERVENTION_APPROVE)
@resource.response(200, InterventionSchema)
def approve(intervention_id: UUID) -> dict[str, Any]:
    """Let a proposal of somebody else be done, if it still can be."""
    with transaction():
        found = _found(intervention_id, Action.INTERVENTION_APPROVE)
        actor = current_actor().id
        operations.approve_intervention(found.instance_id, intervention_id, actor=actor)
        return _shown(intervention_id)


@resource.route("/interventions/<uuid:intervention_id>/withdraw", methods=["POST"])
@requires(Action.INTERVENTION_PROPOSE)
@resource.response(200, InterventionSchema)
def withdraw(intervention_id: UUID) -> dict[str, Any]:
    """Take your own proposal back, or turn somebody else's down."""
    with transaction():
        found = _found(intervention_id, Action.INTERVENTION_PROPOSE)
        actor = current_actor().id
        operations.refuse_intervention(found.instance_id, intervention_id, actor=actor)
        return _shown(intervention_id)


def _find(**filters: Any) -> list[InterventionView]:
    return queries.interventions(visible_to=_visible(Action.INSTANCE_VIEW), **filters)


def _visible(action: Action) -> Any:
    return supervised(current_actor(), action)


def _found(intervention_id: UUID, action: Action) -> InterventionView:
    return queries.find_intervention(intervention_id, visible_to=_visible(action))


def _shown(intervention_id: UUID) -> dict[str, Any]:
    return _described(_found(intervention_id, Action.INSTANCE_VIEW))


def _described(intervention: InterventionView) -> dict[str, Any]:
    given = dict(intervention.variables)
    if given:
        given, _hidden = veil_of(intervention.instance_id, visible_to=current_actor()).over(given)
    return {**vars(intervention), "variables": as_json(given)}
