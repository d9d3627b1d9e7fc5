"""Roles are dated, bound to an agency, and taken away at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts import operations, queries
from accounts.actor import SYSTEM, Actor, Grant, Role
from accounts.errors import (
    ActionRefused,
    AgencyExists,
    AgencyUnknown,
    RoleNotGrantable,
)
from accounts.models import Account
from core import clock
from core.database import transaction
from core.errors import NotFound
from core.ids import new_id
from tests.accounts.conftest import People


def test_a_role_is_held_in_the_agency_it_was_granted_for(
    people: People, actor_of: Callable[[Account], Actor]
):
    officer = actor_of(people.officer)
    assert officer.grants == {Grant(Role.OFFICER, people.agency.id, queue="device-officer")}
    assert officer.has(Role.OFFICER)
    assert not officer.has(Role.DIRECTOR)


def test_a_role_begins_and_ends_on_its_dates(people: People, actor_of: Callable[[Account], Actor]):
    start = clock.now() + timedelta(days=1)
    with transaction():
        operations.grant_role(
            people.officer.id,
            Role.DIRECTOR,
            valid_from=start,
            valid_until=start + timedelta(days=1),
            by=SYSTEM,
        )
    held = []
    for days in range(3):
        with clock.shifted(timedelta(days=days, minutes=1)):
            held.append(actor_of(people.officer).has(Role.DIRECTOR))
    assert held == [False, True, False]


def test_a_revoked_role_is_gone_with_the_next_request(
    people: People, actor_of: Callable[[Account], Actor]
):
    with transaction():
        grant = operations.grant_role(people.officer.id, Role.AUDITOR, by=SYSTEM)
    assert actor_of(people.officer).has(Role.AUDITOR)
    with transaction():
        operations.revoke_role(grant.id, by=SYSTEM)
    assert not actor_of(people.officer).has(Role.AUDITOR)


def test_only_an_administrator_grants(people: People, actor_of: Callable[[Account], Actor]):
    with pytest.raises(ActionRefused), transaction():
        operations.grant_role(people.officer.id, Role.DIRECTOR, by=actor_of(people.officer))
    with transaction():
        administrator = actor_of(people.administrator)
        operations.grant_role(people.officer.id, Role.DESK_CLERK, by=administrator)


def test_a_role_that_comes_by_itself_is_not_granted(people: People):
    with pytest.raises(RoleNotGrantable), transaction():
        operations.grant_role(people.officer.id, Role.SYSTEM, by=SYSTEM)


def test_what_is_not_there_cannot_be_changed(people: People):
    with pytest.raises(NotFound), transaction():
        operations.revoke_role(new_id(), by=SYSTEM)
    with pytest.raises(NotFound), transaction():
        operations.grant_role(new_id(), Role.DIRECTOR, by=SYSTEM)


def test_a_role_in_an_agency_that_is_not_there_is_not_granted(people: People):
    with pytest.raises(AgencyUnknown), transaction():
        operations.grant_role(people.officer.id, Role.DIRECTOR, agency_id=new_id(), by=SYSTEM)


@pytest.mark.parametrize(("code", "ending"), [("G18.99", "NEW"), ("NEW", "BYT")])
def test_two_agencies_never_share_a_code_or_an_ending_of_numbers(
    people: People, code: str, ending: str
):
    with pytest.raises(AgencyExists), transaction():
        operations.create_agency(code, ending, {"vi": "Vụ khác"}, by=SYSTEM)


def test_a_membership_is_entered_once_and_ended_once(
    people: People, actor_of: Callable[[Account], Actor]
):
    with transaction():
        for _ in range(2):
            operations.add_membership(people.citizen.id, "0100109106", by=SYSTEM)
        operations.end_membership(people.citizen.id, "0100109106", by=SYSTEM)
    assert actor_of(people.citizen).organisations == frozenset()
    with pytest.raises(NotFound), transaction():
        operations.end_membership(people.citizen.id, "0100109106", by=SYSTEM)


def test_a_member_acts_for_the_organisation(people: People, actor_of: Callable[[Account], Actor]):
    with transaction():
        operations.add_membership(people.citizen.id, "0100109106", by=SYSTEM)
    assert actor_of(people.citizen).organisations == {"0100109106"}


def test_accounts_are_seen_by_their_owner_and_administrators_only(
    people: People, actor_of: Callable[[Account], Actor]
):
    own = people.citizen.id
    assert queries.account(own, visible_to=actor_of(people.citizen)) is not None
    assert queries.account(own, visible_to=actor_of(people.administrator)) is not None
    assert queries.account(own, visible_to=actor_of(people.officer)) is None


def test_agencies_are_found_by_code(people: People):
    assert queries.agency_by_code("G18.99") is not None
    assert queries.agency_by_code("G18.00") is None
    assert [agency.code for agency in queries.agencies()] == ["G18.99"]
