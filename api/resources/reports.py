"""Reports from what happened, for directors, administrators and auditors of an agency."""

from typing import Any
from uuid import UUID

from flask import Response, url_for
from marshmallow import fields, validate

from accounts.places import agency_names
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.idempotency import once
from api.language import language
from api.paging import Page, PageArguments, page_schema, paged
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from core.i18n import pick, translated
from reporting import operations, queries
from reporting.models import Report, ReportKind
from reporting.words import KINDS, worded
from reporting.writing import CSV, MEDIA_TYPES, XLSX, as_csv, as_xlsx

Headed = tuple[Any, int, dict[str, str]]

resource = Resource("reports", "Statistics, causes of overdue, quality index and workload.")


class NewReportSchema(Shape):
    """What a report is to be about; both days are counted, 366 at most."""

    kind = fields.Enum(ReportKind, by_value=True, required=True)
    agency_id = fields.UUID(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)


class ReportSchema(NewReportSchema):
    """A report; `done` of `total` dossiers are looked at until `made_at`."""

    id = fields.UUID(required=True)
    scheduled = fields.Boolean(required=True)
    asked_at = fields.AwareDateTime(required=True)
    made_at = fields.AwareDateTime(required=True, allow_none=True)
    done = fields.Integer(required=True)
    total = fields.Integer(required=True)


class ReportTableSchema(Shape):
    """A table: `columns` are codes, the first cell of a row says of what it is.

    A cell is null where our data does not tell the figure; `notes` are codes of remarks.
    """

    code = fields.String(required=True)
    columns = fields.List(fields.String(), required=True)
    rows = fields.List(fields.List(fields.Raw(allow_none=True)), required=True)
    notes = fields.List(fields.String(), required=True)


class ReportTablesSchema(Shape):
    """The figures of a report."""

    tables = fields.List(fields.Nested(ReportTableSchema), required=True)


class FileArguments(Shape):
    """In which form a report is fetched."""

    form = fields.String(load_default=XLSX, validate=validate.OneOf([CSV, XLSX]))


@resource.route("/reports")
@requires(Action.REPORT_VIEW)
@resource.arguments(PageArguments, location="query")
@resource.response(200, page_schema(ReportSchema))
def list_reports(arguments: dict[str, Any]) -> Page:
    """List the reports of your agencies, the newest first."""

    def find(**values: Any) -> Any:
        return queries.reports(visible_to=current_actor(), **values)

    return paged(find, arguments, lambda report: report.id)


@resource.route("/reports", methods=["POST"])
@requires(Action.REPORT_MAKE)
@once
@resource.arguments(NewReportSchema)
@resource.response(202, ReportSchema)
def ask_for_report(data: dict[str, Any]) -> Headed:
    """Ask for a report; a job makes it."""
    first, last = data["first_day"], data["last_day"]
    actor = current_actor()
    made = operations.ask_for_report(data["kind"], data["agency_id"], first, last, by=actor)
    return made, 202, {"Location": url_for("reports.show_report", report_id=made.id)}


@resource.route("/reports/<uuid:report_id>")
@requires(Action.REPORT_VIEW)
@resource.response(200, ReportSchema)
def show_report(report_id: UUID) -> Report:
    """Show a report, or how far it is."""
    return queries.find_report(report_id, visible_to=current_actor())


@resource.route("/reports/<uuid:report_id>/tables")
@requires(Action.REPORT_VIEW)
@resource.response(200, ReportTablesSchema)
def show_tables(report_id: UUID) -> dict[str, Any]:
    """Show the figures of a report, in codes."""
    found = queries.find_report(report_id, visible_to=current_actor())
    return {"tables": queries.tables_of(found)}


@resource.route("/reports/<uuid:report_id>/content")
@requires(Action.REPORT_VIEW)
@resource.arguments(FileArguments, location="query")
@resource.response(200, {"type": "string", "format": "binary"}, content_type=MEDIA_TYPES[XLSX])
def fetch_report(arguments: dict[str, Any], report_id: UUID) -> Response:
    """Fetch a report as a file, in your language; it is on record."""
    form = arguments["form"]
    found = queries.find_report(report_id, visible_to=current_actor())
    tables = [worded(each) for each in queries.tables_of(found)]
    with transaction():
        operations.note_fetched(found, form, by=current_actor())
    write = as_csv if form == CSV else as_xlsx
    return Response(write(_head(found), tables), mimetype=MEDIA_TYPES[form])


def _head(found: Report) -> list[str]:
    agency = pick(agency_names(found.agency_id), language())
    days = f"{found.first_day} – {found.last_day}"
    return [translated(KINDS[found.kind]), agency, days]
