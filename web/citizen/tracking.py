"""Following a dossier: the list of one's own, and one dossier's page at an address that stays."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.database import transaction
from dossiers import operations, queries
from dossiers.deadlines import deadline_of
from dossiers.errors import DossierNotFound
from dossiers.feedback.queries import rating_of
from dossiers.handovers.sheet import stages_told
from dossiers.looks import looks_of, note_look
from dossiers.models import Dossier, DossierStatus
from dossiers.requests.models import RequestKind
from dossiers.requests.operations.withdrawals import must_be_asked
from dossiers.requests.rules import is_decided, offers
from web import languages
from web.citizen.attaching import papers
from web.citizen.blueprint import blueprint
from web.citizen.looking import deed_name, purpose_name, role_name
from web.citizen.steps import questions, steps
from web.confidential import shown_enquiries
from web.cursors import cursor
from web.papers import agency_of, issued_documents, names_of, said_by_the_agency, sections_of
from web.parts import shown_ties
from web.principals import changes, in_whose_name
from web.requests import shown_requests
from web.visitors import known_visitor
from web.wording import happenings

PAGE_SIZE = 20
NEWEST_LOOKS = 200


@blueprint.get("/")
def dossiers() -> str:
    """One's own dossiers, newest first."""
    found = queries.dossiers(visible_to=known_visitor(), after=cursor(), limit=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    return render_template(
        "citizen/dossiers.html",
        dossiers=shown,
        names=names_of(shown),
        last=shown[-1].id if len(found) > PAGE_SIZE else None,
    )


@blueprint.get("/<reference>")
def dossier(reference: str) -> str:
    """Where a dossier stands. A draft shows what is left to do."""
    actor = known_visitor()
    found = queries.find_dossier_by_reference(reference, visible_to=actor)
    note_look(found, actor)
    if found.status is DossierStatus.DRAFT:
        return render_template(
            "citizen/draft.html",
            dossier=found,
            steps=steps(found),
            whose=in_whose_name(found),
            changes=changes(found, questions(found)) if found.acting_for else [],
        )
    return _tracking_page(found, actor)


@blueprint.get("/<reference>/looks")
def looks(reference: str) -> str:
    """Who of the authority looked at the dossier, in which role and what for."""
    actor = known_visitor()
    found = queries.find_dossier_by_reference(reference, visible_to=actor)
    return render_template(
        "citizen/looks.html",
        dossier=found,
        agency=agency_of(found),
        looks=looks_of(found, visible_to=actor, limit=NEWEST_LOOKS),
        role_name=role_name,
        purpose_name=purpose_name,
        deed_name=deed_name,
    )


@blueprint.get("/<reference>/stages")
def stages(reference: str) -> str:
    """Which office has had the dossier, and since when; people only if the profile says so."""
    found = queries.find_dossier_by_reference(reference, visible_to=known_visitor())
    if found.status is DossierStatus.DRAFT:
        raise DossierNotFound
    return render_template(
        "citizen/stages.html", dossier=found, rows=stages_told(found, languages.current())
    )


@blueprint.get("/<reference>/withdraw")
def withdrawal(reference: str) -> str | Response:
    """Ask whether the dossier shall really be withdrawn."""
    found = queries.find_dossier_by_reference(reference, visible_to=known_visitor())
    if not may_withdraw(found):
        return redirect(url_for("citizen.dossier", reference=reference), 303)
    return _withdraw_page(found, {})


@blueprint.post("/<reference>/withdraw")
def withdraw(reference: str) -> Response | tuple[str, int]:
    """Withdraw the dossier, with the reason given."""
    actor, reason = known_visitor(), request.form.get("reason", "").strip()
    found = queries.find_dossier_by_reference(reference, visible_to=actor)
    if not reason:
        errors = {"reason": _("Write why you withdraw the dossier")}
        return _withdraw_page(found, errors), 400
    with transaction():
        withdrawn = operations.withdraw(found.id, reason=reason, actor=actor)
        asked = must_be_asked(withdrawn)
    said = _("Your request to withdraw was sent.") if asked else _("The dossier was withdrawn.")
    flash(said, "done")
    return redirect(url_for("citizen.dossier", reference=reference), 303)


def _withdraw_page(found: Dossier, errors: dict[str, str]) -> str:
    return render_template(
        "citizen/withdraw.html", dossier=found, errors=errors, asked=must_be_asked(found)
    )


def may_withdraw(dossier: Dossier) -> bool:
    """Whether there is anything left to withdraw from: a result that is made stays made."""
    return not dossier.status.final and dossier.status is not DossierStatus.FINISHED


def _tracking_page(found: Dossier, actor: Actor) -> str:
    requests = shown_requests(found, visible_to=actor)
    asked_for_data = any(each.in_place_of_data for each in requests)
    return render_template(
        "citizen/tracking.html",
        dossier=found,
        name=names_of([found])[found.id],
        agency=agency_of(found),
        happenings=happenings(queries.timeline(found)),
        deadline=deadline_of(found),
        payment=queries.open_payment(found),
        request_=queries.request_to_applicant(found, visible_to=actor),
        said=[] if asked_for_data else said_by_the_agency(found, visible_to=actor),
        issued=issued_documents(found),
        papers=papers(found),
        sections=sections_of(found, visible_to=actor),
        entry=queries.entry_of(found),
        may_withdraw=may_withdraw(found),
        requests=requests,
        enquiries=shown_enquiries(found, visible_to=actor),
        ties=shown_ties(found, visible_to=actor),
        may_ask=_may_ask(found, actor),
        may_rate=_may_rate(found, actor),
        whose=in_whose_name(found),
        may_take_over=policy.allows(
            replace(actor, mandates=frozenset()), Action.DOSSIER_SUBMIT, found
        ),
    )


def _may_ask(found: Dossier, actor: Actor) -> set[str]:
    """What the applicant may ask for now."""
    if is_decided(found) or not policy.allows(actor, Action.REQUEST_MAKE, found):
        return set()
    asked = {RequestKind.CORRECTION, RequestKind.STOP}
    if found.status.editable:
        asked.discard(RequestKind.CORRECTION)
    return {str(kind) for kind in asked if offers(kind, found)}


def _may_rate(found: Dossier, actor: Actor) -> bool:
    """Once, and only with a result."""
    if found.status not in {DossierStatus.DELIVERED, DossierStatus.FINISHED}:
        return False
    return policy.allows(actor, Action.RATING_GIVE, found) and rating_of(found) is None
