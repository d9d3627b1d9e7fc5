"""The fee journal of an agency: page, files, and the comparison with the payment platform."""

from datetime import date
from typing import Final

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from accounts import policy
from accounts import queries as accounts
from accounts.errors import ActionRefused
from accounts.models import Agency
from accounts.places import names_at
from accounts.policy import Action
from core.database import transaction
from core.i18n import pick, sentences_of
from dossiers.fees.assessing import local_day
from dossiers.fees.errors import PeriodTooLong
from dossiers.fees.journal import Journal, as_csv, as_xlsx, journal
from dossiers.fees.reconciling import ask_comparison, comparisons
from web.clerk.blueprint import blueprint
from web.languages import current
from web.visitors import known_visitor, told

FILES: Final = {
    "csv": (as_csv, "text/csv"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@blueprint.get("/fee-journal")
def fee_journal() -> str | AnyResponse | tuple[str, int]:
    """Every movement of money in a period; as a table or as a file."""
    agency, (first, last) = _agency(), _period()
    try:
        found = journal(agency.id, first, last, visible_to=known_visitor())
    except PeriodTooLong as error:
        return _page(agency, first, last, None, {"last": sentences_of(error)}), error.status
    if request.args.get("format") in FILES:
        return _file(agency, found, request.args["format"])
    return _page(agency, first, last, found, {})


@blueprint.post("/fee-journal/compare")
def compare_fees() -> AnyResponse | tuple[str, int]:
    """Ask the payment platform of every order of a period."""
    agency, (first, last) = _agency(), _period()
    try:
        with transaction():
            ask_comparison(agency.id, first, last, by=known_visitor())
    except PeriodTooLong as error:
        return _page(agency, first, last, None, {"last": sentences_of(error)}), error.status
    address = url_for("clerk.fee_journal", agency=agency.code, first=first, last=last)
    return told(_("The platform is being asked. Load this page again in a moment."), address)


def _agencies() -> list[Agency]:
    actor = known_visitor()
    policy.require_ever(actor, Action.FEE_VIEW)
    return [
        each
        for each in accounts.agencies()
        if policy.allows(actor, Action.FEE_VIEW, policy.Scope(agency_id=each.id))
    ]


def _agency() -> Agency:
    """The agency that is named, or the visitor's first; raises ActionRefused."""
    own, named = _agencies(), request.values.get("agency", "")
    found = next((each for each in own if each.code == named or not named), None)
    if found is None:
        raise ActionRefused
    return found


def _period() -> tuple[date, date]:
    """The days asked for; this month for none or nonsense."""
    today = local_day()
    first = _day("first") or today.replace(day=1)
    return first, _day("last") or max(first, today)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return None


def _file(agency: Agency, found: Journal, form: str) -> AnyResponse:
    make, media_type = FILES[form]
    answer = Response(make(found), mimetype=media_type)
    name = f"{agency.code}-{found.first}-{found.last}.{form}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _page(
    agency: Agency, first: date, last: date, found: Journal | None, errors: dict[str, str]
) -> str:
    return render_template(
        "clerk/fee_journal.html",
        agency=agency,
        agencies=[(each.code, pick(names_at(each), current())) for each in _agencies()],
        first=first,
        last=last,
        found=found,
        errors=errors,
        comparisons=comparisons(agency.id, visible_to=known_visitor()),
    )
