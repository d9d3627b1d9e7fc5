"""Two worker processes and one pile of work; many clerks and one task."""

from collections import Counter
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest

from core.database import transaction
from core.errors import Conflict
from engine import operations
from engine.runtime import current_runtime
from tests.chaos.site import Site
from tests.engine.models import duration, flows, model, user

CLERKS = 50
WAIT = model(
    '<startEvent id="s"/><endEvent id="e"/>'
    f'<intermediateCatchEvent id="t">{duration("PT0S")}</intermediateCatchEvent>'
    + flows("s -> t", "t -> e")
)
ONE_TASK = model('<startEvent id="s"/><endEvent id="e"/>' + user("u") + flows("s -> u", "u -> e"))


@pytest.mark.parametrize(
    "count", [150, pytest.param(5000, marks=[pytest.mark.slow, pytest.mark.timeout(600)])]
)
def test_two_workers_do_each_job_and_each_timer_once(site: Site, count: int):
    workers = {site.hire().pid, site.hire().pid}
    with transaction():
        definition = operations.deploy({"p.bpmn": WAIT})
        for _ in range(count):
            operations.start(definition, "p", {})
            current_runtime().enqueue("count", uuid4(), {})
    site.wait_until(lambda: site.count("SELECT count(*) FROM engine_job") == 0, 60 + count / 8)
    site.dismiss()

    done = site.rows("SELECT instance_id, process FROM chaos_effect")
    assert len(done) == len({row.instance_id for row in done}) == count
    assert {row.process for row in done} == workers
    ended = "SELECT count(*) FROM engine_instance WHERE state = 'completed'"
    assert site.count(ended) == count
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    assert site.count(deadlocks) == 0


def test_of_many_clerks_one_gets_the_task_and_only_that_one_completes_it(site: Site):
    site.start(ONE_TASK)
    task = site.task()
    gate, tokens, refused = Barrier(CLERKS), [], []

    def claim(number: int) -> None:
        gate.wait()
        try:
            with site.app.app_context(), transaction():
                token = operations.claim(task.instance_id, task.id, f"clerk-{number}")
            tokens.append((f"clerk-{number}", token))
        except Conflict as error:
            refused.append(error.code)

    together([Thread(target=claim, args=(number,)) for number in range(CLERKS)])

    assert len(tokens) == 1
    assert refused == ["task-already-claimed"] * (CLERKS - 1)
    assert complete(site, "loser", uuid4()) == "wrong-claim-token"
    ((winner, token),) = tokens
    with transaction():
        operations.release(task.instance_id, task.id, token=token, actor=winner)
    assert complete(site, winner, token) == "wrong-claim-token"


BEGUN = "SELECT count(*) FROM engine_instance"


def test_two_workers_and_the_timers_of_starts_begin_each_instance_once(site: Site):
    site.hire()
    site.hire()
    count = 20
    with transaction():
        for number in range(count):
            start = f'<startEvent id="s">{duration("PT1S")}</startEvent>'
            content = model(start + '<endEvent id="e"/>' + flows("s -> e"), process_id=f"p{number}")
            operations.deploy({"p.bpmn": content})
    site.wait_until(lambda: site.count("SELECT count(*) FROM engine_job") == 0, 60)
    site.dismiss()

    assert site.count(BEGUN) == count
    assert site.count("SELECT count(DISTINCT process_id) FROM engine_instance") == count


def test_a_message_sent_twice_at_once_and_two_of_one_key_begin_one_instance(site: Site):
    start = '<startEvent id="s"><messageEventDefinition messageRef="m"/></startEvent>'
    waiting = user("u") + '<endEvent id="e"/>' + flows("s -> u", "u -> e")
    with transaction():
        operations.deploy({"p.bpmn": model(start + waiting, '<message id="m" name="order"/>')})
    site.hire()
    site.hire()
    keys = [f"key-{number}" for number in range(10)]
    gate, told = Barrier(4 * len(keys)), []

    def send(key: str, message_id: str) -> None:
        gate.wait()
        with site.app.app_context(), transaction():
            told.append(operations.publish_message("order", key, {}, message_id))

    both = [(key, name) for key in keys for name in ("one", "one", "other", "other")]
    together([Thread(target=send, args=pair) for pair in both])
    site.wait_until(lambda: site.count("SELECT count(*) FROM engine_job") == 0, 60)

    assert Counter(told) == {"duplicate": 20, "delivered": 10, "buffered": 10}
    assert site.count(BEGUN) == len(keys)
    assert site.count("SELECT count(DISTINCT business_key) FROM engine_instance") == len(keys)


def together(threads: list[Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def complete(site: Site, actor: str, token: UUID) -> str:
    """The code of the refusal."""
    task = site.task()
    try:
        with transaction():
            operations.complete_task(
                task.instance_id, task.id, token=token, actor=actor, variables={}
            )
    except Conflict as error:
        return error.code
    return "done"
