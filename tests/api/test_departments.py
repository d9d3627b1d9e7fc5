"""Administration for programs: the same rights as the pages, versions that must match."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts import operations, staffing
from accounts.actor import SYSTEM, Role
from accounts.audit import AccountTag
from accounts.models import Account
from core.audit import AuditEvent
from core.clock import now
from core.database import db, transaction
from core.ids import new_id
from tests.api.conftest import People
from tests.days import today

BASE = "/api/v1/administration"
Bearer = Callable[[Account], dict[str, str]]


class Desk:
    """Calls in the name of one account."""

    def __init__(self, client: FlaskClient, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers

    def get(self, path: str) -> Any:
        return self.client.get(f"{BASE}{path}", headers=self.headers)

    def post(self, path: str, body: Any = None, version: int | None = None) -> Any:
        match = {"If-Match": f'"{version}.en"'} if version is not None else {}
        headers = {**self.headers, "Idempotency-Key": new_id().hex, **match}
        return self.client.post(f"{BASE}{path}", json=body, headers=headers)

    def call(self, method: str, address: str, body: Any = None) -> Any:
        headers = {**self.headers, "Idempotency-Key": new_id().hex}
        return self.client.open(address, method=method, json=body, headers=headers)

    def put(self, path: str, body: Any, version: int) -> Any:
        headers = {**self.headers, "If-Match": f'"{version}.en"'}
        return self.client.put(f"{BASE}{path}", json=body, headers=headers)


@pytest.fixture
def desk(client: FlaskClient, people: People, bearer: Bearer) -> Desk:
    return Desk(client, bearer(people.administrator))


@pytest.fixture
def local(app: Flask, client: FlaskClient, people: People, bearer: Bearer) -> Desk:
    """An administrator of another agency."""
    with app.app_context(), transaction():
        other = operations.create_agency("G19.01", "KH", {"vi": "Cục khác"}, by=SYSTEM)
        account = staffing.create_staff("loan", "Loan", "", by=SYSTEM, agency_id=other.id)
        operations.grant_role(account.id, Role.ADMINISTRATOR, agency_id=other.id, by=SYSTEM)
    return Desk(client, bearer(account))


def test_an_agency_gets_units_a_name_and_an_end(desk: Desk, people: People):
    page = f"/agencies/{people.agency.id}"
    unit = desk.post(f"{page}/units", {"code": "P1", "names": {"vi": "Phòng 1"}})
    assert unit.status_code == 201, unit.text
    seen = desk.get(page).get_json()["version"]
    named = {"names": {"vi": "Cục mới"}, "since": now().isoformat()}
    renamed = desk.post(f"{page}/rename", named, version=seen)
    assert renamed.status_code == 200, renamed.text
    assert renamed.get_json()["names"] == {"vi": "Cục mới"}
    assert desk.post(f"{page}/rename", named, version=seen).status_code == 412
    end = {"until": now().isoformat()}
    closed = desk.post(f"{page}/close", end, version=renamed.get_json()["version"])
    assert closed.status_code == 200, closed.text
    assert desk.get(f"{page}/units").get_json()["items"][0]["valid_until"] is not None


def test_a_foreign_agency_does_not_exist(local: Desk, people: People):
    page = f"/agencies/{people.agency.id}"
    assert local.get(page).status_code == 404
    assert local.post(f"{page}/units", {"code": "P", "names": {"vi": "P"}}).status_code == 404
    assert local.get(f"/staff/{people.officer.id}").status_code == 404
    ids = {each["id"] for each in local.get("/agencies").get_json()["items"]}
    assert str(people.agency.id) not in ids


def test_who_administers_nothing_is_refused(client: FlaskClient, people: People, bearer: Bearer):
    for account in (people.citizen, people.officer):
        assert Desk(client, bearer(account)).get("/staff").status_code == 403


def test_a_person_is_corrected_by_the_version_that_was_seen(desk: Desk, people: People):
    new = {"name": "Moi", "email": "moi@example.vn", "login": "moi"}
    made = desk.post("/staff", {**new, "agency_id": str(people.agency.id)})
    assert made.status_code == 201, made.text
    page = f"/staff/{made.get_json()['id']}"
    change = {"name": "Mới", "email": "", "agency_id": str(people.agency.id)}
    assert desk.put(page, change, version=1).status_code == 200
    assert desk.put(page, change, version=1).status_code == 412
    roles = desk.post(f"{page}/roles", {"role": "director", "reason": "x"})
    assert roles.get_json()["state"] == "proposed", roles.text
    waiting = desk.get("/role-proposals").get_json()["items"]
    agreed = desk.post(f"/role-proposals/{waiting[0]['id']}/agree")
    assert agreed.status_code == 403
    given = desk.post(f"{page}/roles", {"role": "desk-clerk", "reason": "x"})
    assert given.get_json()["state"] == "given", given.text
    assert desk.post(f"/roles/{given.get_json()['id']}/end").status_code == 204
    assert desk.post(f"/roles/{given.get_json()['id']}/end").status_code == 409


def test_nobody_changes_his_own_rights(desk: Desk, people: People):
    page = f"/staff/{people.administrator.id}"
    assert desk.post(f"{page}/roles", {"role": "director", "reason": "x"}).status_code == 403
    assert desk.post(f"{page}/close", {"reason": "x"}).status_code == 403


def test_an_administrator_invites_again_unlocks_and_ends_sessions_on_record(
    app: Flask, client: FlaskClient, desk: Desk, people: People, bearer: Bearer
):
    new = {"name": "Moi", "email": "moi@example.vn", "login": "moi"}
    made = desk.post("/staff", {**new, "agency_id": str(people.agency.id)}).get_json()["id"]
    officer = Desk(client, bearer(people.officer))
    assert desk.post(f"/staff/{made}/invite").status_code == 204
    assert desk.post(f"/staff/{people.officer.id}/unlock").status_code == 204
    assert officer.call("GET", "/api/v1/me").status_code == 200
    assert desk.post(f"/staff/{people.officer.id}/end-sessions").status_code == 204
    assert officer.call("GET", "/api/v1/me").status_code == 401
    with app.app_context():
        by = AuditEvent.actor == f"account:{people.administrator.id}"
        told = db.session.execute(select(AuditEvent.tag, AuditEvent.subject).where(by)).all()
    assert [tuple(each) for each in told if each.subject == f"account:{made}"][-2:] == [
        (AccountTag.LINK_SENT, f"account:{made}")
    ] * 2
    for tag in (AccountTag.ACCOUNT_UNLOCKED, AccountTag.SESSIONS_REVOKED):
        assert (tag, f"account:{people.officer.id}") in [tuple(each) for each in told]


@pytest.mark.parametrize("deed", ["invite", "unlock", "end-sessions"])
def test_nobody_does_so_to_people_of_another_agency(local: Desk, people: People, deed: str):
    assert local.post(f"/staff/{people.officer.id}/{deed}").status_code == 404


def test_a_queue_gets_a_rule(desk: Desk):
    queue = {"code": "desk-clerk", "names": {"vi": "Một cửa"}, "work_rule": "pull"}
    made = desk.post("/queues", queue)
    assert made.status_code == 201, made.text
    page = f"/queues/{made.get_json()['id']}"
    change = {"names": {"vi": "Một cửa"}, "work_rule": "round-robin"}
    assert desk.put(page, change, version=1).status_code == 200
    assert desk.put(page, change, version=1).status_code == 412
    assert desk.get("/queues").get_json()["items"][0]["work_rule"] == "round-robin"


def test_staff_enter_their_own_absence_and_nobody_elses(
    client: FlaskClient, people: People, bearer: Bearer
):
    desk = Desk(client, bearer(people.officer))
    days = {"first_day": str(today()), "last_day": str(today())}
    answer = desk.call("POST", "/api/v1/absences", {"account_id": str(people.officer.id), **days})
    assert answer.status_code == 201, answer.text
    other = {"account_id": str(people.administrator.id), **days}
    assert desk.call("POST", "/api/v1/absences", other).status_code == 403
    signing = {"account_id": str(people.officer.id), **days, "signing": True}
    assert desk.call("POST", "/api/v1/absences", signing).status_code == 403
    page = f"/api/v1/absences/{answer.get_json()['id']}/end"
    assert desk.call("POST", page).status_code == 204
    assert desk.call("GET", "/api/v1/absences").get_json() == {"items": []}
