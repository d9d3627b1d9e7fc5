"""A second factor: codes of an authenticator (RFC 6238), and codes for the day it is lost."""

import base64
import os
import re
import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import pyotp
from sqlalchemy import ColumnElement, delete, func, select, update

from accounts import attempts
from accounts.actor import Actor
from accounts.attempts import PER_ACCOUNT_CODE
from accounts.audit import AccountTag
from accounts.errors import CodeWrong, FactorExists
from accounts.journal import locked_account, record
from accounts.notices import Notice, tell
from accounts.opaque import digest
from accounts.proof_models import RecoveryCode, SecondFactor
from accounts.runtime import runtime
from core.clock import now
from core.database import db, each_alone

STEP_SECONDS: Final = 30
DRIFT_STEPS: Final = 1
DIGITS: Final = 6
RECOVERY_CODES: Final = 10
_RECOVERY_BYTES: Final = 10
_PLAIN: Final = re.compile(r"[\s-]+")


def is_enrolled(account_id: UUID) -> bool:
    """Whether a password alone does not open this account."""
    found = select(SecondFactor.account_id).where(_confirmed(account_id))
    return db.session.scalar(found) is not None


def begin(account_id: UUID, *, by: Actor) -> str:
    """Make a seed for an authenticator, in base32; it counts once `confirm` has seen a code of it.

    An unconfirmed seed of before is given again, so that a page may be loaded twice.
    Raises FactorExists while there is a confirmed one.
    """
    locked_account(account_id, by)
    factor = db.session.get(SecondFactor, account_id)
    if factor is not None:
        if factor.confirmed_at is not None:
            raise FactorExists
        return _seed(factor)
    seed = pyotp.random_base32()
    sealed = runtime().sealer.seal(seed, purpose=_purpose(account_id))
    db.session.add(SecondFactor(account_id=account_id, sealed_seed=sealed))
    db.session.flush()
    return seed


def address_of(seed: str, login: str) -> str:
    """The `otpauth://` address that authenticators read from a QR code."""
    return pyotp.TOTP(seed).provisioning_uri(name=login, issuer_name="Motcua")


def confirm(account_id: UUID, code: str, *, by: Actor) -> Sequence[str]:
    """Begin to ask for codes, as this one is right; returns the recovery codes, which are not kept.

    Raises CodeWrong, FactorExists.
    """
    locked_account(account_id, by)
    factor = db.session.get(SecondFactor, account_id)
    if factor is None or factor.confirmed_at is not None:
        raise FactorExists
    step = _step_of(_seed(factor), code)
    if step is None:
        raise CodeWrong
    factor.confirmed_at, factor.last_step = now(), step
    record(AccountTag.FACTOR_ADDED, account_id, by)
    tell(account_id, Notice.FACTOR_ADDED)
    return _new_recovery_codes(account_id)


def remove(account_id: UUID, *, by: Actor) -> None:
    """Ask for no codes any more: one's own wish, or an administrator's when all is lost."""
    locked_account(account_id, by)
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    db.session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))
    record(AccountTag.FACTOR_REMOVED, account_id, by)
    tell(account_id, Notice.FACTOR_REMOVED)


def renew_recovery_codes(account_id: UUID, *, by: Actor) -> Sequence[str]:
    """Fresh recovery codes; those of before work no longer. Raises CodeWrong without a factor."""
    locked_account(account_id, by)
    if not is_enrolled(account_id):
        raise CodeWrong
    record(AccountTag.RECOVERY_CODES_RENEWED, account_id, by)
    tell(account_id, Notice.RECOVERY_CODES_RENEWED)
    return _new_recovery_codes(account_id)


def recovery_codes_left(account_id: UUID) -> int:
    """How many recovery codes have not been used."""
    unused = (RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(select(func.count()).where(*unused)) or 0


def use_code(account_id: UUID, code: str) -> None:
    """Accept a code once, of the authenticator or for recovery; raises CodeWrong, TooManyAttempts.

    Outside any transaction: one statement marks it as used, so of two at once one is refused.
    """
    attempts.take(PER_ACCOUNT_CODE, str(account_id))
    if not (_use_step(account_id, code) or _use_recovery_code(account_id, code)):
        raise CodeWrong(subject=f"account:{account_id}")
    attempts.forgive(PER_ACCOUNT_CODE, str(account_id))


def _use_step(account_id: UUID, code: str) -> bool:
    factor = db.session.scalars(select(SecondFactor).where(_confirmed(account_id))).first()
    step = _step_of(_seed(factor), code) if factor else None
    if step is None:
        return False
    later = update(SecondFactor).where(
        SecondFactor.account_id == account_id, SecondFactor.last_step < step
    )
    with each_alone() as connection:
        return connection.execute(later.values(last_step=step)).rowcount == 1


def _use_recovery_code(account_id: UUID, code: str) -> bool:
    unused = update(RecoveryCode).where(
        RecoveryCode.account_id == account_id,
        RecoveryCode.code_hash == digest(_plain(code)),
        RecoveryCode.used_at.is_(None),
    )
    with each_alone() as connection:
        return connection.execute(unused.values(used_at=now())).rowcount == 1


def _new_recovery_codes(account_id: UUID) -> Sequence[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [_new_recovery_code() for _ in range(RECOVERY_CODES)]
    db.session.add_all(
        RecoveryCode(account_id=account_id, code_hash=digest(_plain(code))) for code in codes
    )
    return codes


def _new_recovery_code() -> str:
    text = base64.b32encode(os.urandom(_RECOVERY_BYTES)).decode()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _step_of(seed: str, code: str) -> int | None:
    """The half minute of a right code, now or one earlier or later."""
    totp, plain = pyotp.TOTP(seed), _plain(code)
    for drift in range(-DRIFT_STEPS, DRIFT_STEPS + 1):
        moment = now() + timedelta(seconds=drift * STEP_SECONDS)
        if pyotp.utils.strings_equal(totp.at(moment), plain):
            return int(moment.timestamp()) // STEP_SECONDS
    return None


def _plain(code: str) -> str:
    return _PLAIN.sub("", unicodedata.normalize("NFKC", code)).upper()


def _seed(factor: SecondFactor) -> str:
    return runtime().sealer.open(factor.sealed_seed, purpose=_purpose(factor.account_id))


def _purpose(account_id: UUID) -> str:
    return f"authenticator:{account_id}"


def _confirmed(account_id: UUID) -> ColumnElement[bool]:
    return (SecondFactor.account_id == account_id) & SecondFactor.confirmed_at.is_not(None)
