"""A closed account of which nothing is left is emptied; one that is still needed is not."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from accounts import operations as accounts
from accounts.actor import SYSTEM, Kind, OrganisationRole
from accounts.guests.models import GuestAccess
from accounts.models import Account
from accounts.representing.invitations import invite
from commands.sample.application import SAO_MAI, SERVICE
from commands.sample.dossiers import _actor, draft
from commands.sample.people import account_of, first_agency
from core import clock
from core.audit import first_broken
from core.database import db, transaction
from dossiers.privacy.people import empty_accounts
from tests.dossiers.test_pseudonymising import columns_with

LOGIN = "lan.bich@secret.example"


@pytest.fixture
def closed(each_database: str, installation: Flask) -> Account:
    """Somebody who was invited, who signed in, and who left."""
    with transaction():
        account = accounts.create_account(
            LOGIN,
            "Trần Bích Lan",
            kind=Kind.CITIZEN,
            by=SYSTEM,
            email=LOGIN,
            password="Hoa-Sen-2026-Xanh",
        )
        invite(SAO_MAI["organisation_number"], LOGIN, OrganisationRole.DRAFTER, by=_actor("saomai"))
    with transaction():
        account.active = False
        db.session.add(account)
    return account


def test_nothing_in_the_database_tells_who_it_was_and_its_record_holds(closed: Account):
    told = {"account.login", "account.email", "audit_event.details", "engine_job.payload"}
    assert columns_with(LOGIN) >= told
    assert empty_accounts(10) == 1
    assert columns_with(LOGIN) == set()
    assert columns_with("Bích Lan") == set()
    assert first_broken(closed.id) is None
    assert empty_accounts(10) == 0


def test_an_account_with_a_dossier_is_still_needed(installation: Flask):
    draft("dongxanh", SAO_MAI)
    with transaction():
        for membership in account_of("dongxanh"), account_of("saomai"):
            db.session.merge(membership).active = False
    with transaction():
        for login in ("saomai", "dongxanh"):
            number = "0315123453" if login == "saomai" else "3601234569"
            accounts.end_membership(account_of(login).id, number, by=SYSTEM)
    assert empty_accounts(10) == 1
    left = db.session.scalars(select(Account.login).where(Account.kind == Kind.CITIZEN)).all()
    assert "dongxanh" in left
    assert "saomai" not in left


def test_an_open_account_and_one_of_the_staff_are_left_alone(installation: Flask):
    with transaction():
        db.session.merge(account_of("motcua")).active = False
    with clock.shifted(timedelta(days=3650)):
        assert empty_accounts(10) == 0


def test_a_guest_whose_dossier_is_gone_leaves_no_address(installation: Flask):
    with transaction() as session:
        guest = accounts.create_account(LOGIN, LOGIN, kind=Kind.GUEST, by=SYSTEM, email=LOGIN)
        session.flush()
        access = GuestAccess(
            email=LOGIN,
            fact_kind="birth-date",
            fact_hash="x",
            service_key=SERVICE,
            agency_id=first_agency().id,
            language="vi",
            account_id=guest.id,
        )
        session.add(access)
    assert empty_accounts(10) == 0
    with clock.shifted(timedelta(days=2)):
        assert empty_accounts(10) == 1
    assert columns_with(LOGIN) == set()
