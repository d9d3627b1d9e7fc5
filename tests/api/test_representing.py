"""Organisations and mandates over the API."""

from uuid import UUID

from accounts import operations
from accounts.actor import SYSTEM
from commands.sample.application import SAO_MAI, SERVICE
from core.database import transaction
from tests.api.conftest import code_of
from tests.api.house import AGENCY, Caller, House

NUMBER = SAO_MAI["organisation_number"]
ORGANISATION = f"/api/v1/organisations/{NUMBER}"


def represented(house: House) -> None:
    """The owner represents the sample company."""
    account = house.owner.actor_id.removeprefix("account:")
    with house.app.app_context(), transaction():
        operations.add_membership(UUID(account), NUMBER, by=SYSTEM)


def begun(caller: Caller, **whose: str):
    body = {"service": SERVICE, "agency": AGENCY, "answers": SAO_MAI, **whose}
    return caller.post("/api/v1/dossiers", body)


def test_a_claim_waits_until_the_register_has_been_asked(house: House):
    answer = house.owner.post("/api/v1/organisations", {"number": NUMBER})
    assert answer.status_code == 202, answer.text
    (claim,) = house.owner.get("/api/v1/organisations").get_json()
    assert (claim["organisation_number"], claim["state"]) == (NUMBER, "pending")
    assert code_of(house.owner.get(f"{ORGANISATION}/members")) == "not-found"


def test_a_colleague_joins_by_invitation_and_shares_drafts(house: House):
    represented(house)
    invitation = {"invited": "stranger", "role": "drafter"}
    made = house.owner.post(f"{ORGANISATION}/invitations", invitation).get_json()
    draft = begun(house.owner, organisation=NUMBER).get_json()
    address = f"/api/v1/dossiers/{draft['id']}"
    assert house.stranger.get(address).status_code == 404
    accepted = house.stranger.post("/api/v1/invitations/accept", {"secret": made["secret"]})
    assert accepted.status_code == 204, accepted.text
    assert house.stranger.get(address).get_json()["acting_for"] == NUMBER
    assert house.stranger.post(f"{address}/submit").status_code == 403


def test_a_removed_colleague_is_out_with_the_token_he_had(house: House):
    represented(house)
    invitation = {"invited": "stranger", "role": "drafter"}
    made = house.owner.post(f"{ORGANISATION}/invitations", invitation).get_json()
    house.stranger.post("/api/v1/invitations/accept", {"secret": made["secret"]})
    parts = house.owner.get(f"{ORGANISATION}/members").get_json()
    colleague = next(part["id"] for part in parts if part["role"] == "drafter")
    assert house.owner.delete(f"/api/v1/memberships/{colleague}").status_code == 204
    assert house.stranger.get(f"{ORGANISATION}/members").status_code in {403, 404}


def test_a_mandate_is_given_used_and_revoked(house: House):
    body = {"agent_login": "stranger", "scopes": ["prepare", "submit"]}
    mandate = house.owner.post("/api/v1/mandates", body).get_json()
    draft = begun(house.stranger, mandate_id=mandate["id"]).get_json()
    address = f"/api/v1/dossiers/{draft['id']}"
    assert house.owner.get(address).get_json()["mandate_id"] == mandate["id"]
    revoked = house.owner.post(f"/api/v1/mandates/{mandate['id']}/revoke", {"reason": "Đổi ý"})
    assert revoked.get_json()["in_force"] is False
    assert house.stranger.get(address).status_code == 404
    assert house.owner.get(address).status_code == 200
