"""Certified copies: a sealed paper with its own number that says what the register held on a day."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pikepdf
import pytest
from flask import Flask

import engine
import signing
from accounts.errors import ActionRefused
from commands.sample.dossiers import _actor
from core import clock
from core.clock import now
from core.database import db, transaction
from dossiers import register
from dossiers.errors import EntryNotFound
from dossiers.models import BookNumber
from dossiers.numbers.operations import void_number
from dossiers.register_entries import copies, operations
from dossiers.register_entries.errors import (
    CopiesNotGiven,
    CopyNotFound,
    CopyNotReady,
    EnoughCopies,
)
from dossiers.register_entries.models import CertifiedCopy
from tests.dossiers.registered import REVOKED, do, entry, published, ruled
from tests.dossiers.test_letters import text_of


@pytest.fixture(autouse=True)
def in_june(installation: Flask) -> Iterator[None]:
    ruled()
    with clock.at(now().replace(year=2027, month=6, day=1, hour=3)):
        yield


def ask(entry_id: UUID, login: str = "saomai") -> UUID:
    with transaction():
        return copies.ask_for_copy(entry_id, actor=_actor(login)).id


def fetched(copy_id: UUID, login: str = "saomai") -> bytes:
    with transaction():
        _, content = copies.fetch_copy(copy_id, actor=_actor(login))
    with content:
        return content.read()


def copy_of(copy_id: UUID) -> CertifiedCopy:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(CertifiedCopy, copy_id)


def number_of(copy_id: UUID) -> BookNumber:
    return db.session.get_one(BookNumber, copy_of(copy_id).number_id)


def test_a_holder_asks_and_gets_a_sealed_copy_with_a_number_of_its_own_book(installation: Flask):
    asked = ask(published())
    assert (copy_of(asked).number, number_of(asked).state) == ("0001/2027/SY-HN", "reserved")
    with pytest.raises(CopyNotReady):
        fetched(asked)
    engine.run_due_jobs(installation)
    content = fetched(asked)
    assert number_of(asked).state == "issued"
    assert signing.verify_pdf(content).valid
    with pikepdf.open(BytesIO(content)) as pdf:
        assert pdf.docinfo["/Title"] == "Bản sao từ sổ đăng ký 0001/2027/SY-HN"


def test_it_says_the_words_of_a_chosen_answer_and_not_their_code(installation: Flask):
    found = ask(published())
    assert entry(copy_of(found).entry_id).facts["manufacturer_country"] == "JP"
    engine.run_due_jobs(installation)
    assert "Nhật Bản" in text_of(fetched(found))


def test_everybody_checks_a_copy_and_learns_that_the_entry_has_changed_since(installation: Flask):
    found = published()
    asked = ask(found)
    assert register.find_copy(copy_of(asked).check_code) is None
    engine.run_due_jobs(installation)
    checked = register.find_copy(copy_of(asked).check_code)
    assert checked is not None
    assert (checked.copy.state, checked.changed_since) == ("valid", False)
    do(found, operations.revoke, REVOKED)
    checked = register.find_copy("0001/2027/SY-HN")
    assert checked is not None
    assert (checked.copy.state, checked.changed_since) == ("valid", True)


def test_a_copy_of_a_revoked_entry_says_so(installation: Flask):
    found = published()
    do(found, operations.revoke, REVOKED)
    assert copy_of(ask(found, "motcua")).state == "withdrawn"


def test_a_copy_says_that_a_term_has_passed_before_anybody_noted_it(installation: Flask):
    found = published()
    with clock.shifted(timedelta(days=6 * 366)):
        assert copy_of(ask(found)).state == "expired"


@pytest.mark.parametrize(
    ("login", "error"),
    [("dongxanh", EntryNotFound), ("chuyenvien", ActionRefused), ("kiemtoan", ActionRefused)],
)
def test_whoever_has_no_business_with_it_gets_none(
    installation: Flask, login: str, error: type[Exception]
):
    found = published()
    with pytest.raises(error):
        ask(found, login)


def test_another_applicant_cannot_fetch_it(installation: Flask):
    asked = ask(published())
    engine.run_due_jobs(installation)
    with pytest.raises(CopyNotFound):
        fetched(asked, "dongxanh")
    assert fetched(asked, "motcua")


def test_a_service_may_give_none(installation: Flask):
    ruled("")
    found = published()
    with pytest.raises(CopiesNotGiven):
        ask(found)


def test_so_many_a_day_are_enough(installation: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(copies, "MOST_A_DAY", 2)
    found = published()
    ask(found)
    ask(found)
    with pytest.raises(EnoughCopies):
        ask(found)
    with clock.shifted(timedelta(days=1, minutes=1)):
        ask(found)


def test_a_copy_whose_number_was_struck_out_is_never_ready(installation: Flask):
    asked = ask(published())
    with transaction():
        copy = db.session.get_one(CertifiedCopy, asked)
        void_number(db.session.get_one(BookNumber, copy.number_id), "Nhầm")
    engine.run_due_jobs(installation)
    assert copy_of(asked).ready_at is None
