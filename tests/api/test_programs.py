"""Programs of an organisation: they act for it as far, and as long, as their maker may."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from accounts import operations, policy, queries, runtime
from accounts.actor import SYSTEM, OrganisationRole
from accounts.models import Account, Membership
from commands.sample.application import SAO_MAI, SERVICE, paper
from core.audit import AuditEvent
from core.clock import now
from core.database import db, transaction
from tests.api.conftest import code_of
from tests.api.house import AGENCY, Caller, House

NUMBER = SAO_MAI["organisation_number"]
PROGRAMS = f"/api/v1/organisations/{NUMBER}/programs"
SCOPES = ["dossier.draft", "dossier.view", "dossier.edit", "document.upload", "dossier.submit"]


def freshly_proven(house: House, name: str) -> Caller:
    """A caller who has just proven who he is."""
    caller = house.callers[name]
    with house.app.app_context():
        actor = queries.actor(caller.actor_id)
        assert actor is not None
        proven = replace(actor, proven_at=now())
        token = runtime().tokens.issue(proven, policy.scopes_of(actor))
    headers = {**caller.headers, "Authorization": f"Bearer {token.text}"}
    return replace(caller, headers=headers)


@pytest.fixture
def owner(house: House) -> Caller:
    """The representative of the sample company."""
    with house.app.app_context(), transaction():
        account = house.owner.actor_id.removeprefix("account:")
        operations.add_membership(UUID(account), NUMBER, by=SYSTEM)
    return freshly_proven(house, "owner")


def wish(**changed):
    until = (now() + timedelta(days=30)).isoformat()
    return {"name": "Phần mềm kho", "scopes": SCOPES, "valid_until": until, **changed}


def made(owner: Caller, **changed) -> dict[str, str]:
    answer = owner.post(PROGRAMS, wish(**changed))
    assert answer.status_code == 201, answer.text
    return dict(answer.get_json())


def signed_in(house: House, credential: dict[str, str]):
    return house.stranger.client.post(
        "/api/v1/tokens", json={"grant_type": "client_credentials", **credential}
    )


def program(house: House, credential: dict[str, str]) -> Caller:
    answer = signed_in(house, credential)
    assert answer.status_code == 200, answer.text
    headers = {"Authorization": f"Bearer {answer.get_json()['access_token']}"}
    return Caller(house.app.test_client(), f"client:{credential['client_id']}", headers)


def member(house: House) -> Membership:
    return db.session.scalars(
        select(Membership).where(Membership.organisation_number == NUMBER)
    ).one()


def test_a_program_makes_and_sends_an_application_of_the_organisation(house: House, owner: Caller):
    robot = program(house, made(owner))
    draft = robot.draft()
    assert draft["acting_for"] == NUMBER
    for kind in draft["missing_documents"]:
        assert robot.upload(draft["id"], kind, paper(kind)).status_code == 201
    address = f"/api/v1/dossiers/{draft['id']}"
    assert robot.post(f"{address}/submit").status_code == 200
    assert house.owner.get(address).status_code == 200


def test_the_record_names_the_program_itself(house: House, owner: Caller):
    robot = program(house, made(owner))
    draft = robot.draft()
    with house.app.app_context():
        actors = db.session.scalars(
            select(AuditEvent.actor).where(AuditEvent.chain_id == UUID(draft["id"]))
        ).all()
    assert set(actors) == {robot.actor_id}


def test_a_program_sees_nothing_of_its_maker_and_nothing_of_others(house: House, owner: Caller):
    robot = program(house, made(owner))
    for private in (house.owner.draft(), house.stranger.draft()):
        assert robot.get(f"/api/v1/dossiers/{private['id']}").status_code == 404
    body = {"service": SERVICE, "agency": AGENCY, "organisation": "3601234569"}
    assert robot.post("/api/v1/dossiers", body).status_code == 404


def test_a_program_does_what_its_scopes_say_and_no_more(house: House, owner: Caller):
    robot = program(house, made(owner, scopes=["dossier.view"]))
    body = {"service": SERVICE, "agency": AGENCY}
    assert robot.post("/api/v1/dossiers", body).status_code == 403
    assert robot.get(PROGRAMS).status_code == 403
    assert robot.post(PROGRAMS, wish()).status_code == 403


def test_nobody_gives_a_program_what_he_may_not_do_himself(house: House, owner: Caller):
    with house.app.app_context(), transaction():
        member(house).role = OrganisationRole.ADMINISTRATOR
    refused = owner.post(PROGRAMS, wish(scopes=["dossier.submit"]))
    assert code_of(refused) == "program-scopes-wrong"


def test_a_program_loses_at_once_what_its_maker_loses(house: House, owner: Caller):
    robot = program(house, made(owner))
    draft = robot.draft()
    address = f"/api/v1/dossiers/{draft['id']}"
    with house.app.app_context(), transaction():
        member(house).role = OrganisationRole.READER
    assert robot.get(address).status_code == 200
    assert robot.post(f"{address}/submit").status_code == 403
    with house.app.app_context(), transaction():
        member(house).ended_at = now()
    assert code_of(robot.get(address)) == "invalid-token"


def test_a_program_ends_with_the_account_of_its_maker(house: House, owner: Caller):
    credential = made(owner)
    robot = program(house, credential)
    with house.app.app_context(), transaction():
        db.session.get_one(Account, member(house).account_id).active = False
    assert robot.get("/api/v1/dossiers").status_code == 401
    assert signed_in(house, credential).status_code == 401


def test_a_program_ends_on_its_day(house: House, owner: Caller, monkeypatch: pytest.MonkeyPatch):
    robot = program(house, made(owner))
    later = now() + timedelta(days=31)
    monkeypatch.setattr("accounts.calling.now", lambda: later)
    assert robot.get("/api/v1/dossiers").status_code == 401


@pytest.mark.parametrize("days", [-1, 400])
def test_the_last_day_is_in_the_future_and_within_a_year(house: House, owner: Caller, days: int):
    until = (now() + timedelta(days=days)).isoformat()
    assert code_of(owner.post(PROGRAMS, wish(valid_until=until))) == "program-dates-wrong"


def test_another_secret_ends_the_former_one_and_its_tokens(house: House, owner: Caller):
    first = made(owner)
    robot = program(house, first)
    changed = owner.post(f"{PROGRAMS}/{first['client_id']}/secret").get_json()
    assert signed_in(house, first).status_code == 401
    assert robot.get("/api/v1/dossiers").status_code == 401
    assert signed_in(house, changed).status_code == 200


def test_an_ended_program_is_out(house: House, owner: Caller):
    credential = made(owner)
    robot = program(house, credential)
    assert owner.delete(f"{PROGRAMS}/{credential['client_id']}").status_code == 204
    assert robot.get("/api/v1/dossiers").status_code == 401
    assert owner.get(PROGRAMS).get_json() == []


def test_the_list_tells_when_a_program_was_used_last(house: House, owner: Caller):
    robot = program(house, made(owner))
    assert owner.get(PROGRAMS).get_json()[0]["last_used"] is None
    robot.get("/api/v1/dossiers")
    with house.app.app_context():
        house.app.extensions["motcua.clients"].calls.write()
    (shown,) = owner.get(PROGRAMS).get_json()
    assert shown["last_used"] == now().date().isoformat()
    assert shown["in_force"] is True


def test_making_one_needs_a_fresh_proof(house: House, owner: Caller):
    assert code_of(house.owner.post(PROGRAMS, wish())) == "fresh-proof-needed"


def test_who_does_not_administer_keeps_no_programs(house: House, owner: Caller):
    credential = made(owner)
    with house.app.app_context(), transaction():
        member(house).role = OrganisationRole.DRAFTER
    assert owner.get(PROGRAMS).status_code == 403
    assert owner.delete(f"{PROGRAMS}/{credential['client_id']}").status_code == 403
    assert house.stranger.get(PROGRAMS).status_code in {403, 404}
