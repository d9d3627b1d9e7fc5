"""Operators keep processes running, through the API: what is stuck, and what they do about it."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from core.audit import AuditEvent, first_broken
from core.database import db, reading, transaction
from core.ids import new_id
from engine import operations, run_due_jobs
from engine.errors import JobFailed
from engine.jobs.kinds import JobCall
from engine.runtime import EXTENSION, Runtime
from tests.api.conftest import code_of
from tests.api.house import Caller, House
from tests.engine.models import flows, model, script, user

INSTANCES, INCIDENTS, GROUPS = "/api/v1/instances", "/api/v1/incidents", "/api/v1/incident-groups"
INTERVENTIONS = "/api/v1/interventions"


def no_answer(_call: JobCall) -> None:
    raise JobFailed("the platform is closed", retryable=False)


@pytest.fixture
def runtime(house: House) -> Runtime:
    """The engine of the house, with a payment platform that refuses every order."""
    made: Runtime = house.app.extensions[EXTENSION]
    made.on_job("payment.order", no_answer)
    return made


@pytest.fixture
def stuck(house: House, runtime: Runtime) -> dict[str, Any]:
    """A submitted dossier whose process has an incident."""
    draft = house.owner.complete_draft()
    assert house.owner.post(f"/api/v1/dossiers/{draft['id']}/submit").status_code == 200
    run_due_jobs(house.app)
    return draft


@pytest.fixture
def waiting(house: House) -> str:
    """The address of a process of no dossier that waits at a task."""
    body = '<startEvent id="s"/>' + user("a") + script("n", "=1", "n") + user("b")
    bundle = model(body + flows("s -> a", "a -> n", "n -> b"))
    with house.app.app_context(), transaction():
        definition = operations.deploy({"p.bpmn": bundle})
        made = operations.start(definition, "p", {"name": "An", "price": 1.5}, business_key="K-1")
    return f"{INSTANCES}/{made}"


def instance_of(house: House, dossier: dict[str, Any]) -> str:
    (found,) = items(house.operator, f"{INSTANCES}?business_key={dossier['id']}")
    return f"{INSTANCES}/{found['id']}"


def items(caller: Caller, address: str) -> list[dict[str, Any]]:
    answer = caller.get(address)
    assert answer.status_code == 200, answer.text
    return list(answer.get_json()["items"])


def audited(house: House, instance: str) -> list[tuple[str, str]]:
    """Who did what to a process, as the record has it."""
    subject = "instance:" + instance.rpartition("/")[2]
    query = select(AuditEvent).where(AuditEvent.subject == subject).order_by(AuditEvent.id)
    with house.app.app_context(), reading():
        return [(event.tag, event.actor) for event in db.session.scalars(query)]


# --- incidents


def test_incidents_are_grouped_listed_and_tried_again(house: House, stuck, runtime: Runtime):
    (group,) = items(house.operator, GROUPS)
    assert (group["count"], group["kind"]) == (1, "payment.order")
    assert group["message"] == "the platform is closed"
    (incident,) = items(house.operator, f"{INCIDENTS}?fingerprint={group['fingerprint']}")
    assert incident["business_key"] == stuck["id"]
    shown = house.operator.get(f"{INCIDENTS}/{incident['id']}")
    assert shown.get_json() == incident

    runtime.on_job("payment.order", lambda _call: {"checkout_url": "https://pay.example/1"})
    retried = house.operator.post(f"{INCIDENTS}/{incident['id']}/retry", {})
    assert retried.status_code == 204, retried.text
    run_due_jobs(house.app)
    assert items(house.operator, INCIDENTS) == []
    instance = instance_of(house, stuck)
    assert audited(house, instance) == [("dossier:process:retried", house.operator.actor_id)]


def test_all_of_one_cause_are_tried_again(house: House, stuck, runtime: Runtime):
    (group,) = items(house.operator, GROUPS)
    runtime.on_job("payment.order", lambda _call: {"checkout_url": "https://pay.example/1"})
    address = f"{GROUPS}/{group['fingerprint']}/retry"
    assert code_of(house.operator.post(address, {"rate_per_second": 0})) == "invalid-request"
    assert house.operator.post(address, {"rate_per_second": 5}).get_json() == {"count": 1}
    run_due_jobs(house.app)

    assert items(house.operator, GROUPS) == []
    assert code_of(house.operator.post(address, {})) == "incident-not-found"


# --- instances


def test_instances_are_listed_and_shown_with_their_tokens(house: House, waiting: str):
    (found,) = items(house.operator, f"{INSTANCES}?business_key=K-&process_id=p&state=active")
    shown = house.operator.get(waiting)
    assert waiting.endswith(found["id"])
    assert shown.headers["ETag"] == '"1.en"'
    (token,) = shown.get_json()["tokens"]
    assert (token["element_id"], token["kind"], token["waiting"]) == ("a", "userTask", "task")
    assert "name" not in shown.text.replace("element_name", "")


def test_what_people_said_is_shown_to_those_who_are_then_on_record(house: House, waiting: str):
    (scope,) = items(house.operator, f"{waiting}/variables")
    assert scope["variables"] == {"name": "An", "price": 1.5}
    assert audited(house, waiting) == [("dossier:process:read", house.operator.actor_id)]
    assert house.administrator.get(f"{waiting}/variables").status_code == 403


def test_the_history_hides_values_until_they_are_asked_for(house: House, waiting: str):
    plain = items(house.operator, f"{waiting}/history")
    assert [entry["kind"] for entry in plain][:2] == ["instance-started", "variables-changed"]
    assert (plain[1]["changes"], plain[1]["details"]["names"]) == (None, ["name", "price"])
    assert audited(house, waiting) == []

    told = items(house.operator, f"{waiting}/history?values=true")
    assert told[1]["changes"] == {"name": {"new": "An"}, "price": {"new": 1.5}}
    assert audited(house, waiting) == [("dossier:process:read", house.operator.actor_id)]
    assert house.administrator.get(f"{waiting}/history").status_code == 200
    assert house.administrator.get(f"{waiting}/history?values=true").status_code == 403


def test_the_history_comes_in_pages(house: House, waiting: str):
    everything = items(house.operator, f"{waiting}/history")
    first = house.operator.get(f"{waiting}/history?limit=2").get_json()
    rest = house.operator.get(first["next"].replace("limit=2", "limit=200")).get_json()

    assert [*first["items"], *rest["items"]] == everything
    assert rest["next"] is None


def test_variables_are_changed_with_a_reason(house: House, waiting: str):
    change = {"variables": {"price": 2}, "reason": "a slip of the pen"}
    stale = house.operator.patch(f"{waiting}/variables", change, '"7.en"')
    assert code_of(stale) == "version-mismatch"
    done = house.operator.patch(f"{waiting}/variables", change, '"1.en"')
    assert done.status_code == 204, done.text
    assert code_of(house.operator.patch(f"{waiting}/variables", {}, '"2.en"')) == "invalid-request"
    odd = {**change, "scope": 99}
    assert code_of(house.operator.patch(f"{waiting}/variables", odd, '"2.en"')) == "scope-not-found"

    assert audited(house, waiting) == [("dossier:process:changed", house.operator.actor_id)]
    (scope,) = items(house.operator, f"{waiting}/variables")
    assert scope["variables"]["price"] == 2


def test_a_dossiers_process_is_suspended_and_goes_on(house: House, stuck):
    instance = instance_of(house, stuck)
    suspended = house.operator.post(f"{instance}/suspend", {"reason": "the fee is wrong"})
    assert suspended.get_json()["state"] == "suspended"
    assert suspended.get_json()["suspended_at"] is not None
    again = house.operator.post(f"{instance}/suspend", {"reason": "x"})
    assert code_of(again) == "instance-suspended"
    assert house.operator.post(f"{instance}/resume").get_json()["state"] == "active"
    assert code_of(house.operator.post(f"{instance}/resume")) == "instance-not-suspended"

    me = house.operator.actor_id
    deeds = [("dossier:process:suspended", me), ("dossier:process:resumed", me)]
    assert audited(house, instance) == deeds
    with house.app.app_context(), reading():
        assert first_broken(UUID(stuck["id"])) is None


def test_a_process_is_cancelled_with_a_reason(house: House, stuck):
    instance = instance_of(house, stuck)
    assert code_of(house.operator.post(f"{instance}/cancel", {})) == "invalid-request"
    done = house.operator.post(f"{instance}/cancel", {"reason": "a test"}).get_json()

    assert (done["state"], done["end_reason"], done["tokens"]) == ("cancelled", "a test", [])
    assert audited(house, instance) == [("dossier:process:cancelled", house.operator.actor_id)]
    late = house.operator.post(f"{instance}/suspend", {"reason": "x"})
    assert code_of(late) == "instance-ended"


def test_a_process_of_no_dossier_is_cancelled_as_well(house: House, waiting: str):
    done = house.operator.post(f"{waiting}/cancel", {"reason": "a test"})
    assert done.get_json()["state"] == "cancelled", done.text


# --- interventions


def test_a_second_operator_approves_a_move(house: House, waiting: str):
    (token,) = house.operator.get(waiting).get_json()["tokens"]
    body = {"kind": "move", "token": token["number"], "target_id": "b", "reason": "done on paper"}
    made = house.operator.post(f"{waiting}/interventions", body)
    assert made.status_code == 201, made.text
    address = made.headers["Location"]
    assert house.operator.get(address).get_json() == made.get_json()
    assert code_of(house.operator.post(f"{address}/approve")) == "second-person-needed"
    assert [each["id"] for each in items(house.colleague, INTERVENTIONS)] == [made.get_json()["id"]]

    done = house.colleague.post(f"{address}/approve").get_json()
    assert (done["state"], done["decided_by"]) == ("done", house.colleague.actor_id)
    (token,) = house.operator.get(waiting).get_json()["tokens"]
    assert token["element_id"] == "b"
    assert items(house.operator, INTERVENTIONS) == []
    assert len(items(house.operator, f"{INTERVENTIONS}?all=true")) == 1
    assert audited(house, waiting) == [
        ("dossier:intervention:proposed", house.operator.actor_id),
        ("dossier:intervention:done", house.colleague.actor_id),
    ]


def test_a_proposal_is_withdrawn(house: House, waiting: str):
    (token,) = house.operator.get(waiting).get_json()["tokens"]
    body = {"kind": "skip", "token": token["number"], "variables": {"n": 1}, "reason": "x"}
    address = house.operator.post(f"{waiting}/interventions", body).headers["Location"]
    assert house.operator.post(f"{address}/withdraw").get_json()["state"] == "withdrawn"
    assert code_of(house.colleague.post(f"{address}/approve")) == "intervention-decided"


def test_sent_twice_it_is_proposed_once(house: House, waiting: str):
    (token,) = house.operator.get(waiting).get_json()["tokens"]
    body = {"kind": "skip", "token": token["number"], "reason": "x"}
    for _ in range(2):
        house.operator.post(f"{waiting}/interventions", body, **{"Idempotency-Key": "once"})

    assert len(items(house.operator, INTERVENTIONS)) == 1


def test_what_cannot_be_done_is_refused_with_the_reason(house: House, waiting: str):
    body = {"kind": "move", "token": 99, "target_id": "b", "reason": "x"}
    answer = house.operator.post(f"{waiting}/interventions", body)
    assert answer.status_code == 409
    assert code_of(answer) == "intervention-refused"
    assert answer.get_json()["detail"] == "No token stands there any more."


# --- who may


@pytest.mark.parametrize("name", ["owner", "desk_clerk", "director", "auditor", "portal"])
def test_nobody_else_sees_processes(house: House, waiting: str, name: str):
    lists = (INSTANCES, INCIDENTS, GROUPS, INTERVENTIONS)
    for address in (*lists, waiting, f"{waiting}/history", f"{waiting}/variables"):
        assert house.callers[name].get(address).status_code == 403, address


def test_administrators_look_but_do_nothing(house: House, waiting: str):
    admin = house.administrator
    for address in (INSTANCES, INCIDENTS, GROUPS, INTERVENTIONS, waiting):
        assert admin.get(address).status_code == 200, address
    for deed in ("suspend", "cancel"):
        assert admin.post(f"{waiting}/{deed}", {"reason": "x"}).status_code == 403
    assert admin.post(f"{waiting}/resume").status_code == 403


def test_what_does_not_run_here_is_not_there(house: House):
    gone = f"{INSTANCES}/{new_id()}"
    assert code_of(house.operator.get(gone)) == "instance-not-found"
    assert code_of(house.operator.get(f"{gone}/history")) == "instance-not-found"
    assert code_of(house.operator.post(f"{gone}/resume")) == "instance-not-found"
    assert code_of(house.operator.get(f"{INTERVENTIONS}/{new_id()}")) == "intervention-not-found"
