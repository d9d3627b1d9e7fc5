"""Running a department: how far administrators reach, two people for authority, places in time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from accounts import departments, granting, operations, places, proposing, queries, staffing
from accounts.actor import SYSTEM, Actor, Kind, Role
from accounts.department_errors import (
    BeyondOwnReach,
    GrantDecided,
    LastAdministrator,
    OwnRoles,
    PlaceClosed,
    PlaceClosedAlready,
    SecondAdministrator,
)
from accounts.granting import Reach
from accounts.models import Account, Agency, RoleGrant
from accounts.policy import Action, allows
from core.clock import now
from core.database import db, transaction
from core.errors import NotFound, PreconditionFailed
from tests.accounts.conftest import People

DAY = timedelta(days=1)


@pytest.fixture
def local(people: People, actor_of: Callable[[Account], Actor]) -> Actor:
    """An administrator of the one agency."""
    with transaction():
        account = staffing.create_staff("loan", "Loan", "", by=SYSTEM, agency_id=people.agency.id)
        operations.grant_role(account.id, Role.ADMINISTRATOR, agency_id=people.agency.id, by=SYSTEM)
    return actor_of(account)


@pytest.fixture
def elsewhere(people: People) -> Agency:
    with transaction():
        return operations.create_agency("G19.01", "KH", {"vi": "Cục khác"}, by=SYSTEM)


def colleague(agency_id: UUID | None, login: str = "moi") -> Account:
    with transaction():
        return staffing.create_staff(login, login.title(), "", by=SYSTEM, agency_id=agency_id)


def test_an_administrator_of_one_agency_reaches_only_its_people(
    people: People, local: Actor, elsewhere: Agency
):
    mine, other = colleague(people.agency.id), colleague(elsewhere.id, "khac")
    found = {each.id for each in staffing.staff_list(visible_to=local)}
    assert mine.id in found
    assert other.id not in found
    with pytest.raises(NotFound), transaction():
        staffing.close_account(other.id, reason="x", by=local)
    with pytest.raises(NotFound), transaction():
        departments.create_unit(elsewhere.id, "P1", {"vi": "Phòng 1"}, by=local)
    assert not allows(local, Action.ACCOUNT_ADMINISTER)


def test_a_role_elsewhere_takes_an_account_out_of_the_agencys_hands(
    people: People, local: Actor, elsewhere: Agency
):
    mine = colleague(people.agency.id)
    with transaction():
        operations.grant_role(mine.id, Role.OFFICER, agency_id=elsewhere.id, by=SYSTEM)
    with pytest.raises(NotFound):
        staffing.find_staff(mine.id, visible_to=local)


@pytest.mark.parametrize(
    ("role", "everywhere"), [(Role.DESK_CLERK, True), (Role.OPERATOR, False), (Role.AUDITOR, False)]
)
def test_nobody_gives_more_than_he_has(
    people: People, local: Actor, role: Role, *, everywhere: bool
):
    account = colleague(people.agency.id)
    reach = Reach(agency_id=None if everywhere else people.agency.id)
    with pytest.raises(BeyondOwnReach), transaction():
        proposing.give_or_propose(account.id, role, reach, reason="x", by=local)


def test_nobody_changes_his_own_roles(people: People, actor_of: Callable[[Account], Actor]):
    own = actor_of(people.administrator)
    with pytest.raises(OwnRoles), transaction():
        operations.grant_role(people.administrator.id, Role.DESK_CLERK, by=own)
    with pytest.raises(OwnRoles), transaction():
        staffing.close_account(people.administrator.id, reason="x", by=own)


def test_authority_is_given_by_two(
    people: People, local: Actor, actor_of: Callable[[Account], Actor]
):
    account = colleague(people.agency.id)
    with transaction():
        proposed = proposing.give_or_propose(
            account.id, Role.DIRECTOR, Reach(people.agency.id), reason="Bổ nhiệm", by=local
        )
    with pytest.raises(SecondAdministrator), transaction():
        proposing.agree(proposed.id, by=local)
    assert not actor_of(account).has(Role.DIRECTOR)
    with transaction():
        proposing.agree(proposed.id, by=actor_of(people.administrator))
    assert actor_of(account).has(Role.DIRECTOR)
    with pytest.raises(GrantDecided), transaction():
        proposing.refuse(proposed.id, by=local, note="")


def test_who_shall_get_a_role_does_not_decide_on_it(people: People, local: Actor):
    assert local.account_id is not None
    with transaction():
        proposed = proposing.propose(
            local.account_id, Role.DIRECTOR, Reach(people.agency.id), reason="x", by=SYSTEM
        )
    with pytest.raises(NotFound), transaction():
        proposing.agree(proposed.id, by=local)


def test_the_last_administrator_stays(people: People):
    with pytest.raises(LastAdministrator), transaction():
        staffing.close_account(people.administrator.id, reason="x", by=SYSTEM)
    grant = db.session.query(RoleGrant).filter_by(account_id=people.administrator.id).one()
    with pytest.raises(LastAdministrator), transaction():
        granting.revoke_role(grant.id, by=SYSTEM)


def test_a_closed_account_is_out_at_once(people: People, actor_of: Callable[[Account], Actor]):
    account = colleague(people.agency.id)
    with transaction():
        staffing.close_account(account.id, reason="x", by=actor_of(people.administrator))
    assert queries.actor(f"account:{account.id}") is None


def test_two_administrators_change_one_account_and_nothing_is_lost(people: People):
    account = colleague(people.agency.id)
    change: dict[str, Any] = {"agency_id": people.agency.id, "seen_version": 1, "by": SYSTEM}
    with transaction():
        staffing.change_staff(account.id, "Một", "mot@example.vn", **change)
    with pytest.raises(PreconditionFailed), transaction():
        staffing.change_staff(account.id, "Hai", "", **change)
    assert db.session.get_one(Account, account.id).display_name == "Một"


def test_an_old_case_shows_the_old_name(people: People):
    agency, moment = db.session.get_one(Agency, people.agency.id), now()
    with transaction():
        places.rename(
            agency, {"vi": "Tên mới"}, since=moment + DAY, seen_version=agency.version, by=SYSTEM
        )
    with transaction():
        places.rename(
            agency,
            {"vi": "Mới nữa"},
            since=moment + 9 * DAY,
            seen_version=agency.version,
            by=SYSTEM,
        )
    seen = [places.agency_names(agency.id, moment + each * DAY)["vi"] for each in (0, 5, 10)]
    assert seen == ["Vụ Thiết bị y tế", "Tên mới", "Mới nữa"]


def test_a_closed_agency_takes_nothing_new(people: People, elsewhere: Agency):
    with transaction():
        unit = departments.create_unit(people.agency.id, "P1", {"vi": "Phòng 1"}, by=SYSTEM)
    agency = db.session.get_one(Agency, people.agency.id)
    closing: dict[str, Any] = {"until": now(), "successor_id": elsewhere.id, "by": SYSTEM}
    with transaction():
        places.close(agency, seen_version=agency.version, **closing)
    with pytest.raises(PlaceClosed), transaction():
        operations.grant_role(people.officer.id, Role.DESK_CLERK, agency_id=agency.id, by=SYSTEM)
    with pytest.raises(PlaceClosed), transaction():
        places.require_open_agency(agency.id)
    assert agency.id not in {each.id for each in queries.agencies(open_only=True)}
    assert unit.valid_until is not None
    with pytest.raises(PlaceClosedAlready), transaction():
        places.close(agency, seen_version=agency.version, **closing)
    with pytest.raises(PreconditionFailed), transaction():
        places.rename(agency, {"vi": "x"}, since=now(), seen_version=1, by=SYSTEM)


def test_citizens_are_no_staff(people: People):
    with pytest.raises(NotFound):
        staffing.find_staff(people.citizen.id, visible_to=SYSTEM)
    assert Kind.CITIZEN not in {each.kind for each in staffing.staff_list(visible_to=SYSTEM)}
