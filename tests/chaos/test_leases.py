"""Leases in real processes: renewed while a handler runs, lost when its process stands still."""

import os
import signal

import pytest

from tests.chaos.house import LEASE, SLOW
from tests.chaos.site import Site

ATTEMPTS = "SELECT process FROM chaos_attempt"
EFFECTS = "SELECT process FROM chaos_effect"


@pytest.mark.slow
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
