"""Due dates that the calendar of today would tell otherwise: seen first, then promised anew."""

from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from accounts.department_queries import find_place
from accounts.models import Agency
from core.database import transaction
from core.i18n import sentences_of
from dossiers.errors import ReasonMissing
from dossiers.operations.recounting import recount, recounts
from web.admin.blueprint import administrator, blueprint
from web.admin.choices import place_name
from web.visitors import told

LONGEST_REASON = 1000
SHOWN = 100


@blueprint.get("/agencies/<uuid:agency_id>/due-dates")
def due_dates(agency_id: UUID) -> str:
    """What counting anew would change, old and new day side by side."""
    return _page(agency_id, {})


@blueprint.post("/agencies/<uuid:agency_id>/due-dates")
def recount_due_dates(agency_id: UUID) -> Response | tuple[str, int]:
    """Promise the new days; the reason goes on the record of each dossier."""
    agency = find_place(Agency, agency_id, visible_to=administrator())
    reason, count = request.form.get("reason", "")[:LONGEST_REASON], 0
    try:
        while changed := _some(agency.id, reason):
            count += changed
    except ReasonMissing as error:
        return _page(agency.id, {"reason": sentences_of(error)}), error.status
    done = ngettext("%(num)s due date is changed.", "%(num)s due dates are changed.", count)
    return told(done, url_for(".due_dates", agency_id=agency.id))


def _some(agency_id: UUID, reason: str) -> int:
    with transaction():
        return recount(agency_id, reason=reason, by=administrator())


def _page(agency_id: UUID, errors: dict[str, str]) -> str:
    agency = find_place(Agency, agency_id, visible_to=administrator())
    found = recounts(agency.id, visible_to=administrator())
    return render_template(
        "admin/due_dates.html",
        agency=agency,
        name=place_name(agency),
        found=found[:SHOWN],
        count=len(found),
        errors=errors,
    )
