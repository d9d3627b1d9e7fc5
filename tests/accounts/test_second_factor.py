"""Codes of an authenticator: right ones once, wrong ones never, and not many guesses."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
from sqlalchemy import select

from accounts import authentication, operations, runtime, second_factor
from accounts.actor import Actor
from accounts.errors import (
    ActionRefused,
    CodeWrong,
    FactorExists,
    FreshProofNeeded,
    SecondFactorNeeded,
    SignInFailed,
    TooManyAttempts,
)
from accounts.freshness import require_assurance, require_fresh
from accounts.models import Account
from accounts.proof_models import RecoveryCode, SecondFactor
from accounts.queries import actor_of_session
from core import clock
from core.database import db, transaction
from tests.accounts.conftest import PASSWORD, People

HERE = "192.0.2.1"
STEP = timedelta(seconds=30)
Load = Callable[[Account], Actor]


@pytest.fixture
def officer(people: People, actor_of: Load) -> Actor:
    return actor_of(people.officer)


def _enrolled(actor: Actor) -> tuple[str, list[str]]:
    with transaction():
        seed = second_factor.begin(_id(actor), by=actor)
    with clock.shifted(-2 * STEP), transaction():
        codes = second_factor.confirm(_id(actor), _code(seed), by=actor)
    return seed, list(codes)


def _id(actor: Actor) -> UUID:
    assert actor.account_id is not None
    return actor.account_id


def _code(seed: str) -> str:
    return pyotp.TOTP(seed).at(clock.now())


def _signed_in(code: str = "") -> authentication.Authentication:
    return authentication.by_password("binh", PASSWORD, address=HERE, code=code)


def test_a_password_alone_opens_the_account_no_longer(officer: Actor):
    assert _signed_in().assurance == 1
    seed, _ = _enrolled(officer)
    with pytest.raises(SecondFactorNeeded):
        _signed_in()
    assert _signed_in(_code(seed)).assurance == 2


@pytest.mark.usefixtures("each_database")
def test_a_code_works_once(officer: Actor):
    seed, _ = _enrolled(officer)
    _signed_in(_code(seed))
    with pytest.raises(CodeWrong):
        _signed_in(_code(seed))


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(officer: Actor, steps: int, *, accepted: bool):
    seed, _ = _enrolled(officer)
    code = pyotp.TOTP(seed).at(clock.now() + steps * STEP)
    if accepted:
        assert _signed_in(code).assurance == 2
        return
    with pytest.raises(CodeWrong):
        _signed_in(code)


def test_an_earlier_code_than_the_last_one_is_refused(officer: Actor):
    seed, _ = _enrolled(officer)
    earlier = pyotp.TOTP(seed).at(clock.now() - STEP)
    _signed_in(_code(seed))
    with pytest.raises(CodeWrong):
        _signed_in(earlier)


def test_guessing_codes_is_stopped_even_from_many_addresses(officer: Actor):
    seed, _ = _enrolled(officer)
    for number in range(5):
        with pytest.raises(CodeWrong):
            authentication.by_password("binh", PASSWORD, address=f"192.0.2.{number}", code="000")
    with pytest.raises(TooManyAttempts):
        _signed_in(_code(seed))
    with clock.shifted(timedelta(minutes=16)):
        assert _signed_in(_code(seed)).assurance == 2


def test_without_the_password_nobody_can_use_up_the_guesses(officer: Actor):
    seed, _ = _enrolled(officer)
    for number in range(20):
        with pytest.raises(SignInFailed):
            authentication.by_password("binh", "wrong", address=f"192.0.2.{number}", code="1")
    assert _signed_in(_code(seed)).assurance == 2


def test_a_recovery_code_works_once_however_it_is_typed(officer: Actor):
    _, codes = _enrolled(officer)
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    assert _signed_in(codes[0].replace("-", " ").lower()).assurance == 2
    with pytest.raises(CodeWrong):
        _signed_in(codes[0])
    db.session.rollback()
    assert second_factor.recovery_codes_left(_id(officer)) == 9


def test_neither_seed_nor_recovery_codes_can_be_read_in_the_database(officer: Actor):
    seed, codes = _enrolled(officer)
    kept = db.session.scalars(select(SecondFactor)).one()
    assert seed.encode() not in kept.sealed_seed
    hashes = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert not {code.encode() for code in codes} & set(hashes)


def test_new_recovery_codes_end_those_of_before(officer: Actor):
    _, before = _enrolled(officer)
    with transaction():
        after = second_factor.renew_recovery_codes(_id(officer), by=officer)
    with pytest.raises(CodeWrong):
        _signed_in(before[0])
    assert _signed_in(after[0]).assurance == 2


def test_a_second_authenticator_cannot_slip_in(officer: Actor):
    _enrolled(officer)
    with pytest.raises(FactorExists), transaction():
        second_factor.begin(_id(officer), by=officer)


def test_only_its_owner_or_an_administrator_removes_an_authenticator(
    officer: Actor, people: People, actor_of: Load
):
    _enrolled(officer)
    with pytest.raises(ActionRefused), transaction():
        second_factor.remove(_id(officer), by=actor_of(people.citizen))
    with transaction():
        second_factor.remove(_id(officer), by=actor_of(people.administrator))
    assert _signed_in().assurance == 1


def test_where_staff_must_have_one_a_password_is_not_enough(officer: Actor):
    runtime().staff_second_factor = True
    with pytest.raises(SecondFactorNeeded) as caught:
        _signed_in()
    assert caught.value.params == {"account_id": _id(officer), "enrolled": False}
    assert authentication.by_password("an", PASSWORD, address=HERE).assurance == 1


def test_a_proof_grows_stale(officer: Actor):
    proof = _signed_in()
    with transaction():
        token = operations.sign_in(proof)
    require_fresh(actor_of_session(token))
    with clock.shifted(timedelta(minutes=11)), pytest.raises(FreshProofNeeded):
        require_fresh(actor_of_session(token))


def test_an_access_token_tells_when_and_how_well_its_owner_was_proven(officer: Actor):
    seed, _ = _enrolled(officer)
    proof = _signed_in(_code(seed))
    with transaction():
        token = operations.issue_token(officer, frozenset(), proof=proof)
    actor = authentication.by_access_token(token.text)
    require_fresh(actor)
    require_assurance(actor, 2)
    with clock.shifted(timedelta(minutes=11)), pytest.raises(FreshProofNeeded):
        require_fresh(actor)


def test_who_was_never_proven_is_not_fresh(officer: Actor):
    with pytest.raises(FreshProofNeeded):
        require_fresh(officer)
