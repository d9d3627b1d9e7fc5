"""Interleaved rounds and medians: this machine is shared, so only ratios within one run mean much."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from statistics import median

ROUNDS = 7


@dataclass(frozen=True)
class Row:
    """One line of the table. `ratio` is measured against `baseline`; without a goal it only informs."""

    name: str
    value: float
    unit: str
    baseline: str
    ratio: float
    goal: str
    ok: bool

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def interleaved(deeds: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median of what each deed measured, in seconds, all of them taking turns."""
    measured: dict[str, list[float]] = {name: [] for name in deeds}
    for deed in deeds.values():
        deed()
    for _ in range(rounds):
        for name, deed in deeds.items():
            measured[name].append(deed())
    return {name: median(values) for name, values in measured.items()}


def per_call(deed: Callable[[], object], calls: int) -> float:
    """Seconds per call."""
    began = time.perf_counter()
    for _ in range(calls):
        deed()
    return (time.perf_counter() - began) / calls


def at_least(name: str, seconds: float, baseline: str, ratio: float, goal: float) -> Row:
    """A row whose ratio must not be below the goal."""
    return Row(name, seconds * 1e6, "µs", baseline, ratio, f">= {goal:g}", ratio >= goal)


def at_most(name: str, seconds: float, baseline: str, ratio: float, goal: float) -> Row:
    """A row whose ratio must not be above the goal."""
    return Row(name, seconds * 1e6, "µs", baseline, ratio, f"<= {goal:g}", ratio <= goal)


def informing(name: str, seconds: float, baseline: str, ratio: float) -> Row:
    """A row without a goal."""
    return Row(name, seconds * 1e6, "µs", baseline, ratio, "", ok=True)
