"""Leases in real processes: renewed while a handler runs, lost when its process stands still."""

import os
import signal
import time

from engine.jobs.dispatcher import LONGEST_WAIT
from tests.chaos.house import LEASE, SLOW
from tests.chaos.site import Site

ATTEMPTS = "SELECT process FROM chaos_attempt"
EFFECTS = "SELECT process FROM chaos_effect"


def test_a_long_handler_keeps_its_job_although_another_worker_waits(site: Site):
    site.hire()
    site.hire()
    site.start(SLOW, seconds=LEASE * 2)

    site.wait_until(lambda: bool(site.rows(EFFECTS)), LEASE * 10)

    assert len(site.rows(ATTEMPTS)) == len(site.rows(EFFECTS)) == 1
    site.dismiss()


def test_a_worker_paused_past_its_lease_changes_nothing_when_it_wakes(site: Site):
    sleeper = site.hire()
    instance_id = site.start(SLOW, seconds=LEASE / 2)
    site.wait_until(lambda: bool(site.rows(ATTEMPTS)), 10)
    os.kill(sleeper.pid, signal.SIGSTOP)
    other = site.hire()
    site.wait_until(lambda: bool(site.rows(EFFECTS)), LEASE * 10)
    os.kill(sleeper.pid, signal.SIGCONT)
    site.dismiss()

    assert [row.process for row in site.rows(EFFECTS)] == [other.pid]
    assert {row.process for row in site.rows(ATTEMPTS)} == {sleeper.pid, other.pid}
    state = "SELECT count(*) FROM engine_instance WHERE id = :id AND state = 'completed'"
    assert site.count(state, id=instance_id) == 1


def test_a_worker_told_to_stop_finishes_the_job_at_hand(site: Site):
    site.hire()
    site.start(SLOW, seconds=LEASE * 1.5)
    site.wait_until(lambda: bool(site.rows(ATTEMPTS)), 10)

    site.dismiss()

    assert len(site.rows(ATTEMPTS)) == len(site.rows(EFFECTS)) == 1


def test_an_idle_worker_is_woken_by_the_transaction_that_makes_a_job(site: Site):
    site.hire()
    waits = [_wait_for_a_sleepy_worker(site) for _ in range(3)]
    site.dismiss()

    assert min(waits) < LONGEST_WAIT / 4, waits


def _wait_for_a_sleepy_worker(site: Site) -> float:
    """Seconds from commit to effect, once the worker looks only every second."""
    time.sleep(LONGEST_WAIT * 2)
    before = len(site.rows(EFFECTS))
    site.start(SLOW, seconds=0)
    started = time.monotonic()
    site.wait_until(lambda: len(site.rows(EFFECTS)) > before, 10)
    return time.monotonic() - started
