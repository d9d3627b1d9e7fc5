"""Operators look inside a process: what tells of people is hidden, on pages and in the API."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from accounts import policy, queries, runtime
from commands.sample.application import SAO_MAI
from commands.sample.people import account_of
from core import clock
from tests.api.house import Caller, caller
from tests.web.house import House, Visitor
from tests.web.stuck import refusing_neighbour, start_about

PHONE = SAO_MAI["contact_phone"]
FIELD = "declaration.contact_phone"


@pytest.fixture
def process(house: House) -> UUID:
    refusing_neighbour(house)
    declaration = {"contact_phone": PHONE, "device_name": "Ống nghe"}
    return start_about(house, house.draft(), declaration=declaration, callback=f"tel:{PHONE}")


@pytest.fixture
def operator(house: House) -> Visitor:
    return house.visitor("vanhanh")


@pytest.fixture
def program(house: House) -> Caller:
    with house.app.app_context():
        actor_id = f"account:{account_of('vanhanh').id}"
        assert queries.actor(actor_id)
        return caller(house.app, actor_id)


def test_an_operator_sees_a_value_once_he_has_said_what_for(
    house: House, process: UUID, operator: Visitor
):
    address = f"/operation/instances/{process}/variables"
    page = operator.page(address).text
    assert "Ống nghe" in page
    assert PHONE not in page
    asked = f"{address}/unmask?scope=0&field={FIELD}"
    assert f'href="{asked.replace("&", "&amp;")}"' in page
    assert PHONE not in operator.page(asked).text
    assert operator.post(f"{address}/unmask", field=FIELD, scope="0").status_code == 400

    shown = operator.post(f"{address}/unmask", field=FIELD, scope="0", reason="Gọi lỗi")
    assert PHONE in shown.text
    assert PHONE not in operator.page(address).text
    with clock.shifted(timedelta(minutes=50)):
        late = operator.post(f"{address}/unmask", field=FIELD, scope="0", reason="Gọi lỗi")
    assert PHONE not in late.text


def test_a_mask_is_not_written_back_as_a_value(house: House, process: UUID, operator: Visitor):
    answer = operator.post(
        f"/operation/instances/{process}/variables",
        name="declaration",
        value='{contact_phone: "•••••"}',
        reason="Sửa",
    )
    assert answer.status_code == 400


def test_a_program_is_told_what_is_masked_in_variables_and_history(
    house: House, process: UUID, program: Caller
):
    address = f"/api/v1/instances/{process}"
    scopes = program.get(f"{address}/variables")
    assert PHONE not in scopes.text
    assert set(scopes.get_json()["items"][0]["masked"]) == {FIELD, "callback"}

    change = {"variables": {"number": 17, "contact_name": "An"}, "reason": "Sửa"}
    patched = program.client.patch(f"{address}/variables", json=change, headers=program.headers)
    assert patched.status_code == 204
    history = program.get(f"{address}/history?values=true").get_json()["items"]
    first, last = (each["changes"] for each in history if each["kind"] == "variables-changed")
    assert first["declaration"]["new"] == {"contact_phone": None, "device_name": "Ống nghe"}
    assert last == {"number": {"new": 17}, "contact_name": {"new": None}}


def test_a_program_gets_one_value_with_a_fresh_token(house: House, process: UUID, program: Caller):
    address = f"/api/v1/instances/{process}/variables/unmask"
    asked = {"field": FIELD, "reason": "Gọi lỗi"}
    assert program.post(address, asked).get_json()["code"] == "fresh-proof-needed"
    with house.app.app_context():
        actor = queries.actor(program.actor_id)
        assert actor is not None
        fresh = replace(actor, proven_at=clock.now())
        token = runtime().tokens.issue(fresh, policy.scopes_of(actor))
    program.headers["Authorization"] = f"Bearer {token.text}"
    assert program.post(address, {"field": FIELD}).status_code == 422
    assert program.post(address, {**asked, "field": "number"}).status_code == 404
    assert program.post(address, asked).get_json() == {"field": FIELD, "value": PHONE}
