"""Looking at imports: all of them, one of them, and its report as CSV."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import Response, render_template, request
from flask_babel import gettext as _

from core.errors import MotcuaError
from core.i18n import pick, sentences_of, translated
from importing import queries
from importing.mapping import Mapping as ColumnMapping
from importing.models import ImportRow, ImportRun, ImportState
from importing.reading import ENCODINGS
from importing.sorts import SORTS, Sort, sort_of
from web.cursors import cursor
from web.importing.blueprint import MOVING, blueprint, field_title, importer
from web.languages import current
from workflows.queries import services

SHOWN: Final = 50
_FORMULAS: Final = ("=", "+", "-", "@", "\t")
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
        findings=list(findings(run, sort, queries.faulty_rows(run, limit=SHOWN))),
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
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow([_("Row"), _("Column"), _("Problem"), _("How to mend it")])
    for finding in findings(run, sort_of(run.sort, run.service), queries.faulty_rows(run)):
        lines.writerow([_harmless(str(each)) for each in finding])
    named = {"Content-Disposition": f'attachment; filename="report-{run.id}.csv"'}
    return Response("\ufeff" + written.getvalue(), mimetype="text/csv", headers=named)


def findings(
    run: ImportRun, sort: Sort, rows: Sequence[ImportRow]
) -> Iterator[tuple[int, str, str, str]]:
    """Row, column, what is wrong and how to mend it, one for each problem."""
    columns: Mapping[str, str] = run.mapping.get("columns", {})
    titles = {each.name: field_title(each) for each in sort.fields}
    for row in rows:
        for each in row.problems:
            name, params = each["field"], each["params"]
            where = columns.get(name) or titles.get(name) or _("whole row")
            told = (translated(each[part], params) for part in ("title", "remedy"))
            yield (row.number, where, *told)  # type: ignore[misc]  # two texts


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


def _harmless(text: str) -> str:
    """What a spreadsheet would take for a formula is marked as text."""
    return f"'{text}" if text.startswith(_FORMULAS) else text
