"""A service used without an account: one dossier, opened by a mailed link and a second fact."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from accounts import authentication, operations, queries
from accounts import links as mailed_links
from accounts.actor import SYSTEM, Kind, Role
from accounts.errors import (
    ActionRefused,
    AssuranceTooLow,
    SessionEnded,
    SignInFailed,
)
from accounts.guests.errors import (
    AccountNeeded,
    GuestLinkOver,
    SecondFactWrong,
)
from accounts.models import Account
from accounts.notices import Mail
from accounts.policy import Action, allows, may_ever
from commands.sample.application import SERVICE
from commands.sample.dossiers import _actor
from commands.sample.people import first_agency
from core import clock
from core.database import db, transaction
from dossiers import guests
from dossiers import operations as dossiers
from dossiers.errors import DossierNotFound
from dossiers.models import DossierStatus, Proceeding
from dossiers.queries import find_dossier, open_payment, request_to_applicant
from tests.guests.sharing import EMAIL, FACT, link_in, open_pack
from tests.guests.steps import (
    ELSEWHERE,
    HERE,
    WRONG,
    account_of,
    asked,
    entered,
    filled,
    submitted,
    to_the_applicant,
    told,
)
from workflows.operations import deploy_pack

pytestmark = pytest.mark.usefixtures("installation")


def test_link_and_second_fact_open_one_dossier_again_and_again(sent: list[Mail]):
    asked()
    actor, dossier = entered(sent[0])
    assert actor.kind is Kind.GUEST
    assert actor.assurance == 0
    assert dossier.status is DossierStatus.DRAFT
    with clock.shifted(timedelta(days=20)):
        again, same = entered(sent[0], address=ELSEWHERE)
    assert (again.id, same.id) == (actor.id, dossier.id)


@pytest.mark.usefixtures("each_database")
def test_a_guest_applies_pays_and_is_told_by_links(installation: Flask, sent: list[Mail]):
    asked()
    actor, dossier = entered(sent[0])
    submitted(installation, actor, dossier)
    order = open_payment(find_dossier(dossier.id, visible_to=actor))
    assert order is not None
    told()
    assert [mail.to for mail in sent] == [EMAIL] * 3
    again, same = entered(sent[-1])
    assert (again.id, same.id) == (actor.id, dossier.id)
    # The link of the first mail still works: a notice ends no other link.
    assert entered(sent[0])[1].id == dossier.id


def test_a_service_that_demands_an_account_refuses(tmp_path: Path, sent: list[Mail]):
    asked()
    with transaction():
        closed = open_pack(tmp_path / "closed")
        plain = closed.file("service.yaml").replace(b"without_account: true", b"")
        deploy_pack(type(closed)({**closed.files, "service.yaml": plain}), by="system")
    with pytest.raises(AccountNeeded):
        asked()
    with pytest.raises(AccountNeeded):
        entered(sent[0])


def test_a_draft_of_a_service_that_was_closed_to_guests_is_kept_and_not_sent(
    tmp_path: Path, sent: list[Mail]
):
    asked()
    actor, dossier = entered(sent[0])
    filled(actor, dossier)
    with transaction():
        stricter = open_pack(tmp_path / "stricter")
        text = stricter.file("service.yaml").replace(b"without_account: true", b"assurance: 2")
        deploy_pack(type(stricter)({**stricter.files, "service.yaml": text}), by="system")
    with pytest.raises((AccountNeeded, AssuranceTooLow)), transaction():
        dossiers.submit(dossier.id, actor=actor, language="vi")
    assert find_dossier(dossier.id, visible_to=actor).status is DossierStatus.DRAFT


def test_a_guest_has_one_dossier_and_nothing_else(sent: list[Mail]):
    asked()
    asked("khac@example.vn")
    actor, dossier = entered(sent[0])
    _, foreign = entered(sent[1])
    with pytest.raises(DossierNotFound):
        find_dossier(foreign.id, visible_to=actor)
    with pytest.raises(ActionRefused):
        dossiers.start_draft(SERVICE, agency_id=first_agency().id, actor=actor, language="vi")
    never = {
        Action.DOSSIER_DRAFT,
        Action.ORGANISATION_CLAIM,
        Action.ORGANISATION_VIEW,
        Action.MANDATE_GIVE,
        Action.CLIENT_VIEW,
        Action.SESSION_KEEP,
        Action.DEPARTMENT_ADMINISTER,
    }
    assert [action for action in never if may_ever(actor, action)] == []
    assert allows(actor, Action.DOSSIER_SUBMIT, dossier)


def test_a_guest_keeps_to_his_rights_even_if_somebody_grants_him_more(sent: list[Mail]):
    asked()
    actor, _ = entered(sent[0])
    with transaction():
        operations.grant_role(account_of(actor), Role.ADMINISTRATOR, by=SYSTEM)
        operations.add_membership(account_of(actor), "0109999999", by=SYSTEM)
    now_ = queries.actor(actor.id)
    assert now_ is not None
    assert (now_.grants, now_.memberships) == (frozenset(), frozenset())


def test_a_guest_has_no_password_and_no_recovery(sent: list[Mail]):
    asked()
    actor, _ = entered(sent[0])
    login = db.session.get_one(Account, actor.account_id).login
    with pytest.raises(SignInFailed):
        authentication.by_password(login, "", address=HERE)
    mailed_links.ask_for_recovery(login, address=HERE)
    assert len(sent) == 1


def test_a_supplement_is_asked_of_a_guest_and_given_by_him(installation: Flask, sent: list[Mail]):
    asked()
    actor, dossier = entered(sent[0])
    submitted(installation, actor, dossier)
    to_the_applicant(installation, dossier, actor)
    told()
    assert "/guest/" in sent[-1].text
    item = request_to_applicant(find_dossier(dossier.id, visible_to=actor), visible_to=actor)
    assert item is not None
    with transaction():
        dossiers.complete_task(item.task.id, {"answer": "Đây"}, actor=actor, language="vi")


def test_a_dossier_is_taken_over_and_the_link_is_dead(installation: Flask, sent: list[Mail]):
    asked()
    actor, dossier = entered(sent[0])
    with transaction():
        session = operations.sign_in(authentication.Authentication(account_of(actor)))
    submitted(installation, actor, dossier)
    to_the_applicant(installation, dossier, actor)
    person = _actor("saomai")

    guests.take_over(link_in(sent[0]), FACT, actor=person, address=HERE)

    assert find_dossier(dossier.id, visible_to=person).owner_id == person.account_id
    assert set(db.session.scalars(select(Proceeding.owner_id))) == {person.account_id}
    with pytest.raises(GuestLinkOver):
        entered(sent[0])
    with pytest.raises(SessionEnded):
        queries.actor_of_session(session)
    guests.ask_again(EMAIL, address=ELSEWHERE)
    assert [mail for mail in sent if "/guest/" in mail.text] == sent[:1]
    # What was asked of the guest is answered by the person.
    item = request_to_applicant(find_dossier(dossier.id, visible_to=person), visible_to=person)
    assert item is not None
    with transaction():
        dossiers.complete_task(item.task.id, {"answer": "Đây"}, actor=person, language="vi")


@pytest.mark.parametrize("login", ["motcua", "quantri"])
def test_staff_cannot_take_a_dossier_over(sent: list[Mail], login: str):
    asked()
    entered(sent[0])
    with pytest.raises(ActionRefused):
        guests.take_over(link_in(sent[0]), FACT, actor=_actor(login), address=HERE)


def test_the_link_alone_takes_nothing_over(sent: list[Mail]):
    asked()
    actor, dossier = entered(sent[0])
    with pytest.raises(SecondFactWrong):
        guests.take_over(link_in(sent[0]), WRONG, actor=_actor("saomai"), address=HERE)
    assert find_dossier(dossier.id, visible_to=actor).owner_id == actor.account_id
