"""What is wrong with which row, in the reader's words, and the same for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from core.errors import N_, Message
from core.i18n import pick, translated
from importing.mapping import Field
from importing.models import ImportRow, ImportRun
from importing.sorts import Sort

HEADS: Final[Sequence[Message]] = (N_("Row"), N_("Column"), N_("Problem"), N_("How to mend it"))
_WHOLE_ROW: Final = N_("whole row")
_FORMULAS: Final = ("=", "+", "-", "@", "\t")


class Finding(NamedTuple):
    """One problem of a row, counted from 1 below the header."""

    row: int
    column: str
    problem: str
    remedy: str


def field_title(each: Field, language: str) -> str:
    """What a field is called in the reader's language."""
    if isinstance(each.title, Message):
        return translated(each.title)
    return pick(each.title, language)


def findings(
    run: ImportRun, sort: Sort, rows: Iterable[ImportRow], language: str
) -> Iterator[Finding]:
    """What is wrong with these rows, one for each problem."""
    columns: Mapping[str, str] = run.mapping.get("columns", {})
    titles = {each.name: field_title(each, language) for each in sort.fields}
    for row in rows:
        for each in row.problems:
            name, params = each["field"], each["params"]
            where = columns.get(name) or titles.get(name) or translated(_WHOLE_ROW)
            title, remedy = (translated(each[part], params) for part in ("title", "remedy"))
            yield Finding(row.number, where, title, remedy)


def as_csv(found: Iterable[Finding]) -> str:
    """Findings for a spreadsheet, with a byte order mark; nothing in it is run as a formula."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow([translated(head) for head in HEADS])
    for finding in found:
        lines.writerow([_harmless(str(each)) for each in finding])
    return "\ufeff" + written.getvalue()


def _harmless(text: str) -> str:
    """What a spreadsheet would take for a formula is marked as text."""
    return f"'{text}" if text.startswith(_FORMULAS) else text
