"""Who works for somebody who is away: sees his queue and tasks, only then, only that, and on record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from accounts import queries as accounts
from accounts import staffing
from accounts.actor import SYSTEM, Actor, Grant, Role
from accounts.department_errors import NotDelegable, SubstituteWrong
from accounts.models import Account
from accounts.passing import passed_on
from accounts.substitutes import Absence, end_substitution, name_substitute
from commands.sample.people import account_of, first_agency
from core import clock
from core.audit import AuditEvent
from core.clock import today
from core.database import db, transaction
from dossiers import operations as cases
from dossiers import queries
from dossiers.models import Dossier
from engine.errors import TaskNotYours
from engine.models import Task, TaskState

DAY = timedelta(days=1)


@pytest.fixture
def away(installation: Flask) -> Account:
    """The clerk at the desk."""
    return account_of("motcua")


@pytest.fixture
def helper(installation: Flask) -> Account:
    """A colleague without a role of his own."""
    with transaction():
        return staffing.create_staff(
            "thay", "Người Thay", "", by=SYSTEM, agency_id=first_agency().id
        )


def actor(account: Account) -> Actor:
    found = accounts.actor(f"account:{account.id}")
    assert found is not None
    return found


def replace_by(away: Account, helper: Account, **limits: Any) -> None:
    absence = Absence(today(), today() + 3 * DAY, **limits)
    with transaction():
        name_substitute(away.id, helper.id, absence, by=SYSTEM)


def task() -> Task:
    return db.session.scalars(select(Task).where(Task.state == TaskState.OPEN)).one()


def test_the_substitute_works_the_queue_and_the_record_says_for_whom(
    away: Account, helper: Account, dossier_on_the_desk: Dossier
):
    assert queries.tasks(visible_to=actor(helper)) == []
    replace_by(away, helper)
    with transaction():
        cases.claim_task(task().id, actor=actor(helper))
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.tag == "dossier:task:claimed")
    ).one()
    assert event.actor == f"account:{helper.id}"
    assert event.details is not None
    assert event.details["in_place_of"] == f"account:{away.id}"


def test_the_substitute_takes_over_what_is_held(
    away: Account, helper: Account, dossier_on_the_desk: Dossier
):
    with transaction():
        cases.claim_task(task().id, actor=actor(away))
    replace_by(away, helper)
    with transaction():
        cases.take_over_task(task().id, version=task().version, actor=actor(helper))
    assert task().holder == f"account:{helper.id}"
    with pytest.raises(TaskNotYours), transaction():
        cases.take_over_task(task().id, version=task().version, actor=actor(away))


def test_it_ends_by_itself_and_by_hand(away: Account, helper: Account):
    replace_by(away, helper)
    assert actor(helper).has(Role.DESK_CLERK)
    with clock.shifted(4 * DAY):
        assert not actor(helper).has(Role.DESK_CLERK)
    absence = Absence(today(), today())
    with transaction():
        named = name_substitute(helper.id, away.id, absence, by=SYSTEM)
    with transaction():
        end_substitution(named.id, by=SYSTEM)
    assert all(not grant.in_place_of for grant in actor(away).grants)


@pytest.mark.parametrize(
    ("limits", "passed"),
    [
        ({"queues": ["desk-clerk"]}, {None}),
        ({"queues": ["another"]}, set()),
        ({"services": ["device-declaration-b"]}, {"device-declaration-b"}),
    ],
    ids=["queue", "another queue", "service"],
)
def test_it_is_limited_to_what_was_named(
    away: Account, helper: Account, limits: dict[str, list[str]], passed: set[str | None]
):
    replace_by(away, helper, **limits)
    assert {grant.service for grant in actor(helper).grants} == passed


def test_what_is_signed_passes_only_when_an_administrator_says_so(helper: Account):
    director = account_of("lanhdao")
    replace_by(director, helper)
    assert not actor(helper).has(Role.DIRECTOR)
    own = actor(director)
    absence = Absence(today(), today(), signing=True)
    with pytest.raises(NotDelegable), transaction():
        name_substitute(director.id, None, absence, by=own)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.OPERATOR, Role.AUDITOR])
def test_who_watches_or_administers_is_never_replaced(role: Role):
    assert list(passed_on(Grant(role), queues=[], services=[], signing=True)) == []


def test_a_substitute_is_a_colleague_of_the_same_agency(away: Account):
    for login in ("motcua", "saomai", "quantri"):
        other = account_of(login)
        with pytest.raises(SubstituteWrong), transaction():
            name_substitute(away.id, other.id, Absence(today(), today()), by=SYSTEM)


def test_who_left_passes_nothing_on(away: Account, helper: Account, work: Callable[..., None]):
    replace_by(away, helper)
    with transaction():
        staffing.close_account(away.id, reason="Nghỉ việc", by=SYSTEM)
    assert actor(helper).grants == frozenset()
