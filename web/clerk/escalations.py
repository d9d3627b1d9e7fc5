"""Due dates near and past: what one was told, and for those who watch, what happens to whom."""

from collections.abc import Iterable

from flask import render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import policy
from accounts.policy import Action
from core.database import transaction
from dossiers.escalation import operations, queries
from web.clerk.blueprint import blueprint
from web.clerk.queues import name_of
from web.visitors import known_visitor, told


@blueprint.get("/escalations")
def escalations() -> str:
    """One's own notices; for directors, administrators and auditors those of their agencies too."""
    actor = known_visitor()
    watches = policy.may_ever(actor, Action.ESCALATION_VIEW)
    return render_template(
        "clerk/escalations.html",
        told=queries.told(visible_to=actor),
        unread=queries.unread(visible_to=actor),
        watches=watches,
        settles=policy.may_ever(actor, Action.SETTING_VIEW),
        sees_dossiers=policy.may_ever(actor, Action.DOSSIER_VIEW),
        outlook=queries.outlook(visible_to=actor) if watches else (),
        happened=queries.happened(visible_to=actor) if watches else (),
        names_of=_names_of,
    )


@blueprint.post("/escalations/read")
def read_escalations() -> Response:
    """Say that one has read them."""
    with transaction():
        operations.note_read(by=known_visitor())
    return told(_("Noted as read."), url_for("clerk.escalations"))


def _names_of(people: Iterable[str]) -> str:
    return ", ".join(filter(None, map(name_of, people))) or _("nobody was found")
