"""The agency's books: each number once, none left out, and none without an account of it."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from accounts.errors import ActionRefused, FreshProofNeeded
from commands.sample.application import SAO_MAI, SERVICE
from commands.sample.dossiers import _actor, draft
from commands.sample.people import first_agency
from core import clock
from core.clock import now
from core.database import db, transaction
from dossiers.errors import ReasonMissing
from dossiers.models import BookNumber, Dossier, DossierStatus, RegisterEntry
from dossiers.numbers import files, operations, queries
from dossiers.numbers.errors import (
    NumberAwaited,
    NumberLost,
    NumberNotFound,
    NumberUsed,
    NumberVoid,
)
from dossiers.operations.locking import lock_dossier
from dossiers.operations.reception import give_code
from dossiers.settled import BOOK_START
from engine.models import Job
from forms import AnswersInvalid
from signing import port
from tests.dossiers.test_settled import settle
from workflows.operations import deploy_pack
from workflows.pack import ServicePack
from workflows.queries import service


def keep_yearly() -> None:
    """Let the book of the sample service begin anew each year."""
    pack = service(SERVICE)
    text = pack.file("service.yaml").replace(b"{sequence:09d}/PCB", b"{sequence:03d}/{year}/PCB")
    changed = text.replace(b"numbering:\n", b"numbering:\n  resets: year\n")
    with transaction():
        deploy_pack(ServicePack({**pack.files, "service.yaml": changed}), by="system")


def taken(dossier: Dossier | None = None) -> str:
    """The number that a new dossier gets."""
    found = dossier or draft("saomai", SAO_MAI)
    with transaction():
        locked = lock_dossier(found.id)
        return operations.reserve_number(locked, service(SERVICE), first_agency()).number


def director() -> Any:
    return replace(_actor("lanhdao"), proven_at=now())


def reserved() -> BookNumber:
    """A number of a dossier that is still being settled."""
    dossier = draft("saomai", SAO_MAI)
    taken(dossier)
    return db.session.scalars(select(BookNumber).where(BookNumber.dossier_id == dossier.id)).one()


def cancel(number: BookNumber, **other: Any) -> None:
    with transaction():
        operations.cancel_number(number.id, **{"reason": "Nhầm sổ", "actor": director(), **other})


def at_once(app: Flask, *deeds: Callable[[], Any]) -> list[Any]:
    """What these deeds gave, each done in a thread of its own."""
    given: list[Any] = []

    def do(deed: Callable[[], Any]) -> None:
        with app.app_context():
            given.append(deed())
            db.session.remove()

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def test_a_yearly_book_begins_anew_with_the_year_of_the_place(installation: Flask):
    keep_yearly()
    with clock.at(datetime.fromisoformat("2026-12-31T16:59:59+00:00")):
        assert [taken(), taken()] == ["001/2026/PCBB-HN", "002/2026/PCBB-HN"]
    with clock.at(datetime.fromisoformat("2026-12-31T17:00:00+00:00")):
        assert taken() == "001/2027/PCBB-HN"
    shown = [(book.period, book.last) for book in queries.books(visible_to=_actor("motcua"))]
    assert shown == [("2027", 1), ("2026", 2)]


def test_kinds_of_results_are_numbered_from_books_of_their_own(installation: Flask):
    of_class_a = {**SAO_MAI, "device_class": "A"}
    numbers = [taken(draft("saomai", each)) for each in (SAO_MAI, of_class_a, of_class_a)]
    assert numbers == ["000000001/PCBB-HN", "000000001/PCBA-HN", "000000002/PCBA-HN"]
    settle(BOOK_START, book="pcba", next="41", basis="Sổ giấy")
    assert taken(draft("saomai", of_class_a)) == "000000041/PCBA-HN"


def test_where_a_paper_book_ended_is_decided_for_one_year_of_a_yearly_book(installation: Flask):
    keep_yearly()
    with clock.at(datetime.fromisoformat("2026-06-01T03:00:00+00:00")):
        with pytest.raises(AnswersInvalid):
            settle(BOOK_START, book="pcbb", next="41", basis="Sổ giấy")
        settle(BOOK_START, book="pcbb", year="2026", next="41", basis="Sổ giấy")
        assert taken() == "041/2026/PCBB-HN"
    with clock.at(datetime.fromisoformat("2027-06-01T03:00:00+00:00")):
        assert taken() == "001/2027/PCBB-HN"


def test_many_clerks_who_number_at_once_get_one_number_each(
    each_database: str, installation: Flask
):
    dossiers = [draft("saomai", SAO_MAI) for _ in range(6)]
    numbers = at_once(installation, *(lambda each=each: taken(each) for each in dossiers))
    assert sorted(numbers) == [f"{each:09d}/PCBB-HN" for each in range(1, 7)]


def test_two_clerks_who_number_the_same_dossier_at_once_get_the_same_number(
    each_database: str, installation: Flask
):
    dossier = draft("saomai", SAO_MAI)
    numbers = at_once(installation, lambda: taken(dossier), lambda: taken(dossier))
    assert numbers == ["000000001/PCBB-HN"] * 2


def test_many_receptions_at_once_get_one_code_each(each_database: str, installation: Flask):
    dossiers = [draft("saomai", SAO_MAI).id for _ in range(6)]

    def receive(dossier_id: Any) -> str | None:
        with clock.at(datetime.fromisoformat("2026-10-08T03:00:00+00:00")), transaction():
            dossier = lock_dossier(dossier_id)
            give_code(dossier, "H26.16")
            return dossier.code

    codes = at_once(installation, *(lambda each=each: receive(each) for each in dossiers))
    assert sorted(codes) == [f"H26.16-261008-{each:04d}" for each in range(1, 7)]


class Crash(BaseException):
    """The machine goes out."""


def test_a_crash_between_number_and_seal_leaves_one_number_that_is_used_afterwards(
    each_database: str,
    installation: Flask,
    paid_dossier: Callable[[], Dossier],
    work: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
):
    def crash(*_: Any, **__: Any) -> None:
        raise Crash

    first = paid_dossier()
    with monkeypatch.context() as broken, pytest.raises(Crash):
        broken.setattr(port, "prepare_pdf", crash)
        work()
    db.session.rollback()
    assert db.session.scalars(select(BookNumber.state)).all() == ["reserved"]

    second = paid_dossier()
    with transaction():  # the lease of the machine that went out is over
        db.session.execute(update(Job).values(lease_until=0.0))
    work()
    rows = db.session.execute(select(BookNumber.dossier_id, BookNumber.sequence, BookNumber.state))
    assert {tuple(row) for row in rows} == {(first.id, 1, "issued"), (second.id, 2, "issued")}
    assert len(db.session.scalars(select(RegisterEntry.number)).all()) == 2


def test_a_number_that_nothing_awaits_is_struck_out_and_never_given_again(installation: Flask):
    number = reserved()
    with transaction():
        db.session.get_one(Dossier, number.dossier_id).status = DossierStatus.STOPPED
    cancel(number)
    db.session.refresh(number)
    told = (number.state, number.reason, number.voided_by)
    assert told == ("void", "Nhầm sổ", director().id)
    assert number.voided_at is not None
    assert taken() == "000000002/PCBB-HN"
    with pytest.raises(NumberVoid):
        cancel(number)


def test_a_number_that_its_dossier_is_about_to_use_stays(installation: Flask):
    number = reserved()
    with pytest.raises(NumberAwaited):
        cancel(number)
    with transaction():
        operations.note_trouble(db.session.get_one(BookNumber, number.id), "seal_result: no key")
    cancel(number)


def test_an_issued_number_is_not_struck_out_but_its_result_revoked(
    paid_dossier: Callable[[], Dossier], work: Any
):
    dossier = paid_dossier()
    work()
    number = db.session.scalars(select(BookNumber).filter_by(dossier_id=dossier.id)).one()
    assert (number.state, number.used_at is not None) == ("issued", True)
    with pytest.raises(NumberUsed):
        cancel(number)


def test_a_result_is_never_published_under_a_number_that_was_struck_out_meanwhile(
    installation: Flask,
):
    number = reserved()
    with transaction():
        operations.void_number(db.session.get_one(BookNumber, number.id), "x")
    with pytest.raises(NumberLost):
        operations.number_to_use(number.dossier_id, number.number)
    assert taken(db.session.get_one(Dossier, number.dossier_id)) == "000000002/PCBB-HN"
    with pytest.raises(NumberLost):
        operations.number_to_use(number.dossier_id, number.number)


@pytest.mark.parametrize(
    ("login", "proven", "reason", "error"),
    [
        ("lanhdao", False, "x", FreshProofNeeded),
        ("lanhdao", True, " ", ReasonMissing),
        ("motcua", True, "x", ActionRefused),
        ("kiemtoan", True, "x", ActionRefused),
        ("chuyenvien", True, "x", NumberNotFound),
        ("saomai", True, "x", NumberNotFound),
    ],
)
def test_a_number_is_struck_out_by_whoever_may_and_says_why(
    installation: Flask, login: str, proven: bool, reason: str, error: type[Exception]
):
    number = reserved()
    actor = replace(_actor(login), proven_at=now() if proven else None)
    with pytest.raises(error):
        cancel(number, actor=actor, reason=reason)


def test_a_book_taken_along_tells_everything_and_runs_no_formula(installation: Flask):
    number = reserved()
    with transaction():
        operations.void_number(db.session.get_one(BookNumber, number.id), '=HYPERLINK("x")')
        (book,) = queries.books(visible_to=_actor("kiemtoan"))
        lines = operations.export_book(book, actor=_actor("kiemtoan"))
    table = files.as_csv(lines).decode("utf-8-sig").splitlines()
    assert table[0].startswith("sequence,number,purpose,state,dossier")
    assert table[1].startswith("1,000000001/PCBB-HN,result,void,,")
    assert "\"'=HYPERLINK" in table[1]
