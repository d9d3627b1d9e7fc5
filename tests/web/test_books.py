"""The books of numbers on the desk: clerks and auditors read them, a director strikes numbers out."""

import pytest
from sqlalchemy import select

from commands.sample.application import SERVICE
from commands.sample.people import first_agency
from core.database import db, transaction
from dossiers.models import BookNumber, Dossier, DossierStatus
from dossiers.numbers.operations import reserve_number
from dossiers.operations.locking import lock_dossier
from tests.web.house import House
from workflows.queries import service

BOOK = "/desk/books?agency=H26.16&book=pcbb&period="


@pytest.fixture
def cancelling(house: House) -> str:
    """Where a number is struck out whose dossier has stopped."""
    reference = house.draft()
    with house.app.app_context(), transaction() as session:
        found = session.scalars(select(Dossier).where(Dossier.reference == reference)).one()
        dossier = lock_dossier(found.id)
        number = reserve_number(dossier, service(SERVICE), first_agency())
        dossier.status = DossierStatus.STOPPED
        return f"/desk/numbers/{number.id}/cancel"


@pytest.mark.parametrize("login", ["motcua", "lanhdao", "kiemtoan"])
def test_who_keeps_or_audits_the_books_reads_every_number(
    house: House, cancelling: str, login: str
):
    reader = house.visitor(login)
    assert BOOK.partition("&")[0] in reader.page("/desk/books").text.replace("&amp;", "&")
    page = reader.page(BOOK).text
    assert "000000001/PCBB-HN" in page
    assert (cancelling in page) is (login == "lanhdao")


def test_an_officer_and_an_applicant_have_no_books(house: House, cancelling: str):
    assert house.visitor("chuyenvien").page("/desk/books").status_code == 403
    assert house.visitor("saomai").page("/desk/books").status_code == 403


def test_a_director_strikes_a_number_out_and_everybody_reads_why(house: House, cancelling: str):
    director = house.visitor("lanhdao")
    assert director.post(cancelling, reason=" ").status_code == 400
    assert director.post(cancelling, reason="Nhầm sổ").location == BOOK
    assert director.post(cancelling, reason="Nhầm sổ").status_code == 409
    for login in ("motcua", "kiemtoan"):
        page = house.visitor(login).page(BOOK + "&state=void").text
        assert "Nhầm sổ" in page
    assert "000000001" not in director.page(BOOK + "&state=reserved").text


def test_the_book_is_taken_along_as_a_table(house: House, cancelling: str):
    answer = house.visitor("kiemtoan").page(BOOK.replace("/books", "/books/export"))
    assert answer.mimetype == "text/csv"
    assert "H26.16-pcbb.csv" in answer.headers["Content-Disposition"]
    assert "000000001/PCBB-HN" in answer.text


def test_a_book_that_is_not_there_is_not_found(house: House, cancelling: str):
    assert house.visitor("motcua").page(BOOK + "1999").status_code == 404


def test_long_books_come_in_pages(house: House, cancelling: str):
    with house.app.app_context(), transaction() as session:
        first = session.scalars(select(BookNumber)).one()
        known = {name: getattr(first, name) for name in ("agency_id", "book", "dossier_id")}
        for sequence in range(2, 53):
            number = BookNumber(
                sequence=sequence, number=f"N{sequence}", reserved_at=first.reserved_at, **known
            )
            db.session.add(number)
    clerk = house.visitor("motcua")
    page = clerk.page(BOOK).text
    assert "N52" in page
    assert "000000001/PCBB-HN" not in page
    assert "000000001/PCBB-HN" in clerk.page(BOOK + "&before=3").text
