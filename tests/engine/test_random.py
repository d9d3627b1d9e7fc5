"""Random processes: the engine and an independent token game agree after every action."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.processes import processes
from tests.engine.twins import Twins

QUICK = settings(max_examples=80, suppress_health_check=list(HealthCheck), derandomize=True)
DEEP = settings(max_examples=3000, suppress_health_check=list(HealthCheck))


@QUICK
@given(processes(), st.integers(0, 1 << 30), st.integers(0, 30))
def test_the_engine_and_a_token_game_agree_after_every_action(drawn, seed, actions):
    Twins(drawn, seed).play(Random(seed), actions)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@DEEP
@given(processes(depth=4), st.integers(0, 1 << 30), st.integers(0, 60))
def test_the_engine_and_a_token_game_agree_on_large_processes(drawn, seed, actions):
    Twins(drawn, seed).play(Random(seed), actions)
