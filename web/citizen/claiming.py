"""Claiming a dossier of the former portal, by proof that it is one's own."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import policy
from accounts.policy import Action
from core.database import transaction
from dossiers import operations
from dossiers.errors import DossierNotFound
from web.citizen.blueprint import blueprint
from web.visitors import known_visitor


@blueprint.get("/claim")
def claim() -> str:
    """Ask for the code that the dossier had there."""
    policy.require(known_visitor(), Action.DOSSIER_DRAFT)
    return render_template("citizen/claim.html", code="", errors={})


@blueprint.post("/claim")
def take() -> Response | tuple[str, int]:
    """Become its owner. Whatever is not proven to be one's own is not there."""
    code = request.form.get("code", "").strip()
    try:
        with transaction():
            found = operations.claim_dossier(code, actor=known_visitor())
            reference = found.reference
    except DossierNotFound:
        errors = {"code": _("No dossier of this code is proven to be yours")}
        return render_template("citizen/claim.html", code=code, errors=errors), 404
    flash(_("The dossier is yours now."), "done")
    return redirect(url_for("citizen.dossier", reference=reference), 303)
