"""Tasks come to people by the rule of their queue; dossiers and tasks follow a reorganisation."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

import engine
from accounts import departments, operations, places, staffing
from accounts import queries as accounts
from accounts.actor import SYSTEM, Actor, Role
from accounts.department_errors import PlaceClosed
from accounts.models import Account, Agency
from accounts.policy import Action
from accounts.substitutes import Absence, name_substitute
from accounts.work_rules import WorkRule
from commands.sample.application import SERVICE
from commands.sample.people import account_of, first_agency
from core.clock import now, today
from core.database import db, transaction
from dossiers import operations as cases
from dossiers import queries
from dossiers.assigning import assign
from dossiers.models import Dossier, Proceeding
from dossiers.operations import handing_over
from dossiers.operations.handing_over import HandOver
from engine.models import Task, TaskState
from tests.api import rows

QUEUE = "desk-clerk"


def clerk(login: str) -> Account:
    with transaction():
        account = staffing.create_staff(login, login, "", by=SYSTEM, agency_id=first_agency().id)
        operations.grant_role(account.id, Role.DESK_CLERK, agency_id=first_agency().id, by=SYSTEM)
    return account


def rule(which: WorkRule) -> None:
    with transaction():
        departments.create_queue(
            QUEUE, {"vi": "Một cửa"}, by=SYSTEM, agency_id=first_agency().id, work_rule=which
        )


def holders() -> list[str]:
    """Who holds the open tasks of the queue, the oldest first."""
    db.session.rollback()
    tasks = db.session.scalars(
        select(Task).where(Task.state == TaskState.OPEN).order_by(Task.created_at, Task.id)
    )
    return [task.holder for task in tasks if QUEUE in task.candidate_groups]


@pytest.fixture
def desk_task(installation: Flask, paid_dossier: Callable[[], Dossier]) -> Callable[[], None]:
    """Let a dossier come to the desk: the register does not know its company."""
    unknown = {"enterprise": {"found": False, "active": False, "name": ""}}
    runtime = installation.extensions["motcua.engine"]
    runtime.on_job("enterprise.lookup", lambda _call: unknown)

    def make() -> None:
        paid_dossier()
        engine.run_due_jobs(installation)

    return make


def second_agency() -> Agency:
    found = accounts.agency_by_code("H29.16")
    assert found is not None
    return found


def actor(login: str) -> Actor:
    found = accounts.actor(actor_id(login))
    assert found is not None
    return found


def actor_id(login: str) -> str:
    return f"account:{account_of(login).id}"


def test_without_a_rule_a_task_waits_to_be_taken(desk_task: Callable[[], None]):
    rule(WorkRule.PULL)
    desk_task()
    assert holders() == [""]


def test_tasks_go_round(desk_task: Callable[[], None]):
    other = clerk("hai")
    rule(WorkRule.ROUND_ROBIN)
    for _ in range(3):
        desk_task()
    people = sorted([actor_id("motcua"), f"account:{other.id}"])
    assert holders() == [people[0], people[1], people[0]]


def test_a_task_goes_to_who_has_the_fewest(desk_task: Callable[[], None]):
    rule(WorkRule.LEAST_LOADED)
    desk_task()
    other = clerk("hai")
    desk_task()
    assert holders() == [actor_id("motcua"), f"account:{other.id}"]


def test_a_task_goes_to_who_had_the_dossier_before(desk_task: Callable[[], None]):
    other = f"account:{clerk('hai').id}"
    rule(WorkRule.SAME_OFFICER)
    desk_task()
    first = db.session.scalars(select(Task)).one()
    about = db.session.get_one(Proceeding, first.instance_id)
    before = next(each for each in (actor_id("motcua"), other) if each == first.holder)
    desk_task()
    with transaction() as session:
        done = Task.id == first.id
        session.execute(update(Task).values(holder=before))
        session.execute(update(Task).where(done).values(state=TaskState.COMPLETED, ended_at=now()))
    again = rows.task(str(about.dossier_id), QUEUE, "desk_check")
    with transaction() as session:
        task = session.scalars(select(Task).where(Task.id == again)).one()
        assign(session.get_one(Proceeding, task.instance_id), again)
    desk_task()
    assert {task.id: task.holder for task in db.session.scalars(select(Task))}[again] == before
    assert holders()[-1] != before


def test_who_is_away_is_passed_over(desk_task: Callable[[], None]):
    other = clerk("hai")
    rule(WorkRule.ROUND_ROBIN)
    with transaction():
        absence = Absence(today(), today() + timedelta(days=3))
        name_substitute(account_of("motcua").id, None, absence, by=SYSTEM)
    for _ in range(2):
        desk_task()
    assert holders() == [f"account:{other.id}"] * 2


def test_nobody_is_given_what_he_must_not_decide(desk_task: Callable[[], None]):
    with transaction():
        operations.add_membership(account_of("motcua").id, "0315123453", by=SYSTEM)
    rule(WorkRule.LEAST_LOADED)
    desk_task()
    assert holders() == [""]


def test_a_closed_agency_hands_its_dossiers_over(dossier_on_the_desk: Dossier):
    old, new = first_agency(), second_agency()
    task = db.session.scalars(select(Task).where(Task.state == TaskState.OPEN)).one()
    desk = actor("motcua")
    with transaction():
        cases.claim_task(task.id, actor=desk)
    with transaction():
        agency = db.session.get_one(Agency, old.id)
        places.close(
            agency, until=now(), successor_id=new.id, seen_version=agency.version, by=SYSTEM
        )
    citizen = actor("dongxanh")
    with pytest.raises(PlaceClosed), transaction():
        cases.start_draft(SERVICE, agency_id=old.id, actor=citizen, language="vi")

    plan = HandOver(old.id, new.id)
    seen = handing_over.would_hand_over(plan, actor=SYSTEM)
    with transaction():
        done = handing_over.hand_over(plan, reason="Sắp xếp bộ máy", actor=SYSTEM)
    assert done == sum(seen.values()) > 0
    moved = queries.find_dossier(dossier_on_the_desk.id, visible_to=SYSTEM)
    assert moved.agency_id == new.id
    assert holders() == [""]
    assert not queries.find_task(task.id, visible_to=SYSTEM).allows(desk, Action.TASK_VIEW)


def test_many_dossiers_are_handed_over_by_jobs(
    installation: Flask, dossier_on_the_desk: Dossier, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(handing_over, "AT_ONCE", 0)
    old, new = first_agency(), second_agency()
    with transaction():
        handing_over.hand_over(HandOver(old.id, new.id), reason="x", actor=SYSTEM)
    engine.run_due_jobs(installation)
    db.session.rollback()
    assert queries.find_dossier(dossier_on_the_desk.id, visible_to=SYSTEM).agency_id == new.id


def test_tasks_of_who_leaves_go_to_a_colleague_or_back(desk_task: Callable[[], None]):
    rule(WorkRule.LEAST_LOADED)
    desk_task()
    other = clerk("hai")
    with transaction():
        handing_over.close_account(
            account_of("motcua").id, reason="Chuyển", actor=SYSTEM, to=f"account:{other.id}"
        )
    assert holders() == [f"account:{other.id}"]
    with transaction():
        handing_over.close_account(other.id, reason="Nghỉ", actor=SYSTEM)
    assert holders() == [""]
