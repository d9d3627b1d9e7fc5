"""Files as they come: encodings, delimiters, workbooks, and files that mean harm."""

import io
import zipfile

import pytest

from importing import reading
from importing.errors import EncodingUnclear, FileTooLarge, FileUnreadable
from importing.reading import read_table
from tests.importing.conftest import csv_file, xlsx_file

HEADER = ("Mã", "Tên")
ROW = ("P1", "Phòng Nghiệp vụ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    "delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"]
)
def test_unicode_and_the_delimiter_are_recognised(encoding: str, delimiter: str):
    table = read_table(csv_file(HEADER, ROW, delimiter=delimiter, encoding=encoding))
    assert table.columns == list(HEADER)
    assert table.rows == [list(ROW)]


def test_what_is_not_unicode_is_asked_for_and_not_guessed():
    # Windows-1258 writes letters with a tone as two.
    text = "Ma\u0303;Tên\r\nP1;Pho\u0300ng Nghiê\u0323p vu\u0323\r\n"
    content = text.encode("windows-1258")
    with pytest.raises(EncodingUnclear):
        read_table(content)
    assert read_table(content, "windows-1258").rows == [list(ROW)]


def test_short_and_empty_rows_are_filled_and_left_out():
    assert read_table(b"a,b\n1\n\n,\n2,3\n").rows == [["1", ""], ["2", "3"]]


def test_a_workbook_reads_as_the_same_table():
    assert read_table(xlsx_file(HEADER, ROW)).rows == [list(ROW)]


def test_formulas_are_never_evaluated():
    assert read_table(xlsx_file(("a",), ("=1+1",), ("x",))).rows == [["x"]]
    assert read_table(b"a\n=1+1\n").rows == [["=1+1"]]


def test_days_and_numbers_of_a_workbook_become_texts():
    from datetime import datetime

    table = read_table(xlsx_file(("a", "b"), (datetime(2020, 12, 31), 315123453.0)))
    assert table.rows == [["2020-12-31", "315123453"]]


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"a,a\n1,2\n", b'a,b\n"1,2\n', b"a\x00b\n", b"PK\x03\x04 nonsense"],
    ids=["empty", "blank", "same-names", "open-quote", "zero-byte", "no-archive"],
)
def test_what_is_no_table_is_refused(content: bytes):
    with pytest.raises(FileUnreadable):
        read_table(content)


def test_too_many_rows_and_columns_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "ROWS", 2)
    assert len(read_table(b"a\n1\n2\n").rows) == 2
    with pytest.raises(FileTooLarge):
        read_table(b"a\n1\n2\n3\n")
    with pytest.raises(FileTooLarge):
        read_table(csv_file([str(number) for number in range(reading.COLUMNS + 1)]))


def test_too_many_bytes_are_refused():
    with pytest.raises(FileTooLarge):
        read_table(b"a" * (reading.BYTES + 1))


def test_an_archive_that_unpacks_to_too_much_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (reading.UNPACKED_BYTES + 1))
    assert len(packed.getvalue()) < 100_000
    with pytest.raises(FileTooLarge):
        read_table(packed.getvalue())


@pytest.mark.parametrize("blanks", [0, 70_000, 65_536 - 5], ids=["first", "late", "on-the-seam"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_part_with_a_document_type_is_refused(encoding: str, blanks: int):
    bomb = " " * blanks + '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    content = _with_part(xlsx_file(("a",), ("x",)), "xl/workbook.xml", bomb.encode(encoding))
    with pytest.raises(FileUnreadable):
        read_table(content)


def _with_part(content: bytes, name: str, part: bytes) -> bytes:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(changed, "w") as target:
        for each in source.namelist():
            target.writestr(each, part if each == name else source.read(each))
    return changed.getvalue()
