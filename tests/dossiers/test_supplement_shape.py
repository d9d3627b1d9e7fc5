"""Requests about a dossier while a called process, the work shape of supplements, works on it."""

from typing import Any
from uuid import UUID

import pytest
import yaml
from flask import Flask
from sqlalchemy import select

from accounts.actor import Actor, Grant, Kind, Role
from accounts.models import Agency
from core.database import db, transaction
from dossiers import operations, queries
from dossiers.models import Dossier, DossierStatus
from dossiers.requests import operations as requesting
from dossiers.requests.models import DossierRequest, RequestState
from dossiers.requests.operations.supplements import Asking, Defect
from engine.queries import EVERYTHING, scopes
from tests.dossiers.asking import WHY, fresh, requests, who, withdraw
from web.papers import said_by_the_agency
from workflows.operations import deploy_pack
from workflows.pack import ServicePack, read_pack
from workflows.shapes import GALLERY

AGENCY = "H26.16"
ANSWERS = {
    "organisation_number": "0315123453",
    "organisation_name": "Sao Mai",
    "shape": "supplement",
}
RULES = {"withdrawal": {"after_reception": "asked"}, "correction": {}, "stop": {}}
DEFECTS = (
    Defect("organisation_name", "Tên khác đăng ký kinh doanh", "Sửa theo đăng ký"),
    Defect("", "Thiếu bản giải trình"),
)


def agency_id() -> UUID:
    return db.session.scalars(select(Agency.id).where(Agency.code == AGENCY)).one()


def officer() -> Actor:
    grants = frozenset({Grant(Role.OFFICER, agency_id(), queue="officer")})
    return Actor("account:officer", Kind.STAFF, "officer", grants=grants)


def ask(element: str, *defects: Defect) -> None:
    actor = officer()
    (item,) = [each for each in queries.tasks(visible_to=actor) if each.task.element_id == element]
    with transaction():
        token = operations.claim_task(item.task.id, actor=actor)
        asking = Asking(defects)
        operations.ask_supplement(item.task.id, asking, token=token, actor=actor, language="vi")


def answer(dossier: Dossier, *done: int) -> None:
    actor = who("saomai")
    item = queries.request_to_applicant(dossier, visible_to=actor)
    assert item is not None
    assert item.task.element_id == "supplement_dossier"
    said = {"answer": "Đã bổ sung"}
    with transaction():
        operations.complete_task(item.task.id, said, actor=actor, language="vi", done=done)


@pytest.fixture
def asked(installation: Flask) -> Dossier:
    """A received dossier that its applicant is to complete."""
    pack = read_pack(GALLERY)
    manifest = yaml.safe_load(pack.file("service.yaml"))
    manifest["requests"] |= RULES
    text = yaml.safe_dump(manifest, allow_unicode=True).encode()
    applicant, agency = who("saomai"), agency_id()
    with transaction():
        deploy_pack(ServicePack({**pack.files, "service.yaml": text}), by="system")
    with transaction():
        dossier = operations.start_draft(
            "work-shapes", agency_id=agency, actor=applicant, language="vi"
        )
        operations.save_answers(dossier.id, ANSWERS, actor=applicant)
    with transaction():
        operations.submit(dossier.id, actor=applicant, language="vi")
    ask("appraise", *DEFECTS)
    return fresh(dossier)


def grant(request: DossierRequest) -> None:
    with transaction():
        requesting.grant(request.id, actor=officer())


def known_inside(dossier: Dossier) -> list[Any]:
    """What the process of the service and the called one know as the owner's name."""
    db.session.rollback()
    assert dossier.instance_id is not None
    found = scopes(dossier.instance_id, visible_to=EVERYTHING)
    told = [each.variables.get("application") for each in found]
    return [each["organisation_name"] for each in told if each is not None]


def test_the_list_is_ticked_off_answered_and_asked_once_more(asked: Dossier):
    assert asked.status is DossierStatus.AWAITING_SUPPLEMENT
    answer(asked, 1)
    assert fresh(asked).status is DossierStatus.RECEIVED
    ask("check_supplement", DEFECTS[1])

    first, second = requests(asked)
    assert [first.state, first.round] == [RequestState.FULFILLED, 1]
    assert [each["done"] for each in first.what["items"]] == [True, False]
    assert [second.state, second.round] == [RequestState.ASKED, 2]
    assert fresh(asked).status is DossierStatus.AWAITING_SUPPLEMENT


def test_a_granted_withdrawal_ends_the_wait(asked: Dossier):
    wanted = withdraw(asked)
    assert fresh(asked).status is DossierStatus.AWAITING_SUPPLEMENT
    grant(wanted)

    assert fresh(asked).status is DossierStatus.WITHDRAWN
    assert queries.request_to_applicant(fresh(asked), visible_to=who("saomai")) is None
    assert {each.state for each in requests(asked)} == {RequestState.GRANTED, RequestState.LAPSED}


def test_a_granted_stop_ends_the_called_process_with_its_caller(asked: Dossier):
    with transaction():
        wanted = requesting.propose_stop(asked.id, reason=WHY, basis=WHY, actor=officer())
    with transaction():
        requesting.grant(wanted.id, actor=who("lanhdao"))

    assert fresh(asked).status is DossierStatus.STOPPED
    assert queries.request_to_applicant(fresh(asked), visible_to=who("saomai")) is None


def test_what_was_corrected_is_known_to_both_processes(asked: Dossier):
    answer(asked, 1, 2)
    with transaction():
        wanted = requesting.ask_correction(
            asked.id, fields=["organisation_name"], reason=WHY, actor=who("saomai")
        )
    grant(wanted)
    with transaction():
        requesting.correct(
            wanted.id, {"organisation_name": "Sao Hôm"}, actor=who("saomai"), language="vi"
        )

    assert known_inside(fresh(asked)) == ["Sao Hôm", "Sao Hôm"]


def test_the_applicant_reads_what_is_asked_in_the_called_process(
    asked: Dossier, installation: Flask
):
    answer(asked, 1, 2)
    ask("check_supplement", Defect("", "Thiếu chữ ký"))
    with installation.test_request_context():
        said = said_by_the_agency(fresh(asked), visible_to=who("saomai"))

    assert ["Thiếu chữ ký" in each.value for each in said] == [False, True]
