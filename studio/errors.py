"""What can be wrong with a scenario.

InvalidRequest
├── ScenarioBroken     the file cannot be played
└── ScenarioFailed     it was played, and something came out otherwise than it says
"""

from core.errors import N_, InvalidRequest


class ScenarioBroken(InvalidRequest):
    """A scenario file cannot be played."""

    code = "scenario-broken"
    title = N_("The scenario “%(scenario)s” cannot be played")
    remedy = N_("%(fault)s Correct the file; docs/scenarios.md lists what a step may say.")


class ScenarioFailed(InvalidRequest):
    """A scenario came out otherwise than it says."""

    code = "scenario-failed"
    title = N_("The scenario “%(scenario)s” failed at step %(step)s")
    remedy = N_("Expected %(expected)s, but it is %(actual)s. Correct the service or the scenario.")
