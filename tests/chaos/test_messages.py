"""Messages sent several times, too early and too late, and a signal whose workers are killed."""

import os
import signal
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from random import Random
from uuid import UUID, uuid4

import pytest

import engine
from core.database import transaction
from engine import operations
from engine.messages import MessageOutcome
from engine.models import MessageState
from tests.chaos.site import Site
from tests.engine.models import flows, message, model, service

SEED = 5
CASES = 40
LISTENERS = 80
PAID = model(
    '<startEvent id="s"/><receiveTask id="m" messageRef="m_paid"/><endEvent id="e"/>'
    + service("a", "count")
    + service("d", "count")
    + flows("s -> a", "a -> m", "m -> d", "d -> e"),
    message("paid"),
)
LISTENING = model(
    '<startEvent id="s"/><endEvent id="e"/><intermediateCatchEvent id="c">'
    '<signalEventDefinition signalRef="sig"/></intermediateCatchEvent>'
    + service("d", "count")
    + flows("s -> c", "c -> d", "d -> e"),
    '<signal id="sig" name="closed"/>',
)
RUNNING = "SELECT count(*) FROM engine_instance WHERE state = 'active'"
LEFT = "SELECT count(*) FROM engine_job"
DONE = "SELECT instance_id FROM chaos_effect WHERE step = 'd'"


def test_each_case_takes_one_message_however_often_and_whenever_it_is_sent(site: Site):
    """Each message one to three times, in any order, some before the case is there, some too late."""
    random, cases = Random(SEED), [uuid4() for _ in range(CASES)]
    definition = deployed(PAID)
    deeds: list[Callable[[], MessageOutcome | None]]
    deeds = [partial(start, site, definition, case) for case in cases]
    for case in cases:
        deeds += [partial(pay, site, case, "payment")] * random.randint(1, 3)
        deeds += [partial(pay, site, case, "again")] * random.randint(0, 1)
    random.shuffle(deeds)
    site.hire()
    with ThreadPoolExecutor(4) as senders:
        told = list(senders.map(lambda deed: deed(), deeds))
    site.wait_until(lambda: site.count(LEFT) + site.count(RUNNING) == 0, 60)

    assert Counter(row.instance_id for row in site.rows(DONE)) == dict.fromkeys(cases, 1)
    states = messages(site)
    assert Counter(key for key, _, state in states if state == MessageState.DELIVERED) == {
        str(case): 1 for case in cases
    }
    accepted = [outcome for outcome in told if outcome not in {None, MessageOutcome.DUPLICATE}]
    assert len(accepted) == len(states)
    assert {pay(site, case, "much later") for case in cases} == {MessageOutcome.LATE}
    site.dismiss()


def test_an_early_message_is_kept_no_longer_than_its_time_to_live(site: Site):
    case = uuid4()
    definition = deployed(PAID)
    pay(site, case, "payment", timedelta(milliseconds=1))
    start(site, definition, case)
    engine.run_due_jobs(site.app)

    assert site.count(RUNNING) == 1
    assert pay(site, case, "a new one") == MessageOutcome.DELIVERED


@pytest.mark.slow
def test_a_signal_reaches_each_once_although_its_workers_are_killed(site: Site):
    definition = deployed(LISTENING)
    cases = [uuid4() for _ in range(LISTENERS)]
    for case in cases:
        start(site, definition, case)
    with transaction():
        assert operations.broadcast_signal("closed", {}) == LISTENERS
    worker = site.hire()
    site.wait_until(lambda: len(site.rows(DONE)) > LISTENERS // 4, 20)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    start(site, definition, uuid4())
    site.hire()
    site.wait_until(lambda: site.count(LEFT) == 0, 30)

    assert Counter(row.instance_id for row in site.rows(DONE)) == dict.fromkeys(cases, 1)
    assert site.count(RUNNING) == 1
    site.dismiss()


def deployed(process: bytes) -> str:
    with transaction():
        return operations.deploy({"p.bpmn": process})


def start(site: Site, definition: str, case: UUID) -> None:
    with site.app.app_context(), transaction():
        operations.start(definition, "p", {"key": str(case)}, instance_id=case)


def pay(
    site: Site, case: UUID, message_id: str, time_to_live: timedelta = timedelta(days=1)
) -> MessageOutcome:
    with site.app.app_context(), transaction():
        return operations.publish_message("paid", str(case), {}, message_id, time_to_live)


def messages(site: Site) -> list[tuple[str, str, str]]:
    rows = site.rows("SELECT correlation_key, message_id, state FROM engine_message")
    return [tuple(row) for row in rows]
