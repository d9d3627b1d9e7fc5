"""Chores are done again and again, at once when somebody calls, and survive a database in trouble."""

import time

import pytest
from sqlalchemy.exc import OperationalError

from core.chores import Chores


@pytest.fixture
def chores(bare_app):
    made = Chores()
    yield made
    made.stop()


def wait_until(condition) -> None:
    deadline = time.monotonic() + 5
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
    assert condition()


def test_a_chore_is_done_every_so_often(chores, bare_app):
    done = []
    chores.add("count", 0.01, lambda: done.append(1))
    chores.start(bare_app)
    wait_until(lambda: len(done) > 2)


def test_a_prompt_chore_is_done_when_somebody_calls(chores, bare_app):
    done, other = [], []
    chores.add("prompt", 3600, lambda: done.append(1), prompt=True)
    chores.add("patient", 3600, lambda: other.append(1))
    chores.start(bare_app)
    wait_until(lambda: done and other)
    chores.wake()
    wait_until(lambda: len(done) == 2)
    assert len(other) == 1


def test_trouble_with_the_database_ends_no_chore(chores, bare_app):
    done = []

    def troubled() -> None:
        done.append(1)
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    chores.add("troubled", 0.01, troubled)
    chores.start(bare_app)
    wait_until(lambda: len(done) > 1)
