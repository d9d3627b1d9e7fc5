"""Builds a process out of its flow nodes and sequence flows, subprocesses included."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.clock import now
from core.errors import N_
from engine.bpmn.activities import ActivityReader, Known, is_activity
from engine.bpmn.events import Declared, EventReader, definition_of, kind_of
from engine.bpmn.reading import (
    Findings,
    XmlElement,
    child,
    children,
    extension,
    is_true,
    local_name,
)
from engine.bpmn.table import BPMN
from engine.bpmn.wiring import wire
from engine.errors import ElementFailed
from engine.machine.boundary import Boundary
from engine.machine.catching import Catch, EventGateway
from engine.machine.compensation import CompensationThrow
from engine.machine.containers import CallActivity, EventSubprocess, Subprocess
from engine.machine.ends import ErrorEnd, EscalationThrow, SignalThrow, TerminateEnd
from engine.machine.gateways import ExclusiveGateway, InclusiveGateway, ParallelGateway
from engine.machine.nodes import Node
from engine.machine.process import ProcessSpec
from engine.machine.triggers import Trigger, fixed_wait

DEEPEST = 20
CAUGHT = frozenset({"message", "timer", "signal"})
GUARDED = CAUGHT | {"error", "escalation"}
ATTACHED = GUARDED | {"compensate"}
Builder = Callable[[ProcessSpec, XmlElement], Node]


@dataclass
class ProcessReader:
    """Makes processes out of one file."""

    findings: Findings
    declared: Declared
    known: Known
    process_ids: frozenset[str]
    tasks: ActivityReader = field(init=False)
    events: EventReader = field(init=False)

    def __post_init__(self) -> None:
        self.tasks = ActivityReader(self.findings, self.known)
        self.events = EventReader(self.declared, self.findings)

    def process(self, element: XmlElement) -> ProcessSpec:
        """An executable process with everything in it."""
        return self._scope(element, 0)

    def _scope(self, element: XmlElement, depth: int) -> ProcessSpec:
        spec = ProcessSpec(element.get("id", ""), element.get("name", ""))
        if depth > DEEPEST:
            title = N_("Subprocesses stand more than %(limit)s deep inside each other")
            remedy = N_("Use a call activity.")
            self.findings.add(element, title, remedy, limit=str(DEEPEST))
            return spec
        builders = self._builders(depth)
        for item in children(element, BPMN):
            build = builders.get(local_name(item))
            if build is not None and self._is_new(spec, item):
                build(spec, item).loop = self.tasks.loop(item) if is_activity(item) else None
        self._find_starts(spec, element, depth)
        wire(spec, element, self.findings)
        return spec

    def _is_new(self, spec: ProcessSpec, item: XmlElement) -> bool:
        identity = self.findings.required(item, "id")
        if identity in spec.task_specs:
            title = N_("Two elements have the id “%(identity)s”")
            self.findings.add(item, title, N_("Give one of them another id."), identity=identity)
        return bool(identity) and identity not in spec.task_specs

    def _builders(self, depth: int) -> Mapping[str, Builder]:
        tasks = self.tasks
        return {
            "startEvent": tasks.plain,
            "task": tasks.plain,
            "manualTask": tasks.plain,
            "userTask": tasks.user_task,
            "serviceTask": tasks.service_task,
            "sendTask": tasks.service_task,
            "scriptTask": tasks.script_task,
            "businessRuleTask": tasks.rule_task,
            "receiveTask": self._receive_task,
            "exclusiveGateway": lambda spec, item: ExclusiveGateway(spec, tasks.element(item)),
            "inclusiveGateway": lambda spec, item: InclusiveGateway(spec, tasks.element(item)),
            "parallelGateway": lambda spec, item: ParallelGateway(spec, tasks.element(item)),
            "eventBasedGateway": lambda spec, item: EventGateway(spec, tasks.element(item)),
            "endEvent": self._throwing,
            "intermediateThrowEvent": self._throwing,
            "intermediateCatchEvent": self._catching,
            "boundaryEvent": self._boundary,
            "callActivity": self._call_activity,
            "subProcess": lambda spec, item: self._subprocess(spec, item, depth + 1),
        }

    def _find_starts(self, spec: ProcessSpec, element: XmlElement, depth: int) -> None:
        starts = children(element, BPMN, "startEvent")
        if len(starts) != 1:
            title = N_("A process needs exactly one start event; this one has %(count)s")
            remedy = N_("Draw one start event, and a gateway behind it if there are several ways.")
            self.findings.add(element, title, remedy, count=str(len(starts)))
        for start in starts:
            spec.first.append(start.get("id", ""))
            if not is_true(element, "triggeredByEvent", default=False):
                spec.begins = self._beginning(start, inside=depth > 0)

    def _beginning(self, start: XmlElement, *, inside: bool) -> Trigger | None:
        """The event that begins a process; None for a plain start."""
        definition = definition_of(start, self.findings)
        kind = kind_of(definition)
        if kind == "none":
            return None
        if inside or kind not in CAUGHT:
            title = N_("A process cannot be started by a %(kind)s event")
            remedy = N_("Draw a plain start event; whatever receives the event starts the process.")
            self.findings.add(start, title, remedy, kind=kind)
            return None
        trigger = self.events.beginning(start, definition)
        self._require_fixed(start, trigger)
        return trigger

    def _require_fixed(self, start: XmlElement, trigger: Trigger) -> None:
        try:
            if trigger.name is not None or trigger.timer is not None:
                fixed_wait(trigger, now())
        except ElementFailed as error:
            title = N_("It is not known when a process begins: %(message)s")
            remedy = N_("Nothing has a value before a process begins: write a fixed name or time.")
            self.findings.add(start, title, remedy, message=str(error))

    def _receive_task(self, spec: ProcessSpec, item: XmlElement) -> Node:
        return Catch(spec, self.tasks.element(item), self.events.message(item, item))

    def _catching(self, spec: ProcessSpec, item: XmlElement) -> Node:
        definition = definition_of(item, self.findings)
        if kind_of(definition) == "link":
            return self.tasks.plain(spec, item)
        trigger = self.events.trigger(item, definition)
        self._allow(item, trigger, CAUGHT)
        return Catch(spec, self.tasks.element(item), trigger)

    def _boundary(self, spec: ProcessSpec, item: XmlElement) -> Node:
        trigger = self.events.trigger(item, definition_of(item, self.findings))
        self._allow(item, trigger, ATTACHED)
        interrupts = is_true(item, "cancelActivity", default=True)
        self._require_interrupting(item, trigger, interrupts=interrupts)
        return Boundary(spec, self.tasks.element(item), trigger, interrupts=interrupts)

    def _allow(self, item: XmlElement, trigger: Trigger, kinds: frozenset[str]) -> None:
        if trigger.kind not in kinds:
            title = N_("%(element)s waits for nothing that can happen here")
            remedy = N_("Choose one of: %(kinds)s.")
            self.findings.add(item, title, remedy, kinds=", ".join(sorted(kinds)))

    def _require_interrupting(
        self, item: XmlElement, trigger: Trigger, *, interrupts: bool
    ) -> None:
        if trigger.kind == "error" and not interrupts:
            title = N_("An error always interrupts")
            self.findings.add(item, title, N_("Make the event interrupting, or use an escalation."))

    def _throwing(self, spec: ProcessSpec, item: XmlElement) -> Node:
        definition = definition_of(item, self.findings)
        element = self.tasks.element(item)
        kind = kind_of(definition)
        makers: Mapping[str, Callable[[XmlElement], Node]] = {
            "error": lambda it: ErrorEnd(spec, element, self.events.code(it, "error")),
            "escalation": lambda it: EscalationThrow(
                spec, element, self.events.code(it, "escalation")
            ),
            "signal": lambda it: SignalThrow(spec, element, self.events.signal_name(it)),
            "compensate": lambda it: CompensationThrow(spec, element, it.get("activityRef", "")),
            "terminate": lambda _: TerminateEnd(spec, element),
            "message": lambda _: self.tasks.service_task(spec, item),
        }
        make = makers.get(kind)
        return Node(spec, element) if make is None or definition is None else make(definition)

    def _call_activity(self, spec: ProcessSpec, item: XmlElement) -> Node:
        called = extension(item, "calledElement")
        process_id = "" if called is None else called.get("processId", "")
        if process_id not in self.process_ids and not self.known.process(process_id):
            title = N_("The bundle has no executable process “%(process)s” to call")
            remedy = N_(
                "Name a process of this bundle by its id; expressions are not possible. "
                "Where files are checked alone, give the called process's file, too."
            )
            self.findings.add(item, title, remedy, process=process_id)
        return CallActivity(
            spec,
            self.tasks.element(item),
            process_id,
            gives_all=called is None
            or is_true(called, "propagateAllParentVariables", default=True),
            takes_all=called is None or is_true(called, "propagateAllChildVariables", default=True),
        )

    def _subprocess(self, spec: ProcessSpec, item: XmlElement, depth: int) -> Node:
        inside = self._scope(item, depth)
        element = self.tasks.element(item)
        if not is_true(item, "triggeredByEvent", default=False):
            return Subprocess(spec, element, inside)
        start = child(item, "startEvent")
        if start is None:
            return Subprocess(spec, element, inside)
        trigger = self.events.trigger(start, definition_of(start, self.findings))
        self._allow(start, trigger, GUARDED)
        interrupts = is_true(start, "isInterrupting", default=True)
        self._require_interrupting(start, trigger, interrupts=interrupts)
        node = EventSubprocess(spec, element, inside, trigger, interrupts=interrupts)
        spec.event_subprocesses.append(node)
        return node
