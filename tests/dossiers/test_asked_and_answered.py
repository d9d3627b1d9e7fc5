"""What an applicant asks for and an authority proposes: granted or denied by somebody else, once."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from accounts.notices import Mail
from accounts.runtime import runtime
from commands.sample.application import SAO_MAI
from commands.sample.people import account_of
from core.database import transaction
from core.errors import NotAllowed, PreconditionFailed
from dossiers import operations
from dossiers.context import jurisdiction
from dossiers.errors import ReasonMissing, TooLateToWithdraw
from dossiers.models import Dossier, DossierStatus
from dossiers.queries import documents
from dossiers.requests import operations as requesting
from dossiers.requests.errors import (
    DecidedAlready,
    NotInWords,
    NotReceived,
    QuestionsUnknown,
    RequestAnswered,
    RequestNotOffered,
    RequestStands,
)
from dossiers.requests.models import DossierRequest, RequestState
from dossiers.requests.queries import to_answer
from engine.queries import EVERYTHING, variables
from tests.dossiers.asking import (
    WHY,
    deny,
    do_task,
    fresh,
    grant,
    receive,
    requests,
    under,
    who,
    withdraw,
)

GRANTED, DENIED = RequestState.GRANTED, RequestState.DENIED
MUST_ASK = {"withdrawal": {"after_reception": "asked"}}


@pytest.fixture
def sent(installation: Flask) -> list[Mail]:
    """Every e-mail that left; applicant and director have letter boxes."""
    letters: list[Mail] = []
    runtime().post = letters.append
    with transaction():
        for login in ("saomai", "lanhdao", "chuyenvien"):
            account_of(login).email = f"{login}@example.vn"
    return letters


@pytest.fixture
def received(dossier_on_the_desk: Dossier) -> Dossier:
    """A dossier that is received, and not yet settled."""
    receive(dossier_on_the_desk)
    return dossier_on_the_desk


@pytest.fixture
def must_ask(installation: Flask, request: pytest.FixtureRequest) -> Dossier:
    """A received dossier of a service whose withdrawals are granted first."""
    under(MUST_ASK)
    found: Dossier = request.getfixturevalue("received")
    return found


def test_before_reception_a_withdrawal_needs_nobody(dossier_on_the_desk: Dossier):
    with transaction():
        operations.withdraw(dossier_on_the_desk.id, reason=WHY, actor=who("saomai"))
    assert fresh(dossier_on_the_desk).status is DossierStatus.WITHDRAWN


def test_after_reception_the_rule_may_want_it_granted(must_ask: Dossier):
    asked = withdraw(must_ask)
    assert fresh(must_ask).status is DossierStatus.RECEIVED
    grant(asked, "chuyenvien")
    assert fresh(must_ask).status is DossierStatus.WITHDRAWN


def test_a_denied_withdrawal_leaves_the_dossier_where_it_was(must_ask: Dossier):
    deny(withdraw(must_ask), "chuyenvien")
    assert fresh(must_ask).status is DossierStatus.RECEIVED
    assert [requests(must_ask)[0].state, requests(must_ask)[0].answer] == [
        DENIED,
        "Hồ sơ đã trình ký",
    ]


def test_a_denial_says_why(must_ask: Dossier):
    with pytest.raises(ReasonMissing):
        deny(withdraw(must_ask), "chuyenvien", " ")


def test_asking_twice_is_told_to_wait(must_ask: Dossier):
    withdraw(must_ask)
    with pytest.raises(RequestStands):
        withdraw(must_ask)


def test_what_was_taken_back_can_be_asked_again(must_ask: Dossier):
    first = withdraw(must_ask)
    with transaction():
        requesting.take_back(first.id, actor=who("saomai"))
    assert [each.state for each in requests(must_ask)] == [RequestState.TAKEN_BACK]
    assert withdraw(must_ask).round == 2


def test_nobody_else_takes_it_back(must_ask: Dossier):
    asked = withdraw(must_ask)
    with pytest.raises(NotAllowed), transaction():
        requesting.take_back(asked.id, actor=who("lanhdao"))


def test_after_the_result_a_withdrawal_names_revocation(must_ask: Dossier, work):
    work()
    with pytest.raises(TooLateToWithdraw) as refused:
        withdraw(must_ask)
    assert "revocation" in str(refused.value)


def test_a_request_that_nobody_answered_lapses_with_the_result(must_ask: Dossier, work):
    asked = withdraw(must_ask)
    work()
    assert requests(must_ask)[0].state is RequestState.LAPSED
    with pytest.raises(RequestAnswered):
        grant(asked, "chuyenvien")


def test_a_stale_answer_is_refused(must_ask: Dossier):
    asked = withdraw(must_ask)
    with pytest.raises(PreconditionFailed):
        grant(asked, "chuyenvien", version=asked.version + 1)


def test_who_may_answer_is_told_and_then_who_asked(must_ask: Dossier, sent: list[Mail], work):
    deny(withdraw(must_ask), "chuyenvien")
    work()
    assert {mail.to: mail.subject.partition(": ")[2] for mail in sent} == {
        "chuyenvien@example.vn": "có yêu cầu chờ trả lời",
        "lanhdao@example.vn": "có yêu cầu chờ trả lời",
        "saomai@example.vn": "đề nghị rút hồ sơ không được chấp thuận",
    }


def test_staff_find_what_waits_for_their_answer(must_ask: Dossier):
    asked = withdraw(must_ask)
    for login, found in (("chuyenvien", [asked.id]), ("lanhdao", [asked.id]), ("motcua", [])):
        assert [each.id for each, _ in to_answer(visible_to=who(login))] == found, login


def test_what_only_a_director_decides_hides_nothing_from_an_officers_list(received: Dossier):
    with transaction():
        requesting.ask_stop(received.id, reason=WHY, actor=who("saomai"))
    correction = ask_correction(received, "device_name")
    found = to_answer(visible_to=who("chuyenvien"), limit=1)
    assert [each.id for each, _ in found] == [correction.id]


# Corrections.


def ask_correction(dossier: Dossier, *fields: str) -> DossierRequest:
    with transaction():
        return requesting.ask_correction(dossier.id, fields=fields, reason=WHY, actor=who("saomai"))


def correct(request: DossierRequest, **answers: Any) -> None:
    with transaction():
        requesting.correct(request.id, answers, actor=who("saomai"), language="vi")


def test_a_granted_correction_changes_those_answers_and_keeps_the_old_ones(received: Dossier):
    asked = ask_correction(received, "organisation_address", "device_models")
    grant(asked, "chuyenvien", fields=["organisation_address"])
    correct(asked, organisation_address="Số 2 phố Huế, Hà Nội")
    (request,) = requests(received)
    assert request.what["changes"] == [
        {
            "field": "organisation_address",
            "before": SAO_MAI["organisation_address"],
            "after": "Số 2 phố Huế, Hà Nội",
        }
    ]
    assert fresh(received).answers["organisation_address"] == "Số 2 phố Huế, Hà Nội"
    assert request.state is RequestState.FULFILLED


def test_the_process_reads_the_corrected_answers(received: Dossier):
    asked = ask_correction(received, "device_name")
    grant(asked, "chuyenvien")
    correct(asked, device_name="Máy đo mới")
    assert received.instance_id is not None
    found = variables(received.instance_id, visible_to=EVERYTHING)
    assert found["declaration"]["device_name"] == "Máy đo mới"


def test_only_granted_answers_are_corrected(received: Dossier):
    asked = ask_correction(received, "organisation_address", "device_models")
    grant(asked, "chuyenvien", fields=["organisation_address"])
    with pytest.raises(QuestionsUnknown):
        correct(asked, device_models="X")
    assert fresh(received).answers == received.answers


def test_a_correction_that_is_not_right_changes_nothing(received: Dossier):
    asked = ask_correction(received, "contact_email")
    grant(asked, "chuyenvien")
    with pytest.raises(Exception, match="answers"):
        correct(asked, contact_email="no address")
    assert requests(received)[0].state is GRANTED


def test_a_correction_is_made_once(received: Dossier):
    asked = ask_correction(received, "device_name")
    grant(asked, "chuyenvien")
    correct(asked, device_name="Máy đo mới")
    with pytest.raises(RequestAnswered):
        correct(asked, device_name="Máy đo khác")


def test_nothing_is_corrected_before_it_is_granted(received: Dossier):
    asked = ask_correction(received, "device_name")
    with pytest.raises(RequestAnswered):
        correct(asked, device_name="Máy đo mới")


def test_a_granted_correction_lapses_with_the_result(received: Dossier, work):
    asked = ask_correction(received, "device_name")
    grant(asked, "chuyenvien")
    work()
    assert requests(received)[0].state is RequestState.LAPSED


@pytest.mark.parametrize("fields", [(), ("no_such_answer",)], ids=["none", "unknown"])
def test_a_correction_names_answers(received: Dossier, fields: tuple[str, ...]):
    with pytest.raises(QuestionsUnknown):
        ask_correction(received, *fields)


# Stop and refusal.


def propose_stop(dossier: Dossier, reason: str = "Có bản án của tòa") -> DossierRequest:
    with transaction():
        return requesting.propose_stop(
            dossier.id, reason=reason, basis="Điều 5", actor=who("chuyenvien")
        )


def propose_refusal(dossier: Dossier, reason: str = "Thiết bị thuộc loại C") -> DossierRequest:
    with transaction():
        return requesting.propose_refusal(
            dossier.id, reason=reason, basis="Điều 4", actor=who("chuyenvien")
        )


def test_a_stop_that_a_director_grants_ends_the_process(received: Dossier, work):
    grant(propose_stop(received), "lanhdao")
    work()
    assert fresh(received).status is DossierStatus.STOPPED
    assert papers(received) >= {"stopped"}


def papers(dossier: Dossier) -> set[str]:
    return {each.document_type for each in documents(fresh(dossier))}


def test_a_service_may_leave_a_stop_to_officers(installation: Flask, request):
    under({"stop": {"decided_by": "officer"}})
    received = request.getfixturevalue("received")
    propose_stop(received)
    assert fresh(received).status is DossierStatus.STOPPED


def test_an_applicant_may_ask_for_a_stop(received: Dossier):
    with transaction():
        asked = requesting.ask_stop(received.id, reason=WHY, actor=who("saomai"))
    grant(asked, "lanhdao")
    assert fresh(received).status is DossierStatus.STOPPED


def test_a_refusal_counts_as_finished_where_the_profile_says_so(received: Dossier, work):
    grant(propose_refusal(received), "lanhdao")
    work()
    found = fresh(received)
    assert found.status is DossierStatus.FINISHED
    assert found.finished_at is not None
    assert papers(received) >= {"not_accepted"}


def test_a_refusal_counts_as_stopped_where_the_profile_says_so(received: Dossier, monkeypatch):
    stopping = replace(jurisdiction().profile, refused_status=DossierStatus.STOPPED)
    place = replace(jurisdiction(), profile=stopping)
    monkeypatch.setattr("dossiers.requests.operations.endings.jurisdiction", lambda: place)
    grant(propose_refusal(received), "lanhdao")
    assert fresh(received).status is DossierStatus.STOPPED


@pytest.mark.parametrize("reason", ["ERR_42", "E-4711", "x"])
def test_a_refusal_is_told_in_words_never_by_a_code(received: Dossier, reason: str):
    with pytest.raises(NotInWords):
        propose_refusal(received, reason)


def test_a_refusal_at_the_desk_is_told_in_words_too(dossier_on_the_desk: Dossier):
    with pytest.raises(NotInWords):
        do_task(dossier_on_the_desk, "motcua", {"decision": "refuse", "note": "ERR_42"})
    do_task(dossier_on_the_desk, "motcua", {"decision": "refuse", "note": "Sai thủ tục"})
    assert fresh(dossier_on_the_desk).status is DossierStatus.NOT_ACCEPTED
    (written,) = requests(dossier_on_the_desk)
    assert [written.kind, written.state, written.reason] == ["refusal", GRANTED, "Sai thủ tục"]


def test_what_is_not_received_is_refused_at_the_desk(dossier_on_the_desk: Dossier):
    with pytest.raises(NotReceived):
        propose_refusal(dossier_on_the_desk)


@pytest.mark.parametrize("proposing", [propose_stop, propose_refusal])
def test_nothing_ends_what_is_decided(received: Dossier, work, proposing):
    work()
    with pytest.raises(DecidedAlready):
        proposing(received)


NONE = dict.fromkeys(("correction", "extension", "stop", "refusal"))


def test_a_service_without_rules_knows_no_requests(installation: Flask, request):
    under(NONE)
    received = request.getfixturevalue("received")
    for ask in (
        lambda: ask_correction(received, "device_name"),
        lambda: propose_stop(received),
        lambda: propose_refusal(received),
    ):
        with pytest.raises(RequestNotOffered):
            ask()


STRANGERS = {
    "stranger asks": ("dongxanh", "dossier-not-found"),
    "clerk asks for the applicant": ("motcua", "action-refused"),
}


@pytest.mark.parametrize("case", STRANGERS)
def test_only_the_applicant_asks_for_himself(received: Dossier, case: str):
    login, code = STRANGERS[case]
    with pytest.raises(Exception, match=code), transaction():
        requesting.ask_correction(received.id, fields=["device_name"], reason=WHY, actor=who(login))


def test_a_foreign_request_is_not_there(received: Dossier):
    asked = ask_correction(received, "device_name")
    for request_id in (asked.id, UUID(int=0)):
        with pytest.raises(Exception, match="request-not-found"), transaction():
            requesting.grant(request_id, actor=who("dongxanh"))
