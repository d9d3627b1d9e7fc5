"""One list of all defects, answered item by item and sent once; rounds and terms are rules."""

from datetime import timedelta

import pytest
from sqlalchemy import select

import engine
from core import clock
from core.audit import AuditEvent
from core.database import db, transaction
from core.errors import MotcuaError
from dossiers import operations, queries
from dossiers.models import Dossier, DossierStatus
from dossiers.requests.errors import (
    BasisMissing,
    DecidedAlready,
    DefectsMissing,
    NotInWords,
    PartUnknown,
    RequestNotOffered,
    RoundsUsedUp,
)
from dossiers.requests.models import RequestState
from dossiers.requests.operations import tick
from dossiers.requests.operations.supplements import Asking, Defect
from engine.models import Task
from tests.dossiers.asking import (
    LABEL,
    NAME,
    ask_for,
    do_task,
    fresh,
    reply,
    requests,
    under,
    who,
)


def test_a_list_names_each_part_with_what_is_wrong_how_to_mend_it_and_by_which_rule(
    dossier_on_the_desk: Dossier,
):
    ask_for(dossier_on_the_desk, LABEL, NAME)
    (asked,) = requests(dossier_on_the_desk)
    first, second = asked.what["items"]
    assert [first["part"], first["defect"], first["remedy"], first["legal_basis"]] == [
        "document:instructions",
        "Nhãn không có tên thiết bị",
        "Nộp nhãn đầy đủ",
        "Điều 26",
    ]
    assert second["part"] == "organisation_name"
    assert fresh(dossier_on_the_desk).status is DossierStatus.AWAITING_SUPPLEMENT


def test_the_term_is_the_setting_of_the_service(dossier_on_the_desk: Dossier):
    ask_for(dossier_on_the_desk, LABEL)
    (asked,) = requests(dossier_on_the_desk)
    assert asked.answer_until == asked.asked_at + timedelta(days=60)


def test_asking_by_the_form_alone_is_a_request_too(dossier_on_the_desk: Dossier):
    do_task(dossier_on_the_desk, "motcua", {"decision": "supplement", "note": "Thiếu nhãn"})
    (asked,) = requests(dossier_on_the_desk)
    assert [(item["part"], item["defect"]) for item in asked.what["items"]] == [("", "Thiếu nhãn")]


def test_what_was_not_ticked_is_told_to_the_officer(dossier_on_the_desk: Dossier):
    ask_for(dossier_on_the_desk, LABEL, NAME)
    reply(dossier_on_the_desk, 2)
    (asked,) = requests(dossier_on_the_desk)
    assert [item["done"] for item in asked.what["items"]] == [False, True]
    assert asked.state is RequestState.FULFILLED


def test_ticks_made_before_count_when_the_reply_is_sent(dossier_on_the_desk: Dossier):
    ask_for(dossier_on_the_desk, LABEL, NAME)
    (asked,) = requests(dossier_on_the_desk)
    with transaction():
        tick(asked.id, [1], actor=who("saomai"))
    do_task(dossier_on_the_desk, "saomai", {"answer": "Xong"})
    assert [item["done"] for item in requests(dossier_on_the_desk)[0].what["items"]] == [
        True,
        False,
    ]


def asked_once(dossier: Dossier, work) -> None:
    ask_for(dossier, LABEL)
    reply(dossier, 1)
    work()


def test_a_further_round_needs_its_basis_in_the_law_of_the_sector(dossier_on_the_desk, work):
    asked_once(dossier_on_the_desk, work)
    with pytest.raises(BasisMissing):
        ask_for(dossier_on_the_desk, NAME)
    ask_for(dossier_on_the_desk, NAME, basis="Khoản 3 Điều 32 Nghị định 98/2021")
    second = requests(dossier_on_the_desk)[1]
    assert [second.round, second.what["basis"]] == [2, "Khoản 3 Điều 32 Nghị định 98/2021"]


def test_a_basis_must_be_words(dossier_on_the_desk, work):
    asked_once(dossier_on_the_desk, work)
    with pytest.raises(NotInWords):
        ask_for(dossier_on_the_desk, NAME, basis="E-4711")


def test_a_service_may_allow_no_further_round(installation, request):
    under({"supplement": {**RULE, "further_round": "never"}})
    dossier, work = (request.getfixturevalue(n) for n in ("dossier_on_the_desk", "work"))
    asked_once(dossier, work)
    with pytest.raises(RoundsUsedUp):
        ask_for(dossier, NAME, basis="Khoản 3 Điều 32 Nghị định 98/2021")


def test_a_service_may_allow_more_rounds(installation, request):
    under({}, {"supplement_rounds": 5})
    dossier, work = (request.getfixturevalue(n) for n in ("dossier_on_the_desk", "work"))
    for number in range(3):
        asked_once(dossier, work)
        assert len(requests(dossier)) == number + 1


RULE = {
    "tasks": {"desk_check": {"decision": "supplement"}},
    "note": "note",
    "rounds": "supplement_rounds",
    "term": "supplement_period",
}
WRONG = {
    "nothing": ((), DefectsMissing),
    "blank": ((Defect("organisation_name", "  "),), DefectsMissing),
    "no such question": ((Defect("no_such", "Sai"),), PartUnknown),
    "no such paper": ((Defect("document:no_such", "Sai"),), PartUnknown),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_list_that_helps_nobody_is_refused(dossier_on_the_desk: Dossier, case: str):
    defects, error = WRONG[case]
    with pytest.raises(error):
        ask_for(dossier_on_the_desk, *defects)
    assert requests(dossier_on_the_desk) == []
    assert fresh(dossier_on_the_desk).status is DossierStatus.SUBMITTED


def test_only_the_tasks_of_the_rule_ask(dossier_on_the_desk: Dossier, installation):
    under({"supplement": None})
    with pytest.raises(RequestNotOffered):
        do_task(dossier_on_the_desk, "motcua", {"decision": "accept"}, asking=Asking([LABEL]))


def test_asking_after_the_decision_is_refused_in_words(dossier_on_the_desk: Dossier, work):
    clerk = who("motcua")
    (item,) = queries.tasks(visible_to=clerk)
    do_task(dossier_on_the_desk, "motcua", {"decision": "accept"})
    work()
    with pytest.raises(DecidedAlready) as refused, transaction():
        operations.ask_supplement(
            item.task.id, Asking([LABEL]), token=None, actor=clerk, language="vi"
        )
    assert "decided already" in str(refused.value)


def test_what_nobody_answered_lapses_with_the_dossier(dossier_on_the_desk, installation):
    ask_for(dossier_on_the_desk, LABEL)
    with clock.shifted(timedelta(days=61)):
        engine.run_due_jobs(installation)
    assert fresh(dossier_on_the_desk).status is DossierStatus.STOPPED
    (asked,) = requests(dossier_on_the_desk)
    assert asked.state is RequestState.LAPSED


def test_a_request_is_in_the_chain_of_its_dossier(dossier_on_the_desk: Dossier):
    ask_for(dossier_on_the_desk, LABEL)
    reply(dossier_on_the_desk, 1)
    tags = db.session.scalars(
        select(AuditEvent.tag).where(AuditEvent.chain_id == dossier_on_the_desk.id)
    ).all()
    assert {"dossier:request:asked", "dossier:request:fulfilled"} <= set(tags)


def test_the_letter_of_the_request_is_made(dossier_on_the_desk: Dossier, work):
    ask_for(dossier_on_the_desk, LABEL)
    work()
    kinds = {each.document_type for each in queries.documents(dossier_on_the_desk)}
    assert "supplement_request" in kinds


def test_a_list_that_does_not_hold_leaves_the_task_with_its_holder(dossier_on_the_desk: Dossier):
    with pytest.raises(MotcuaError):
        ask_for(dossier_on_the_desk)
    task = db.session.scalars(
        select(Task).where(Task.instance_id == dossier_on_the_desk.instance_id)
    ).one()
    assert task.state == "open"
