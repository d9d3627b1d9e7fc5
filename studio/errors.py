"""What can be wrong with a scenario.

InvalidRequest
├── ScenarioBroken         a file cannot be played; names the file and the line
├── ScenarioUnknown        no scenario of the pack bears that name
├── MutantListBroken       the list of equivalent mutants cannot be used
└── ScenarioFailed         it was played, and something came out otherwise than it says
    ├── StepImpossible     there is nothing to do the step to: no such task, nothing to pay
    ├── StepRefused        the service did not accept what the step sends
    ├── StepAccepted       the service accepted what it should have refused
    └── ProcessStuck       an element or a job cannot go on, or the process never comes to rest
"""

from core.errors import N_, InvalidRequest


class ScenarioBroken(InvalidRequest):
    """A scenario file cannot be played."""

    code = "scenario-broken"
    title = N_("The scenario “%(scenario)s” cannot be played")
    remedy = N_("%(fault)s Correct the file; docs/scenarios.md lists what a step may say.")


class ScenarioUnknown(InvalidRequest):
    """No scenario of the pack bears that name."""

    code = "scenario-unknown"
    title = N_("The service has no scenario “%(scenario)s”")
    remedy = N_("Its scenarios are: %(known)s.")


class MutantListBroken(InvalidRequest):
    """The list of equivalent mutants cannot be used."""

    code = "mutant-list-broken"
    title = N_("The list of equivalent mutants cannot be used")
    remedy = N_("%(fault)s Correct scenarios/equivalent-mutants.yaml.")


class ScenarioFailed(InvalidRequest):
    """A scenario came out otherwise than it says.

    `step` counts from 1, with the step's word and its line in `file`.
    """

    code = "scenario-failed"
    title = N_("The scenario “%(scenario)s” failed at step %(step)s")
    remedy = N_("Expected %(expected)s, but it is %(actual)s. Correct the service or the scenario.")


class StepImpossible(ScenarioFailed):
    """There is nothing to do the step to."""

    code = "scenario-step-impossible"
    remedy = N_("It needs %(expected)s; there is only: %(actual)s.")


class StepRefused(ScenarioFailed):
    """The service did not accept what the step sends; `refusal` is the error it gave."""

    code = "scenario-step-refused"
    remedy = N_("The service refused it: %(refusal)s (%(complaints)s).")


class StepAccepted(ScenarioFailed):
    """The service accepted what it should have refused."""

    code = "scenario-step-accepted"
    remedy = N_("Expected it to be refused (%(expected)s), but it was accepted.")


class ProcessStuck(ScenarioFailed):
    """An element or a job cannot go on, or the process never comes to rest."""

    code = "scenario-stuck"
    remedy = N_("The process cannot go on at “%(element)s”: %(message)s.")
