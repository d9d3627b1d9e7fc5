"""Until when single steps are to be done: by the service, the model or the profile, in that order.

A late step is a fact that people are shown; it gives nobody a right to refuse or to go on alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from engine.bpmn.reading import attributes_of, extension, parse_xml
from engine.lint.model import FlowNode, Model, ScopeGraph
from workflows.errors import PackBroken
from workflows.manifest import Manifest
from workflows.pack import ServicePack
from workflows.sections.limits import UNITS, WHOLE_UNITS, StepLimit
from workflows.vocabulary import STEP_LIMIT, WORKING_DAYS

_RECEIVES: Final = "dossier.receive"
_APPLICANTS: Final = ("applicant", "guest")
_WORDS: Final = re.compile(r"(\d{1,5}(?:\.\d{1,2})?) ([a-z-]+)")
_DAYS: Final = re.compile(r"\d{1,4}")
# For a warning alone: five working days of eight hours are seven on the calendar.
_HOURS: Final = {
    "hour": Decimal(1),
    "working-day": Decimal(8),
    "calendar-day": Decimal(40) / 7,
    "month": Decimal(40) / 7 * 30,
}


def step_limit(
    manifest: Manifest, element_id: str, attributes: Mapping[str, str]
) -> StepLimit | None:
    """The limit of a user task with these attributes of ours; None where nobody states one."""
    return manifest.step_limits.get(element_id) or limit_drawn(attributes)


def limit_drawn(attributes: Mapping[str, str]) -> StepLimit | None:
    """What the model says, as `motcua:limit="4 hour"` or `motcua:workingDays="2"`."""
    if WORKING_DAYS in attributes:
        return StepLimit(attributes[WORKING_DAYS], "working-day")
    said = _WORDS.fullmatch(attributes.get(STEP_LIMIT, ""))
    return StepLimit(said[1], said[2]) if said else None


def limits_of(pack: ServicePack) -> Iterator[StepLimit]:
    """The limits of all user tasks that have one."""
    for _, model in _models(pack):
        for node in model.tasks("userTask"):
            limit = step_limit(pack.manifest, node.id, attributes_of(node.element))
            if limit is not None:
                yield limit


def check_step_limits(pack: ServicePack) -> None:
    """Raise PackBroken for a limit that cannot be read, or that no user task has."""
    tasks = set[str]()
    for path, model in _models(pack):
        for node in model.nodes:
            fault = _fault(attributes_of(node.element))
            if fault:
                raise PackBroken(file=path, fault=f"Line {node.element.sourceline}: {fault}")
            if node.kind == "userTask":
                tasks.add(node.id)
    for name in pack.manifest.step_limits:
        if name not in tasks:
            fault = f"`step_limits` names “{name}”, which is no user task of the models."
            raise PackBroken(file="service.yaml", fault=fault)


def warnings(pack: ServicePack) -> list[str]:
    """What works and is probably not meant: steps of one way that exceed the limit of the whole."""
    stated = pack.manifest.time_limit
    said = [(stated.amount, stated.unit), *((each.amount, each.unit) for each in stated.variants)]
    amount, unit = min(said, key=lambda each: _in_hours(*each))
    way = _Ways(pack).longest(pack.manifest.process)
    if way.hours <= _in_hours(amount, unit):
        return []
    steps = ", ".join(way.steps)
    together = (way.hours / _HOURS["working-day"]).quantize(Decimal("0.01")).normalize()
    may = f"the steps {steps} may take {together:f} working days together"
    return [f"service.yaml: {may}, more than the time limit of {amount} {unit}."]


@dataclass(frozen=True)
class Way:
    """Steps that may follow each other, and their limits in office hours."""

    hours: Decimal = Decimal()
    steps: tuple[str, ...] = ()

    def __add__(self, after: "Way") -> "Way":
        return Way(self.hours + after.hours, self.steps + after.steps)


@dataclass
class _Ways:
    """Finds the longest way through a process once reception is over, going round no loop."""

    pack: ServicePack
    _scopes: dict[str, ScopeGraph] = field(init=False)
    _entered: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._scopes = {
            scope.element.get("id", ""): scope
            for _, model in _models(self.pack)
            for scope in model.scopes
        }

    def longest(self, scope_id: str) -> Way:
        scope = self._scopes.get(scope_id)
        if scope is None or scope_id in self._entered:
            return Way()
        self._entered.add(scope_id)
        found = self._through(scope)
        self._entered.discard(scope_id)
        return found

    def _through(self, scope: ScopeGraph) -> Way:
        received = [node for node in scope.nodes.values() if _receives(node)]
        starts = received or [node for node in scope.nodes.values() if not node.incoming]
        known: dict[str, Way] = {}
        return _longer(self._from(scope, node, known, frozenset()) for node in starts)

    def _from(
        self, scope: ScopeGraph, node: FlowNode, known: dict[str, Way], behind: frozenset[str]
    ) -> Way:
        if node.id not in known:
            before = behind | {node.id}
            ahead = [*scope.after(node), *scope.attached.get(node.id, []), *scope.linked(node)]
            rest = (
                self._from(scope, each, known, before) for each in ahead if each.id not in before
            )
            known[node.id] = self._of(node) + _longer(rest)
        return known[node.id]

    def _of(self, node: FlowNode) -> Way:
        if node.kind == "callActivity":
            called = extension(node.element, "calledElement")
            return self.longest("" if called is None else called.get("processId", ""))
        if node.kind != "userTask":
            return self.longest(node.id)
        limit = step_limit(self.pack.manifest, node.id, attributes_of(node.element))
        if limit is None or _asks_the_applicant(node):
            return Way()
        return Way(_in_hours(limit.amount, limit.unit), (node.id,))


def _longer(ways: Iterator[Way]) -> Way:
    return max(ways, key=lambda way: way.hours, default=Way())


def _receives(node: FlowNode) -> bool:
    definition = extension(node.element, "taskDefinition")
    return definition is not None and definition.get("type") == _RECEIVES


def _asks_the_applicant(node: FlowNode) -> bool:
    who = extension(node.element, "assignmentDefinition")
    groups = "" if who is None else who.get("candidateGroups") or ""
    return any(word in _APPLICANTS for word in re.findall(r"[\w-]+", groups))


def _fault(attributes: Mapping[str, str]) -> str:
    days, said = attributes.get(WORKING_DAYS), attributes.get(STEP_LIMIT)
    if days is not None and not _DAYS.fullmatch(days):
        return f"“{WORKING_DAYS}” is “{days}”. Write a whole number of days."
    if said is None:
        return ""
    if days is not None:
        return f"“{STEP_LIMIT}” and “{WORKING_DAYS}” both say it: leave one of them out."
    found = _WORDS.fullmatch(said)
    if found is None or found[2] not in UNITS:
        return (
            f"“{STEP_LIMIT}” is “{said}”. Write an amount and a unit, such as “4 hour” or “0.5 "
            f"working-day”. Units are {', '.join(UNITS)}."
        )
    if found[2] in WHOLE_UNITS and "." in found[1]:
        return f"“{STEP_LIMIT}” is “{said}”: a {found[2]} has no parts."
    return ""


def _in_hours(amount: str, unit: str) -> Decimal:
    return Decimal(amount) * _HOURS[unit]


def _models(pack: ServicePack) -> Iterator[tuple[str, Model]]:
    for path, content in pack.files.items():
        if path.endswith(".bpmn"):
            yield path, Model(parse_xml(path, content))
