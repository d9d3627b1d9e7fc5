"""Members of an organisation: invited once, changed at once, gone at once."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from accounts import operations
from accounts.actor import SYSTEM, OrganisationRole
from accounts.errors import TooManyAttempts
from accounts.models import Membership
from accounts.notices import Mail
from accounts.policy import Action, Scope, allows
from accounts.representing import members
from accounts.representing import queries as organisations
from accounts.representing.errors import (
    AlreadyMember,
    InvitationInvalid,
    LastAdministrator,
    OwnRole,
    RepresentativeStays,
    RoleNotGivable,
)
from accounts.representing.invitations import (
    MOST_IN_AN_HOUR,
    accept_invitation,
    invite,
    withdraw_invitation,
)
from accounts.representing.models import Organisation
from accounts.runtime import runtime
from core import clock
from core.audit import AuditEvent, first_broken
from core.database import db, transaction
from core.errors import NotAllowed, NotFound
from core.i18n import init_app as speak
from tests.accounts.representing import NUMBER, citizen, now_as

ROLE = OrganisationRole
OURS = Scope(acting_for=NUMBER)
DEEDS = (
    Action.DOSSIER_VIEW,
    Action.DOSSIER_EDIT,
    Action.DOSSIER_SUBMIT,
    Action.DOSSIER_PAY,
    Action.ORGANISATION_ADMINISTER,
)
MATRIX = {
    ROLE.REPRESENTATIVE: set(DEEDS),
    ROLE.ADMINISTRATOR: set(DEEDS) - {Action.DOSSIER_SUBMIT},
    ROLE.SIGNATORY: {Action.DOSSIER_VIEW, Action.DOSSIER_EDIT, Action.DOSSIER_SUBMIT},
    ROLE.DRAFTER: {Action.DOSSIER_VIEW, Action.DOSSIER_EDIT},
    ROLE.PAYER: {Action.DOSSIER_VIEW, Action.DOSSIER_PAY},
    ROLE.READER: {Action.DOSSIER_VIEW},
}


@pytest.fixture
def company(app: Flask) -> str:
    """A company with one representative, `mai`; `hoa` and `tuan` are nobody yet."""
    speak(app, time_zone="Asia/Ho_Chi_Minh")
    for login in ("mai", "hoa", "tuan"):
        citizen(login)
    enter("mai", ROLE.REPRESENTATIVE)
    return NUMBER


def enter(login: str, role: OrganisationRole) -> None:
    with transaction():
        account_id = now_as(login).account_id
        assert account_id is not None
        operations.add_membership(account_id, NUMBER, by=SYSTEM, role=role)


def invited(login: str, role: OrganisationRole = ROLE.DRAFTER, by: str = "mai", **until) -> str:
    actor = now_as(by)
    with transaction():
        return invite(NUMBER, login, role, by=actor, **until)[1]


def joined(login: str, role: OrganisationRole = ROLE.DRAFTER, **until) -> None:
    secret, actor = invited(login, role, **until), now_as(login)
    with transaction():
        accept_invitation(secret, by=actor)


def membership_of(login: str) -> Membership:
    parts = organisations.members(NUMBER, visible_to=now_as("mai"))
    return next(part.membership for part in parts if part.login == login)


@pytest.mark.parametrize("role", ROLE, ids=str)
def test_each_role_may_do_what_the_table_says(company: str, role: OrganisationRole):
    enter("hoa", role)
    actor = now_as("hoa")
    assert {deed for deed in DEEDS if allows(actor, deed, OURS)} == MATRIX[role]


@pytest.fixture
def sent(company: str) -> list[Mail]:
    """Every e-mail that left."""
    letters: list[Mail] = []
    runtime().post = letters.append
    return letters


@pytest.mark.parametrize("known", [True, False], ids=["of-an-account", "of-nobody-yet"])
def test_an_invitation_is_mailed_to_an_address(sent: list[Mail], *, known: bool):
    if known:
        citizen("lan", email="lan@example.vn")
    secret = invited("lan@example.vn")
    assert [(mail.to, secret in mail.text) for mail in sent] == [("lan@example.vn", True)]
    if not known:
        citizen("lan", email="lan@example.vn")
    with transaction():
        accept_invitation(secret, by=now_as("lan"))


def test_an_invitation_by_login_goes_to_the_address_of_the_account(sent: list[Mail]):
    citizen("lan", email="lan@example.vn")
    secret = invited("lan")
    assert [(mail.to, secret in mail.text) for mail in sent] == [("lan@example.vn", True)]


def test_who_invites_is_not_told_whether_a_login_exists(sent: list[Mail]):
    assert len(invited("hoa")) == len(invited("nobody"))
    assert sent == []


def test_an_organisation_cannot_flood_letter_boxes(sent: list[Mail]):
    for number in range(MOST_IN_AN_HOUR):
        invited(f"a{number}@example.vn")
    with pytest.raises(TooManyAttempts):
        invited("lan@example.vn")
    assert len(sent) == MOST_IN_AN_HOUR
    with clock.shifted(timedelta(hours=1)):
        invited("lan@example.vn")


def test_an_invitation_works_once_and_for_the_invited_login_only(company: str):
    secret = invited("hoa", ROLE.SIGNATORY)
    with pytest.raises(InvitationInvalid), transaction():
        accept_invitation(secret, by=now_as("tuan"))
    hoa = now_as("hoa")
    with transaction():
        accept_invitation(secret, by=hoa)
    assert now_as("hoa").memberships == {(ROLE.SIGNATORY, NUMBER)}
    with pytest.raises(InvitationInvalid), transaction():
        accept_invitation(secret, by=now_as("hoa"))


def test_an_invitation_may_be_bound_to_an_e_mail(company: str):
    citizen("lan", email="Lan@SaoMai.example")
    secret, lan = invited("lan@saomai.example"), now_as("lan")
    with transaction():
        accept_invitation(secret, by=lan)
    assert now_as("lan").organisations == {NUMBER}


def test_an_invitation_expires(company: str):
    secret = invited("hoa")
    with clock.shifted(timedelta(days=8)), pytest.raises(InvitationInvalid), transaction():
        accept_invitation(secret, by=now_as("hoa"))


def test_a_withdrawn_invitation_works_no_more(company: str):
    secret, mai = invited("hoa"), now_as("mai")
    (invitation,) = organisations.invitations(NUMBER, visible_to=mai)
    with transaction():
        withdraw_invitation(invitation.id, by=mai)
    with pytest.raises(InvitationInvalid), transaction():
        accept_invitation(secret, by=now_as("hoa"))


def test_what_a_removed_administrator_invited_works_no_more(company: str):
    joined("hoa", ROLE.ADMINISTRATOR)
    secret = invited("tuan", by="hoa")
    with transaction():
        members.remove_member(membership_of("hoa").id, by=now_as("mai"))
    with pytest.raises(InvitationInvalid), transaction():
        accept_invitation(secret, by=now_as("tuan"))


def test_colleagues_make_nobody_representative(company: str):
    with pytest.raises(RoleNotGivable):
        invited("hoa", ROLE.REPRESENTATIVE)


def test_who_does_not_administer_invites_nobody_and_strangers_see_nothing(company: str):
    joined("hoa", ROLE.SIGNATORY)
    with pytest.raises(NotAllowed):
        invited("tuan", by="hoa")
    with pytest.raises(NotFound):
        invited("hoa", by="tuan")
    with pytest.raises(NotFound):
        organisations.members(NUMBER, visible_to=now_as("tuan"))


def test_a_changed_role_holds_at_once(company: str):
    joined("hoa", ROLE.SIGNATORY)
    with transaction():
        members.change_role(membership_of("hoa").id, ROLE.READER, by=now_as("mai"))
    assert not allows(now_as("hoa"), Action.DOSSIER_SUBMIT, OURS)


def test_nobody_changes_the_own_role_or_that_of_the_representative(company: str):
    joined("hoa", ROLE.ADMINISTRATOR)
    own, boss = membership_of("hoa").id, membership_of("mai").id
    with pytest.raises(OwnRole), transaction():
        members.change_role(own, ROLE.SIGNATORY, by=now_as("hoa"))
    with pytest.raises(RepresentativeStays), transaction():
        members.remove_member(boss, by=now_as("hoa"))


def test_a_membership_of_another_organisation_does_not_exist(company: str):
    with pytest.raises(NotFound), transaction():
        members.remove_member(membership_of("mai").id, by=now_as("tuan"))


def test_the_last_administrator_cannot_leave_without_a_successor(company: str):
    joined("hoa", ROLE.SIGNATORY)
    with pytest.raises(LastAdministrator), transaction():
        members.leave(NUMBER, by=now_as("mai"))
    with transaction():
        members.change_role(membership_of("hoa").id, ROLE.ADMINISTRATOR, by=now_as("mai"))
    with transaction():
        members.leave(NUMBER, by=now_as("mai"))
    assert now_as("mai").organisations == frozenset()


def test_a_leaver_may_be_invited_again(company: str):
    joined("hoa")
    with transaction():
        members.leave(NUMBER, by=now_as("hoa"))
    joined("hoa", ROLE.READER)
    assert now_as("hoa").memberships == {(ROLE.READER, NUMBER)}


def test_a_member_is_not_invited_a_second_time(company: str):
    joined("hoa")
    with pytest.raises(AlreadyMember):
        joined("hoa")


def test_a_role_ends_on_its_last_day(company: str):
    joined("hoa", valid_until=clock.now() + timedelta(days=3))
    assert now_as("hoa").organisations
    with clock.shifted(timedelta(days=4)):
        assert not now_as("hoa").organisations


def test_every_deed_is_on_the_record_of_the_organisation(company: str):
    joined("hoa")
    with transaction():
        members.leave(NUMBER, by=now_as("hoa"))
    chain = db.session.scalars(select(Organisation.id).filter_by(number=NUMBER)).one()
    tags = select(AuditEvent.tag).filter_by(chain_id=chain).order_by(AuditEvent.position)
    assert list(db.session.scalars(tags)) == [
        "accounts:invitation:sent",
        "accounts:membership:added",
        "accounts:membership:ended",
    ]
    assert first_broken(chain) is None
