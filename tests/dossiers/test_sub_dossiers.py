"""A part of a case that another agency settles, in a dossier of its own."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

import engine
from accounts.actor import Actor, Grant, Kind, Role
from accounts.models import Agency
from commands.sample.application import paper
from commands.sample.dossiers import _actor
from core import clock
from core.audit import AuditEvent
from core.database import db, transaction
from core.ids import new_id
from dossiers import operations, queries
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier, DossierStatus
from dossiers.operations.documents import APPLICANT, add_document, keep_file
from dossiers.sub_dossiers.asking import read_part
from dossiers.sub_dossiers.errors import PartNotUnderstood
from dossiers.sub_dossiers.operations import end_abandoned, open_sub_dossier
from dossiers.sub_dossiers.queries import lead_of, may_open, parts_of
from workflows.operations import deploy_pack
from workflows.pack import ServicePack, read_pack
from workflows.shapes import GALLERY

LEAD, PARTNER = "H26.16", "H29.16"
ANSWERS = {"organisation_number": "0315123453", "organisation_name": "Sao Mai", "shape": "part"}
SAID = {"position": "object", "reasons": "Trái quy hoạch."}
LIMIT = {"amount": 3, "unit": "working-day"}


def agency(code: str) -> Agency:
    return db.session.scalars(select(Agency).where(Agency.code == code)).one()


def officer_of(code: str) -> Actor:
    grants = frozenset({Grant(Role.OFFICER, agency(code).id, queue="officer")})
    return Actor(f"account:{code}", Kind.STAFF, code, grants=grants)


def complete(element: str, code: str, answers: dict[str, str]) -> None:
    actor = officer_of(code)
    (item,) = [each for each in queries.tasks(visible_to=actor) if each.task.element_id == element]
    with transaction():
        token = operations.claim_task(item.task.id, actor=actor)
        operations.complete_task(item.task.id, answers, actor=actor, language="vi", token=token)


@pytest.fixture
def lead(installation: Flask) -> Dossier:
    """A dossier for a part of which another agency has been asked."""
    pack = read_pack(GALLERY)
    partner = pack.file("process.bpmn").replace(b"H29.10", PARTNER.encode())
    with transaction():
        deploy_pack(ServicePack({**pack.files, "process.bpmn": partner}), by="system")
    applicant = _actor("saomai")
    with transaction():
        dossier = operations.start_draft(
            "work-shapes", agency_id=agency(LEAD).id, actor=applicant, language="vi"
        )
        operations.save_answers(dossier.id, ANSWERS, actor=applicant)
    with transaction():
        operations.submit(dossier.id, actor=applicant, language="vi")
    complete("appraise", LEAD, {})
    engine.run_due_jobs(installation)
    db.session.rollback()
    return dossier


def part_of(lead: Dossier) -> Dossier:
    (tie,) = parts_of(lead)
    return tie.part


def test_it_has_its_own_code_clock_and_record(lead: Dossier, each_database):
    part = part_of(lead)
    assert part.code is not None
    assert part.code.startswith(f"{PARTNER}-")
    assert part.status is DossierStatus.PROCESSING
    assert part.due_at is not None
    assert part.received_at is not None
    assert part.due_at > part.received_at
    assert lead.due_at is None
    recorded = select(AuditEvent.tag).where(AuditEvent.subject == f"dossier:{part.id}")
    assert "dossier:reception:recorded" in list(db.session.scalars(recorded))
    assert lead_of(part) is not None
    assert lead_of(lead) is None


def test_the_other_agency_sees_the_named_answers_alone(lead: Dossier):
    assert part_of(lead).answers == {"organisation_name": "Sao Mai"}


def test_each_agency_sees_its_own_dossier_alone_and_the_owner_both(lead: Dossier):
    part = part_of(lead)
    for code, other in ((LEAD, part), (PARTNER, lead)):
        with pytest.raises(DossierNotFound):
            queries.find_dossier(other.id, visible_to=officer_of(code))
    assert not may_open(part, officer_of(LEAD))
    assert may_open(part, officer_of(PARTNER))
    for each in (lead, part):
        assert queries.find_dossier(each.id, visible_to=_actor("saomai")).id == each.id


def test_the_answer_reaches_the_process_that_waits(lead: Dossier, work: Callable[..., None]):
    complete("settle_part", PARTNER, SAID)
    work()
    (tie,) = parts_of(lead)
    assert tie.asked.answer == SAID
    assert tie.part.status is DossierStatus.FINISHED
    db.session.refresh(lead)
    assert lead.status is DossierStatus.FINISHED


def test_a_part_whose_lead_is_over_is_stopped(
    lead: Dossier, work: Callable[..., None], each_database
):
    with transaction():
        assert lead.instance_id is not None
        engine.operations.cancel(lead.instance_id, "over", actor="system")
        found = db.session.get_one(Dossier, lead.id)
        found.status = DossierStatus.WITHDRAWN
    assert end_abandoned() == 1
    assert end_abandoned() == 0
    db.session.rollback()
    assert part_of(lead).status is DossierStatus.STOPPED
    assert queries.tasks(visible_to=officer_of(PARTNER)) == []


def test_a_standing_part_is_left_alone(lead: Dossier):
    with clock.shifted(timedelta(days=400)):
        assert end_abandoned() == 0


def test_named_papers_are_shared_without_a_copy_of_the_file(lead: Dossier):
    upload = keep_file(lead.id, "giay.pdf", BytesIO(paper("Bản vẽ")), "application/pdf")
    said = {"agency": PARTNER, "process": "sub_dossier_part", "limit": LIMIT, "question": "?"}
    with transaction():
        found = db.session.get_one(Dossier, lead.id)
        add_document(found, "drawing", upload, origin=APPLICANT, by="system")
        shared = read_part({**said, "papers": ["drawing"]})
        part = open_sub_dossier(found, new_id(), shared)
        (document,) = queries.documents(part)
        assert document.storage_key == upload.storage_key
        none = open_sub_dossier(found, new_id(), read_part(said))
        assert queries.documents(none) == []


def test_an_unknown_agency_is_named(lead: Dossier):
    said = {"agency": "X1", "process": "p", "limit": LIMIT, "question": "?"}
    with pytest.raises(PartNotUnderstood, match="there is no agency 'X1'"), transaction():
        open_sub_dossier(lead, new_id(), read_part(said))


@pytest.mark.parametrize("lacking", ["agency", "process", "limit", "question"])
def test_what_the_process_does_not_say_is_named(lacking: str):
    said = {"agency": "A", "process": "p", "limit": LIMIT, "question": "?"}
    with pytest.raises(PartNotUnderstood, match=lacking):
        read_part({name: value for name, value in said.items() if name != lacking})
