"""Reports as files. No cell of them is a formula, whatever somebody named a unit or himself."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from reporting.tables import Cell
from reporting.words import WordedTable

CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES: Final = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A cell that begins so is run as a formula by spreadsheets; a quote before it makes it text.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_LONGEST_SHEET_NAME: Final = 31
_TEXT: Final = "s"


def as_csv(head: Sequence[str], tables: Sequence[WordedTable]) -> bytes:
    """Tables below each other, in UTF-8 that spreadsheets know by its mark."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_quoted(each) for each in head])
    for table in tables:
        writer.writerow([])
        writer.writerow([_quoted(table.title)])
        writer.writerow([_quoted(each) for each in table.columns])
        writer.writerows([_quoted(each) for each in row] for row in table.rows)
        writer.writerows([_quoted(each)] for each in table.notes)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(head: Sequence[str], tables: Sequence[WordedTable]) -> bytes:
    """A workbook with a sheet for each table; texts are written as texts."""
    book, content = Workbook(write_only=True), io.BytesIO()
    for number, table in enumerate(tables, 1):
        sheet = book.create_sheet(f"{number} {_plain(table.title)}"[:_LONGEST_SHEET_NAME])
        _write(sheet, head, bold=True)
        _write(sheet, [table.title], bold=True)
        _write(sheet, table.columns, bold=True)
        for row in table.rows:
            _write(sheet, row)
        for note in table.notes:
            _write(sheet, [note])
    book.save(content)
    return content.getvalue()


def _write(sheet: WriteOnlyWorksheet, row: Sequence[Cell], *, bold: bool = False) -> None:
    cells = []
    for value in row:
        cell = WriteOnlyCell(sheet, value)
        if isinstance(value, str):
            cell.data_type = _TEXT
        cell.font = Font(bold=bold)
        cells.append(cell)
    sheet.append(cells)


def _plain(title: str) -> str:
    """A title without what the name of a sheet must not hold."""
    return "".join(letter for letter in title if letter not in "[]:*?/\\")


def _quoted(value: Cell) -> Cell:
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value
