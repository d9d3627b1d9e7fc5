"""Notices between connections on PostgreSQL: one for each transaction that makes work, no others."""

from collections.abc import Iterator
from threading import Event, Thread

import pytest

from core.database import transaction
from engine.jobs.notices import LOOK, listen, notify
from tests.chaos.site import Site


@pytest.fixture
def wake(site: Site) -> Iterator[Event]:
    """Set at every notice; the first time when listening has begun."""
    wake, stopping = Event(), Event()
    listener = Thread(target=listen, args=(site.app, wake, stopping))
    listener.start()
    assert wake.wait(10)
    wake.clear()
    yield wake
    stopping.set()
    listener.join(10)


def test_a_listener_wakes_when_a_transaction_that_made_work_commits(wake: Event):
    with transaction():
        notify()
        assert not wake.is_set()

    assert wake.wait(10)


def test_a_listener_sleeps_on_while_nobody_makes_work(wake: Event):
    assert not wake.wait(LOOK * 5)
