"""Mandates: whom one lets act for oneself, for whom one acts, and ending it."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts.actor import ADMINISTERING, MandateScope
from accounts.policy import Action, require_ever
from accounts.representing import mandates as operations
from accounts.representing import queries
from core.database import transaction
from core.errors import InvalidRequest
from core.i18n import pick
from dossiers import operations as dossiers
from dossiers.queries import find_dossier_by_reference
from web.company import words
from web.company.blueprint import blueprint
from web.languages import current
from web.visitors import known_visitor
from workflows.queries import services

Page = str | Response | tuple[str, int]


@blueprint.get("/mandates/")
def mandates() -> str:
    """The mandates one gave and holds, and the form that gives one."""
    return _own({})


@blueprint.post("/mandates/")
def give() -> Page:
    """Give a mandate."""
    try:
        with transaction():
            operations.give_mandate(
                words.text("agent"),
                _scopes(),
                by=known_visitor(),
                organisation=words.text("organisation") or None,
                services=_services(),
                valid_until=words.last_day(),
            )
    except InvalidRequest as error:
        return _own(words.told(error, "agent")), error.status
    flash(_("The mandate holds from now on. You can revoke it here at any time."), "done")
    return redirect(url_for("company.mandates"), 303)


@blueprint.get("/mandates/<uuid:mandate_id>/revoke")
def ask_revocation(mandate_id: UUID) -> str:
    """Ask whether the mandate shall really end."""
    found = queries.find_mandate(mandate_id, visible_to=known_visitor())
    return render_template("company/revoke.html", view=found)


@blueprint.post("/mandates/<uuid:mandate_id>/revoke")
def revoke(mandate_id: UUID) -> Response:
    """End the mandate at once."""
    with transaction():
        operations.revoke_mandate(mandate_id, reason=words.text("reason"), by=known_visitor())
    flash(_("The mandate has ended. Decisions on dossiers sent by it are held."), "done")
    return redirect(url_for("company.mandates"), 303)


@blueprint.post("/dossiers/<reference>/take-over")
def take_over(reference: str) -> Response:
    """Stand for a dossier oneself whose mandate has ended."""
    found = find_dossier_by_reference(reference, visible_to=known_visitor())
    with transaction():
        dossiers.take_over(found.id, actor=known_visitor())
    flash(_("The dossier is yours now: the agency goes on with it."), "done")
    return redirect(url_for("citizen.dossier", reference=reference), 303)


@blueprint.get("/desk/mandates")
def paper() -> str:
    """The form by which a clerk enters a mandate from a paper."""
    return _paper({})


@blueprint.post("/desk/mandates")
def enter() -> Page:
    """Enter a mandate from a paper."""
    try:
        with transaction():
            operations.enter_mandate(
                words.text("principal"),
                words.text("agent"),
                _scopes(),
                document=words.text("document"),
                by=known_visitor(),
                services=_services(),
                valid_until=words.last_day(),
            )
    except InvalidRequest as error:
        return _paper(words.told(error, "principal")), error.status
    flash(_("The mandate was entered."), "done")
    return redirect(url_for("company.paper"), 303)


def _own(errors: dict[str, str]) -> str:
    actor = known_visitor()
    administered = sorted(actor.organisations_as(ADMINISTERING))
    return render_template(
        "company/mandates.html",
        views=queries.mandates(visible_to=actor),
        organisations={number: queries.organisation_name(number) for number in administered},
        services=_offered(),
        scopes=words.SCOPES,
        typed=request.form,
        errors=errors,
    )


def _paper(errors: dict[str, str]) -> str:
    require_ever(known_visitor(), Action.MANDATE_ENTER)
    return render_template(
        "company/paper.html",
        services=_offered(),
        scopes=words.SCOPES,
        typed=request.form,
        errors=errors,
    )


def _offered() -> dict[str, str]:
    return {pack.manifest.key: pick(pack.manifest.name, current()) for pack in services()}


def _scopes() -> list[MandateScope]:
    given = set(request.form.getlist("scopes"))
    return [scope for scope in MandateScope if str(scope) in given]


def _services() -> list[str]:
    chosen = words.text("service")
    return [chosen] if chosen else []
