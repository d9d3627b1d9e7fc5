"""One proposal: what it would change, and letting it hold, refusing it, taking it back."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import queries as accounts
from accounts.actor import Actor
from accounts.policy import Action
from administration import operations, queries
from administration.models import ProposalState
from administration.queries import may_settle
from core.database import transaction
from web.settling.blueprint import acting, blueprint
from web.visitors import known_visitor

LONGEST_NOTE = 1000


@blueprint.get("/proposals/<uuid:proposal_id>")
def proposal(proposal_id: UUID) -> str:
    """Show a proposal and, to the second person, the buttons."""
    return _page(proposal_id, {})


@blueprint.post("/proposals/<uuid:proposal_id>/decide")
def decide(proposal_id: UUID) -> Response:
    """Let it hold."""
    actor = acting(Action.SETTING_DECIDE)
    return _done(
        proposal_id,
        lambda: operations.decide(proposal_id, by=actor, note=_note()),
        _("It is decided."),
    )


@blueprint.post("/proposals/<uuid:proposal_id>/refuse")
def refuse(proposal_id: UUID) -> str | Response | tuple[str, int]:
    """Refuse it, saying why."""
    actor = acting(Action.SETTING_DECIDE)
    if not _note():
        return _page(proposal_id, {"note": _("Say why it is refused.")}), 400
    return _done(
        proposal_id,
        lambda: operations.refuse(proposal_id, by=actor, note=_note()),
        _("The proposal is refused."),
    )


@blueprint.post("/proposals/<uuid:proposal_id>/withdraw")
def withdraw(proposal_id: UUID) -> Response:
    """Take one's own back."""
    actor = acting(Action.SETTING_PROPOSE)
    return _done(
        proposal_id,
        lambda: operations.withdraw(proposal_id, by=actor),
        _("Your proposal is taken back."),
    )


def _done(proposal_id: UUID, deed: Callable[[], object], words: str) -> Response:
    with transaction():
        deed()
    flash(words, "done")
    return redirect(url_for("settling.proposal", proposal_id=proposal_id), 303)


def _note() -> str:
    return request.form.get("note", "").strip()[:LONGEST_NOTE]


def _page(proposal_id: UUID, errors: dict[str, str]) -> str:
    actor = known_visitor()
    found = queries.find_proposal(proposal_id, visible_to=actor)
    return render_template(
        "settling/proposal.html",
        found=found,
        open=found.proposal.state is ProposalState.PROPOSED,
        own=found.proposal.proposed_by == actor.id,
        may_decide=may_settle(actor, found.subject.agency_id, Action.SETTING_DECIDE),
        proposer=_name_of(found.proposal.proposed_by),
        decider=_name_of(found.proposal.decided_by),
        errors=errors,
        note=_note(),
    )


def _name_of(actor_id: str | None) -> str:
    found: Actor | None = accounts.actor(actor_id) if actor_id else None
    return found.name if found else actor_id or ""
