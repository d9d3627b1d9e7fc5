"""Playing mutants: each is given to the scenarios that can notice it until one does."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from operator import itemgetter

from studio.mutation.equivalents import equivalents
from studio.mutation.mutants import Mutant, Sort
from studio.mutation.sites import mutants_of
from studio.mutation.trying import Fate, Played, Verdict, play, tried
from studio.scenarios import Installation, Scenario
from workflows.pack import ServicePack


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
    played = [play(stage, pack, scenario) for scenario in scenarios]
    wanted = _sample(list(filter(chosen, mutants)), sample)
    found = {each.mutant.id: each for each in _judged(stage, pack, wanted, played)}
    verdicts = (_excused(found[mutant.id], reasons.get(mutant.id)) for mutant in wanted)
    return Report(tuple(verdicts), time.monotonic() - began)


def _excused(verdict: Verdict, reason: str | None) -> Verdict:
    if reason is None or verdict.fate is not Fate.SURVIVED:
        return verdict
    return Verdict(verdict.mutant, Fate.EQUIVALENT, reason)


def _sample(mutants: list[Mutant], size: int | None) -> list[Mutant]:
    chosen = sorted(mutants, key=lambda mutant: sha256(mutant.id.encode()).digest())[:size]
    return [mutant for mutant in mutants if mutant in chosen]


def _judged(
    stage: Installation, pack: ServicePack, mutants: Sequence[Mutant], played: Sequence[Played]
) -> Iterator[Verdict]:
    """One mutant of each sort goes ahead: the others are given first to who noticed that one."""
    ahead = {mutant.sort: mutant for mutant in reversed(mutants)}
    rest = [mutant for mutant in mutants if ahead[mutant.sort] is not mutant]
    noticed = Counter[tuple[Sort, str]]()
    for some in (list(ahead.values()), rest):
        for verdict in _in_rounds(stage, pack, some, played, noticed):
            noticed[verdict.mutant.sort, verdict.by] += 1
            yield verdict


def _in_rounds(
    stage: Installation,
    pack: ServicePack,
    mutants: Sequence[Mutant],
    played: Sequence[Played],
    noticed: Mapping[tuple[Sort, str], int],
) -> Iterator[Verdict]:
    """In each round a mutant is given to one more scenario, all of one scenario together."""
    left = [(mutant, _who_can_notice(mutant, played)) for mutant in mutants]
    while left:
        passed, given = list[Mutant](), defaultdict[str, list[Mutant]](list)
        yield from (Verdict(mutant, Fate.SURVIVED) for mutant, able in left if not able)
        for mutant, able in filter(itemgetter(1), left):
            able.sort(key=partial(_likelihood, mutant, noticed), reverse=True)
            given[able.pop(0).scenario.file].append(mutant)
        for each in played:
            for verdict in tried(stage, pack, each, given[each.scenario.file]):
                if verdict.fate is Fate.SURVIVED:
                    passed.append(verdict.mutant)
                else:
                    yield verdict
        left = [(mutant, able) for mutant, able in left if mutant in passed]


def _likelihood(
    mutant: Mutant, noticed: Mapping[tuple[Sort, str], int], each: Played
) -> tuple[bool, int, float]:
    """Those that come nearest, then those that noticed others of the sort, then the quickest."""
    near = bool(mutant.near & each.first.keys())
    return near, noticed[mutant.sort, each.scenario.file], -each.seconds


def _who_can_notice(mutant: Mutant, played: Sequence[Played]) -> list[Played]:
    """The scenarios that come by the fault.

    Where none comes by, the quickest shows at least whether the gate lets the fault pass.
    """
    wanted = mutant.near | mutant.touches
    able = [each for each in played if not mutant.touches or wanted & each.first.keys()]
    return able or sorted(played, key=lambda each: each.seconds)[:1]
