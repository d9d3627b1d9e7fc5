"""A dossier as staff see it, whether or not a task of it waits; holds are placed and lifted here."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import policy
from accounts.actor import Actor
from accounts.freshness import require_fresh
from accounts.policy import Action
from core.database import transaction
from dossiers import operations, queries
from dossiers.deadlines import deadline_of
from dossiers.errors import DossierNotFound
from dossiers.looks import note_look
from dossiers.models import Dossier, DossierStatus
from dossiers.privacy.queries import holds_of, standing_hold
from dossiers.procedure_codes import procedure_code_of
from dossiers.steps import Step, steps_of
from reporting import queries as reports
from reporting.operations import is_late
from reporting.words import cause_name
from web import languages
from web.clerk.blueprint import blueprint
from web.clerk.queues import name_of
from web.clerk.requesting import proposals
from web.confidential import shown_enquiries
from web.papers import agency_of, named_documents, names_of, sections_of
from web.parts import shown_ties
from web.requests import shown_requests
from web.visitors import known_visitor
from web.wording import happenings


@blueprint.get("/dossiers")
def find_dossier() -> str | Response:
    """Find a dossier by its code or reference."""
    actor = known_visitor()
    policy.require_ever(actor, Action.DOSSIER_VIEW)
    typed = request.args.get("reference", "").strip()
    if not typed:
        return render_template("clerk/find.html", typed="", errors={})
    try:
        found = queries.find_dossier_by_reference(typed, visible_to=actor)
    except DossierNotFound:
        errors = {"reference": _("No dossier that you may see has this code.")}
        return render_template("clerk/find.html", typed=typed, errors=errors)
    return redirect(url_for("clerk.dossier", reference=found.reference), 303)


@blueprint.get("/dossiers/<reference>")
def dossier(reference: str) -> str:
    """Where a dossier stands, what it says, and whether it is on hold."""
    actor = known_visitor()
    found = _found(reference, actor)
    note_look(found, actor)
    return render_template(
        "clerk/dossier.html",
        dossier=found,
        name=names_of([found])[found.id],
        procedure_code=procedure_code_of(found),
        agency=agency_of(found),
        happenings=happenings(queries.timeline(found)),
        deadline=deadline_of(found),
        sections=sections_of(found, visible_to=actor),
        documents=named_documents(found),
        enquiries=shown_enquiries(found, visible_to=actor),
        steps=_steps_of(found),
        cause=_cause_of(found),
        may_explain=is_late(found) and policy.allows(actor, Action.OVERDUE_EXPLAIN, found),
        entry=queries.entry_of(found),
        ties=shown_ties(found, visible_to=actor),
        requests=shown_requests(found, visible_to=actor),
        proposals=proposals(found) if policy.allows(actor, Action.REQUEST_PROPOSE, found) else [],
        holds=holds_of(found, visible_to=actor),
        on_hold=standing_hold(found, visible_to=actor),
        may_hold=policy.allows(actor, Action.DOSSIER_HOLD, found),
        name_of=name_of,
    )


@blueprint.get("/dossiers/<reference>/hold")
def ask_about_hold(reference: str) -> str:
    """Ask why the dossier is to be put on hold, or why no longer."""
    actor = known_visitor()
    found = _found(reference, actor)
    policy.require(actor, Action.DOSSIER_HOLD, found)
    require_fresh(actor)
    return _reason_page(found, actor)


@blueprint.post("/dossiers/<reference>/hold")
def hold(reference: str) -> Response | tuple[str, int]:
    """Put the dossier on hold."""
    actor, reason = known_visitor(), request.form.get("reason", "").strip()
    found = _found(reference, actor)
    if not reason:
        return _reason_page(found, actor, _("Write why the dossier must be kept")), 400
    with transaction():
        operations.put_on_hold(found.id, reason=reason, actor=actor)
    flash(_("The dossier is on hold."), "done")
    return redirect(url_for("clerk.dossier", reference=reference), 303)


@blueprint.post("/dossiers/<reference>/hold/lift")
def lift_hold(reference: str) -> Response | tuple[str, int]:
    """Lift the hold."""
    actor, reason = known_visitor(), request.form.get("reason", "").strip()
    found = _found(reference, actor)
    if not reason:
        return _reason_page(found, actor, _("Write why the hold is lifted")), 400
    with transaction():
        operations.lift_hold(found.id, reason=reason, actor=actor)
    flash(_("The hold is lifted."), "done")
    return redirect(url_for("clerk.dossier", reference=reference), 303)


def _cause_of(found: Dossier) -> str:
    """Why the dossier is late, in words; empty while nobody has said so."""
    noted = reports.cause_of(found)
    return cause_name(noted.cause) if noted else ""


def _steps_of(found: Dossier) -> list[tuple[str, Step]]:
    """The steps by their names in the reader's language."""
    pack, language = queries.pack_of(found), languages.current()
    return [
        (pack.element_name(each.element_id, each.name, language), each) for each in steps_of(found)
    ]


def _found(reference: str, actor: Actor) -> Dossier:
    found = queries.find_dossier_by_reference(reference, visible_to=actor)
    if found.status is DossierStatus.DRAFT:
        raise DossierNotFound
    return found


def _reason_page(found: Dossier, actor: Actor, error: str = "") -> str:
    return render_template(
        "clerk/hold.html",
        dossier=found,
        on_hold=standing_hold(found, visible_to=actor),
        errors={"reason": error} if error else {},
    )
