"""What is sent from the pages of imports."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.database import transaction
from core.errors import MotcuaError, NotFound
from importing import operations, queries
from importing.errors import FileUnreadable
from importing.mapping import Mapping
from importing.sorts import Sort, sort_of
from web.importing.blueprint import blueprint, importer
from web.importing.pages import import_page, imports_page

Answer = Response | tuple[str, int]


@blueprint.post("/")
def upload() -> Answer:
    """Take a file; the next page asks for its columns."""
    actor, sent = importer(), request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise FileUnreadable
        with transaction():
            run = operations.upload(
                sent.read(),
                sent.filename,
                request.form.get("sort", ""),
                by=actor,
                service=request.form.get("service", ""),
                encoding=request.form.get("encoding", ""),
            )
    except MotcuaError as error:
        return imports_page(error), error.status
    return _shown(run.id)


@blueprint.post("/<uuid:import_id>/mapping")
def map_columns(import_id: UUID) -> Answer:
    """Map the columns, keep the mapping if it was given a name, and try every row."""
    actor = importer()
    run = queries.find_import(import_id, visible_to=actor)
    sort = sort_of(run.sort, run.service)

    def deed() -> None:
        kept, name = request.form.get("kept", ""), request.form.get("name", "").strip()
        mapping = queries.find_mapping(run.sort, kept, visible_to=actor) if kept else _typed(sort)
        operations.use_mapping(import_id, mapping, by=actor)
        if name:
            operations.keep_mapping(run.sort, name[:100], mapping, by=actor)
        operations.check(import_id, by=actor)

    return _done(import_id, deed, _("Every row was tried. Nothing is written yet."))


@blueprint.post("/<uuid:import_id>/start")
def start(import_id: UUID) -> Answer:
    """Let the rows without problems be imported."""
    actor = importer()
    told = _("The import has begun. Load this page again to see how far it is.")
    return _done(import_id, lambda: operations.start(import_id, by=actor), told)


@blueprint.post("/<uuid:import_id>/release")
def release(import_id: UUID) -> Answer:
    """Release what somebody else imported."""
    actor = importer()
    told = _("The release has begun.")
    return _done(import_id, lambda: operations.release(import_id, by=actor), told)


@blueprint.post("/<uuid:import_id>/take-back")
def take_back(import_id: UUID) -> Answer:
    """Undo an import that is not released."""
    actor, reason = importer(), request.form.get("reason", "")
    told = _("The import is being taken back.")
    return _done(import_id, lambda: operations.take_back(import_id, reason=reason, by=actor), told)


def _done(import_id: UUID, deed: Callable[[], object], told: str) -> Answer:
    try:
        with transaction():
            deed()
    except NotFound:
        raise
    except MotcuaError as error:
        return import_page(import_id, error), error.status
    flash(told, "done")
    return _shown(import_id)


def _shown(import_id: UUID) -> Response:
    return redirect(url_for("importing.show", import_id=import_id), 303)


def _typed(sort: Sort) -> Mapping:
    columns = {
        each.name: request.form[f"column.{each.name}"]
        for each in sort.fields
        if request.form.get(f"column.{each.name}")
    }
    values: dict[str, dict[str, str]] = {}
    for line in request.form.get("replacements", "").splitlines():
        name, _colon, pair = line.partition(":")
        given, equals, meant = pair.partition("=")
        if equals:
            values.setdefault(name.strip(), {})[given.strip()] = meant.strip()
    kept = {"columns": columns, "values": values, "dates": request.form.get("dates", "")}
    return Mapping.from_json(kept)
