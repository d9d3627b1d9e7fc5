"""Moving, skipping and repeating: proposed by one operator, approved or refused by another one."""

from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts.policy import Action
from core.database import transaction
from core.errors import MotcuaError
from engine import operations, queries
from engine.allowed import ACTIVITIES
from engine.models import InterventionKind
from engine.neighbours import neighbours
from engine.operations import Proposal
from engine.queries import TokenView
from web.cursors import cursor
from web.operator import forms
from web.operator.blueprint import acting, blueprint, visible
from web.operator.cases import cases_of
from web.operator.forms import Faulty
from web.operator.lines import lines_of

PAGE_SIZE = 50


@blueprint.get("/proposals")
def proposals() -> str:
    """What waits for a second person, oldest first."""
    found = queries.interventions(visible_to=visible(), after=cursor(), limit=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    return render_template(
        "operator/proposals.html",
        lines=lines_of(shown),
        last=shown[-1].id if len(found) > PAGE_SIZE else None,
    )


@blueprint.post("/instances/<uuid:instance_id>/proposals/<uuid:proposal_id>/approve")
def approve(instance_id: UUID, proposal_id: UUID) -> Response:
    """Let it be done."""
    with transaction():
        actor = acting(Action.INTERVENTION_APPROVE, instance_id)
        operations.approve_intervention(instance_id, proposal_id, actor=actor.id)
    flash(_("It was done."), "done")
    return redirect(url_for("operator.instance", instance_id=instance_id), 303)


@blueprint.post("/instances/<uuid:instance_id>/proposals/<uuid:proposal_id>/refuse")
def refuse(instance_id: UUID, proposal_id: UUID) -> Response:
    """Turn it down, or take back one's own."""
    with transaction():
        actor = acting(Action.INTERVENTION_APPROVE, instance_id)
        operations.refuse_intervention(instance_id, proposal_id, actor=actor.id)
    flash(_("The proposal is off."), "done")
    return redirect(url_for("operator.proposals"), 303)


@blueprint.get("/instances/<uuid:instance_id>/propose")
def ask_proposal(instance_id: UUID) -> str:
    """Ask what shall be done to the token that the address names, or to the process."""
    acting(Action.INTERVENTION_PROPOSE, instance_id)
    return _page(instance_id, {})


@blueprint.post("/instances/<uuid:instance_id>/propose")
def propose(instance_id: UUID) -> str | Response | tuple[str, int]:
    """Propose it to the other operators."""
    actor = acting(Action.INTERVENTION_PROPOSE, instance_id)
    try:
        with transaction():
            operations.propose_intervention(
                instance_id, _proposed(), actor=actor.id, reason=forms.reason()
            )
    except Faulty as fault:
        return _page(instance_id, fault.errors), 400
    except MotcuaError as error:
        return _page(instance_id, forms.faults_of(error)), error.status
    flash(_("It is proposed. It is done when a second operator approves it."), "done")
    return redirect(url_for("operator.instance", instance_id=instance_id), 303)


def _proposed() -> Proposal:
    kind, element, target = forms.text("kind"), forms.text("element"), forms.text("target")
    if kind not in set(InterventionKind):
        raise Faulty({"kind": _("Choose what shall be done")})
    if kind == InterventionKind.REPEAT:
        if not element:
            raise Faulty({"element": _("Choose the element to be repeated")})
        return Proposal(InterventionKind.REPEAT, forms.number("scope"), element)
    token = forms.number("token")
    if kind == InterventionKind.MOVE and not target:
        raise Faulty({"target": _("Choose where it shall go")})
    target = target if kind == InterventionKind.MOVE else ""
    return Proposal(InterventionKind(kind), token, target_id=target)


def _page(instance_id: UUID, errors: dict[str, str]) -> str:
    found = queries.find_instance(instance_id, visible_to=visible())
    tokens = queries.tokens(instance_id, visible_to=visible())
    number = request.values.get("token", type=int)
    token = next((each for each in tokens if each.number == number), None)
    scopes = token.scopes if token is not None else ()
    return render_template(
        "operator/propose.html",
        instance=found,
        case=cases_of([instance_id]).get(instance_id),
        token=token,
        scope=next((each.number for each in tokens if _is_around(each, scopes)), 0),
        elements=neighbours(found.definition_id, found.process_id, scopes),
        activities=ACTIVITIES,
        typed={name: forms.text(name) for name in ("kind", "target", "element", "reason")},
        errors=errors,
    )


def _is_around(token: TokenView, scopes: Sequence[str]) -> bool:
    """Whether a token is the subprocess that `scopes` lead to."""
    return bool(scopes) and (*token.scopes, token.element_id) == tuple(scopes)
