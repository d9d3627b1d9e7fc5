"""Pairs the elements of two versions of a process."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from engine.errors import MappingRefused
from engine.lint.model import ScopeGraph
from engine.lint.soundness import Marking, Soundness
from engine.machine.containers import CallActivity, Subprocess
from engine.machine.nodes import Node
from engine.machine.process import ProcessSpec
from engine.migration.pairs import changes, reasons_against
from engine.migration.remarks import Remark, remark
from engine.migration.version import Path, Version, version


class Renewal(StrEnum):
    """What open tasks take over from the new version where it is drawn differently there."""

    NAME = "name"
    FORM = "form"
    PEOPLE = "people"
    LIMITS = "limits"


USUAL = frozenset({Renewal.NAME, Renewal.FORM, Renewal.PEOPLE})


@dataclass(frozen=True)
class Place:
    """An element of the old version, and where its tokens go: nowhere if anything is `against`."""

    path: Path
    source: Node
    target: Node | None
    against: tuple[Remark, ...]
    warnings: tuple[Remark, ...]

    @property
    def is_open(self) -> bool:
        """Whether a token can go over."""
        return self.target is not None and not self.against


@dataclass
class ScopePair:
    """A process or subprocess in both versions. `inside` are those within it, by their element."""

    path: Path
    target_path: Path
    source: ProcessSpec
    target: ProcessSpec
    graph: ScopeGraph | None
    target_graph: ScopeGraph | None
    places: dict[str, Place] = field(default_factory=dict)
    inside: dict[str, "ScopePair"] = field(default_factory=dict)
    warnings: list[Remark] = field(default_factory=list)

    def counterpart(self, name: str) -> Node | None:
        """The element to which tokens of this one go."""
        place = self.places.get(name)
        return place.target if place is not None and place.is_open else None

    @cached_property
    def ends(self) -> dict[str, tuple[str, str]]:
        """Where each flow of the old version begins and ends."""
        nodes = nodes_of(self.source)
        return {flow.id: (node.name, flow.target) for node in nodes for flow in node.flows}

    def flow(self, identity: str) -> str | None:
        """The flow that leads where this one led: by its id, else by both its ends.

        Several between the same ends keep their order, if there are as many.
        """
        if identity not in self.ends:
            return None
        source_name, target_name = self.ends[identity]
        source, target = self.counterpart(source_name), self.counterpart(target_name)
        if target is not None and identity in target.incoming:
            return identity
        if source is None or target is None:
            return None
        before = _between(self.source.node(source_name), target_name)
        after = _between(source, target.name)
        return after[before.index(identity)] if len(after) == len(before) else None


def _between(source: Node, target: str) -> list[str]:
    return [flow.id for flow in source.flows if flow.target == target]


def nodes_of(spec: ProcessSpec) -> list[Node]:
    """The flow nodes of a process itself, not of its subprocesses."""
    return [node for node in spec.task_specs.values() if isinstance(node, Node)]


@dataclass
class MigrationPlan:
    """How instances of a process go over; `scopes` are all its parts, the process itself first."""

    source: Version
    target: Version
    process_id: str
    mapping: Mapping[str, str]
    renew: frozenset[Renewal]
    scopes: list[ScopePair]
    played: dict[tuple[int, Marking], Soundness | None] = field(default_factory=dict)

    @property
    def root(self) -> ScopePair:
        """The process itself."""
        return self.scopes[0]

    @property
    def target_process_id(self) -> str:
        """The id of the process in the new version."""
        return str(self.root.target.name)

    @cached_property
    def places(self) -> list[Place]:
        """Every element of the old version."""
        return [place for scope in self.scopes for place in scope.places.values()]

    @property
    def warnings(self) -> list[Remark]:
        """What changes for those who go over."""
        scopes = [each for scope in self.scopes for each in scope.warnings]
        return [*scopes, *(each for place in self.places for each in place.warnings)]

    @property
    def against(self) -> list[Remark]:
        """Why what stands at some elements cannot go over."""
        return [each for place in self.places for each in place.against]


def plan(
    source_definition: str,
    target_definition: str,
    process_id: str,
    mapping: Mapping[str, str] | None = None,
    renew: frozenset[Renewal] = USUAL,
) -> MigrationPlan:
    """Pair the elements of two versions: by id, within the pair of the scopes around them.

    `mapping` overrides it: `old` or `subprocess/old` -> id of the new element; also for the process
    itself. Raises DefinitionNotFound, UnknownProcess, MappingRefused.
    """
    versions = version(source_definition), version(target_definition)
    return pair_up(*versions, process_id, mapping or {}, renew)


def pair_up(
    source: Version,
    target: Version,
    process_id: str,
    given: Mapping[str, str],
    renew: frozenset[Renewal] = USUAL,
) -> MigrationPlan:
    """The plan between two versions that are at hand; see `plan`."""
    first = source.definition.process(process_id)
    counterpart = target.definition.process(given.get(process_id, process_id))
    pairing = Pairing(source, target, given)
    pairing.add((process_id,), (counterpart.name,), first, counterpart)
    unknown = sorted(set(given) - pairing.used - {process_id})
    if unknown:
        raise MappingRefused(element=", ".join(unknown))
    return MigrationPlan(source, target, process_id, given, renew, pairing.scopes)


class Pairing:
    """Goes through two versions side by side."""

    def __init__(self, source: Version, target: Version, given: Mapping[str, str]) -> None:
        self.source, self.target, self.given = source, target, given
        self.used: set[str] = set()
        self.scopes: list[ScopePair] = []
        self.called: dict[tuple[str, str], ScopePair] = {}
        self.elsewhere = {
            node.name for spec in target.definition.processes.values() for node in all_nodes(spec)
        }

    def add(
        self, path: Path, target_path: Path, source: ProcessSpec, target: ProcessSpec
    ) -> ScopePair:
        """Pair two scopes and everything inside them."""
        graphs = self.source.graphs.get(path), self.target.graphs.get(target_path)
        scope = ScopePair(path, target_path, source, target, *graphs)
        self.scopes.append(scope)
        if len(path) == 1:
            self.called[source.name, target.name] = scope
        reached = reachable(target)
        for node in nodes_of(source):
            scope.places[node.name] = self._place(scope, node, reached)
        scope.warnings = [*_event_changes(scope)]
        for place in [*scope.places.values()]:
            found = (*place.warnings, *_boundary_changes(scope, place))
            scope.places[place.source.name] = replace(place, warnings=found)
            if place.is_open and isinstance(place.source, Subprocess):
                scope.inside[place.source.name] = self._inside(scope, place)
        return scope

    def _place(self, scope: ScopePair, node: Node, reached: set[str]) -> Place:
        path = (*scope.path, node.name)
        asked = self._asked(path)
        wanted = asked or node.name
        target = scope.target.task_specs.get(wanted)
        if not isinstance(target, Node) and asked is None and isinstance(node, Subprocess):
            target = _renamed(scope, node)
        if not isinstance(target, Node):
            code = "other-scope" if wanted in self.elsewhere else "gone"
            return Place(path, node, None, (remark(code, node.name, target=wanted),), ())
        against = list(reasons_against(node, target))
        if target.name not in reached:
            against.append(remark("unreachable", node.name, target=target.name))
        return Place(path, node, target, tuple(against), tuple(changes(node, target)))

    def _asked(self, path: Path) -> str | None:
        """What the designer said about an element; the longest of several names counts."""
        names = ["/".join(path[begin:]) for begin in range(len(path))]
        name = next((name for name in names if name in self.given), None)
        if name is None:
            return None
        self.used.add(name)
        wanted = self.given[name]
        if wanted not in self.elsewhere:
            raise MappingRefused(element=wanted)
        return wanted

    def _inside(self, scope: ScopePair, place: Place) -> ScopePair:
        source, target = place.source, place.target
        if isinstance(source, CallActivity) and isinstance(target, CallActivity):
            return self._called(source.called, target.called)
        if not isinstance(source, Subprocess) or not isinstance(target, Subprocess):
            raise TypeError(f"{source.name} has nothing inside")
        target_path = (*scope.target_path, target.name)
        return self.add(place.path, target_path, source.inside, target.inside)

    def _called(self, source_id: str, target_id: str) -> ScopePair:
        known = self.called.get((source_id, target_id))
        if known is not None:
            return known
        source = self.source.definition.process(source_id)
        target = self.target.definition.process(target_id)
        return self.add((source_id,), (target_id,), source, target)


def all_nodes(spec: ProcessSpec) -> Iterator[Node]:
    """The flow nodes of a process and of its subprocesses, not of those it calls."""
    for node in nodes_of(spec):
        yield node
        if isinstance(node, Subprocess) and not isinstance(node, CallActivity):
            yield from all_nodes(node.inside)


def _renamed(scope: ScopePair, node: Subprocess) -> Node | None:
    """The one subprocess that was not there before and holds elements of this one."""
    if isinstance(node, CallActivity):
        return None
    own = {inner.name for inner in nodes_of(node.inside)}
    fitting = [
        other
        for other in nodes_of(scope.target)
        if type(other) is type(node)
        and isinstance(other, Subprocess)
        and other.name not in scope.source.task_specs
        and own & set(other.inside.task_specs) - {"#start"}
    ]
    return fitting[0] if len(fitting) == 1 else None


def _boundary_changes(scope: ScopePair, place: Place) -> Iterator[Remark]:
    """The events at an activity that come and go; one that moved elsewhere does both."""
    if place.target is None or not place.is_open:
        return
    name, kept = place.source.name, {scope.counterpart(b.name) for b in place.source.boundaries}
    for event in place.target.boundaries:
        if event not in kept:
            yield remark("event-added", name, event=event.name)
    for event in place.source.boundaries:
        if scope.counterpart(event.name) not in place.target.boundaries:
            yield remark("event-removed", name, event=event.name)


def _event_changes(scope: ScopePair) -> Iterator[Remark]:
    """The event subprocesses of a scope that come and go."""
    kept = {scope.counterpart(node.name) for node in scope.source.event_subprocesses}
    for node in scope.target.event_subprocesses:
        if node not in kept:
            yield remark("event-added", scope.path[-1], event=node.name)
    for node in scope.source.event_subprocesses:
        if scope.counterpart(node.name) is None:
            yield remark("event-removed", scope.path[-1], event=node.name)


def reachable(spec: ProcessSpec) -> set[str]:
    """The elements to which a way leads, from a start or from an event."""
    found: set[str] = set()
    pending = [*spec.first, *(node.name for node in spec.event_subprocesses)]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            node = spec.node(name)
            pending += [flow.target for flow in node.flows]
            pending += [event.name for event in node.boundaries]
            pending += [node.undone_by] if node.undone_by else []
    return found
