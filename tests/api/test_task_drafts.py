"""Tasks over the API: unfinished answers kept, tasks delegated, handed back and given to others."""

from typing import Any
from uuid import UUID

import pytest

from accounts import operations, policy, queries, runtime
from accounts.actor import SYSTEM, Kind, Role
from core.database import transaction
from tests.api import rows
from tests.api.conftest import code_of
from tests.api.house import Caller, House

TASKS = "/api/v1/tasks"
NOTE = {"decision": "accept"}


@pytest.fixture
def address(house: House) -> str:
    draft = house.owner.draft()
    with house.app.app_context():
        rows.submitted(draft["id"], "H26.16-261121-0001")
        return f"{TASKS}/{rows.task(draft['id'], 'device-officer', 'desk_check')}"


def put(caller: Caller, address: str, version: str, **answers: Any) -> Any:
    headers = {**caller.headers, "If-Match": version}
    return caller.client.put(f"{address}/draft", json={"answers": answers}, headers=headers)


def claim(caller: Caller, address: str) -> str:
    return str(caller.post(f"{address}/claim").get_json()["token"])


def holder(house: House, address: str) -> str | None:
    found: str | None = house.device_officer.get(address).get_json()["holder"]
    return found


def test_answers_are_kept_and_the_second_window_is_told_the_newer_ones(house: House, address: str):
    officer = house.device_officer
    claim(officer, address)
    none = officer.get(f"{address}/draft")
    saved = put(officer, address, none.headers["ETag"], **NOTE, unknown=1)
    stale = put(officer, address, none.headers["ETag"], decision="reject")

    assert (none.get_json()["answers"], saved.status_code) == ({}, 204)
    assert officer.get(f"{address}/draft").headers["ETag"] == saved.headers["ETag"]
    assert (stale.status_code, code_of(stale)) == (412, "draft-changed")
    assert stale.get_json()["newer"]["answers"] == NOTE
    assert put(officer, address, saved.headers["ETag"], decision="reject").status_code == 204


def test_only_the_holder_sees_and_saves_a_draft(house: House, address: str):
    free = put(house.device_officer, address, '"0.en"', **NOTE)
    assert (free.status_code, code_of(free)) == (409, "task-not-yours")
    claim(house.device_officer, address)

    assert house.director.get(f"{address}/draft").status_code == 409
    assert put(house.desk_clerk, address, '"0.en"', **NOTE).status_code == 404


def test_a_director_gives_a_task_to_whom_may_work_it_or_back_to_its_queue(
    house: House, address: str
):
    token = claim(house.device_officer, address)
    seen = house.director.get(address).headers["ETag"]
    wrong = reassign(house.director, address, seen, house.desk_clerk.actor_id)
    assert (wrong.status_code, code_of(wrong)) == (422, "cannot-take-task")
    assert reassign(house.director, address, seen, None).status_code == 204
    again = reassign(house.director, address, seen, None)
    assert (again.status_code, code_of(again)) == (409, "task-changed")

    assert holder(house, address) is None
    body = {"token": token, "answers": {}}
    assert house.device_officer.post(f"{address}/complete", body).status_code == 409


def test_operators_find_and_give_tasks_too_but_officers_do_not(house: House, address: str):
    listed = house.operator.get(f"{TASKS}?overseen=true").get_json()["items"]
    assert [item["id"] for item in listed] == [address.rpartition("/")[2]]
    seen = house.operator.get(address).headers["ETag"]
    given = reassign(house.operator, address, seen, house.device_officer.actor_id)

    assert given.status_code == 204
    assert holder(house, address) == house.device_officer.actor_id
    assert reassign(house.device_officer, address, seen, None).status_code == 403


def test_a_helper_hands_a_task_back(house: House, address: str):
    officer, helper = house.device_officer, second_officer(house)
    token = claim(officer, address)
    given = officer.post(f"{address}/delegate", {"token": token, "to": helper.actor_id})
    assert given.status_code == 204
    helping = claim(helper, address)

    assert helper.post(f"{address}/resolve", {"token": helping}).status_code == 204
    assert holder(house, address) == officer.actor_id
    again = helper.post(f"{address}/resolve", {"token": helping})
    assert (again.status_code, code_of(again)) == (409, "task-not-yours")


def reassign(caller: Caller, address: str, version: str, to: str | None) -> Any:
    return caller.post(f"{address}/reassign", {"to": to}, **{"If-Match": version})


def second_officer(house: House) -> Caller:
    with house.app.app_context():
        agency: UUID = next(each.id for each in queries.agencies() if each.code == "H26.16")
        with transaction():
            account = operations.create_account("helper", "Helper", kind=Kind.STAFF, by=SYSTEM)
            operations.grant_role(
                account.id, Role.OFFICER, agency_id=agency, queue="device-officer", by=SYSTEM
            )
        actor = queries.actor(f"account:{account.id}")
        assert actor is not None
        token = runtime().tokens.issue(actor, policy.scopes_of(actor))
    headers = {"Authorization": f"Bearer {token.text}", "Accept-Language": "en"}
    return Caller(house.app.test_client(), actor.id, headers)
