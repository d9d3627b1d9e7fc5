"""Every route of the OpenAPI document, with the ids of somebody else's things.

Whoever may not see a thing is answered exactly as if it did not exist, and the attempt is on record.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from accounts import departments, policy, queries
from accounts.actor import SYSTEM, Role
from accounts.models import Unit
from accounts.policy import Action
from commands.sample.application import paper
from core.database import db, transaction
from core.ids import new_id
from dossiers.models import Dossier
from tests.api.house import Caller, House
from tests.foreign import Things, narrowed, nothing_of, refused, things_of

# What names a word of the house and no thing of anybody.
WORDS = ("kind", "seal")
# Routes that stand for no action of the policy table: each proves its caller in its own way.
OPEN_TO_ALL = {
    "get /.well-known/jwks.json",
    "get /.well-known/seal-authority.pem",
    "get /api/v1/me",
    "post /api/v1/payments/notifications",
    "post /api/v1/signatures/callbacks",
    "post /api/v1/tokens",
}
# Where an id would not be read at all: what names nothing here, in the form that is expected.
NOTHING = {"number": "3601234569"}
EXAMPLES = {
    "date": "2126-11-22",
    "date-time": "2126-11-22T08:00:00Z",
    "object": {},
    "boolean": True,
    "integer": 1,
}
PUBLIC = ("/api/v1/code-tables/", "/api/v1/register/", "/api/v1/services/")


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


@pytest.fixture
def things(house: House) -> Things:
    return things_of(house)


def _routes(contract: dict[str, Any]) -> Iterator[Route]:
    for path, methods in contract["paths"].items():
        shared = methods.get("parameters", [])
        for method, operation in methods.items():
            if method == "parameters" or path.startswith(PUBLIC):
                continue
            given = [*shared, *operation.get("parameters", [])]
            named = [each for each in given if each["in"] == "path"]
            if named and named[0]["name"] not in WORDS:
                yield Route(method, _inside(path, named[1:]), named[0]["name"], operation)


def _inside(path: str, parameters: list[dict[str, Any]]) -> str:
    """An address inside something that is not there: it must not be told either."""
    for each in parameters:
        nothing = "1" if each["schema"]["type"] == "integer" else str(new_id())
        path = path.replace("{" + each["name"] + "}", nothing)
    return path


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
    if schema["type"] == "array":
        return [_example(schema["items"], contract)] if schema.get("minItems") else []
    return EXAMPLES.get(schema.get("format") or str(schema["type"]), "x")


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


def _sweep(house: House, names: list[str], ids: dict[str, str], *, by_action: bool = False) -> None:
    contract = house.owner.get("/api/openapi.json").get_json()
    routes = list(_routes(contract))
    assert len(routes) > 12
    for name in names:
        caller = house.callers[name]
        for route in routes:
            recorded = refused(house, caller.actor_id)
            foreign = _call(caller, route, ids[route.parameter], contract)
            nothing = _call(caller, route, NOTHING.get(route.parameter, str(new_id())), contract)
            where = f"{name}: {route.id}"
            statuses = {403, 404}
            if by_action:
                statuses = {404 if may_ever(house, name, route.operation["x-action"]) else 403}
            assert foreign.status_code in statuses, f"{where}: {foreign.text}"
            told, told_of_nothing = foreign.get_json(), nothing.get_json()
            assert told["code"] == told_of_nothing["code"], where
            assert refused(house, caller.actor_id) == recorded + 2, where


def test_another_applicants_things_are_not_there(house: House, things: Things):
    """404 on every route an applicant can use at all; 403, whatever the id, on those of others."""
    for ids in (things.draft, things.submitted):
        _sweep(house, ["stranger"], ids, by_action=True)


def test_staff_of_another_agency_finds_nothing(house: House, things: Things):
    _sweep(house, _elsewhere(house), things.submitted)


@pytest.mark.slow
def test_staff_of_another_agency_finds_no_draft(house: House, things: Things):
    _sweep(house, _elsewhere(house), things.draft)


def _elsewhere(house: House) -> list[str]:
    return [name for name in house.callers if name.endswith("_elsewhere")]


@pytest.mark.parametrize("role", [Role.DESK_CLERK, Role.OFFICER, Role.DIRECTOR, Role.AUDITOR])
@pytest.mark.parametrize("narrowing", ["unit", "service"])
def test_staff_of_another_unit_or_service_finds_nothing(
    house: House, things: Things, role: Role, narrowing: str
):
    name = f"{role} of another {narrowing}"
    house.callers[name] = narrowed(house, name, role, narrowing)
    _sweep(house, [name], things.submitted)


def test_staff_of_the_unit_that_settles_it_and_of_one_above_finds_it(house: House, things: Things):
    for name, below in (("same", False), ("above", True)):
        officer = narrowed(house, name, Role.OFFICER, "unit")
        with house.app.app_context(), transaction():
            unit = db.session.scalars(select(Unit).where(Unit.code == name)).one()
            if below:
                unit = departments.create_unit(
                    unit.agency_id, "below", {"vi": "Tổ"}, by=SYSTEM, parent_id=unit.id
                )
            dossier = db.session.get_one(Dossier, UUID(things.submitted["dossier_id"]))
            dossier.unit_id = unit.id
        address = f"/api/v1/dossiers/{things.submitted['dossier_id']}"
        assert officer.get(address).status_code == 200, name


def test_every_route_says_which_action_of_the_table_it_is(house: House):
    contract = house.owner.get("/api/openapi.json").get_json()
    known = {str(action) for action in Action}
    unsaid = {
        f"{method} {path}"
        for path, methods in contract["paths"].items()
        for method, operation in methods.items()
        if method != "parameters" and operation.get("x-action") not in known
    }
    assert unsaid == OPEN_TO_ALL


@pytest.mark.slow
def test_nobody_of_the_house_sees_a_draft(house: House, things: Things):
    kept = ("dossier_id", "document_id", "code", "number")
    draft = {**nothing_of(things.draft, *kept), "client_id": "nobody"}
    names = ["desk_clerk", "director", "auditor", "operator", "administrator", "portal"]
    _sweep(house, names, draft)


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
