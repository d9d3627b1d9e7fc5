"""Incidents of one cause: what happened, to which dossiers, and trying them again."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from accounts import policy
from accounts.policy import Action
from core.database import transaction
from engine import operations, queries
from engine.errors import IncidentNotFound
from web.cursors import cursor
from web.operator.blueprint import acting, blueprint, visible
from web.operator.cases import cases_of
from web.visitors import known_visitor

PAGE_SIZE = 50
RATES = (1, 5, 20, 100)
USUAL_RATE = 5


@blueprint.get("/incidents/<fingerprint>")
def group(fingerprint: str) -> str:
    """The incidents of one cause, oldest first."""
    found = queries.incidents(
        visible_to=visible(), fingerprint=fingerprint, after=cursor(), limit=PAGE_SIZE + 1
    )
    if not found:
        raise IncidentNotFound
    shown = found[:PAGE_SIZE]
    return render_template(
        "operator/group.html",
        fingerprint=fingerprint,
        incidents=shown,
        cases=cases_of(each.instance_id for each in shown),
        rates=RATES,
        usual_rate=USUAL_RATE,
        last=shown[-1].id if len(found) > PAGE_SIZE else None,
    )


@blueprint.post("/incidents/<fingerprint>/retry")
def retry_all(fingerprint: str) -> Response:
    """Try all of them again, so many a second."""
    actor = known_visitor()
    policy.require_ever(actor, Action.INCIDENT_RETRY)
    with transaction():
        may = visible(Action.INCIDENT_RETRY)
        if not queries.incidents(visible_to=may, fingerprint=fingerprint, limit=1):
            raise IncidentNotFound
        count = operations.retry_incidents(
            fingerprint, rate_per_second=_rate(), actor=actor.id, visible_to=may
        )
    text = ngettext("%(num)s is tried again.", "%(num)s are tried again.", count)
    flash(text, "done")
    return redirect(url_for("operator.overview"), 303)


@blueprint.post("/instances/<uuid:instance_id>/incidents/<uuid:incident_id>/retry")
def retry_one(instance_id: UUID, incident_id: UUID) -> Response:
    """Try one of them again."""
    with transaction():
        actor = acting(Action.INCIDENT_RETRY, instance_id)
        operations.retry_incident(instance_id, incident_id, actor=actor.id)
    flash(_("It is tried again."), "done")
    return redirect(url_for("operator.instance", instance_id=instance_id), 303)


def _rate() -> float:
    given = request.form.get("rate", "")
    return float(given) if given in map(str, RATES) else float(USUAL_RATE)
