"""Attempts are counted in the database: all processes share one count, and none is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from accounts import attempts
from accounts.attempts import Limit
from accounts.errors import TooManyAttempts
from accounts.proof_models import AttemptCount
from core import clock
from core.database import db

LIMIT = Limit("test", 5)


def _allowed(app: Flask) -> bool:
    """One attempt in a thread with a session of its own, as another process would have."""
    with app.app_context():
        try:
            attempts.take(LIMIT, "an")
        except TooManyAttempts:
            return False
        finally:
            db.session.remove()
        return True


@pytest.mark.usefixtures("each_database")
def test_of_many_at_once_no_more_than_allowed_get_through(app: Flask):
    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(_allowed, [app] * 24))
    assert allowed.count(True) == LIMIT.number


@pytest.mark.usefixtures("each_database")
def test_a_window_closes_by_itself(app: Flask):
    for _ in range(LIMIT.number):
        attempts.take(LIMIT, "an")
    with pytest.raises(TooManyAttempts):
        attempts.take(LIMIT, "an")
    with clock.shifted(timedelta(minutes=15)):
        attempts.take(LIMIT, "an")


def test_one_s_attempts_are_not_another_s(app: Flask):
    for _ in range(LIMIT.number):
        attempts.take(LIMIT, "an", "b")
    attempts.take(LIMIT, "a", "nb")
    attempts.take(Limit("other", 5), "an", "b")


def test_what_was_typed_cannot_be_read_from_the_counts(app: Flask):
    attempts.take(LIMIT, "a password typed as login")
    assert b"password" not in db.session.scalars(select(AttemptCount.key)).one()


def test_old_counts_are_forgotten(app: Flask):
    attempts.take(LIMIT, "an")
    with clock.shifted(timedelta(days=2)):
        attempts.forget_old_attempts()
    assert db.session.scalars(select(AttemptCount)).all() == []
