"""Every route of the OpenAPI document, with the ids of somebody else's things.

Whoever may not see a thing is answered exactly as if it did not exist, and the attempt is on record.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from accounts import policy, queries
from accounts.policy import Action
from commands.sample.application import paper
from core.audit import AuditEvent
from core.database import db
from core.ids import new_id
from tests.api import rows
from tests.api.house import Caller, House

# What only operators have to do with; whoever is none is refused whatever the id.
OPERATED = ("instance_id", "incident_id", "intervention_id", "fingerprint", "migration_id")
PUBLIC = ("/api/v1/register/", "/api/v1/services/")


@dataclass(frozen=True)
class Route:
    """An operation whose address names a thing."""

    method: str
    path: str
    parameter: str
    operation: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Things:
    """What belongs to the owner: by path parameter, as a draft and as submitted."""

    draft: dict[str, str]
    submitted: dict[str, str]


@pytest.fixture
def things(house: House) -> Things:
    made = []
    for _ in range(2):
        draft = house.owner.draft()
        house.owner.upload(draft["id"], "iso_13485", paper("x"))
        with house.app.app_context():
            task_id = rows.task(draft["id"], "device-officer", "desk_check")
            document_id = rows.document_of(draft["id"])
        made.append(
            {
                "dossier_id": draft["id"],
                "document_id": str(document_id),
                "task_id": str(task_id),
                "code": draft["reference"],
                **{name: str(new_id()) for name in (*OPERATED, "job_id")},
            }
        )
    with house.app.app_context():
        rows.submitted(made[1]["dossier_id"], "H26.16-261121-0001")
    return Things(*made)


def _routes(contract: dict[str, Any]) -> Iterator[Route]:
    for path, operations in contract["paths"].items():
        shared = operations.get("parameters", [])
        for method, operation in operations.items():
            if method == "parameters" or path.startswith(PUBLIC):
                continue
            given = [*shared, *operation.get("parameters", [])]
            named = [each["name"] for each in given if each["in"] == "path"]
            assert len(named) < 2
            if named:
                yield Route(method, path, named[0], operation)


def _example(schema: dict[str, Any], contract: dict[str, Any]) -> Any:
    """The smallest value that the schema of a body accepts."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _example(contract["components"]["schemas"][name], contract)
    if "properties" in schema:
        needed = schema.get("required", [])
        return {name: _example(schema["properties"][name], contract) for name in needed}
    if schema.get("format") == "uuid":
        return str(new_id())
    if "enum" in schema:
        return schema["enum"][0]
    return {} if schema["type"] == "object" else "x"


def _sent(route: Route, contract: dict[str, Any]) -> dict[str, Any]:
    content = route.operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        return {"data": {"kind": "iso_13485", "file": (io.BytesIO(paper("x")), "x.pdf")}}
    if "application/json" in content:
        return {"json": _example(content["application/json"]["schema"], contract)}
    return {}


def _call(caller: Caller, route: Route, value: str, contract: dict[str, Any]) -> Any:
    address = route.path.replace("{" + route.parameter + "}", value)
    headers = {**caller.headers, "If-Match": '"1.en"', "Idempotency-Key": new_id().hex}
    return caller.client.open(
        address, method=route.method, headers=headers, **_sent(route, contract)
    )


def may_ever(house: House, name: str, action: str) -> bool:
    """Whether the policy table allows the action to the caller on anything at all."""
    with house.app.app_context():
        actor = queries.actor(house.callers[name].actor_id)
        assert actor is not None
        return policy.may_ever(actor, Action(action))


def _refused(house: House, actor_id: str) -> int:
    query = select(func.count()).where(
        AuditEvent.tag == "accounts:access:refused", AuditEvent.actor == actor_id
    )
    with house.app.app_context():
        return db.session.scalar(query) or 0


def _sweep(house: House, names: list[str], ids: dict[str, str], statuses: set[int]) -> None:
    contract = house.owner.get("/api/openapi.json").get_json()
    routes = list(_routes(contract))
    assert len(routes) > 12
    for name in names:
        caller = house.callers[name]
        for route in routes:
            recorded = _refused(house, caller.actor_id)
            foreign = _call(caller, route, ids[route.parameter], contract)
            nothing = _call(caller, route, str(new_id()), contract)
            where = f"{name}: {route.id}"
            assert foreign.status_code in statuses, f"{where}: {foreign.text}"
            told, told_of_nothing = foreign.get_json(), nothing.get_json()
            assert told["code"] == told_of_nothing["code"], where
            assert _refused(house, caller.actor_id) == recorded + 2, where


def test_another_applicants_things_are_not_there(house: House, things: Things):
    """404 on every route an applicant can use at all; 403, whatever the id, on those of others."""
    for ids in (things.draft, things.submitted):
        _sweep(house, ["stranger"], ids, {404, 403})
    contract = house.owner.get("/api/openapi.json").get_json()
    for route in _routes(contract):
        expected = 404 if may_ever(house, "stranger", route.operation["x-action"]) else 403
        for ids in (things.draft, things.submitted):
            answer = _call(house.stranger, route, ids[route.parameter], contract)
            assert answer.status_code == expected, route.id


def test_staff_of_another_agency_finds_nothing(house: House, things: Things):
    names = [name for name in house.callers if name.endswith("_elsewhere")]
    for ids in (things.draft, things.submitted):
        _sweep(house, names, ids, {403, 404})


def test_nobody_of_the_house_sees_a_draft(house: House, things: Things):
    draft = {**things.draft, "task_id": str(new_id())}
    names = ["desk_clerk", "director", "auditor", "operator", "administrator", "portal"]
    _sweep(house, names, draft, {403, 404})


def test_without_a_token_every_route_asks_to_sign_in(house: House, things: Things):
    contract = house.owner.get("/api/openapi.json").get_json()
    for route in _routes(contract):
        nobody = Caller(house.app.test_client(), "anonymous", {})
        answer = _call(nobody, route, things.submitted[route.parameter], contract)
        assert answer.status_code == 401, route.id


def test_the_sweep_would_notice_a_route_that_forgets(house: House, things: Things):
    contract = house.owner.get("/api/openapi.json").get_json()
    (shown,) = [r for r in _routes(contract) if r.id == "get /api/v1/dossiers/{dossier_id}"]
    answer = _call(house.owner, shown, things.draft["dossier_id"], contract)
    assert answer.status_code == 200
    assert UUID(answer.get_json()["id"])
