"""Licences of old: in the register once they are released, their numbers used up for ever."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from commands.sample.people import first_agency
from core.database import db, transaction
from dossiers import queries as dossiers
from dossiers import register
from dossiers.errors import EntryNotFound
from dossiers.models import BookNumber, Dossier, RegisterEntry
from dossiers.numbers.operations import reserve_number
from importing.models import ImportRun, ImportState
from tests.importing.conftest import actor, again, csv_file, faults, xlsx_file
from workflows.queries import service

SERVICE = "device-declaration-b"
HEADER = ("Số", "Cơ quan cấp", "Ngày cấp", "MST", "Tên doanh nghiệp", "Tên thiết bị y tế")
PAPER = ("12/PCBB-cũ", "H26.16", "31/12/2019", "0315123453", "Công ty Sao Mai", "Máy đo huyết áp")
IN_THE_BOOK = ("000000007/PCBB-HN", *PAPER[1:])
Uploaded = Callable[..., ImportRun]
Moved = Callable[[ImportRun], ImportRun]


def licences(*rows: tuple[str, ...]) -> bytes:
    return csv_file(HEADER, *rows)


def test_a_licence_is_not_public_before_its_release(
    each_database: str, imported: Uploaded, released: Moved
):
    run = imported(licences(PAPER), "licences", service=SERVICE)
    assert run.state is ImportState.IMPORTED
    with pytest.raises(EntryNotFound):
        register.find_entry("12/PCBB-cũ")
    assert list(register.entries()) == []

    released(run)
    entry = register.find_entry("12/PCBB-cũ")
    assert (entry.issued_on.isoformat(), entry.organisation_name) == (
        "2019-12-31",
        "Công ty Sao Mai",
    )
    assert entry.facts == {"device_name": "Máy đo huyết áp"}
    assert [each.number for each in register.entries(text="sao mai")] == ["12/PCBB-cũ"]


def test_its_organisation_sees_the_dossier_after_the_release_only(
    imported: Uploaded, released: Moved
):
    run = imported(licences(PAPER), "licences", service=SERVICE)
    everybody = [actor(login) for login in ("saomai", "motcua", "lanhdao", "kiemtoan")]
    assert [list(dossiers.dossiers(visible_to=each)) for each in everybody] == [[]] * 4
    released(run)
    found = dossiers.dossiers(visible_to=actor("saomai"))
    assert [each.channel for each in found] == ["import"]
    assert dossiers.entry_of(found[0]) is not None
    assert list(dossiers.dossiers(visible_to=actor("dongxanh"))) == []
    assert len(dossiers.dossiers(visible_to=actor("motcua"))) == 1


def test_taken_back_its_number_is_void_and_never_given_again(
    each_database: str, imported: Uploaded, taken_back: Moved, checked: Uploaded
):
    run = taken_back(imported(licences(PAPER), "licences", service=SERVICE))
    assert run.state is ImportState.TAKEN_BACK
    assert db.session.scalars(select(RegisterEntry.state)).all() == ["void"]
    assert db.session.scalars(select(BookNumber.state)).all() == ["void"]
    again_tried = checked(licences(PAPER), "licences", service=SERVICE)
    assert faults(again_tried) == [(1, "number", "taken")]


def test_a_number_of_the_book_in_use_is_not_given_by_it(imported: Uploaded, paid_dossier):
    imported(licences(IN_THE_BOOK), "licences", service=SERVICE)
    dossier = paid_dossier()
    with transaction():
        dossier = db.session.get_one(Dossier, dossier.id)
        number = reserve_number(dossier, service(SERVICE), first_agency())
    assert number.number == "000000008/PCBB-HN"


def test_a_number_of_a_kind_goes_into_the_book_of_that_kind(imported: Uploaded):
    imported(licences(("000000007/PCBA-HN", *PAPER[1:])), "licences", service=SERVICE)
    books = select(BookNumber.book, BookNumber.sequence)
    assert db.session.execute(books).one() == ("pcba", 7)


def test_the_dry_run_knows_numbers_days_and_enterprises(checked: Uploaded):
    bad = ("13/X", "H26.16", "31.12.19", "0315123450", "B", "M")
    future = ("14/X", "H26.16", "2999-01-01", "0315123453", "B", "M")
    run = checked(licences(PAPER, PAPER, bad, future), "licences", service=SERVICE)
    assert faults(run) == [
        (2, "number", "twice"),
        (3, "organisation_number", "enterprise-number"),
        (3, "issued_on", "not-a-date"),
        (4, "issued_on", "future"),
    ]


def test_a_workbook_is_as_good(imported: Uploaded):
    from datetime import datetime

    row = (*PAPER[:2], datetime(2019, 12, 31), *PAPER[3:])
    run = imported(xlsx_file(HEADER, row), "licences", service=SERVICE)
    entry = db.session.scalars(select(RegisterEntry)).one()
    assert (again(run).state, entry.issued_on.isoformat()) == ("imported", "2019-12-31")
