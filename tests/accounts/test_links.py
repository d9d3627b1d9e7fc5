"""Mailed links: for their owner only, once, for a short time, and silent about who exists."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts import authentication, browsers, links, operations, queries, runtime
from accounts.actor import Actor
from accounts.errors import (
    EmailInvalid,
    LinkExpired,
    PasswordTooWeak,
    SessionEnded,
    TooManyAttempts,
)
from accounts.models import Account
from accounts.notices import Mail
from accounts.proof_models import MailedLink
from core import clock
from core.database import db, transaction
from core.errors import NotFound
from core.i18n import init_app as speak
from tests.accounts.conftest import PASSWORD, People

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"
NEW = "năm con chó đen"
Load = Callable[[Account], Actor]


@pytest.fixture
def sent(app, people: People) -> list[Mail]:
    """Every e-mail that left."""
    speak(app, time_zone="Asia/Ho_Chi_Minh")
    letters: list[Mail] = []
    runtime().post = letters.append
    with transaction():
        db.session.get_one(Account, people.citizen.id).email = "an@example.vn"
    return letters


def _asked(login: str = "an", address: str = HERE) -> None:
    links.ask_for_recovery(login, address=address)


def _secret(mail: Mail) -> str:
    return next(word for word in mail.text.split() if word.startswith("http")).rpartition("/")[2]


def _recovered(secret: str, password: str = NEW) -> None:
    with transaction():
        links.recover(secret, password)


@pytest.mark.usefixtures("each_database")
def test_a_link_sets_a_new_password_and_ends_every_session(people: People, sent: list[Mail]):
    proof = authentication.by_password("an", PASSWORD, address=HERE)
    with transaction():
        token = operations.sign_in(proof)
    _asked()
    assert sent[0].to == "an@example.vn"
    _recovered(_secret(sent[0]))
    with pytest.raises(SessionEnded):
        queries.actor_of_session(token)
    assert authentication.by_password("an", NEW, address=HERE).account_id == people.citizen.id


def test_a_link_works_once(sent: list[Mail]):
    _asked()
    _recovered(_secret(sent[0]))
    with pytest.raises(LinkExpired):
        _recovered(_secret(sent[0]), "sáu con gà vàng hoe")


def test_a_used_link_takes_the_others_with_it(sent: list[Mail]):
    _asked()
    _asked()
    _recovered(_secret(sent[0]))
    with pytest.raises(LinkExpired):
        _recovered(_secret(sent[1]))


def test_a_link_is_over_after_half_an_hour(sent: list[Mail]):
    _asked()
    with clock.shifted(timedelta(minutes=31)), pytest.raises(LinkExpired):
        _recovered(_secret(sent[0]))


def test_a_weak_password_does_not_use_the_link_up(sent: list[Mail]):
    _asked()
    with pytest.raises(PasswordTooWeak):
        _recovered(_secret(sent[0]), "123456789012")
    _recovered(_secret(sent[0]))


@pytest.mark.parametrize("secret", ["", "x", "0" * 43, "' OR 1=1"])
def test_a_guessed_link_opens_nothing(sent: list[Mail], secret: str):
    _asked()
    with pytest.raises(LinkExpired):
        _recovered(secret)


def test_the_database_does_not_hold_the_link(sent: list[Mail]):
    _asked()
    kept = db.session.scalars(select(MailedLink)).one()
    assert _secret(sent[0]).encode() not in kept.secret_hash


@pytest.mark.parametrize("login", ["nobody", "binh", "", "an\x00"])
def test_asking_for_another_login_says_nothing_and_sends_nothing(sent: list[Mail], login: str):
    _asked(login)
    assert [mail for mail in sent if mail.to != "an@example.vn"] == []


def test_nobody_s_letter_box_is_flooded(sent: list[Mail]):
    for number in range(10):
        _asked(address=f"192.0.2.{number}")
    assert len(sent) == links.ASKED_PER_LOGIN.number


def test_an_address_that_asks_for_many_logins_is_stopped(sent: list[Mail]):
    for number in range(20):
        _asked(f"login{number}", ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        _asked(address=ELSEWHERE)


def test_trying_links_is_stopped(sent: list[Mail]):
    for _ in range(20):
        links.require_may_open(ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        links.require_may_open(ELSEWHERE)
    links.require_may_open(HERE)


def test_a_new_address_counts_once_its_link_was_opened(
    people: People, sent: list[Mail], actor_of: Load
):
    citizen = actor_of(people.citizen)
    with transaction():
        links.ask_for_email(people.citizen.id, "moi@example.vn", by=citizen)
    assert db.session.get_one(Account, citizen.account_id).email == "an@example.vn"
    assert [mail.to for mail in sent] == ["moi@example.vn"]
    with transaction():
        links.confirm_email(_secret(sent[0]))
    assert db.session.get_one(Account, citizen.account_id).email == "moi@example.vn"
    assert sent[1].to == "an@example.vn"


def test_a_link_for_one_purpose_opens_no_other(people: People, sent: list[Mail], actor_of: Load):
    citizen = actor_of(people.citizen)
    with transaction():
        links.ask_for_email(people.citizen.id, "moi@example.vn", by=citizen)
    with pytest.raises(LinkExpired):
        _recovered(_secret(sent[0]))


@pytest.mark.parametrize("email", ["x", "a@b", "a@b.vn\nBcc: c@d.vn", "a@b.vn,c@d.vn", "a b@c.vn"])
def test_what_is_no_address_is_refused(
    people: People, sent: list[Mail], actor_of: Load, email: str
):
    citizen = actor_of(people.citizen)
    with pytest.raises(EmailInvalid), transaction():
        links.ask_for_email(people.citizen.id, email, by=citizen)


def test_a_browser_that_is_new_is_told_once(people: People, sent: list[Mail]):
    with transaction():
        first = browsers.meet(people.citizen.id, None, user_agent="Firefox")
    assert sent == []
    with transaction():
        browsers.meet(people.citizen.id, first, user_agent="Firefox")
        second = browsers.meet(people.citizen.id, None, user_agent="Chrome\nEvil: header")
        browsers.meet(people.citizen.id, second, user_agent="Chrome")
    assert len(sent) == 1
    assert "Chrome Evil: header" in sent[0].text


def test_one_session_of_one_s_own_is_ended_and_nobody_else_s(people: People, actor_of: Load):
    proof = authentication.by_password("an", PASSWORD, address=HERE)
    with transaction():
        token = operations.sign_in(proof)
    session_id = queries.session_of(token).id
    with pytest.raises(NotFound), transaction():
        browsers.end_session(session_id, by=actor_of(people.administrator))
    with transaction():
        browsers.end_session(session_id, by=actor_of(people.citizen))
    with pytest.raises(SessionEnded):
        queries.actor_of_session(token)


def test_a_renewed_proof_changes_the_token(people: People):
    proof = authentication.by_password("an", PASSWORD, address=HERE)
    with transaction():
        token = operations.sign_in(proof)
    with transaction():
        renewed = browsers.renew_proof(token, proof)
    with pytest.raises(SessionEnded):
        queries.actor_of_session(token)
    assert queries.actor_of_session(renewed).account_id == people.citizen.id


def test_somebody_else_s_proof_makes_no_session_fresh(people: People):
    proof = authentication.by_password("an", PASSWORD, address=HERE)
    another = authentication.by_password("binh", PASSWORD, address=HERE)
    with transaction():
        token = operations.sign_in(proof)
    with pytest.raises(NotFound), transaction():
        browsers.renew_proof(token, another)
