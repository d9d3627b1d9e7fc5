"""What a department has settled by decision is what its cases follow."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy import select

import signing
from accounts.actor import SYSTEM
from accounts.queries import account_by_login, actor, agency_by_code
from administration import EVERYWHERE, operations
from administration.errors import AgencyOnly
from administration.kinds import Change, kinds
from administration.timeline import Ruling
from commands.sample.application import SAO_MAI, SERVICE
from commands.sample.dossiers import submitted
from commands.sample.people import AGENCIES
from core import clock
from core.clock import today
from core.database import db, transaction
from dossiers import operations as cases
from dossiers import queries
from dossiers.errors import ServiceNotOffered
from dossiers.fees.assessing import fee_today
from dossiers.models import BookNumber, Dossier
from dossiers.settled import (
    BOOK_START,
    CALENDAR_DAY,
    SEAL_KEY,
    SERVICE_FACT,
    SERVICE_OFFER,
    facts_of,
)
from forms import AnswersInvalid
from storage import store
from tests.tabled import with_fee_table
from workflows.operations import deploy_pack
from workflows.queries import service

FEE = "fee"


@pytest.fixture(autouse=True)
def ordinary_monday(installation: Flask) -> Iterator[None]:
    """A week without holidays of the profile, with the full fee, which stands among the facts."""
    with transaction():
        deploy_pack(with_fee_table(), by="system")
    with clock.at(clock.now().replace(year=2027, month=6, day=7, hour=3)):
        yield


def settle(kind: str, agency_id: UUID = EVERYWHERE, **value: Any) -> None:
    with transaction():
        proposal = operations.propose(
            kind,
            Ruling(value, today()),
            agency_id=agency_id,
            reason="Decision 1",
            by=SYSTEM,
            language="en",
        )
    if proposal.position is None:
        with transaction():
            operations.decide(proposal.id, by=replace(SYSTEM, id="another"))


def here() -> UUID:
    agency = agency_by_code(AGENCIES[0][0])
    assert agency is not None
    return agency.id


def due_day(dossier: Dossier) -> date:
    db.session.expire_all()
    due = db.session.get_one(Dossier, dossier.id).due_at
    assert due is not None
    return due.astimezone(clock.zone()).date()


def test_a_day_of_rest_moves_the_limits_that_begin_after_it_was_decided(
    paid_dossier: Callable[[], Dossier], work: Callable[..., None]
):
    before = paid_dossier()
    work()
    settle(CALENDAR_DAY, here(), day="2027-06-08", sort="rest", name="Bầu cử")
    after = paid_dossier()
    work()
    assert [due_day(before), due_day(after)] == [date(2027, 6, 8), date(2027, 6, 9)]


def test_a_saturday_can_be_made_up(paid_dossier: Callable[[], Dossier], work: Callable[..., None]):
    settle(CALENDAR_DAY, day="2027-06-12", sort="work", name="Làm bù")
    with clock.shifted(timedelta(days=4)):
        dossier = paid_dossier()
        work()
    assert due_day(dossier) == date(2027, 6, 12)


def test_a_decided_fee_is_owed_by_who_applies_then_and_not_by_who_applied_before(
    installation: Flask,
):
    before = submitted(installation, "saomai", SAO_MAI)
    settle(SERVICE_FACT, service=SERVICE, name=FEE, value="2500000", basis="Circular 1")
    after = submitted(installation, "saomai", SAO_MAI)
    owed = [queries.open_payment(each) for each in (before, after)]
    assert [each and each.amount for each in owed] == [3_000_000, 2_500_000]
    assert fee_today(service(SERVICE), {}) == 2_500_000


def test_a_fact_of_one_agency_is_not_that_of_another(installation: Flask):
    pattern = "{sequence:05d}/CB-{agency}"
    settle(SERVICE_FACT, here(), service=SERVICE, name="number_pattern", value=pattern, basis="Law")
    pack = service(SERVICE)
    assert facts_of(pack, here())["number_pattern"] == pattern
    assert facts_of(pack)["number_pattern"] == pack.manifest.setting("number_pattern")


def test_a_truth_stays_a_truth(installation: Flask):
    settle(SERVICE_FACT, service=SERVICE, name="number_at_once", value="false", basis="Law")
    assert facts_of(service(SERVICE))["number_at_once"] is False


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"service": "no-such", "name": FEE, "value": "1"}, "service"),
        ({"service": SERVICE, "name": "no_such", "value": "1"}, "name"),
        ({"service": SERVICE, "name": FEE, "value": "3.000.000"}, "value"),
        ({"service": SERVICE, "name": "number_pattern", "value": "{nobody}"}, "value"),
        ({"service": SERVICE, "name": "number_at_once", "value": "perhaps"}, "value"),
    ],
    ids=["service", "name", "number", "pattern", "truth"],
)
def test_a_fact_that_no_service_could_use_is_refused(
    installation: Flask, value: dict[str, Any], field: str
):
    with pytest.raises(AnswersInvalid) as caught:
        settle(SERVICE_FACT, **value, basis="Law")
    assert caught.value.fields.keys() == {(field,)}


def test_a_service_that_is_closed_takes_no_new_dossiers_and_keeps_the_drafts(
    installation: Flask,
):
    applicant = _applicant()
    draft = _draft(applicant)
    settle(SERVICE_OFFER, here(), service=SERVICE, offered="no", notice="Apply in Hue.")
    with pytest.raises(ServiceNotOffered, match="Apply in Hue"):
        _draft(applicant)
    with pytest.raises(ServiceNotOffered), transaction():
        cases.submit(draft.id, actor=applicant, language="vi")
    db.session.rollback()
    assert queries.find_dossier(draft.id, visible_to=applicant).answers == SAO_MAI


def test_a_proposer_is_told_how_many_drafts_a_closed_service_stops(installation: Flask):
    _draft(_applicant())
    value = {"service": SERVICE, "offered": "no", "notice": "…"}
    change = Change(here(), SERVICE, None, Ruling(value, today()))
    (effect,) = kinds().kind(SERVICE_OFFER).effects(change)
    assert effect.params["count"] == 1


def test_what_holds_without_any_decision_can_be_listed(installation: Flask):
    facts = kinds().kind(SERVICE_FACT).defaults()
    assert {(each["service"], each["name"]) for each in facts} >= {(SERVICE, FEE)}
    days = {each["day"]: each["sort"] for each in kinds().kind(CALENDAR_DAY).defaults()}
    assert (days["2026-09-02"], days["2026-08-22"]) == ("rest", "work")


def _applicant() -> Any:

    account = account_by_login("saomai")
    assert account is not None
    return actor(f"account:{account.id}")


def _draft(applicant: Any) -> Dossier:
    with transaction():
        return cases.start_draft(
            SERVICE, agency_id=here(), actor=applicant, language="vi", answers=SAO_MAI
        )


def test_a_book_goes_on_from_the_number_that_was_decided_and_never_back(
    installation: Flask, paid_dossier: Callable[[], Dossier], work: Callable[..., None]
):
    book = service(SERVICE).manifest.book
    settle(BOOK_START, here(), book=book, next="250", basis="Sổ giấy 2026")
    first = _number_of(paid_dossier(), work)
    settle(BOOK_START, here(), book=book, next="7", basis="Nhầm")
    assert [first, _number_of(paid_dossier(), work)] == [250, 251]


def _number_of(dossier: Dossier, work: Callable[..., None]) -> int:
    work()
    number = select(BookNumber.sequence).where(BookNumber.dossier_id == dossier.id)
    return db.session.scalars(number).one()


def test_a_book_that_no_service_keeps_cannot_be_settled(installation: Flask):
    with pytest.raises(AnswersInvalid):
        settle(BOOK_START, here(), book="nothing", next="1", basis="?")


def test_two_people_settle_which_key_seals(
    installation: Flask, paid_dossier: Callable[[], Dossier], work: Callable[..., None]
):
    agency = signing.Agency(id=str(here()), name="Sở Y tế Hà Nội")
    newer, older = signing.new_seal_key(agency), signing.seal_keys(agency.id)[1]
    first = _sealed_by(paid_dossier(), work)
    settle(SEAL_KEY, here(), serial=older.serial, basis="QĐ 2")
    assert [first, _sealed_by(paid_dossier(), work)] == [newer.serial, older.serial]


def test_a_key_that_is_not_here_stops_sealing_until_another_is_settled(
    installation: Flask, paid_dossier: Callable[[], Dossier], work: Callable[..., None]
):
    settle(SEAL_KEY, here(), serial="ab12", basis="QĐ 2")
    dossier = paid_dossier()
    work()
    assert not _has_notice(dossier)
    signing.new_seal_key(signing.Agency(id=str(here()), name="Sở Y tế Hà Nội"))
    settle(SEAL_KEY, here(), serial=signing.seal_keys(str(here()))[0].serial, basis="QĐ 3")
    work(patience=3)
    assert _has_notice(dossier)


def test_a_key_is_settled_for_one_agency_only(installation: Flask):
    with pytest.raises(AgencyOnly):
        settle(SEAL_KEY, serial="ab12", basis="QĐ 2")


def _has_notice(dossier: Dossier) -> bool:
    return "notice" in {each.document_type for each in queries.documents(dossier)}


def _sealed_by(dossier: Dossier, work: Callable[..., None]) -> str:
    work()
    pdf = next(each for each in queries.documents(dossier) if each.document_type == "notice")
    with store().open(pdf.storage_key) as file:
        sealed = PdfFileReader(BytesIO(file.read())).embedded_signatures[0]
    return f"{sealed.signer_cert.serial_number:x}"
