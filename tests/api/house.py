"""The whole house behind the API: a service on offer, people who apply and who decide."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

import workflows
from accounts import operations, policy, queries, runtime
from accounts.actor import SYSTEM, Kind, Role
from accounts.models import Account
from accounts.policy import Action
from commands.sample.application import SAO_MAI, SERVICE, paper
from core.database import transaction
from core.ids import new_id
from tests.furnishing import furnished_once
from workflows.operations import deploy_pack
from workflows.pack import read_pack

PACK = read_pack(Path(workflows.__file__).parent / "catalogue" / SERVICE)
AGENCY = "H26.16"
ELSEWHERE = "H29.16"
STAFF = (Role.DESK_CLERK, Role.OFFICER, Role.DIRECTOR, Role.AUDITOR)
Answer = Any


@dataclass(frozen=True)
class Caller:
    """Somebody with a token."""

    client: FlaskClient
    actor_id: str
    headers: dict[str, str]

    def get(self, address: str, **headers: str) -> Answer:
        return self.client.get(address, headers={**self.headers, **headers})

    def post(self, address: str, body: Any = None, **headers: str) -> Answer:
        known = {**self.headers, "Idempotency-Key": new_id().hex, **headers}
        return self.client.post(address, json=body, headers=known)

    def patch(self, address: str, body: Any, version: str) -> Answer:
        return self.client.patch(address, json=body, headers={**self.headers, "If-Match": version})

    def delete(self, address: str) -> Answer:
        return self.client.delete(address, headers=self.headers)

    def upload(self, dossier_id: str, kind: str, content: bytes, **options: Any) -> Answer:
        name, key = options.get("name", f"{kind}.pdf"), options.get("key", new_id().hex)
        return self.client.post(
            f"/api/v1/dossiers/{dossier_id}/documents",
            data={"kind": kind, "file": (io.BytesIO(content), name)},
            headers={**self.headers, "Idempotency-Key": key},
        )

    def draft(self, **answers: Any) -> dict[str, Any]:
        """A new draft with the sample's answers, changed as named."""
        body = {"service": SERVICE, "agency": AGENCY, "answers": {**SAO_MAI, **answers}}
        answer = self.post("/api/v1/dossiers", body)
        assert answer.status_code == 201, answer.text
        return dict(answer.get_json())

    def complete_draft(self, **answers: Any) -> dict[str, Any]:
        """A draft with everything attached that it needs."""
        draft = self.draft(**answers)
        for kind in draft["missing_documents"]:
            assert self.upload(draft["id"], kind, paper(kind)).status_code == 201
        return draft


@dataclass(frozen=True)
class House:
    """The application with its callers by what they are."""

    app: Flask
    callers: dict[str, Caller]

    def __getattr__(self, name: str) -> Caller:
        if name not in self.callers:
            raise AttributeError(name)
        return self.callers[name]


def furnished(app: Flask) -> House:
    """Put people, agencies and the service into an empty application."""
    with app.app_context():
        ids = furnished_once("callers", _furnish)
        return House(app, {name: caller(app, actor_id) for name, actor_id in ids.items()})


def _furnish() -> dict[str, str]:
    """The ids of the actors by what they are."""
    with transaction():
        here, elsewhere = (
            operations.create_agency(code, code[:3], {"vi": code}, by=SYSTEM).id
            for code in (AGENCY, ELSEWHERE)
        )
        deploy_pack(PACK, by="system")
        accounts = {name: _opened(name, Kind.CITIZEN) for name in ("owner", "stranger")}
        for role in STAFF:
            accounts[_name(role)] = _opened(role, Kind.STAFF, (role, here))
            there = _opened(f"{role}-elsewhere", Kind.STAFF, (role, elsewhere))
            accounts[_name(role) + "_elsewhere"] = there
        for role in (Role.OPERATOR, Role.ADMINISTRATOR):
            there = _opened(f"{role}-elsewhere", Kind.STAFF, (role, elsewhere))
            accounts[_name(role) + "_elsewhere"] = there
        accounts["operator"] = _opened("operator", Kind.STAFF, (Role.OPERATOR, None))
        accounts["colleague"] = _opened("colleague", Kind.STAFF, (Role.OPERATOR, None))
        accounts["administrator"] = _opened("admin", Kind.STAFF, (Role.ADMINISTRATOR, None))
        operations.register_client(
            "portal",
            "Portal",
            role=Role.PORTAL,
            scopes=frozenset({Action.PORTAL_READ}),
            by=SYSTEM,
        )
    ids = {name: f"account:{account.id}" for name, account in accounts.items()}
    ids["portal"] = "client:portal"
    return ids


def _name(role: Role) -> str:
    return "device_officer" if role is Role.OFFICER else role.replace("-", "_")


def _opened(login: str, kind: Kind, *granted: tuple[Role, UUID | None]) -> Account:
    account = operations.create_account(login, login.title(), kind=kind, by=SYSTEM)
    for role, agency_id in granted:
        queue = "device-officer" if role is Role.OFFICER else None
        operations.grant_role(account.id, role, agency_id=agency_id, queue=queue, by=SYSTEM)
    return account


def caller(app: Flask, actor_id: str) -> Caller:
    actor = queries.actor(actor_id)
    assert actor is not None
    token = runtime().tokens.issue(actor, policy.scopes_of(actor))
    headers = {"Authorization": f"Bearer {token.text}", "Accept-Language": "en"}
    return Caller(app.test_client(), actor_id, headers)
