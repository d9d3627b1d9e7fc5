"""Imports: a file is uploaded, mapped, tried, made by jobs, and released by a second person."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import Response, url_for
from marshmallow import fields, validate

from accounts.policy import Action
from api.authentication import current_actor, requires
from api.idempotency import once
from api.language import language
from api.limits import UPLOAD, caller, limiter
from api.paging import PageArguments, page_schema, paged
from api.parsing import UploadedFile
from api.resource import Resource
from api.schemas import Shape
from api.supervision_schemas import reason
from core.database import transaction
from core.i18n import translated
from importing import operations, queries
from importing.mapping import DATE_FORMATS
from importing.mapping import Mapping as ColumnMapping
from importing.models import ImportRow, ImportRun, ImportState, RowState
from importing.reading import BYTES, ENCODINGS
from importing.reporting import as_csv, field_title, findings
from importing.sorts import SORTS, sort_of

resource = Resource("imports", "Units, staff, licences and open dossiers of older systems.")
LONGEST_NAME: Final = 100


class NewImportSchema(Shape):
    """A CSV or XLSX file and what it holds; `service` is needed for licences and dossiers."""

    file = UploadedFile(required=True)
    sort = fields.String(required=True, validate=validate.OneOf(sorted(SORTS)))
    service = fields.String(load_default="", validate=validate.Length(max=100))
    encoding = fields.String(load_default="", validate=validate.OneOf(["", *ENCODINGS]))


class MappingSchema(Shape):
    """Which column is which field, what stands for other words, and how days are written."""

    columns = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    values = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.String()),
        load_default=dict,
    )
    dates = fields.String(load_default="dmy", validate=validate.OneOf(sorted(DATE_FORMATS)))


class NewMappingSchema(MappingSchema):
    """A mapping; with `keep_as` it is kept under a name, for the next file of the sort."""

    keep_as = fields.String(load_default="", validate=validate.Length(max=LONGEST_NAME))


class ImportFieldSchema(Shape):
    """Something that a row may tell."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    needed = fields.Boolean(required=True)


class KeptMappingSchema(Shape):
    """A mapping that was kept under a name."""

    name = fields.String(required=True)
    mapping = fields.Nested(MappingSchema, required=True)


class ImportSchema(Shape):
    """An import in a list. People are named by the ids of their actors."""

    id = fields.UUID(required=True)
    sort = fields.String(required=True)
    service = fields.String(required=True)
    state = fields.Enum(ImportState, by_value=True, required=True)
    file_name = fields.String(required=True)
    rows = fields.Integer(required=True)
    uploaded_by = fields.String(required=True)
    uploaded_at = fields.AwareDateTime(required=True)
    started_by = fields.String(required=True, allow_none=True)
    ended_by = fields.String(required=True, allow_none=True)


class ImportDetailsSchema(ImportSchema):
    """One import: its columns, the fields they may be, their mapping, and how its rows stand."""

    columns = fields.List(fields.String(), required=True)
    fields_ = fields.List(
        fields.Nested(ImportFieldSchema), required=True, data_key="fields", attribute="fields"
    )
    mapping = fields.Nested(MappingSchema, required=True)
    kept_mappings = fields.List(fields.Nested(KeptMappingSchema), required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class ImportProblemSchema(Shape):
    """What is wrong with a row; the field is empty for the row as a whole."""

    field = fields.String(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)
    remedy = fields.String(required=True)


class ImportRowSchema(Shape):
    """A row of the file, counted from 1 below the header."""

    number = fields.Integer(required=True)
    state = fields.Enum(RowState, by_value=True, required=True)
    problems = fields.List(fields.Nested(ImportProblemSchema), required=True)


class RowFilters(PageArguments):
    """How the rows can be narrowed."""

    faulty = fields.Boolean(
        load_default=False, metadata={"description": "Only rows about which there is to tell."}
    )


class TakingBackSchema(Shape):
    """Why an import is taken back."""

    reason = reason()


@resource.route("/imports")
@requires(Action.IMPORT_RUN)
@resource.arguments(PageArguments, location="query")
@resource.response(200, page_schema(ImportSchema))
def list_imports(arguments: dict[str, Any]) -> Any:
    """List imports, newest first."""

    def find(after: UUID | None, limit: int) -> Sequence[ImportRun]:
        return queries.imports(visible_to=current_actor(), after=after, limit=limit)

    return paged(find, arguments, lambda run: run.id)


@resource.route("/imports", methods=["POST"])
@requires(Action.IMPORT_RUN)
@limiter.limit(UPLOAD, key_func=caller)
@once
@resource.arguments(NewImportSchema, location="files")
@resource.response(201, ImportDetailsSchema)
def upload(sent: dict[str, Any]) -> tuple[Any, int, dict[str, str]]:
    """Upload a file. Its mapping is suggested by the names of its columns; nothing is made yet."""
    file = sent.pop("file")
    run = operations.upload(
        file.stream.read(BYTES + 1), file.filename, sent.pop("sort"), by=current_actor(), **sent
    )
    return _details(run), 201, {"Location": url_for("imports.show_import", import_id=run.id)}


@resource.route("/imports/<uuid:import_id>")
@requires(Action.IMPORT_RUN)
@resource.response(200, ImportDetailsSchema)
def show_import(import_id: UUID) -> dict[str, Any]:
    """Show how far an import has come."""
    return _shown(import_id)


@resource.route("/imports/<uuid:import_id>/mapping", methods=["PUT"])
@requires(Action.IMPORT_RUN)
@resource.arguments(NewMappingSchema)
@resource.response(200, ImportDetailsSchema)
def map_columns(data: dict[str, Any], import_id: UUID) -> dict[str, Any]:
    """Say which column is which field. What was tried before must be tried again."""
    name, mapping = data.pop("keep_as").strip(), ColumnMapping.from_json(data)
    with transaction():
        run = operations.use_mapping(import_id, mapping, by=current_actor())
        if name:
            operations.keep_mapping(run.sort, name, mapping, by=current_actor())
    return _shown(import_id)


@resource.route("/imports/<uuid:import_id>/check", methods=["POST"])
@requires(Action.IMPORT_RUN)
@resource.response(200, ImportDetailsSchema)
def check(import_id: UUID) -> dict[str, Any]:
    """Try every row, writing only the report."""
    with transaction():
        operations.check(import_id, by=current_actor())
    return _shown(import_id)


@resource.route("/imports/<uuid:import_id>/rows")
@requires(Action.IMPORT_RUN)
@resource.arguments(RowFilters, location="query")
@resource.response(200, page_schema(ImportRowSchema))
def list_rows(arguments: dict[str, Any], import_id: UUID) -> Any:
    """List what became of the rows, in the order of the file."""
    run = queries.find_import(import_id, visible_to=current_actor())

    def find(after: int | None, limit: int, *, faulty: bool) -> list[dict[str, Any]]:
        chosen = queries.faulty_rows if faulty else queries.rows_of
        return [_row(each) for each in chosen(run, limit=limit, after=after or 0)]

    return paged(find, arguments, lambda row: str(row["number"]), _number)


@resource.route("/imports/<uuid:import_id>/report")
@requires(Action.IMPORT_RUN)
@resource.response(200, {"type": "string"}, content_type="text/csv")
def report(import_id: UUID) -> Response:
    """Read all problems as CSV."""
    run = queries.find_import(import_id, visible_to=current_actor())
    sort = sort_of(run.sort, run.service)
    found = findings(run, sort, queries.faulty_rows(run), language())
    named = {"Content-Disposition": f'attachment; filename="report-{run.id}.csv"'}
    return Response(as_csv(found), mimetype="text/csv", headers=named)


@resource.route("/imports/<uuid:import_id>/start", methods=["POST"])
@requires(Action.IMPORT_RUN)
@resource.response(200, ImportDetailsSchema)
def start(import_id: UUID) -> dict[str, Any]:
    """Let the rows without problems be made."""
    with transaction():
        operations.start(import_id, by=current_actor())
    return _shown(import_id)


@resource.route("/imports/<uuid:import_id>/release", methods=["POST"])
@requires(Action.IMPORT_RUN)
@resource.response(200, ImportDetailsSchema)
def release(import_id: UUID) -> dict[str, Any]:
    """Let what somebody else imported be seen, for good."""
    with transaction():
        operations.release(import_id, by=current_actor())
    return _shown(import_id)


@resource.route("/imports/<uuid:import_id>/take-back", methods=["POST"])
@requires(Action.IMPORT_RUN)
@resource.arguments(TakingBackSchema)
@resource.response(200, ImportDetailsSchema)
def take_back(data: dict[str, Any], import_id: UUID) -> dict[str, Any]:
    """Undo what an import made, unless it is released."""
    with transaction():
        operations.take_back(import_id, by=current_actor(), **data)
    return _shown(import_id)


def _shown(import_id: UUID) -> dict[str, Any]:
    return _details(queries.find_import(import_id, visible_to=current_actor()))


def _details(run: ImportRun) -> dict[str, Any]:
    sort = sort_of(run.sort, run.service)
    kept = queries.mappings(run.sort, visible_to=current_actor())
    return {
        **{name: getattr(run, name) for name in _OF_IMPORT},
        "fields": [
            {"name": each.name, "title": field_title(each, language()), "needed": each.needed}
            for each in sort.fields
        ],
        "kept_mappings": [{"name": each.name, "mapping": each.mapping} for each in kept],
        "counts": {str(state): count for state, count in queries.counts(run).items()},
    }


def _row(row: ImportRow) -> dict[str, Any]:
    problems = [_problem(each) for each in row.problems]
    return {"number": row.number, "state": row.state, "problems": problems}


def _problem(kept: Mapping[str, Any]) -> dict[str, str]:
    words = {part: translated(kept[part], kept["params"]) for part in ("title", "remedy")}
    return {"field": kept["field"], "code": kept["code"], **words}


def _number(written: str) -> int:
    number = int(written)
    if not 0 <= number <= _MOST_ROWS:
        raise ValueError(written)
    return number


_MOST_ROWS: Final = 1_000_000
_OF_IMPORT: Final = (
    "id",
    "sort",
    "service",
    "state",
    "file_name",
    "rows",
    "uploaded_by",
    "uploaded_at",
    "started_by",
    "ended_by",
    "columns",
    "mapping",
)
