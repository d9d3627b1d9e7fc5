"""The clock stands still where it is told to, and goes on everywhere else."""

from datetime import UTC, datetime, timedelta
from threading import Thread

from core import clock

MOMENT = datetime(2026, 2, 28, 9, tzinfo=UTC)


def test_a_stopped_clock_shows_one_moment_until_it_is_moved():
    with clock.stopped_at(MOMENT):
        assert clock.now() == clock.now() == MOMENT
        clock.move_to(MOMENT + timedelta(days=1))
        assert clock.now() == MOMENT + timedelta(days=1)
    assert clock.now() > MOMENT + timedelta(days=100)


def test_other_threads_go_on_while_the_clock_is_stopped_here():
    seen = []
    with clock.stopped_at(MOMENT):
        other = Thread(target=lambda: seen.append(clock.now()))
        other.start()
        other.join()
    assert seen[0] != MOMENT
