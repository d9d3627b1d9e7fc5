"""A leader's sitting by API: what can be signed together, leaving out, confirming, stopping."""

from dataclasses import replace

import pytest

from accounts import policy, queries
from accounts.runtime import runtime
from core.clock import now
from core.database import transaction
from tests.api import rows
from tests.api.house import Caller, House
from tests.dossiers.sitting_pack import pack
from workflows.operations import deploy_pack


@pytest.fixture
def waiting(house: House) -> list[str]:
    """Two tasks in which the director may sign together with others."""
    with house.app.app_context(), transaction():
        deploy_pack(pack(), by="system")
    tasks = []
    for number in (1, 2):
        draft = house.owner.draft()
        with house.app.app_context():
            rows.submitted(draft["id"], f"H26.16-261121-000{number}")
            made = rows.task(draft["id"], "director", "withdrawal_approval", element="approve")
            tasks.append(str(made))
    return tasks


def begun(house: House, tasks: list[str]) -> str:
    answer = house.director.post("/api/v1/sittings", {"tasks": tasks})
    assert answer.status_code == 201, answer.text
    return f"/api/v1/sittings/{answer.get_json()['id']}"


def test_what_can_be_signed_together_is_listed_with_the_answers(house: House, waiting: list[str]):
    items = house.director.get("/api/v1/signable-tasks").get_json()["items"]
    assert [each["task_id"] for each in items] == waiting
    assert items[0]["answers"] == {"approved": "yes", "remark": "Đồng ý"}
    assert house.desk_clerk.get("/api/v1/signable-tasks").get_json() == {"items": []}


def test_results_are_left_out_and_taken_in_again(house: House, waiting: list[str]):
    address = begun(house, waiting)
    left = house.director.post(f"{address}/leave-out", {"numbers": [2]}).get_json()
    assert [each["state"] for each in left["items"]] == ["waiting", "excluded"]
    again = house.director.post(f"{address}/leave-out", {"numbers": [2], "out": False})
    assert [each["state"] for each in again.get_json()["items"]] == ["waiting", "waiting"]


def test_confirming_needs_a_fresh_proof(house: House, waiting: list[str]):
    address = begun(house, waiting)
    answer = house.director.post(f"{address}/confirm")
    assert (answer.status_code, answer.get_json()["code"]) == (401, "fresh-proof-needed")
    fresh = proven(house, "director")
    answer = fresh.post(f"{address}/confirm")
    assert (answer.status_code, answer.get_json()["state"]) == (202, "running")
    stopped = fresh.post(f"{address}/stop").get_json()
    assert (stopped["state"], stopped["code"]) == ("paused", "sitting-stopped")


def test_nobody_else_finds_it(house: House, waiting: list[str]):
    address = begun(house, waiting)
    for other in (house.director_elsewhere, house.desk_clerk):
        assert other.get(address).status_code == 404
        assert other.post(f"{address}/confirm").status_code == 404


def proven(house: House, name: str) -> Caller:
    """The caller with a token of somebody who has just proven who he is."""
    found: Caller = house.callers[name]
    with house.app.app_context():
        actor = queries.actor(found.actor_id)
        assert actor is not None
        fresh = replace(actor, proven_at=now())
        token = runtime().tokens.issue(fresh, policy.scopes_of(fresh))
    return replace(found, headers={**found.headers, "Authorization": f"Bearer {token.text}"})
