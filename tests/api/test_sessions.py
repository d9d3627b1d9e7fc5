"""One's own browser sessions over the API."""

from dataclasses import replace
from uuid import UUID

from accounts import operations, queries, runtime
from accounts.authentication import Authentication
from core.database import transaction
from tests.api.house import Caller, House

SESSIONS = "/api/v1/me/sessions"


def signed_in(house: House, caller: Caller, browser: str) -> str:
    """A browser signs in; returns its session's id."""
    account_id = UUID(caller.actor_id.removeprefix("account:"))
    with house.app.app_context(), transaction():
        token = operations.sign_in(Authentication(account_id), user_agent=browser)
        return str(queries.session_of(token).id)


def listed(caller: Caller) -> list[str]:
    return [each["id"] for each in caller.get(SESSIONS).get_json()]


def test_sessions_are_listed_and_ended_one_by_one(house: House):
    first, second = (signed_in(house, house.owner, name) for name in ("Firefox", "Chromium"))
    assert set(listed(house.owner)) == {first, second}
    assert house.owner.delete(f"{SESSIONS}/{first}").status_code == 204
    assert listed(house.owner) == [second]
    assert house.owner.delete(f"{SESSIONS}/{first}").status_code == 404


def test_a_session_of_somebody_else_is_not_there(house: House):
    theirs = signed_in(house, house.owner, "Firefox")
    assert listed(house.stranger) == []
    assert house.stranger.delete(f"{SESSIONS}/{theirs}").status_code == 404
    assert listed(house.owner) == [theirs]


def test_ending_all_of_them_ends_the_access_token_too(house: House):
    signed_in(house, house.owner, "Firefox")
    assert house.owner.delete(SESSIONS).status_code == 204
    assert house.owner.get(SESSIONS).status_code == 401


def test_a_narrowed_token_and_a_program_keep_no_sessions(house: House):
    with house.app.app_context():
        actor = queries.actor(house.owner.actor_id)
        assert actor is not None
        token = runtime().tokens.issue(actor, frozenset({"dossier.view"}))
    narrowed = replace(house.owner, headers={"Authorization": f"Bearer {token.text}"})
    assert narrowed.get(SESSIONS).status_code == 403
    assert house.portal.get(SESSIONS).status_code == 403
