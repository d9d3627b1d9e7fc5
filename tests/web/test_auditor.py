"""The auditor's desk in a browser: the record, its chains, files, samples and access reviews."""

import csv
import io
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from accounts import operations
from accounts.actor import SYSTEM, Kind, Role
from accounts.models import RoleGrant
from auditing.models import ReviewedGrant, Sample, SampledDossier
from commands.sample.people import PASSWORD, first_agency
from core.audit import AuditEvent
from core.clock import now
from core.database import db, transaction
from dossiers.models import Dossier
from tests.days import today
from tests.web.house import House, Visitor

ALL_YES = dict.fromkeys(("papers", "term", "people", "reason", "fee"), "yes")


@pytest.fixture
def auditor(house: House) -> Visitor:
    """An auditor of the first agency, in English."""
    with house.app.app_context(), transaction():
        account = operations.create_account(
            "kiemtra", "Phạm Kiểm Tra", kind=Kind.STAFF, by=SYSTEM, password=PASSWORD
        )
        operations.grant_role(account.id, Role.AUDITOR, agency_id=first_agency().id, by=SYSTEM)
    visitor = house.visitor("kiemtra")
    visitor.post("/language", change_language="en")
    return visitor


def details(house: House, tag: str) -> list[dict[str, Any]]:
    with house.app.app_context():
        found = select(AuditEvent).where(AuditEvent.tag == tag)
        return [each.details or {} for each in db.session.scalars(found)]


def finished(house: House, count: int) -> list[str]:
    references = [house.draft() for _ in range(count)]
    with house.app.app_context(), transaction() as session:
        chosen = Dossier.reference.in_(references)
        session.execute(update(Dossier).where(chosen).values(submitted_at=now(), finished_at=now()))
    return references


def drawn(house: House, auditor: Visitor, seed: str = "") -> tuple[str, list[UUID]]:
    days = {"first": str(today()), "last": str(today())}
    with house.app.app_context():
        agency = str(first_agency().id)
    answer = auditor.post("/auditor/samples", agency=agency, size="2", seed=seed, **days)
    assert answer.status_code == 303, answer.text
    with house.app.app_context():
        sample_id = UUID(answer.location.rpartition("/")[2])
        rows = select(SampledDossier.dossier_id).where(SampledDossier.sample_id == sample_id)
        return answer.location, list(db.session.scalars(rows.order_by(SampledDossier.position)))


def test_the_record_of_a_dossier_is_found_and_its_chain_holds(house: House, auditor: Visitor):
    reference = house.draft()
    page = auditor.page(f"/auditor/?about={reference}").text
    assert "dossier:draft:started" in page

    with house.app.app_context():
        chain = db.session.scalars(select(Dossier.id)).one()
    assert "The chain is unbroken" in auditor.page(f"/auditor/chains/{chain}").text
    with house.app.app_context(), transaction() as session:
        second = (AuditEvent.chain_id == chain) & (AuditEvent.position == 2)
        session.execute(update(AuditEvent).where(second).values(actor="somebody else"))
    broken = auditor.page(f"/auditor/chains/{chain}").text
    assert "the first broken event is number 2" in broken
    assert len(details(house, "auditing:record:checked")) == 2


def test_a_search_is_itself_on_record(house: House, auditor: Visitor):
    auditor.page("/auditor/?group=looks")
    (event,) = details(house, "auditing:record:searched")
    assert "dossier:file:viewed" in event["search"]["tags"]


def test_an_auditor_of_one_agency_sees_nothing_of_others(house: House, auditor: Visitor):
    reference = house.draft()
    with house.app.app_context(), transaction() as session:
        elsewhere = operations.create_agency("X99", "XX", {"vi": "Nơi khác"}, by=SYSTEM).id
        session.execute(update(Dossier).values(agency_id=elsewhere))
        session.execute(
            update(AuditEvent).where(AuditEvent.agency_id.is_not(None)).values(agency_id=elsewhere)
        )
        chain = session.scalars(select(Dossier.id)).one()
    assert "There is nothing called" in auditor.page(f"/auditor/?about={reference}").text
    assert auditor.page(f"/auditor/chains/{chain}").status_code == 404
    assert "Nothing was found" in auditor.page("/auditor/?tag=dossier:draft:started").text


def test_others_have_no_auditors_desk(house: House, auditor: Visitor):
    assert house.visitor("saomai").page("/auditor/").status_code == 403


def test_a_file_needs_a_purpose_and_holds_no_formula(house: House, auditor: Visitor):
    house.draft()
    with house.app.app_context(), transaction() as session:
        session.execute(update(AuditEvent).values(subject="=HYPERLINK(1)"))
    tag = "dossier:draft:started"
    assert auditor.post("/auditor/export", tag=tag, form="csv").status_code == 303
    assert details(house, "auditing:record:exported") == []

    answer = auditor.post("/auditor/export", tag=tag, form="csv", purpose="Yearly report")
    (row,) = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert row["subject"] == "'=HYPERLINK(1)"
    assert details(house, "auditing:record:exported")[0]["purpose"] == "Yearly report"


def test_json_lines_tell_an_event_a_line(house: House, auditor: Visitor):
    house.draft()
    tag = "dossier:draft:started"
    answer = auditor.post("/auditor/export", tag=tag, form="jsonl", purpose="Inquiry")
    assert answer.text.count("\n") == 1
    assert '"tag":"dossier:draft:started"' in answer.text


def test_the_same_seed_draws_the_same_dossiers(house: House, auditor: Visitor):
    finished(house, 4)
    _, first = drawn(house, auditor, "seed-7")
    _, second = drawn(house, auditor, "seed-7")
    assert first == second
    assert details(house, "auditing:sample:drawn")[0]["seed"] == "seed-7"


def test_a_sample_is_signed_off_when_each_dossier_is_checked(house: House, auditor: Visitor):
    finished(house, 2)
    address, _ = drawn(house, auditor)
    early = auditor.post(f"{address}/sign-off", conclusion="Fine")
    assert early.status_code == 409
    assert "are not judged yet" in early.text

    for position in (1, 2):
        assert auditor.post(f"{address}/{position}", papers="yes").status_code == 422
        answer = auditor.post(f"{address}/{position}", note="Seen", **ALL_YES)
        assert answer.status_code == 303
    assert auditor.post(f"{address}/sign-off", conclusion="Fine").status_code == 303
    assert "Signed off by Phạm Kiểm Tra" in auditor.page(address).text
    with house.app.app_context():
        assert db.session.scalars(select(Sample.signed_at)).one() is not None
    assert auditor.post(f"{address}/1", **ALL_YES).status_code == 409


def test_a_marked_grant_is_ended_by_an_administrator_not_by_the_auditor(
    house: House, auditor: Visitor
):
    with house.app.app_context():
        agency = str(first_agency().id)
    address = auditor.post("/auditor/reviews", agency=agency).location
    with house.app.app_context():
        grants = list(db.session.scalars(select(ReviewedGrant.grant_id)))
    marked, *rest = grants
    assert auditor.post(f"{address}/{marked}", verdict="withdraw").status_code == 422
    assert auditor.post(f"{address}/sign-off", conclusion="Reviewed").status_code == 409
    auditor.post(f"{address}/{marked}", verdict="withdraw", reason="Moved on")
    for each in rest:
        auditor.post(f"{address}/{each}", verdict="keep")
    assert auditor.post(f"{address}/sign-off", conclusion="Reviewed").status_code == 303
    with house.app.app_context():
        assert db.session.get_one(RoleGrant, marked).valid_until is None

    administrator = house.visitor("quantri")
    administrator.post("/language", change_language="en")
    assert "Moved on" in administrator.page("/administration/withdrawals").text
    review = address.rpartition("/")[2]
    settled = f"/administration/withdrawals/{review}/{marked}"
    assert administrator.post(settled, outcome="kept").status_code == 422
    assert administrator.post(settled, outcome="withdrawn").status_code == 303
    with house.app.app_context():
        assert db.session.get_one(RoleGrant, marked).valid_until is not None
    assert "ended the role" in auditor.page(address).text
    assert administrator.post(settled, outcome="withdrawn").status_code == 404
