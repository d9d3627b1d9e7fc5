"""Signing in, browser sessions and what ends them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from accounts import authentication, operations, passwords, queries, staffing
from accounts.actor import ANONYMOUS, SYSTEM, Actor, Kind
from accounts.attempts import WINDOW_MINUTES
from accounts.errors import (
    ActionRefused,
    InvalidToken,
    LoginTaken,
    NotSignedIn,
    SessionEnded,
    SignInFailed,
    TooManyAttempts,
)
from accounts.models import Account, BrowserSession
from accounts.policy import scopes_of
from core import clock
from core.audit import AuditEvent, first_broken
from core.database import db, transaction
from tests.accounts.conftest import PASSWORD, People

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


def _signed_in(login: str = "an") -> str:
    proof = authentication.by_password(login, PASSWORD, address=HERE)
    with transaction():
        return operations.sign_in(proof, user_agent="Firefox " * 100)


def test_a_session_knows_who_has_signed_in(people: People):
    actor = queries.actor_of_session(_signed_in(" AN "))
    assert (actor.account_id, actor.kind, actor.name) == (people.citizen.id, Kind.CITIZEN, "An")


def test_the_stored_session_cannot_be_used_as_a_cookie(people: People):
    token = _signed_in()
    kept = db.session.scalars(select(BrowserSession)).one()
    assert token.encode() not in kept.token_hash
    assert len(kept.user_agent) == operations.USER_AGENT_LENGTH


def test_every_sign_in_opens_another_session(people: People):
    assert _signed_in() != _signed_in()


@pytest.mark.parametrize(("login", "password"), [("an", "wrong password"), ("nobody", PASSWORD)])
def test_a_failed_sign_in_does_not_say_what_was_wrong(people: People, login: str, password: str):
    with pytest.raises(SignInFailed) as caught:
        authentication.by_password(login, password, address=HERE)
    assert caught.value.code == "sign-in-failed"


def test_a_closed_account_cannot_sign_in_and_its_session_ends(people: People):
    token = _signed_in()
    with transaction():
        db.session.get_one(Account, people.citizen.id).active = False
    with pytest.raises(SignInFailed):
        authentication.by_password("an", PASSWORD, address=HERE)
    with pytest.raises(SessionEnded):
        queries.actor_of_session(token)


def test_guessing_is_stopped_where_it_happens_and_only_there(people: People):
    for _ in range(5):
        with pytest.raises(SignInFailed):
            authentication.by_password("an", "wrong password", address=ELSEWHERE)
    with pytest.raises(TooManyAttempts) as caught:
        authentication.by_password("an", PASSWORD, address=ELSEWHERE)
    assert caught.value.params == {"minutes": WINDOW_MINUTES}
    assert _signed_in()


@pytest.mark.usefixtures("each_database")
def test_an_administrator_lets_somebody_try_anew_and_nobody_else(people: People):
    for login in ("an", "binh"):
        for _ in range(5):
            with pytest.raises(SignInFailed):
                authentication.by_password(login, "wrong password", address=ELSEWHERE)
    administrator = queries.actor(f"account:{people.administrator.id}")
    assert administrator is not None
    staffing.unlock(people.citizen.id, by=administrator)
    assert authentication.by_password("an", PASSWORD, address=ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        authentication.by_password("binh", PASSWORD, address=ELSEWHERE)


def test_trying_many_logins_from_one_place_is_stopped(people: People, monkeypatch):
    monkeypatch.setattr(passwords, "matches", lambda *_: False)
    for number in range(100):
        with pytest.raises(SignInFailed):
            authentication.by_password(f"login{number}", PASSWORD, address=ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        authentication.by_password("an", PASSWORD, address=ELSEWHERE)


def test_an_office_of_many_people_signs_in_from_one_address(people: People, monkeypatch):
    monkeypatch.setattr(passwords, "matches", lambda *_: True)
    monkeypatch.setattr(passwords, "renewed", lambda *_: None)
    for _ in range(110):
        authentication.by_password("an", PASSWORD, address=ELSEWHERE)


def test_the_right_password_forgives_earlier_mistakes(people: People):
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(SignInFailed):
                authentication.by_password("an", "wrong password", address=HERE)
        _signed_in()


def test_a_cheap_hash_is_renewed_at_the_next_sign_in(people: People):
    with transaction():
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        db.session.get_one(Account, people.citizen.id).password_hash = cheap
    _signed_in()
    assert db.session.get_one(Account, people.citizen.id).password_hash != cheap
    _signed_in()


def test_signing_out_ends_the_session(people: People):
    token = _signed_in()
    with transaction():
        operations.sign_out(token)
    with pytest.raises(SessionEnded):
        queries.actor_of_session(token)


def test_a_session_ends_by_itself(people: People):
    token = _signed_in()
    with clock.shifted(timedelta(hours=8)), pytest.raises(SessionEnded):
        queries.actor_of_session(token)


@pytest.mark.usefixtures("each_database")
def test_revoking_ends_every_session_and_token_of_the_account(
    people: People, actor_of: Callable[[Account], Actor]
):
    citizen = actor_of(people.citizen)
    tokens = [_signed_in(), _signed_in()]
    with transaction():
        access = operations.issue_token(citizen, scopes_of(citizen))
    assert len(queries.sessions(people.citizen.id, visible_to=citizen)) == 2
    with transaction():
        operations.revoke_sessions(people.citizen.id, by=citizen)
    assert queries.sessions(people.citizen.id, visible_to=citizen) == []
    for token in tokens:
        with pytest.raises(SessionEnded):
            queries.actor_of_session(token)
    with pytest.raises(InvalidToken):
        authentication.by_access_token(access.text)
    with transaction():
        access = operations.issue_token(citizen, scopes_of(citizen))
    assert authentication.by_access_token(access.text).id == citizen.id


def test_only_the_owner_or_an_administrator_sees_and_ends_sessions(
    people: People, actor_of: Callable[[Account], Actor]
):
    _signed_in()
    stranger, administrator = actor_of(people.officer), actor_of(people.administrator)
    assert queries.sessions(people.citizen.id, visible_to=stranger) == []
    assert len(queries.sessions(people.citizen.id, visible_to=administrator)) == 1
    with pytest.raises(ActionRefused), transaction():
        operations.revoke_sessions(people.citizen.id, by=stranger)
    with transaction():
        operations.revoke_sessions(people.citizen.id, by=administrator)


def test_a_new_password_ends_the_sessions_and_the_old_one_is_refused(
    people: People, actor_of: Callable[[Account], Actor]
):
    token = _signed_in()
    with transaction():
        operations.change_password(
            people.citizen.id, "năm con chó đen", by=actor_of(people.citizen)
        )
    with pytest.raises(SessionEnded):
        queries.actor_of_session(token)
    with pytest.raises(SignInFailed):
        authentication.by_password("an", PASSWORD, address=HERE)


@pytest.mark.usefixtures("each_database")
def test_a_login_is_given_once(people: People):
    with pytest.raises(LoginTaken), transaction():
        operations.create_account("AN ", "Another", kind=Kind.CITIZEN, by=ANONYMOUS)


@pytest.mark.usefixtures("each_database")
@pytest.mark.parametrize("login", ["\x00", "an\x00", "\ud800", "a" * 10_000, "'; --"])
def test_an_odd_login_is_just_unknown(people: People, login: str):
    with pytest.raises(SignInFailed):
        authentication.by_password(login, "wrong password", address=HERE)


def test_a_citizen_opens_an_own_account_and_no_other(people: People):
    with transaction():
        operations.create_account(
            "dung", "Dũng", kind=Kind.CITIZEN, password=PASSWORD, by=ANONYMOUS
        )
    with pytest.raises(NotSignedIn), transaction():
        operations.create_account("boss", "Boss", kind=Kind.STAFF, by=ANONYMOUS)


@pytest.mark.usefixtures("each_database")
def test_what_happens_to_an_account_is_chained_in_its_own_record(people: People):
    _signed_in("binh")
    with transaction():
        operations.revoke_sessions(people.officer.id, by=SYSTEM)
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.chain_id == people.officer.id).order_by(AuditEvent.id)
    ).all()
    assert [event.tag for event in events] == [
        "accounts:account:created",
        "accounts:role:granted",
        "accounts:session:opened",
        "accounts:session:revoked",
    ]
    assert [event.position for event in events] == [1, 2, None, 3]
    assert first_broken(people.officer.id) is None
