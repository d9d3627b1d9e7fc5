"""Playing mutants: each is given to the scenarios that can notice it until one does."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from core.errors import MotcuaError
from studio.errors import ScenarioFailed
from studio.mutation.equivalents import equivalents
from studio.mutation.mutants import Mutant, Touch
from studio.mutation.sites import mutants_of
from studio.scenarios import Installation, Scenario, perform
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


@dataclass(frozen=True)
class Report:
    """All verdicts, and how long they took in seconds."""

    verdicts: tuple[Verdict, ...]
    seconds: float

    def of(self, fate: Fate) -> Sequence[Verdict]:
        """The verdicts of one fate."""
        return [verdict for verdict in self.verdicts if verdict.fate is fate]

    @property
    def percentage(self) -> float:
        """Killed out of those that a scenario could kill, from 0 to 100."""
        killed, survived = len(self.of(Fate.KILLED)), len(self.of(Fate.SURVIVED))
        return 100.0 * killed / (killed + survived) if killed + survived else 100.0


@dataclass(frozen=True)
class _Played:
    scenario: Scenario
    touched: frozenset[Touch]
    seconds: float


def run_mutants(
    stage: Installation,
    pack: ServicePack,
    scenarios: Sequence[Scenario],
    *,
    sample: int | None = None,
    chosen: Callable[[Mutant], bool] = lambda _: True,
) -> Report:
    """Play the mutants of a pack that are `chosen`, or a sample of them that is always the same.

    Raises ScenarioFailed when a scenario fails without any fault, and MutantListBroken.
    """
    began = time.monotonic()
    mutants = mutants_of(pack)
    reasons = equivalents(pack, {mutant.id for mutant in mutants})
    played = [_play(stage, pack, scenario) for scenario in scenarios]
    verdicts = []
    for mutant in _sample(list(filter(chosen, mutants)), sample):
        verdict = _judge(stage, mutant, pack, played)
        reason = reasons.get(mutant.id)
        if reason is not None and verdict.fate is Fate.SURVIVED:
            verdict = Verdict(mutant, Fate.EQUIVALENT, reason)
        verdicts.append(verdict)
    return Report(tuple(verdicts), time.monotonic() - began)


def _sample(mutants: list[Mutant], size: int | None) -> list[Mutant]:
    chosen = sorted(mutants, key=lambda mutant: sha256(mutant.id.encode()).digest())[:size]
    return [mutant for mutant in mutants if mutant in chosen]


def _play(stage: Installation, pack: ServicePack, scenario: Scenario) -> _Played:
    began = time.monotonic()
    witness = perform(stage, pack, scenario).witness
    return _Played(scenario, frozenset(_touched(witness)), time.monotonic() - began)


def _touched(witness: Witness) -> Iterator[Touch]:
    yield from (("node", node) for node in witness.walked)
    yield from (("table", table) for table in witness.tables)
    yield from (("rule", rule) for _, rule in witness.rules)
    yield from (("form", form) for form in witness.forms)


def _judge(
    stage: Installation, mutant: Mutant, pack: ServicePack, played: Sequence[_Played]
) -> Verdict:
    faulty = mutant.applied(pack)
    for each in _who_can_notice(mutant, played):
        try:
            perform(stage, faulty, each.scenario)
        except ScenarioFailed:
            return Verdict(mutant, Fate.KILLED, each.scenario.file)
        except MotcuaError as error:
            return Verdict(mutant, Fate.REFUSED, str(error))
    return Verdict(mutant, Fate.SURVIVED)


def _who_can_notice(mutant: Mutant, played: Sequence[_Played]) -> list[_Played]:
    """The scenarios that come by the fault: those that come nearest first, then the quickest.

    Where none comes by, the quickest shows at least whether the gate lets the fault pass.
    """
    wanted = mutant.near | mutant.touches
    able = [each for each in played if not mutant.touches or wanted & each.touched]
    able = able or sorted(played, key=lambda each: each.seconds)[:1]
    return sorted(able, key=lambda each: (not mutant.near & each.touched, each.seconds))
