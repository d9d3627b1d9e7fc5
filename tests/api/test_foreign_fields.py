"""What a route did not ask for is not taken: a foreign field is refused by its name."""

from collections.abc import Iterator
from typing import Any

from accounts import operations, policy, queries
from accounts.actor import SYSTEM, Role
from accounts.policy import Action
from core.database import transaction
from core.ids import new_id
from tests.api.house import Caller, House, caller
from tests.api.test_strangers import _example

# Columns that nobody may write by naming them.
FOREIGN = {"owner_id": str(new_id()), "granted_by": "account:x", "is_administrator": True}
# Bodies of another form: our neighbour's, and that of OAuth.
OTHERWISE = {
    "/api/v1/payments/notifications",
    "/api/v1/signatures/callbacks",
    "/api/v1/tokens",
}
WORKING = frozenset({Action.EXTERNAL_JOB_WORK, Action.MESSAGE_PUBLISH, Action.ENQUIRY_ANSWER})


def writing(contract: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, address and operation of each route that reads JSON."""
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            if method == "parameters" or path in OTHERWISE:
                continue
            if "application/json" in operation.get("requestBody", {}).get("content", {}):
                yield method, path, operation


def worker(house: House) -> Caller:
    with house.app.app_context():
        with transaction():
            operations.register_client(
                "worker", "Worker", role=Role.INTEGRATION, scopes=WORKING, by=SYSTEM
            )
        return caller(house.app, "client:worker")


def able(house: House, action: str) -> Caller:
    """Somebody who may do this to something."""
    with house.app.app_context():
        for each in house.callers.values():
            actor = queries.actor(each.actor_id)
            if actor is not None and policy.may_ever(actor, Action(action)):
                return each
    raise AssertionError(f"nobody may ever {action}")


def filled(path: str, operation: dict[str, Any], methods: dict[str, Any]) -> str:
    """An address about nothing."""
    for each in [*methods.get("parameters", []), *operation.get("parameters", [])]:
        if each["in"] == "path":
            number = each["schema"]["type"] == "integer"
            path = path.replace("{" + each["name"] + "}", "1" if number else str(new_id()))
    return path


def test_a_field_that_nobody_asked_for_is_refused_by_its_name(house: House):
    house.callers["worker"] = worker(house)
    contract = house.owner.get("/api/openapi.json").get_json()
    routes = list(writing(contract))
    assert len(routes) > 40
    taken = []
    for method, path, operation in routes:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        by = able(house, operation["x-action"])
        answer = by.client.open(
            filled(path, operation, contract["paths"][path]),
            method=method,
            json={**_example(schema, contract), **FOREIGN},
            headers={**by.headers, "If-Match": '"1.en"', "Idempotency-Key": new_id().hex},
        )
        named = {each["pointer"] for each in answer.get_json().get("errors", [])}
        if answer.status_code != 422 or not named >= {f"#/{name}" for name in FOREIGN}:
            taken.append(f"{method} {path}: {answer.status_code} {sorted(named)}")
    assert taken == []


def test_a_draft_takes_only_answers_of_its_form(house: House):
    draft = house.owner.draft()
    address = f"/api/v1/dossiers/{draft['id']}"
    seen = house.owner.get(address).headers["ETag"]
    answer = house.owner.patch(address, {"answers": {"status": "issued", "owner_id": "x"}}, seen)
    assert answer.status_code == 422
    assert house.owner.get(address).get_json() == draft
