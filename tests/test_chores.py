"""The house's chores forget what is over, and nothing else."""

import time
from datetime import timedelta

import pytest

from accounts.actor import SYSTEM, Kind
from accounts.models import BrowserSession
from accounts.operations import create_account
from api.models import IdempotentAnswer
from core import clock
from core.chores import chores
from core.database import Model, db, transaction
from core.ids import new_id
from wsgi import create_app


@pytest.fixture
def app(settings):
    app = create_app(settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


def session_and_answer(age: timedelta) -> None:
    moment = clock.now() - age
    with transaction() as session:
        account = create_account(new_id().hex, "Mai", kind=Kind.CITIZEN, by=SYSTEM)
        session.add(
            BrowserSession(
                account_id=account.id,
                token_hash=new_id().bytes,
                created_at=moment,
                last_seen_at=moment,
                expires_at=moment,
                user_agent="",
            )
        )
        session.add(
            IdempotentAnswer(
                caller="x", key=new_id().hex, request_hash=b"", status=201, created_at=moment
            )
        )


def test_old_answers_and_ended_sessions_are_forgotten_and_recent_ones_kept(app):
    session_and_answer(timedelta(days=31))
    session_and_answer(timedelta(days=1))
    chores(app).do_all(app)
    db.session.rollback()
    assert db.session.query(IdempotentAnswer).count() == 1
    assert db.session.query(BrowserSession).count() == 1


def test_a_chore_that_fails_ends_neither_itself_nor_the_others(app):
    done = []

    def failing() -> None:
        done.append("failed")
        raise RuntimeError("a fault of ours")

    chores(app).add("failing", 0.01, failing)
    chores(app).add("working", 0.01, lambda: done.append("worked"))
    chores(app).start(app)
    try:
        deadline = time.monotonic() + 10
        while min(done.count("failed"), done.count("worked")) < 2:
            assert time.monotonic() < deadline, done
            time.sleep(0.01)
    finally:
        chores(app).stop()
