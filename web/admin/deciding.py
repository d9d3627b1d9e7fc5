"""Roles that wait for a second administrator."""

from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import proposing
from core.database import transaction
from web.admin import choices, forms
from web.admin.blueprint import administrator, blueprint
from web.visitors import told


@blueprint.get("/roles/proposed")
def proposed_roles() -> str:
    """What is proposed, by whom, why."""
    actor = administrator()
    return render_template(
        "admin/proposed.html",
        proposals=proposing.proposals(visible_to=actor),
        choices=choices,
        own=actor.id,
    )


@blueprint.post("/roles/proposed/<uuid:proposal_id>")
def decide_role(proposal_id: UUID) -> Response:
    """Agree, or refuse; who proposed it takes it back."""
    actor, address = administrator(), url_for("admin.proposed_roles")
    if request.form.get("answer") == "agree":
        with transaction():
            proposing.agree(proposal_id, by=actor)
        return told(_("The role is given."), address)
    with transaction():
        proposing.refuse(proposal_id, by=actor, note=forms.text("note"))
    return told(_("The role is not given."), address)
