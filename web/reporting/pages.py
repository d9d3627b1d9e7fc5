"""Asking for a report, seeing how far it is, reading it and taking it away as a file."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from flask import Response as FlaskResponse
from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import policy
from accounts import queries as accounts
from accounts.actor import Actor
from accounts.models import Agency
from accounts.places import agency_names, names_at
from accounts.policy import Action, Scope
from core.clock import today
from core.database import transaction
from core.errors import NotFound
from core.i18n import pick, sentences_of, translated
from reporting import operations, queries
from reporting.errors import DaysWrong
from reporting.models import Report, ReportKind
from reporting.words import KINDS, worded
from reporting.writing import CSV, MEDIA_TYPES, XLSX, as_csv, as_xlsx
from web import formats
from web.cursors import cursor
from web.languages import current
from web.reporting.blueprint import blueprint, reader
from web.visitors import told

_WRITERS: Final = {CSV: as_csv, XLSX: as_xlsx}


@blueprint.get("/")
def reports() -> str:
    """The reports so far, and asking for another one."""
    return _list({})


@blueprint.post("/")
def ask() -> Response | tuple[str, int]:
    """Ask for a report."""
    try:
        first, last = _sent_day("first"), _sent_day("last")
        kind = ReportKind(request.form.get("kind", ""))
        agency = UUID(request.form.get("agency", ""))
    except ValueError:
        return _list({"first": _("Choose a report, an agency and two days.")}), 400
    try:
        with transaction():
            made = operations.ask_for_report(kind, agency, first, last, by=reader())
    except DaysWrong as error:
        return _list({"first": sentences_of(error)}), error.status
    return told(_("The report is being made."), url_for(".report", report_id=made.id))


@blueprint.get("/<uuid:report_id>")
def report(report_id: UUID) -> str:
    """A report, or how far it is."""
    found = queries.find_report(report_id, visible_to=reader())
    tables = queries.tables_of(found) if found.content is not None else []
    return render_template(
        "reporting/report.html",
        report=found,
        title=translated(KINDS[found.kind]),
        agency=_agency_name(found.agency_id),
        tables=[worded(each) for each in tables],
        percent=100 * found.done // found.total if found.total else 0,
    )


@blueprint.get("/<uuid:report_id>/report.<form>")
def file(report_id: UUID, form: str) -> FlaskResponse:
    """A report as a file; on record."""
    if form not in _WRITERS:
        raise NotFound
    found = queries.find_report(report_id, visible_to=reader())
    tables = [worded(each) for each in queries.tables_of(found)]
    with transaction():
        operations.note_fetched(found, form, by=reader())
    answer = FlaskResponse(_WRITERS[form](_head(found), tables), mimetype=MEDIA_TYPES[form])
    name = f"{found.kind}-{found.first_day}-{found.last_day}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _head(found: Report) -> list[str]:
    days = _("%(first)s to %(last)s", first=_day(found.first_day), last=_day(found.last_day))
    return [translated(KINDS[found.kind]), _agency_name(found.agency_id), days]


def _list(errors: dict[str, str]) -> str:
    actor = reader()
    month = today().replace(day=1) - timedelta(days=1)
    shown = queries.reports(visible_to=actor, after=cursor(), limit=queries.PAGE + 1)
    return render_template(
        "reporting/list.html",
        reports=shown[: queries.PAGE],
        last=shown[queries.PAGE - 1].id if len(shown) > queries.PAGE else None,
        kinds=[(str(kind), translated(name)) for kind, name in KINDS.items()],
        kind_name=lambda each: translated(KINDS[each.kind]),
        agency_name=lambda each: _agency_name(each.agency_id),
        agencies=[(str(each.id), _name(each)) for each in _agencies(actor)],
        typed={"first": str(month.replace(day=1)), "last": str(month), **request.form.to_dict()},
        errors=errors,
    )


def _agencies(actor: Actor) -> list[Agency]:
    return [
        each
        for each in accounts.agencies()
        if policy.allows(actor, Action.REPORT_MAKE, Scope(agency_id=each.id))
    ]


def _name(agency: Agency) -> str:
    return pick(names_at(agency), current())


def _agency_name(agency_id: UUID) -> str:
    return pick(agency_names(agency_id), current())


def _day(day: date) -> str:
    return formats.day(day)


def _sent_day(name: str) -> date:
    return date.fromisoformat(request.form.get(name, ""))
