"""Giving mutants to one scenario: those that are come by late only from there on."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from core.errors import MotcuaError
from studio.errors import ScenarioFailed
from studio.mutation.branches import branching
from studio.mutation.mutants import Mutant, Touch
from studio.scenarios import Installation, Performance, Scenario, perform
from studio.scenarios.witness import Witness
from workflows.pack import ServicePack


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    REFUSED = "refused"
    EQUIVALENT = "equivalent"


@dataclass(frozen=True)
class Verdict:
    """A mutant's fate; `by` is the scenario's file, the refusal or the reason."""

    mutant: Mutant
    fate: Fate
    by: str = ""

    def as_row(self) -> Mapping[str, str]:
        """The fate as JSON, without the mutant."""
        return {"fate": self.fate, "by": self.by}

    @classmethod
    def read(cls, mutant: Mutant, row: Mapping[str, str]) -> "Verdict":
        """What `as_row` said of a mutant."""
        return cls(mutant, Fate(row["fate"]), row["by"])


@dataclass(frozen=True)
class Played:
    """A scenario as it came out without a fault: the step at which it first came by each place."""

    scenario: Scenario
    first: Mapping[Touch, int]
    seconds: float

    def comes_by(self, mutant: Mutant) -> int:
        """The number of the first step at which a mutant can matter; 0 is the draft."""
        wanted = (mutant.near | mutant.touches) if mutant.touches else frozenset[Touch]()
        return min((self.first[touch] for touch in wanted & self.first.keys()), default=0)


def play(stage: Installation, pack: ServicePack, scenario: Scenario) -> Played:
    """Play a scenario without a fault; raises ScenarioFailed."""
    first: dict[Touch, int] = {}
    moments = list[float]()

    def look(played: Performance) -> None:
        moments.append(time.monotonic())
        for touch in _touched(played.witness):
            first.setdefault(touch, played.number - 1)

    played = perform(stage, pack, scenario, look)
    for touch in _touched(played.witness):
        first.setdefault(touch, played.number)
    # The draft is read by its form long before it is sent.
    first.update({touch: 0 for touch in first if touch == ("form", pack.manifest.application_form)})
    # The gate is not counted: the first scenario alone would seem slow.
    return Played(scenario, first, time.monotonic() - moments[0])


def _touched(witness: Witness) -> Iterator[Touch]:
    yield from (("node", node) for node in witness.walked)
    yield from (("table", table) for table in witness.tables)
    yield from (("rule", rule) for _, rule in witness.rules)
    yield from (("form", form) for form in witness.forms)


def tried(
    stage: Installation, pack: ServicePack, each: Played, mutants: Sequence[Mutant]
) -> Iterator[Verdict]:
    """What a scenario says of each mutant; SURVIVED when it did not notice."""
    late = [mutant for mutant in mutants if each.comes_by(mutant)]
    branches = late if len(late) > 1 else []
    yield from _tried_late(stage, pack, each, branches)
    for mutant in mutants:
        if mutant not in branches:
            faulty = mutant.applied(pack)
            yield _judged(mutant, each.scenario, partial(perform, stage, faulty, each.scenario))


def _tried_late(
    stage: Installation, pack: ServicePack, each: Played, mutants: Sequence[Mutant]
) -> Sequence[Verdict]:
    """Each goes on from the step that comes by it; what is before that step is played once."""
    verdicts = list[Verdict]()

    def branch_off(played: Performance) -> None:
        here = [mutant for mutant in mutants if each.comes_by(mutant) == played.number]
        if here:
            with branching(stage) as branch:
                said = [branch(partial(_gone_on, stage, played, mutant)) for mutant in here]
            verdicts.extend(map(Verdict.read, here, said))

    if mutants:
        perform(stage, pack, each.scenario, branch_off)
    return verdicts


def _gone_on(stage: Installation, played: Performance, mutant: Mutant) -> Mapping[str, str]:
    def deed() -> None:
        played.pack = mutant.applied(played.pack)
        stage.exchange(played.pack)
        played.go_on(played.number)

    return _judged(mutant, played.scenario, deed).as_row()


def _judged(mutant: Mutant, scenario: Scenario, deed: Callable[[], object]) -> Verdict:
    try:
        deed()
    except ScenarioFailed:
        return Verdict(mutant, Fate.KILLED, scenario.file)
    except MotcuaError as error:
        return Verdict(mutant, Fate.REFUSED, str(error))
    return Verdict(mutant, Fate.SURVIVED)
