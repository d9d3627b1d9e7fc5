"""The server against its own contract: whoever sends whatever, it answers as documented."""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from accounts import operations, policy, queries
from accounts.actor import SYSTEM, Kind, OrganisationRole, Role
from accounts.policy import Action
from accounts.representing import programs
from api.limits import limiter
from core.clock import now
from core.database import transaction
from core.ids import new_id
from tests.api.house import Caller, House, caller
from tests.foreign import NUMBER, Ids, things_of

CALLERS = (
    "owner",
    "member",
    "program",
    "stranger",
    "desk_clerk",
    "device_officer",
    "director",
    "auditor",
    "operator",
    "administrator",
    "administrator_elsewhere",
    "portal",
    "integration",
    "nobody",
)
WORKING = {
    "integration": frozenset(
        {Action.EXTERNAL_JOB_WORK, Action.MESSAGE_PUBLISH, Action.ENQUIRY_ANSWER}
    )
}
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
SOME, MANY = 1, 20


@pytest.fixture
def ids(house: House, monkeypatch: pytest.MonkeyPatch) -> Ids:
    """One of everything, and somebody of every kind; nobody is told to wait."""
    monkeypatch.setattr(limiter, "enabled", False)
    found = things_of(house).submitted
    with house.app.app_context():
        with transaction():
            member = operations.create_account("member", "Member", kind=Kind.CITIZEN, by=SYSTEM)
            operations.add_membership(member.id, NUMBER, role=OrganisationRole.DRAFTER, by=SYSTEM)
            operations.register_client(
                "worker",
                "Worker",
                role=Role.INTEGRATION,
                scopes=WORKING["integration"],
                job_kinds=frozenset({"test.ask"}),
                by=SYSTEM,
            )
        house.callers["member"] = caller(house.app, f"account:{member.id}")
        house.callers["integration"] = caller(house.app, "client:worker")
        house.callers["program"] = caller(house.app, f"client:{_program(house)}")
    house.callers["nobody"] = Caller(house.app.test_client(), "anonymous", {})
    return found


def _program(house: House) -> str:
    """A program of the organisation, made by the owner."""
    owner = queries.actor(house.owner.actor_id)
    assert owner is not None
    scopes = frozenset({Action.DOSSIER_DRAFT, Action.DOSSIER_VIEW, Action.DOSSIER_EDIT})
    fresh, until = replace(owner, proven_at=now()), now() + timedelta(days=30)
    with transaction():
        made, _secret = programs.make_program(NUMBER, "Robot", scopes, until, by=fresh)
    return made.client_id


def _operations(house: House) -> Iterator[Any]:
    for each in schemathesis.openapi.from_wsgi("/api/openapi.json", house.app).get_all_operations():
        yield each.ok()


def _try(operation: Any, caller: Caller, ids: Ids, mode: GenerationMode, most: int) -> None:
    known = {name: ids[name] for name in _places(operation) if name in ids}

    @settings(
        max_examples=most,
        deadline=None,
        database=None,
        derandomize=most == SOME,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode, path_parameters=known or None))
    def answered_as_documented(case: Any) -> None:
        headers = {**caller.headers, "If-Match": '"1.en"', "Idempotency-Key": new_id().hex}
        response = case.call(headers=headers)
        assert response.status_code < 500, response.text
        operation.validate_response(response)

    try:
        answered_as_documented()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "nothing right can be sent"


def _places(operation: Any) -> list[str]:
    return [each.name for each in operation.path_parameters]


def _may(house: House, name: str, operation: Any) -> bool:
    action = operation.definition.raw.get("x-action")
    if action is None or name == "nobody":
        return action is None
    with house.app.app_context():
        actor = queries.actor(house.callers[name].actor_id)
        assert actor is not None
        return policy.may_ever(actor, Action(action))


def _by_turns(house: House) -> list[tuple[Any, str, GenerationMode]]:
    """Each operation, one of those who may use it, and whether he sends what is right."""
    planned = []
    for operation in _operations(house):
        able = [name for name in CALLERS if _may(house, name, operation)] or ["nobody"]
        turn = zlib.crc32(operation.label.encode())
        planned.append((operation, able[turn % len(able)], MODES[turn % len(MODES)]))
    return planned


def test_whatever_somebody_sends_is_answered_as_documented(house: House, ids: Ids):
    """Each operation a little. Who is planned before anybody can have taken his rights away."""
    for operation, name, mode in _by_turns(house):
        _try(operation, house.callers[name], ids, mode, SOME)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", CALLERS)
def test_whatever_everybody_sends_is_answered_as_documented(house: House, ids: Ids, name: str):
    for operation in _operations(house):
        for mode in MODES:
            _try(operation, house.callers[name], ids, mode, MANY)
