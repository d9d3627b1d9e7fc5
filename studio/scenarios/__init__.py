"""Scenarios: a service played from first answer to signed result, in an installation of its own.

A scenario is a YAML file in a pack's `scenarios/` folder (docs/scenarios.md). Everything of ours is
real while it is played: forms, decisions, process, letters, seals, register. Only the outside systems
answer what the scenario says they answer, and the clock stands still until it is pushed.
"""

from studio.scenarios.installation import Installation, installation
from studio.scenarios.performance import Performance, perform
from studio.scenarios.reading import Scenario, Step, read_scenarios
from workflows.pack import ServicePack

__all__ = [
    "Installation",
    "Performance",
    "Scenario",
    "Step",
    "installation",
    "perform",
    "play",
    "read_scenarios",
]


def play(pack: ServicePack, scenario: Scenario) -> Performance:
    """Play a scenario from beginning to end; raises ScenarioFailed at the first difference."""
    with installation() as stage:
        return perform(stage, pack, scenario)
