"""Programs outside publish messages; operators see those that came in vain."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from core.config import Settings
from core.database import Model, db, transaction
from engine import operations
from tests.api.external_site import admit_client, build, start
from tests.api.house import House
from tests.api.test_external_jobs import Program, program_of, state
from tests.engine.test_messages import WAITING

URL = "/api/v1/messages"
PAID: dict[str, Any] = {"name": "paid", "key": "1", "id": "order-7", "variables": {"amount": 5}}


@pytest.fixture
def program(settings: Settings) -> Iterator[Program]:
    app = build(settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        admit_client("bank", messages=("paid",))
        yield program_of(app, "bank")
        db.session.remove()
        db.engine.dispose()


def publish(program: Program, **changed: Any) -> Any:
    return program.app.test_client().post(URL, json=PAID | changed, headers=program.headers)


def test_a_message_finds_the_process_that_waits_and_counts_once(program: Program):
    instance_id = start(WAITING, key="1")

    outcomes = [publish(program).get_json()["outcome"] for _ in range(2)]

    assert outcomes == ["delivered", "duplicate"]
    assert state(instance_id) == "completed"
    assert publish(program, id="order-8").get_json()["outcome"] == "late"


def test_a_message_is_kept_as_long_as_its_sender_says(program: Program):
    assert publish(program).get_json()["outcome"] == "buffered"
    assert publish(program, id="2", time_to_live=0).get_json()["outcome"] == "expired"
    assert publish(program, time_to_live=10**9).status_code == 422


def test_a_program_publishes_only_what_it_was_registered_for(program: Program):
    assert publish(program, name="waived").status_code == 403


def test_operators_see_what_came_in_vain_and_nobody_else_does(house: House):
    with house.app.app_context(), transaction():
        operations.publish_message("paid", "1", {"phone": "09"}, "m", timedelta())
    seen = house.operator.get(f"{URL}?name=paid")

    assert [(item["id"], item["why"]) for item in seen.get_json()["items"]] == [("m", "expired")]
    assert "phone" not in seen.text
    assert house.desk_clerk.get(URL).status_code == 403
