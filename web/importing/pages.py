"""Looking at imports: all of them, one of them, and its report as CSV."""

from typing import Any, Final
from uuid import UUID

from flask import Response, render_template, request

from core.errors import MotcuaError
from core.i18n import pick, sentences_of, translated
from importing import queries
from importing.mapping import Mapping as ColumnMapping
from importing.models import ImportState
from importing.reading import ENCODINGS
from importing.reporting import as_csv, findings
from importing.sorts import SORTS, sort_of
from web.cursors import cursor
from web.importing.blueprint import MOVING, blueprint, importer
from web.languages import current
from workflows.queries import services

SHOWN: Final = 50
_MAPPED: Final = frozenset({ImportState.UPLOADED, ImportState.CHECKED})


@blueprint.get("/")
def imports() -> str:
    """All imports, and the form for the next file."""
    return imports_page()


def imports_page(error: MotcuaError | None = None) -> str:
    """The same, with what was wrong about a file."""
    found = queries.imports(visible_to=importer(), after=cursor(), limit=SHOWN + 1)
    return render_template(
        "importing/imports.html",
        imports=found[:SHOWN],
        last=found[SHOWN - 1].id if len(found) > SHOWN else None,
        sorts=[(code, translated(each.title)) for code, each in SORTS.items()],
        services=[(each.manifest.key, pick(each.manifest.name, current())) for each in services()],
        encodings=ENCODINGS,
        problems=problems_of(error),
        chosen=request.form,
    )


@blueprint.get("/<uuid:import_id>")
def show(import_id: UUID) -> str:
    """One import, with what can be done with it now."""
    return import_page(import_id)


def import_page(import_id: UUID, error: MotcuaError | None = None) -> str:
    """The same, with what was refused."""
    actor = importer()
    run = queries.find_import(import_id, visible_to=actor)
    sort = sort_of(run.sort, run.service)
    mapping = ColumnMapping.from_json(run.mapping)
    return render_template(
        "importing/import.html",
        run=run,
        sort=sort,
        mapping=mapping,
        replacements=replacements(mapping),
        counts=queries.counts(run),
        findings=list(findings(run, sort, queries.faulty_rows(run, limit=SHOWN), current())),
        kept=queries.mappings(run.sort, visible_to=actor),
        problems=problems_of(error),
        mapped=run.state in _MAPPED,
        moving=run.state in MOVING,
        own=actor.id in {run.uploaded_by, run.started_by},
    )


@blueprint.get("/<uuid:import_id>/report.csv")
def report(import_id: UUID) -> Response:
    """What is wrong with which row, for a spreadsheet."""
    run = queries.find_import(import_id, visible_to=importer())
    found = findings(run, sort_of(run.sort, run.service), queries.faulty_rows(run), current())
    named = {"Content-Disposition": f'attachment; filename="report-{run.id}.csv"'}
    return Response(as_csv(found), mimetype="text/csv", headers=named)


def replacements(mapping: ColumnMapping) -> str:
    """The replacements of values as people write them: a line “field: from = to” each."""
    return "\n".join(
        f"{name}: {given} = {meant}"
        for name, values in mapping.values.items()
        for given, meant in values.items()
    )


def problems_of(error: MotcuaError | None) -> list[dict[str, Any]]:
    """An error as the summary shows it."""
    return [] if error is None else [{"text": sentences_of(error)}]
