"""What a pack's scenarios walk, and what they never walk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.errors import N_
from studio import places
from studio.places import Place
from studio.scenarios.witness import Witness
from workflows.pack import ServicePack


@dataclass(frozen=True)
class Measure:
    """How much of one sort of place was walked. `name` is an English message id."""

    kind: str
    name: str
    all: tuple[Place, ...]
    missed: tuple[Place, ...]

    @property
    def percentage(self) -> float:
        """From 0 to 100; 100 where there is nothing to walk."""
        return 100.0 * (1 - len(self.missed) / len(self.all)) if self.all else 100.0


def coverage(pack: ServicePack, witnesses: Iterable[Witness]) -> Sequence[Measure]:
    """Flow nodes, sequence flows, rules of decisions, questions and conditions of forms."""
    seen = list(witnesses)
    nodes = {(node,) for each in seen for node in each.walked}
    flows = {(flow,) for each in seen for flow in each.flows}
    conditions = {
        (form, component, "hidden" if hidden else "shown")
        for each in seen
        for form, component, hidden in each.conditions
    }
    return (
        _measure("nodes", N_("flow nodes"), places.flow_nodes(pack), nodes),
        _measure("flows", N_("sequence flows"), places.sequence_flows(pack), flows),
        _measure("rules", N_("decision rules"), places.rules(pack), _union(s.rules for s in seen)),
        _measure(
            "questions",
            N_("questions of forms"),
            places.form_fields(pack),
            _union(s.fields for s in seen),
        ),
        _measure("conditions", N_("conditions of forms"), places.form_conditions(pack), conditions),
    )


def _measure(
    kind: str, name: str, found: Iterable[Place], walked: Iterable[tuple[str, ...]]
) -> Measure:
    known, everything = set(walked), tuple(found)
    return Measure(kind, name, everything, tuple(p for p in everything if p.key not in known))


def _union(sets: Iterable[set[tuple[str, str]]]) -> set[tuple[str, ...]]:
    return {item for each in sets for item in each}
