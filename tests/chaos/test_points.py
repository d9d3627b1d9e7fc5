"""A process that dies at any point loses nothing and doubles nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.failing import UNCLAIMED
from tests.chaos.points import Ground, faults_of, prepared
from tests.sandboxes import Sandbox
from tests.servers import Postgres


@pytest.fixture
def ground(
    postgres: Postgres, tmp_path: Path, register_sandbox: Sandbox, payment_sandbox: Sandbox
) -> Iterator[Ground]:
    with prepared(postgres, tmp_path, register_sandbox.address, payment_sandbox.address) as made:
        yield made


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_death_at_every_point_loses_and_doubles_nothing(ground: Ground):
    calm = ground.undisturbed()
    assert calm["ended"]
    assert calm["missing"] == calm[UNCLAIMED] == calm["broken records"] == 0
    assert len(calm["points"]) > 40

    faults = {
        f"{number}, {name}": wrong
        for number, name in enumerate(calm["points"])
        if (wrong := faults_of(calm, ground.killed_at(number)))
    }

    assert faults == {}
