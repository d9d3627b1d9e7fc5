"""Acting for another person: given, checked when sending and when deciding, revoked at once."""

import io
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

import engine
from accounts.actor import MandateScope
from accounts.policy import Action, allows
from accounts.representing import mandates
from accounts.representing import queries as given
from accounts.representing.errors import (
    AgentUnknown,
    DatesReversed,
    MandateEmpty,
    MandateOver,
    ProofMissing,
)
from commands.sample.application import SAO_MAI, SERVICE, paper
from commands.sample.dossiers import _actor
from commands.sample.people import first_agency
from core import clock
from core.database import db, transaction
from core.errors import NotAllowed, NotFound
from dossiers import operations, queries
from dossiers.errors import MandateTooNarrow
from dossiers.models import Dossier
from dossiers.operations.principals import require_mandate
from engine.models import Task
from engine.runtime import EXTENSION, Runtime
from tests.api import rows
from tests.engine.models import flows, model, user
from tests.engine.models import service as work
from workflows.queries import service

ALL = tuple(MandateScope)
PRINCIPAL, AGENT = "saomai", "dongxanh"


def mandate(*scopes: MandateScope, **limits) -> UUID:
    """A mandate of the principal for the agent, as he gives it himself."""
    with transaction():
        return mandates.give_mandate(AGENT, scopes or ALL, by=_actor(PRINCIPAL), **limits).id


def revoke(mandate_id: UUID, login: str = PRINCIPAL) -> None:
    with transaction():
        mandates.revoke_mandate(mandate_id, reason="Đổi ý", by=_actor(login))


def drafted(mandate_id: UUID) -> Dossier:
    actor = _actor(AGENT)
    with transaction():
        draft = operations.start_draft(
            SERVICE,
            agency_id=first_agency().id,
            actor=actor,
            language="vi",
            answers=SAO_MAI,
            mandate_id=mandate_id,
        )
    for kind in service(SERVICE).required_documents(SAO_MAI):
        upload = operations.store_upload(
            draft.id, f"{kind}.pdf", io.BytesIO(paper(kind)), limit_bytes=10**6
        )
        with transaction():
            operations.attach_document(draft.id, kind, upload, actor=actor)
    return draft


def sent(mandate_id: UUID) -> Dossier:
    draft = drafted(mandate_id)
    with transaction():
        return operations.submit(draft.id, actor=_actor(AGENT), language="vi")


def waiting_at_the_desk(app: Flask, dossier: Dossier):
    """Pay, and let a clerk claim the task that follows."""
    runtime: Runtime = app.extensions[EXTENSION]
    unknown = {"enterprise": {"found": False, "active": False, "name": ""}}
    runtime.on_job("enterprise.lookup", lambda _call: unknown)
    engine.run_due_jobs(app)
    order = queries.open_payment(dossier)
    assert order is not None
    with transaction():
        operations.note_payment(
            order.reference, amount=order.amount, currency=order.currency, transaction_code="T"
        )
    engine.run_due_jobs(app)
    clerk = _actor("motcua")
    (item,) = queries.tasks(visible_to=clerk)
    with transaction():
        token = operations.claim_task(item.task.id, actor=clerk)
    return lambda **answers: _decide(item.task.id, token, answers)


def _decide(task_id: UUID, token: UUID, answers: dict[str, str]) -> None:
    with transaction():
        operations.complete_task(
            task_id, answers, actor=_actor("motcua"), language="vi", token=token
        )


def test_a_dossier_by_mandate_is_the_principals_and_names_both(installation: Flask):
    mandate_id = mandate()
    dossier = sent(mandate_id)
    assert dossier.owner_id == _actor(PRINCIPAL).account_id
    assert dossier.submitted_by == _actor(AGENT).id
    view = given.mandate_of(dossier.mandate_id)
    assert view is not None
    assert (view.mandate.principal_name, view.agent) == ("Nguyễn Thị Mai", "Trần Văn Xanh")


@pytest.mark.parametrize(
    ("scope", "deed"),
    [
        (MandateScope.PREPARE, Action.DOSSIER_EDIT),
        (MandateScope.SUBMIT, Action.DOSSIER_SUBMIT),
        (MandateScope.PAY, Action.DOSSIER_PAY),
    ],
    ids=str,
)
def test_a_mandate_allows_what_it_names(installation: Flask, scope: MandateScope, deed: Action):
    draft = drafted(mandate())
    narrow = mandate(scope)
    draft.mandate_id = narrow
    agent = _actor(AGENT)
    asked = (Action.DOSSIER_EDIT, Action.DOSSIER_SUBMIT, Action.DOSSIER_PAY)
    assert [each for each in asked if allows(agent, each, draft)] == [deed]
    assert allows(agent, Action.DOSSIER_VIEW, draft)


def test_a_mandate_for_one_service_opens_no_other(installation: Flask):
    with pytest.raises(MandateTooNarrow):
        drafted(mandate(services=["pharmacy"]))


def test_a_mandate_of_others_does_not_exist(installation: Flask):
    mandate_id = mandate()
    with pytest.raises(NotFound), transaction():
        operations.start_draft(
            SERVICE,
            agency_id=first_agency().id,
            actor=_actor(PRINCIPAL),
            language="vi",
            mandate_id=mandate_id,
        )
    with pytest.raises(NotFound):
        revoke(mandate_id, "kiemtoan")


def test_a_revoked_mandate_opens_nothing_from_that_moment(installation: Flask):
    mandate_id = mandate()
    draft = drafted(mandate_id)
    revoke(mandate_id)
    with pytest.raises(NotFound), transaction():
        operations.submit(draft.id, actor=_actor(AGENT), language="vi")
    assert queries.dossiers(visible_to=_actor(AGENT)) == []


def test_a_mandate_ends_on_its_last_day(installation: Flask):
    draft = drafted(mandate(valid_until=clock.now() + timedelta(days=3)))
    with clock.shifted(timedelta(days=4)), pytest.raises(NotFound), transaction():
        operations.submit(draft.id, actor=_actor(AGENT), language="vi")


def test_a_decision_is_held_once_the_mandate_has_ended(installation: Flask):
    mandate_id = mandate()
    decide = waiting_at_the_desk(installation, sent(mandate_id))
    revoke(mandate_id)
    with pytest.raises(MandateOver):
        decide(decision="accept", note="Đủ điều kiện")


def test_the_decision_goes_on_once_the_principal_takes_the_dossier_over(installation: Flask):
    mandate_id = mandate()
    dossier = sent(mandate_id)
    decide = waiting_at_the_desk(installation, dossier)
    revoke(mandate_id)
    with pytest.raises((NotAllowed, NotFound)), transaction():
        operations.take_over(dossier.id, actor=_actor(AGENT))
    with transaction():
        operations.take_over(dossier.id, actor=_actor(PRINCIPAL))
    decide(decision="accept", note="Đủ điều kiện")


def test_the_principal_replies_himself_to_what_his_agent_was_asked(installation: Flask):
    mandate_id = mandate()
    dossier = sent(mandate_id)
    decide = waiting_at_the_desk(installation, dossier)
    decide(decision="supplement", note="Bổ sung nhãn")
    revoke(mandate_id)
    request = queries.request_to_applicant(dossier, visible_to=_actor(PRINCIPAL))
    assert request is not None
    with transaction():
        operations.complete_task(
            request.task.id, {"answer": "Đã bổ sung"}, actor=_actor(PRINCIPAL), language="vi"
        )
    assert queries.request_to_applicant(dossier, visible_to=_actor(PRINCIPAL)) is None


def test_the_agent_replies_to_what_was_asked_of_him(installation: Flask):
    dossier = sent(mandate())
    waiting_at_the_desk(installation, dossier)(decision="supplement", note="Bổ sung nhãn")
    request = queries.request_to_applicant(dossier, visible_to=_actor(AGENT))
    assert request is not None
    with transaction():
        operations.complete_task(
            request.task.id, {"answer": "Đã bổ sung"}, actor=_actor(AGENT), language="vi"
        )


def test_a_clerk_enters_a_mandate_from_a_paper_with_its_reference(installation: Flask):
    clerk = _actor("motcua")
    with pytest.raises(ProofMissing), transaction():
        mandates.enter_mandate(PRINCIPAL, AGENT, ALL, document=" ", by=clerk)
    with transaction():
        entered = mandates.enter_mandate(PRINCIPAL, AGENT, ALL, document="GUQ 7/2026", by=clerk)
        assert (entered.proof, entered.document_reference) == ("paper", "GUQ 7/2026")
    assert _actor(AGENT).mandates
    with pytest.raises(NotAllowed), transaction():
        mandates.enter_mandate(PRINCIPAL, AGENT, ALL, document="x", by=_actor(AGENT))


def test_an_organisation_gives_a_mandate_and_its_members_see_what_is_sent(installation: Flask):
    number = SAO_MAI["organisation_number"]
    dossier = sent(mandate(organisation=number))
    assert dossier.acting_for == number
    assert allows(_actor(PRINCIPAL), Action.DOSSIER_VIEW, dossier)
    with pytest.raises(NotFound), transaction():
        mandates.give_mandate(PRINCIPAL, ALL, by=_actor(AGENT), organisation=number)


@pytest.mark.parametrize(
    ("error", "change"),
    [
        (MandateEmpty, {"scopes": ()}),
        (AgentUnknown, {"agent_login": "khongco"}),
        (AgentUnknown, {"agent_login": PRINCIPAL}),
        (DatesReversed, {"valid_until": clock.now() - timedelta(days=1)}),
    ],
    ids=["empty", "unknown", "oneself", "over"],
)
def test_a_mandate_that_makes_no_sense_is_refused(installation: Flask, error, change):
    told = {"agent_login": AGENT, "scopes": ALL} | change
    with pytest.raises(error), transaction():
        mandates.give_mandate(**told, by=_actor(PRINCIPAL))
    db.session.rollback()
    assert given.mandates(visible_to=_actor(PRINCIPAL)) == []


ROUTED = model(
    '<startEvent id="s"/>'
    + work("look", "dossier.mandate")
    + '<exclusiveGateway id="way"/>'
    + user("decide", "desk-clerk")
    + user("ask_principal", "desk-clerk")
    + '<endEvent id="e"/>'
    + flows(
        "s -> look",
        "look -> way",
        "way -> decide if =mandate.in_force",
        "way -> ask_principal if =not(mandate.in_force)",
        "decide -> e",
        "ask_principal -> e",
    )
)


@pytest.mark.parametrize(("revoked", "element"), [(False, "decide"), (True, "ask_principal")])
def test_a_process_routes_on_an_ended_mandate(installation: Flask, revoked: bool, element: str):
    mandate_id = mandate()
    dossier = sent(mandate_id)
    if revoked:
        revoke(mandate_id)
    about = rows.proceeding(dossier)
    with transaction():
        definition = engine.operations.deploy({"routed.bpmn": ROUTED})
        engine.operations.start(definition, "p", {}, instance_id=about)
    waiting = select(Task.element_id).where(Task.instance_id == about)
    assert db.session.scalars(waiting).all() == [element]


@pytest.mark.parametrize("over", ["hold", "route"])
def test_a_service_that_routes_holds_no_decision(installation: Flask, over: str):
    mandate_id = mandate()
    dossier = sent(mandate_id)
    revoke(mandate_id)
    pack = service(SERVICE)
    manifest = pack.files["service.yaml"] + f"\nmandate_over: {over}\n".encode()
    changed = replace(pack, files={**pack.files, "service.yaml": manifest})
    with transaction(), pytest.raises(MandateOver) if over == "hold" else nullcontext():
        require_mandate(dossier.id, changed)
