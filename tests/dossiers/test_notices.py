"""Applicants are told by e-mail what becomes of their dossiers, once, in words an agency may settle."""

from collections.abc import Callable

import pytest
from flask import Flask

from accounts.models import Account
from accounts.notices import Mail
from accounts.queries import account_by_login, actor
from accounts.runtime import runtime
from commands.sample.application import SAO_MAI
from commands.sample.dossiers import submitted
from core.database import db, transaction
from dossiers import notices
from dossiers.feed import number_status_changes
from dossiers.models import Dossier
from dossiers.operations import withdraw
from dossiers.settled import NOTICE_TEXT
from forms import AnswersInvalid
from tests.dossiers.test_settled import here, settle

ADDRESS = "saomai@example.vn"


@pytest.fixture
def sent(installation: Flask) -> list[Mail]:
    """Every e-mail that left; the sample company has a letter box."""
    letters: list[Mail] = []
    runtime().post = letters.append
    with transaction():
        company().email = ADDRESS
    return letters


def company() -> Account:
    found = account_by_login("saomai")
    assert found is not None
    return found


def told() -> None:
    number_status_changes()
    notices.tell_all()


def test_an_applicant_is_told_of_each_status_once(
    sent: list[Mail], paid_dossier: Callable[[], Dossier], work: Callable[..., None]
):
    reference = paid_dossier().reference
    work()
    told()
    told()
    assert [mail.subject for mail in sent] == [
        f"{reference}: hồ sơ đã được gửi",
        f"{reference}: đề nghị nộp phí, lệ phí",
        f"{reference}: hồ sơ đã được tiếp nhận",
        f"{reference}: đã có kết quả",
    ]


def test_what_is_told_leads_to_the_page_and_names_the_day(
    sent: list[Mail], paid_dossier: Callable[[], Dossier], work: Callable[..., None]
):
    dossier = paid_dossier()
    work()
    told()
    received = next(mail for mail in sent if "tiếp nhận" in mail.subject)
    dossier = db.session.get_one(Dossier, dossier.id)
    assert received.to == ADDRESS
    assert f"/dossiers/{dossier.reference}" in received.text
    assert f"mã số {dossier.code}" in received.text
    assert "{" not in received.text


def test_each_reads_it_in_the_own_language(installation: Flask, sent: list[Mail]):
    with transaction():
        company().language = "en"
    submitted(installation, "saomai", SAO_MAI)
    told()
    assert sent[0].subject.endswith("your application was sent")


def test_a_letter_that_cannot_be_made_moves_nothing(
    installation: Flask, sent: list[Mail], monkeypatch: pytest.MonkeyPatch
):
    submitted(installation, "saomai", SAO_MAI)
    with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
        broken.setattr(notices, "write", lambda *_: 1 // 0)
        told()
    told()
    assert len(sent) == 2


def test_an_agency_words_it_in_its_own_way(installation: Flask, sent: list[Mail]):
    settle(
        NOTICE_TEXT,
        here(),
        status="submitted",
        language="vi",
        sent="yes",
        subject="Hồ sơ {reference}",
        text="Kính gửi, {service}",
    )
    dossier = submitted(installation, "saomai", SAO_MAI)
    told()
    assert sent[0].subject == f"Hồ sơ {dossier.reference}"


def test_an_agency_may_send_nothing(installation: Flask, sent: list[Mail]):
    for status in ("submitted", "awaiting-payment"):
        settle(NOTICE_TEXT, here(), status=status, language="vi", sent="no")
    submitted(installation, "saomai", SAO_MAI)
    told()
    assert sent == []


@pytest.mark.parametrize("place", ["{owner}", "{reference.__class__}", "{0}", "{}"])
def test_a_text_with_a_place_that_nothing_fills_is_refused(installation: Flask, place: str):
    with pytest.raises(AnswersInvalid):
        settle(
            NOTICE_TEXT,
            status="finished",
            language="vi",
            sent="yes",
            subject="Kết quả",
            text=f"Xin chào {place}",
        )


def test_who_has_no_address_is_told_nothing(installation: Flask, sent: list[Mail]):
    with transaction():
        company().email = None
    submitted(installation, "saomai", SAO_MAI)
    told()
    assert sent == []


def test_a_closed_account_is_told_nothing(
    installation: Flask, sent: list[Mail], dossier_on_the_desk: Dossier
):
    with transaction():
        company().active = False
    told()
    assert sent == []


def test_of_a_dossier_of_an_older_system_nothing_is_told_until_it_goes_on_here(
    sent: list[Mail], dossier_on_the_desk: Dossier
):
    with transaction():
        dossier = db.session.get_one(Dossier, dossier_on_the_desk.id)
        dossier.legacy_code = "CU/77"
    told()
    assert [mail.subject for mail in sent] == [f"{dossier.reference}: đề nghị nộp phí, lệ phí"]


def test_a_withdrawal_is_confirmed(sent: list[Mail], dossier_on_the_desk: Dossier):
    owner = actor(f"account:{company().id}")
    assert owner is not None
    with transaction():
        withdraw(dossier_on_the_desk.id, reason="Nhầm", actor=owner)
    told()
    assert sent[-1].subject.endswith("hồ sơ đã được rút")
