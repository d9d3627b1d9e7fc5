"""Claiming an organisation: the register is asked by a job, against its sandbox."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.actor import SYSTEM, Kind, OrganisationRole, Role
from accounts.identities import ProvenIdentity, prove
from accounts.models import Account, MembershipBasis, MembershipState
from accounts.operations import create_account, grant_role
from accounts.representing import claims, members, queries
from accounts.representing.errors import AlreadyMember, ClaimSettled, NumberUnreadable, ProofMissing
from core.audit import AuditEvent
from core.config import Settings
from core.database import Model, db, transaction
from core.errors import NotAllowed, NotFound
from dossiers.audit import DossierTag
from engine import run_due_jobs
from tests.accounts.representing import citizen, now_as
from tests.sandboxes import Sandbox
from wsgi import create_app

DONG_XANH, SAO_MAI, DISSOLVED = "3601234569", "0315123453", "0791112225"
ROLE = OrganisationRole


@pytest.fixture
def house(settings: Settings, register_sandbox: Sandbox) -> Iterator[Flask]:
    app = create_app(replace(settings, enterprise_register_url=register_sandbox.address))
    yield from _open(app)


@pytest.fixture
def trusting_house(settings: Settings, register_sandbox: Sandbox) -> Iterator[Flask]:
    """An installation where an equal name is proof."""
    address = register_sandbox.address
    app = create_app(replace(settings, enterprise_register_url=address, claim_by_name=True))
    yield from _open(app)


def _open(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        Model.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


def proven(number: str, name: str) -> str:
    """An applicant whose identity number a provider has told; returns the login."""
    identity = ProvenIdentity(
        provider="national",
        kind=Kind.CITIZEN,
        issuer="https://id.example",
        subject=name,
        name=name,
        number=number,
    )
    with transaction():
        account_id = prove(identity).account_id
    return db.session.get_one(Account, account_id).login


def claimed(app: Flask, login: str, number: str) -> None:
    actor = now_as(login)
    with transaction():
        claims.claim(number, by=actor)
    run_due_jobs(app)


def clerk() -> str:
    with transaction():
        account = create_account("ha", "Hà", kind=Kind.STAFF, by=SYSTEM)
        grant_role(account.id, Role.DESK_CLERK, by=SYSTEM)
    return "ha"


def test_the_representative_in_the_register_is_confirmed_by_identity_number(house: Flask):
    login = proven("001190000017", "Trần Thị Mẫu")
    claimed(house, login, "360 123 4569")
    assert now_as(login).memberships == {(ROLE.REPRESENTATIVE, DONG_XANH)}
    (part,) = queries.own_parts(visible_to=now_as(login))
    assert part.membership.basis is MembershipBasis.REGISTER
    assert part.organisation.startswith("CÔNG TY CỔ PHẦN DỤNG CỤ Y KHOA")


def test_that_the_register_was_asked_is_on_the_claimants_record_but_not_what(house: Flask):
    login = proven("001190000017", "Trần Thị Mẫu")
    claimed(house, login, DONG_XANH)
    asked = db.session.scalars(
        select(AuditEvent).where(AuditEvent.tag == DossierTag.REGISTER_ASKED)
    ).one()
    assert asked.chain_id == now_as(login).account_id
    assert asked.subject == "register:enterprise"
    assert asked.details == {"purpose": "claim", "role": ""}


def test_the_same_name_with_another_identity_number_waits(trusting_house: Flask):
    login = proven("099999999999", "Trần Thị Mẫu")
    claimed(trusting_house, login, DONG_XANH)
    assert now_as(login).organisations == frozenset()


def test_an_equal_name_is_no_proof_unless_the_installation_says_so(house: Flask):
    citizen("mau", "Nguyễn Văn Mẫu")
    claimed(house, "mau", SAO_MAI)
    assert now_as("mau").organisations == frozenset()
    (part,) = queries.own_parts(visible_to=now_as("mau"))
    assert part.membership.state is MembershipState.PENDING


def test_an_equal_name_is_proof_where_the_installation_says_so(trusting_house: Flask):
    citizen("mau", "Nguyễn  văn Mẫu")
    claimed(trusting_house, "mau", SAO_MAI)
    assert now_as("mau").organisations == {SAO_MAI}


@pytest.mark.parametrize("number", [DISSOLVED, "0100000001"], ids=["dissolved", "unknown"])
def test_a_company_that_is_not_active_or_not_known_waits(trusting_house: Flask, number: str):
    citizen("mau", "Hoàng Văn Mẫu")
    claimed(trusting_house, "mau", number)
    assert now_as("mau").organisations == frozenset()


def test_while_the_register_is_down_a_claim_waits_and_is_asked_again(
    trusting_house: Flask, register_sandbox: Sandbox
):
    citizen("mau", "Nguyễn Văn Mẫu")
    register_sandbox.fail("error")
    claimed(trusting_house, "mau", SAO_MAI)
    assert now_as("mau").organisations == frozenset()


def test_the_desk_confirms_a_claim_by_a_document_and_a_reason(house: Flask):
    citizen("mau")
    claimed(house, "mau", SAO_MAI)
    desk = now_as(clerk())
    (part,) = queries.waiting_claims(visible_to=desk)
    with pytest.raises(ProofMissing), transaction():
        claims.confirm_claim(part.membership.id, document="", reason="Đã xem", by=desk)
    with transaction():
        claims.confirm_claim(part.membership.id, document="QĐ 12/2026", reason="Mới", by=desk)
    assert now_as("mau").organisations == {SAO_MAI}
    with pytest.raises(ClaimSettled), transaction():
        claims.refuse_claim(part.membership.id, reason="Muộn", by=desk)


def test_a_refused_claim_gives_nothing_and_tells_why(house: Flask):
    citizen("mau")
    claimed(house, "mau", SAO_MAI)
    desk = now_as(clerk())
    (part,) = queries.waiting_claims(visible_to=desk)
    with transaction():
        claims.refuse_claim(part.membership.id, reason="Không có trong sổ", by=desk)
    assert now_as("mau").organisations == frozenset()
    (part,) = queries.own_parts(visible_to=now_as("mau"))
    assert part.membership.reason == "Không có trong sổ"


def test_no_applicant_confirms_a_claim(house: Flask):
    citizen("mau")
    citizen("ban")
    claimed(house, "mau", SAO_MAI)
    (part,) = queries.own_parts(visible_to=now_as("mau"))
    for login in ("mau", "ban"):
        with pytest.raises((NotAllowed, NotFound)), transaction():
            claims.confirm_claim(part.membership.id, document="x", reason="y", by=now_as(login))


def test_a_claim_is_made_once_and_may_be_taken_back(house: Flask):
    citizen("mau")
    claimed(house, "mau", SAO_MAI)
    with pytest.raises(AlreadyMember):
        claimed(house, "mau", SAO_MAI)
    with transaction():
        members.leave(SAO_MAI, by=now_as("mau"))
    assert queries.own_parts(visible_to=now_as("mau")) == []


def test_what_is_no_number_is_not_looked_up(house: Flask):
    citizen("mau")
    with pytest.raises(NumberUnreadable):
        claimed(house, "mau", "abc")
