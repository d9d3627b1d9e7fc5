"""Claims of organisations that the register did not settle, for the desk."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts.policy import Action, require_ever
from accounts.representing import claims as operations
from accounts.representing import queries
from accounts.representing.errors import ProofMissing
from core.database import transaction
from web.company import words
from web.company.blueprint import blueprint
from web.visitors import known_visitor


@blueprint.get("/desk/claims")
def claims() -> str:
    """The claims that wait, oldest first."""
    return _page({})


@blueprint.post("/desk/claims/<uuid:membership_id>")
def settle(membership_id: UUID) -> Response | tuple[str, int]:
    """Confirm a claim by a document, or refuse it, with the reason."""
    actor, reason = known_visitor(), words.text("reason")
    try:
        with transaction():
            if words.text("deed") == "confirm":
                document = words.text("document")
                operations.confirm_claim(membership_id, document=document, reason=reason, by=actor)
            else:
                operations.refuse_claim(membership_id, reason=reason, by=actor)
    except ProofMissing as error:
        return _page(words.told(error, f"document-{membership_id}")), error.status
    flash(_("The claim was settled."), "done")
    return redirect(url_for("company.claims"), 303)


def _page(errors: dict[str, str]) -> str:
    require_ever(known_visitor(), Action.MEMBERSHIP_CONFIRM)
    parts = queries.waiting_claims(visible_to=known_visitor())
    return render_template("company/claims.html", parts=parts, errors=errors)
