"""Open dossiers of an older system: tried, held unseen, released into their process, worked on."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

import engine
from accounts import operations as accounts
from accounts import queries as people
from accounts.actor import SYSTEM, Actor, Kind
from accounts.identities import ProvenIdentity, prove
from accounts.models import Agency
from commands.sample.application import SAO_MAI, SERVICE
from commands.sample.dossiers import attach
from commands.sample.people import account_of, first_agency
from core import audit
from core.clock import today
from core.database import db, reading, transaction
from dossiers import operations, queries
from dossiers.errors import DossierNotFound
from dossiers.feed import number_status_changes, status_changes
from dossiers.measures import overdue_dossiers
from dossiers.models import BookNumber, Dossier, LegacyOrigin, PaymentOrder, StatusChange
from dossiers.operations import legacy_dossiers
from dossiers.operations.legacy import NOBODY
from dossiers.operations.reception import give_code
from engine.errors import EntryFailed
from engine.history import history
from engine.models import Instance, Job
from engine.queries import EVERYTHING
from importing import sorts
from importing.errors import NoLegacyEntry
from importing.mapping import Mapping as ColumnMapping
from importing.mapping import suggested
from importing.models import ImportRun, ImportState
from importing.sorts.answers import answer_fields, answers_of
from importing.sorts.dossiers import FIELDS
from tests.importing.conftest import actor, csv_file, faults, rows_of, states
from tests.studio.packs import PACK
from workflows.pack import ServicePack

Uploaded = Callable[..., ImportRun]
Moved = Callable[[ImportRun], ImportRun]
CODE = "H26.16-250310-0007"
OLD: Mapping[str, str] = {
    "Mã hồ sơ": CODE,
    "is_national": "x",
    "Cơ quan": "H26.16",
    "Trạng thái": "Đang kiểm tra",
    "Ngày tiếp nhận": "10/03/2025 09:30",
    "Hạn xử lý": "11/03/2025",
    "MST": SAO_MAI["organisation_number"],
    "Phí đã nộp": "3.000.000",
    "Ghi chú": "Đã gọi điện ngày 12/3",
    "Cán bộ xử lý": "motcua",
    **{name: str(value) for name, value in SAO_MAI.items()},
}
EVERYBODY = ("saomai", "dongxanh", "motcua", "lanhdao", "kiemtoan")


def file_of(*rows: Mapping[str, Any]) -> bytes:
    header = list(dict.fromkeys(name for row in rows for name in row))
    return csv_file(header, *([str(row.get(name, "")) for name in header] for row in rows))


def of(**changed: str) -> dict[str, str]:
    """The sample row with other cells."""
    return {**OLD, **changed}


@pytest.fixture
def tried(checked: Uploaded) -> Callable[..., ImportRun]:
    return lambda *rows: checked(file_of(*rows), "dossiers", service=SERVICE)


@pytest.fixture
def held(imported: Uploaded) -> Callable[..., ImportRun]:
    return lambda *rows: imported(file_of(*rows), "dossiers", service=SERVICE)


@pytest.fixture
def gone_over(held: Callable[..., ImportRun], released: Moved) -> Callable[..., Dossier]:
    def make(*rows: Mapping[str, str]) -> Dossier:
        run = released(held(*(rows or (OLD,))))
        assert (run.state, faults(run)) == (ImportState.RELEASED, [])
        assert not any(row.cells for row in rows_of(run)), "what a row told is kept once"
        return the_dossier()

    return make


def the_dossier() -> Dossier:
    db.session.expire_all()
    return db.session.scalars(select(Dossier)).one()


def count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def seen_by(login: str) -> list[Dossier]:
    return list(queries.dossiers(visible_to=actor(login)))


# --- mapping and the dry run


def test_columns_are_found_by_the_questions_of_the_form_in_either_language():
    names = ["Mã hồ sơ", "Nước sản xuất", "Name of the device", "contact_email"]
    form = PACK.form(PACK.manifest.application_form)
    mapped = suggested([*FIELDS, *answer_fields(form)], names).columns
    assert mapped == {
        "code": "Mã hồ sơ",
        "answer.manufacturer_country": "Nước sản xuất",
        "answer.device_name": "Name of the device",
        "answer.contact_email": "contact_email",
    }


def test_the_dry_run_tells_what_is_missing_and_wrong(tried):
    run = tried(
        of(device_name="", contact_email="nobody"),
        of(**{"Mã hồ sơ": "2", "Trạng thái": "Đã huỷ", "Ngày tiếp nhận": "soon"}),
        of(
            **{"Mã hồ sơ": "3", "Ngày tiếp nhận": "1/1/2999", "Hạn xử lý": "", "Phí đã nộp": "much"}
        ),
        of(**{"Mã hồ sơ": "4", "Hạn xử lý": "01/03/2025", "Cán bộ xử lý": "saomai"}),
        of(**{"Mã hồ sơ": "5", "MST": "3601234569"}),
        of(**{"Mã hồ sơ": "6", "channel": "pigeon", "unit": "K0", "owner": "motcua"}),
        of(),
    )
    assert faults(run) == [
        (1, "answer.contact_email", "answer"),
        (1, "answer.device_name", "answer"),
        (2, "state", "state-unknown"),
        (2, "received_at", "not-a-moment"),
        (3, "received_at", "not-yet"),
        (3, "fee", "amount"),
        (4, "officer", "officer-unknown"),
        (4, "due_at", "due-early"),
        (5, "applicant_organisation", "numbers-differ"),
        (6, "unit", "unit-unknown"),
        (6, "owner", "owner-unknown"),
        (6, "channel", "channel-unknown"),
        (7, "code", "twice"),
    ]
    assert count(Dossier) == 0


def test_a_code_that_is_there_is_not_taken_again(gone_over, tried):
    gone_over()
    run = tried(of(device_name="Another"))
    assert faults(run) == [(1, "code", "taken")]


def test_options_may_be_named_by_their_labels_and_days_be_written_as_there():
    form = PACK.form(PACK.manifest.application_form)
    row = {"answer.own_product": "Không", "answer.manufacturer_country": "Nhật Bản"}
    assert answers_of(form, row, ColumnMapping()) == {
        "own_product": "no",
        "manufacturer_country": "JP",
    }


# --- held


def test_until_its_release_nobody_sees_it_and_no_clock_runs(each_database, held):
    run = held(OLD)
    assert run.state is ImportState.IMPORTED
    assert [seen_by(login) for login in EVERYBODY] == [[]] * 5
    for login in EVERYBODY:
        with pytest.raises(DossierNotFound):
            queries.find_dossier_by_reference(CODE, visible_to=actor(login))
    with pytest.raises(DossierNotFound), transaction():
        operations.claim_dossier(CODE, actor=actor("saomai"))
    waiting = select(func.count()).where(Job.kind != "import.go-on")
    assert (count(Instance), count(StatusChange), overdue_dossiers()) == (0, 0, 0)
    assert db.session.scalar(waiting) == 0


def test_taken_back_it_is_gone_and_its_record_stays(each_database, held, taken_back, tried):
    run = taken_back(held(OLD))
    assert run.state is ImportState.TAKEN_BACK
    assert [count(table) for table in (Dossier, LegacyOrigin, PaymentOrder)] == [0, 0, 0]
    tags = db.session.scalars(
        select(audit.AuditEvent.tag).where(audit.AuditEvent.tag.startswith("dossier:legacy"))
    ).all()
    assert sorted(tags) == ["dossier:legacy:entered", "dossier:legacy:removed"]
    assert states(tried(OLD)) == {"waiting": 1}


def test_what_was_handed_over_since_stays_and_says_why(held, taken_back):
    run = held(OLD)
    with transaction():
        the_dossier().unit_id = first_agency().id
    run = taken_back(run)
    assert (run.state, faults(run)) == (ImportState.IMPORTED, [(1, "", "import-row-touched")])


# --- released


def test_released_it_stands_at_its_task_and_keeps_its_moments(each_database, gone_over):
    dossier = gone_over()
    assert (dossier.status, dossier.code, dossier.legacy_code) == ("submitted", CODE, CODE)
    assert dossier.submitted_by is None
    assert dossier.received_at == datetime(2025, 3, 10, 2, 30, tzinfo=UTC)
    assert dossier.due_at == datetime(2025, 3, 11, 10, 0, tzinfo=UTC)
    (item,) = queries.tasks(visible_to=actor("motcua"))
    assert (item.task.element_id, item.task.holder) == ("desk_check", actor("motcua").id)
    assert queries.find_dossier_by_reference(CODE, visible_to=actor("motcua")).id == dossier.id
    assert [len(seen_by(login)) for login in EVERYBODY] == [1, 0, 1, 1, 1]


def test_nothing_before_its_task_was_done(gone_over):
    dossier = gone_over()
    assert dossier.instance_id is not None
    with reading():
        entries = history(dossier.instance_id, visible_to=EVERYTHING)
    assert {entry.element_id for entry in entries} == {"", "desk_check"}
    entered = [entry for entry in entries if entry.kind == "instance-entered"]
    assert [(each.actor, each.details) for each in entered] == [
        (actor("quantri2").id, {"reason": "import"})
    ]
    (order,) = queries.payments(dossier)
    assert (order.amount, order.state, order.paid_at) == (3_000_000, "paid", dossier.received_at)
    assert queries.documents(dossier) == []


def test_its_feed_begins_with_its_current_status(gone_over):
    dossier = gone_over(of(**{"Trạng thái": "Chờ bổ sung"}))
    assert [each.status for each in queries.timeline(dossier)] == ["awaiting-supplement"]
    number_status_changes()
    assert len(status_changes(after=0, limit=10)) == 1


def test_a_dossier_of_nobody_known_is_seen_by_the_staff_alone(gone_over):
    gone_over(of(MST=""))
    assert [len(seen_by(login)) for login in EVERYBODY] == [0, 0, 1, 1, 1]


def test_without_a_national_code_due_day_or_able_officer_it_gets_them_here(gone_over):
    missing = {"is_national": "", "Hạn xử lý": "", "Cán bộ xử lý": "kiemtoan"}
    dossier = gone_over(of(**{"Mã hồ sơ": "CU/77", **missing}))
    assert dossier.due_at == datetime(2025, 3, 11, 10, 0, tzinfo=UTC)
    (item,) = queries.tasks(visible_to=actor("motcua"))
    assert item.task.holder == ""
    assert (dossier.legacy_code, str(dossier.code)[:7]) == ("CU/77", "H26.16-")
    assert queries.find_dossier_by_reference("CU/77", visible_to=actor("motcua")).id == dossier.id


def test_our_own_codes_do_not_come_to_one_that_was_given_there(held):
    day = today()
    code = f"H26.16-{day:%y%m%d}-0003"
    held(of(**{"Mã hồ sơ": code, "Ngày tiếp nhận": f"{day:%d/%m/%Y}", "Hạn xử lý": ""}))
    with transaction():
        dossier = the_dossier()
        dossier.code = None
        give_code(dossier, db.session.get_one(Agency, dossier.agency_id).code)
        assert dossier.code == f"H26.16-{day:%y%m%d}-0004"


def test_a_row_that_cannot_stand_in_its_process_stays_held_and_says_why(
    held, released, monkeypatch: pytest.MonkeyPatch
):
    def fails(*_told: object, **_named: object) -> None:
        raise EntryFailed(element="desk_check")

    run = held(OLD)
    monkeypatch.setattr(legacy_dossiers, "enter_proceeding", fails)
    run = released(run)
    assert (run.state, faults(run)) == (ImportState.IMPORTED, [(1, "", "entry-failed")])
    assert seen_by("motcua") == []


# --- whose it is


def test_the_login_that_the_file_names_is_the_owner(gone_over):
    dossier = gone_over(of(MST="", owner="dongxanh", **{"Trạng thái": "supplement"}))
    assert dossier.owner_id == account_of("dongxanh").id
    asked = queries.request_to_applicant(dossier, visible_to=actor("dongxanh"))
    assert asked is not None
    assert asked.task.assignee == actor("dongxanh").id


def citizen(number: str, subject: str) -> Actor:
    """Somebody of whom an identity provider has told an identity number."""
    proven = ProvenIdentity("id", Kind.CITIZEN, "https://id.example", subject, number=number)
    with transaction():
        found = prove(proven)
    return known(f"account:{found.account_id}")


def known(actor_id: str) -> Actor:
    found = people.actor(actor_id)
    assert found is not None
    return found


def test_an_identity_number_that_a_provider_told_gives_it_to_its_person(gone_over):
    person = citizen("001085012345", "a")
    citizen("001085099999", "b")
    dossier = gone_over(of(MST="", identity_number="001085012345"))
    assert dossier.owner_id == person.account_id
    origin = db.session.scalars(select(LegacyOrigin)).one()
    assert b"001085012345" not in (origin.identity_hash or b"")


def test_a_number_that_two_accounts_have_gives_it_to_neither(gone_over):
    for subject in ("a", "b"):
        citizen("001085012345", subject)
    assert gone_over(of(MST="", identity_number="001085012345")).owner_id == NOBODY


def test_who_proves_the_number_later_claims_it_and_no_other(gone_over):
    gone_over(of(MST="", identity_number="001085012345"))
    stranger = citizen("001085099999", "b")
    with pytest.raises(DossierNotFound), transaction():
        operations.claim_dossier(CODE, actor=stranger)
    person = citizen("001085012345", "a")
    with transaction():
        operations.claim_dossier(CODE, actor=person)
    assert [each.owner_id for each in queries.dossiers(visible_to=person)] == [person.account_id]


def test_who_signs_for_its_organisation_claims_it_and_answers_what_is_asked(
    each_database, gone_over, installation: Flask
):
    dossier = gone_over(of(**{"Trạng thái": "Chờ bổ sung"}))
    saomai = actor("saomai")
    with transaction():
        operations.claim_dossier(CODE, actor=saomai)
    dossier = the_dossier()
    assert dossier.owner_id == saomai.account_id
    with pytest.raises(DossierNotFound), transaction():
        operations.claim_dossier(CODE, actor=saomai)
    asked = queries.request_to_applicant(dossier, visible_to=saomai)
    assert asked is not None
    for kind in queries.missing_documents(dossier):
        attach(dossier, kind, saomai)
    with transaction():
        operations.complete_task(asked.task.id, {"answer": "Xong"}, actor=saomai, language="vi")
    engine.run_due_jobs(installation)
    assert the_dossier().status == "delivered"


@pytest.mark.parametrize("login", ["dongxanh", "saomai"])
def test_nobody_else_claims_it(gone_over, login: str):
    gone_over(of(MST="" if login == "saomai" else OLD["MST"]))
    with pytest.raises(DossierNotFound), transaction():
        operations.claim_dossier(CODE, actor=actor(login))
    with pytest.raises(DossierNotFound), transaction():
        operations.claim_dossier("unknown", actor=actor(login))


def test_a_drafter_of_the_organisation_does_not_claim_it(gone_over):
    gone_over()
    with transaction():
        account = account_of("dongxanh")
        accounts.add_membership(account.id, OLD["MST"], by=SYSTEM, role="drafter")
    with pytest.raises(DossierNotFound), transaction():
        operations.claim_dossier(CODE, actor=actor("dongxanh"))


# --- to its end


def test_it_is_worked_to_its_end(each_database, gone_over, installation: Flask):
    gone_over()
    clerk = actor("motcua")
    (item,) = queries.tasks(visible_to=clerk)
    with transaction():
        token = operations.claim_task(item.task.id, actor=clerk)
        operations.complete_task(
            item.task.id, {"decision": "accept"}, actor=clerk, language="vi", token=token
        )
    engine.run_due_jobs(installation)
    dossier = the_dossier()
    assert (dossier.status, dossier.code) == ("delivered", CODE)
    assert dossier.received_at == datetime(2025, 3, 10, 2, 30, tzinfo=UTC)
    assert dossier.due_at == datetime(2025, 3, 11, 10, 0, tzinfo=UTC)
    kinds = {document.document_type for document in queries.documents(dossier)}
    assert {"receipt", "notice"} <= kinds
    assert db.session.scalars(select(BookNumber.state)).all() == ["issued"]
    assert count(PaymentOrder) == 1


def test_a_service_that_takes_none_says_so(monkeypatch: pytest.MonkeyPatch):
    silent = ServicePack(PACK.files)
    manifest = replace(PACK.manifest, legacy_entry={})
    monkeypatch.setitem(silent.__dict__, "manifest", manifest)
    monkeypatch.setattr("importing.sorts.workflows.service", lambda _key: silent)
    with pytest.raises(NoLegacyEntry):
        sorts.sort_of("dossiers", SERVICE)
