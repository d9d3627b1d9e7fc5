"""Webhooks of an organisation over the API."""

from tests.api.conftest import code_of
from tests.api.house import Caller, House
from tests.api.test_programs import NUMBER, owner

__all__ = ["owner"]
WEBHOOKS = f"/api/v1/organisations/{NUMBER}/webhooks"
ADDRESS = {"address": "https://hooks.example/motcua"}


def test_a_webhook_is_added_changed_tried_and_removed(house: House, owner: Caller):
    made = owner.post(WEBHOOKS, ADDRESS).get_json()
    assert made["secret"].startswith("whsec_")
    address = f"{WEBHOOKS}/{made['id']}"
    changed = owner.post(f"{address}/secret").get_json()
    assert changed["secret"] != made["secret"]
    assert owner.post(f"{address}/attempts", {}).status_code == 202
    assert owner.post(f"{address}/enable").status_code == 204
    assert owner.get(f"{address}/attempts").get_json() == []
    (shown,) = owner.get(WEBHOOKS).get_json()
    assert "secret" not in shown
    assert owner.delete(address).status_code == 204
    assert owner.get(WEBHOOKS).get_json() == []


def test_a_private_address_is_refused(house: House, owner: Caller):
    for address in ("https://169.254.169.254/latest", "http://hooks.example/", "file:///etc"):
        assert code_of(owner.post(WEBHOOKS, {"address": address})) == "address-refused"


def test_adding_one_needs_a_fresh_proof(house: House, owner: Caller):
    assert code_of(house.owner.post(WEBHOOKS, ADDRESS)) == "fresh-proof-needed"


def test_a_webhook_is_not_reached_through_another_organisation(house: House, owner: Caller):
    made = owner.post(WEBHOOKS, ADDRESS).get_json()
    assert house.stranger.delete(f"{WEBHOOKS}/{made['id']}").status_code in {403, 404}
    elsewhere = WEBHOOKS.replace(NUMBER, "3601234569")
    assert owner.delete(f"{elsewhere}/{made['id']}").status_code == 404
