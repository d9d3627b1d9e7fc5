"""Processes are suspended and resumed while two workers work them: nothing is lost, nothing doubled."""

import random
from uuid import UUID

import pytest

from core.database import transaction
from core.errors import Conflict
from engine import operations
from tests.chaos.site import Site
from tests.engine.models import duration, flows, model, service

INSTANCES, DEEDS = 12, 60
NAMES = ["a", "b", "c", "d"]
STEPS = [service(name, "effect") for name in NAMES]
WORK = model(
    '<startEvent id="s"/><endEvent id="e"/>'
    + "".join(STEPS)
    + f'<intermediateCatchEvent id="t">{duration("PT0S")}</intermediateCatchEvent>'
    + flows("s -> a", "a -> t", "t -> b", "b -> c", "c -> d", "d -> e")
)


@pytest.mark.slow
def test_what_is_suspended_at_work_goes_on_where_it_was(site: Site):
    chance = random.Random(7)
    site.hire()
    site.hire()
    with transaction():
        definition = operations.deploy({"p.bpmn": WORK})
        instances = [operations.start(definition, "p", {}) for _ in range(INSTANCES)]
    for _ in range(DEEDS):
        turn(chance.choice(instances))
    for instance_id in instances:
        resume(instance_id)
    site.wait_until(lambda: site.count("SELECT count(*) FROM engine_job") == 0, 60)
    site.dismiss()

    ended = "SELECT count(*) FROM engine_instance WHERE state = 'completed'"
    assert site.count(ended) == INSTANCES
    for happened in ("chaos_effect", "chaos_attempt"):
        done = site.rows(f"SELECT instance_id, step FROM {happened}")
        assert len(done) == len(set(done)) == INSTANCES * len(NAMES), happened
    assert site.count("SELECT count(*) FROM engine_history WHERE kind = 'instance-suspended'")
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    assert site.count(deadlocks) == 0


def turn(instance_id: UUID) -> None:
    """Suspend what runs, resume what is suspended, whatever the workers are doing."""
    try:
        with transaction():
            operations.suspend(instance_id, actor="ann", reason="a test")
    except Conflict:
        resume(instance_id)


def resume(instance_id: UUID) -> None:
    try:
        with transaction():
            operations.resume(instance_id, actor="ann")
    except Conflict:
        return
