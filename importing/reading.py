"""Reading a file as a table of texts: CSV or XLSX, within limits. No formula is ever evaluated."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from importing.errors import EncodingUnclear, FileTooLarge, FileUnreadable

BYTES: Final = 10 * 1024 * 1024
UNPACKED_BYTES: Final = 60 * 1024 * 1024
PARTS: Final = 500
ROWS: Final = 20_000
COLUMNS: Final = 100
CELL: Final = 10_000
ENCODINGS: Final = ("utf-8", "windows-1258")
_DELIMITERS: Final = ",;\t|"
_CHUNK: Final = 64 * 1024
_DECLARATIONS: Final = (b"<!DOCTYPE", b"<!ENTITY")
_OVERLAP: Final = 16
_BROKEN: Final = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    NotImplementedError,
    EOFError,
    OSError,
)


@dataclass(frozen=True)
class Table:
    """The names of the columns, and below them the rows, each as long as the header."""

    columns: list[str]
    rows: list[list[str]]


def read_table(content: bytes, encoding: str = "") -> Table:
    """A file as a table; `encoding` is one of ENCODINGS, or empty where only UTF-8 is taken.

    Raises FileUnreadable, FileTooLarge, EncodingUnclear.
    """
    if len(content) > BYTES:
        raise _too_large()
    if content.startswith(b"PK\x03\x04"):
        return _table(_xlsx_rows(content))
    return _table(_csv_rows(_decoded(content, encoding)))


def _decoded(content: bytes, encoding: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if encoding not in ENCODINGS or encoding == "utf-8":
            raise EncodingUnclear from None
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise EncodingUnclear from None


def _csv_rows(text: str) -> Iterator[list[str]]:
    if "\x00" in text:
        raise FileUnreadable
    lines = io.StringIO(text, newline="")
    try:
        yield from csv.reader(lines, delimiter=_delimiter(text), strict=True)
    except csv.Error as error:
        raise FileUnreadable from error


def _delimiter(text: str) -> str:
    """The one that divides the header into most columns."""
    header = text.lstrip().partition("\n")[0]
    return max(_DELIMITERS, key=lambda mark: len(next(csv.reader([header], delimiter=mark), [])))


def _xlsx_rows(content: bytes) -> Iterator[list[str]]:
    """The first sheet. Cells with a formula give the value that was saved with it."""
    try:
        _require_harmless(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for count, row in enumerate(sheet.iter_rows(max_col=COLUMNS + 1, values_only=True)):
            if count > 2 * ROWS:
                raise _too_large()
            yield [_text(value) for value in row]
    except _BROKEN as error:
        raise FileUnreadable from error


def _require_harmless(content: bytes) -> None:
    """Refuse archives that unpack to too much, and parts that declare a document type.

    Python reads no more of a part than its header declares, so a header that lies gains nothing.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED_BYTES:
            raise _too_large()
        for part in parts:
            with archive.open(part) as opened:
                _require_no_declarations(opened)


def _require_no_declarations(part: IO[bytes]) -> None:
    """XML can be written in two bytes a letter as well, so zero bytes are passed over."""
    tail = b""
    while chunk := part.read(_CHUNK):
        seen = tail + chunk.replace(b"\0", b"")
        if any(word in seen for word in _DECLARATIONS):
            raise FileUnreadable
        tail = seen[-_OVERLAP:]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _table(lines: Iterable[list[str]]) -> Table:
    filled = ([_clean(cell) for cell in line] for line in lines)
    filled = (line for line in filled if any(line))
    header = next(filled, [])
    while header and not header[-1]:
        header.pop()
    if not header or len(set(header)) != len(header):
        raise FileUnreadable
    rows = []
    for line in filled:
        rows.append((line + [""] * len(header))[: len(header)])
        if len(rows) > ROWS:
            raise _too_large()
    if len(header) > COLUMNS:
        raise _too_large()
    return Table(header, rows)


def _clean(cell: str) -> str:
    """Composed letters (Windows-1258 writes tones apart), no blanks around."""
    return unicodedata.normalize("NFC", cell).strip()[:CELL]


def _too_large() -> FileTooLarge:
    return FileTooLarge(rows=ROWS, columns=COLUMNS)
