"""Settling things by decision over the API."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts import operations as accounts
from accounts.actor import SYSTEM, Kind, Role
from commands.sample.application import SERVICE
from core import clock
from core.database import transaction
from tests.api.house import AGENCY, Answer, Caller, House, caller
from tests.days import today
from tests.tabled import with_fee_table
from workflows.operations import deploy_pack

KIND = "/api/v1/settings/service-fact"


@pytest.fixture(autouse=True)
def full_fee(house: House) -> Iterator[None]:
    """A year in which the fee is not reduced; it stands among the facts of the service."""
    with house.app.app_context(), transaction():
        deploy_pack(with_fee_table(), by="system")
    with clock.at(clock.now().replace(year=2027, month=6, day=7)):
        yield


@pytest.fixture
def colleague(house: House) -> Caller:
    """A second administrator."""
    with house.app.app_context():
        with transaction():
            account = accounts.create_account("second", "Second", kind=Kind.STAFF, by=SYSTEM)
            accounts.grant_role(account.id, Role.ADMINISTRATOR, by=SYSTEM)
        return caller(house.app, f"account:{account.id}")


def body(**changed: Any) -> dict[str, Any]:
    value = {"service": SERVICE, "name": "fee", "value": "2500000", "basis": "Circular 1"}
    return {
        "value": {**value, **changed.pop("value", {})},
        "valid_from": today().isoformat(),
        "reason": "A new circular",
        **changed,
    }


def proposed(house: House, **changed: Any) -> Answer:
    return house.administrator.post(f"{KIND}/proposals", body(**changed))


def fee(house: House) -> int:
    shown = house.owner.get(f"/api/v1/services/{SERVICE}").get_json()
    return int(shown["fee"]["amount"])


def test_a_tariff_changes_when_two_people_want_it(house: House, colleague: Caller):
    answer = proposed(house)
    assert answer.status_code == 201
    assert fee(house) == 3_000_000
    decided = colleague.post(f"{answer.headers['Location']}/decide", {"note": "Read it"})
    assert decided.status_code == 200
    assert decided.get_json()["state"] == "decided"
    assert fee(house) == 2_500_000
    listed = house.administrator.get(KIND).get_json()["items"]
    assert [each["periods"][0]["value"]["value"] for each in listed] == ["2500000"]


def test_nobody_decides_what_he_proposed_himself(house: House):
    answer = proposed(house)
    refused = house.administrator.post(f"{answer.headers['Location']}/decide", {})
    assert refused.status_code == 403
    assert refused.get_json()["code"] == "setting-second-person"


def test_a_preview_tells_the_effects_and_keeps_nothing(house: House):
    asked = body()
    del asked["reason"]
    shown = house.administrator.post(f"{KIND}/preview", asked).get_json()
    assert shown["after"]["value"] == "2500000"
    assert "follow it" in shown["effects"][0]
    assert house.administrator.get("/api/v1/setting-proposals").get_json()["items"] == []


def test_a_wrong_value_is_named_by_its_pointer(house: House):
    answer = proposed(house, value={"value": "a lot"})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.get_json()["errors"]] == ["#/value"]


def test_an_unknown_agency_is_refused(house: House):
    answer = proposed(house, agency="H99")
    assert answer.get_json()["code"] == "agency-unknown"


def test_a_proposal_may_be_taken_back_or_refused_with_a_reason(house: House, colleague: Caller):
    first = proposed(house, agency=AGENCY).headers["Location"]
    assert house.administrator.post(f"{first}/withdraw").get_json()["state"] == "withdrawn"
    second = proposed(house, agency=AGENCY).headers["Location"]
    assert colleague.post(f"{second}/refuse", {"note": ""}).status_code == 422
    refused = colleague.post(f"{second}/refuse", {"note": "Not signed yet"}).get_json()
    assert (refused["state"], refused["note"]) == ("refused", "Not signed yet")


def test_kinds_are_listed_with_the_schema_of_their_values(house: House):
    kinds = house.administrator.get("/api/v1/settings").get_json()["items"]
    by_code = {each["code"]: each for each in kinds}
    assert by_code["service-fact"]["second_person"]
    assert "day" in by_code["calendar-day"]["form"]["properties"]


def test_who_does_not_administer_sees_nothing_of_it(house: House):
    assert house.desk_clerk.get("/api/v1/settings").status_code == 403
    assert house.owner.get(KIND).status_code == 403
