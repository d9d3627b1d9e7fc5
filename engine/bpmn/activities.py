"""Reads tasks: who does them, by what, with which variables."""

from collections.abc import Callable
from dataclasses import dataclass

from core.errors import N_
from engine.bpmn.reading import (
    Findings,
    XmlElement,
    attributes_of,
    child,
    children,
    extension,
    is_true,
    line_of,
    local_name,
)
from engine.bpmn.table import ZEEBE
from engine.machine.activities import (
    Assignment,
    BusinessRuleTask,
    ScriptTask,
    ServiceTask,
    UserTask,
)
from engine.machine.expressions import Literal
from engine.machine.loops import Loop, Repetition, Rounds
from engine.machine.nodes import Element, Mapped, Node
from engine.machine.process import ProcessSpec

FORM_ATTRIBUTES = ("formId", "formKey", "externalReference")


@dataclass(frozen=True)
class Known:
    """What exists outside the files: kinds of jobs and actions, decisions, other processes."""

    kind: Callable[[str], bool]
    decision: Callable[[str], bool]
    process: Callable[[str], bool] = lambda _: False


@dataclass(frozen=True)
class ActivityReader:
    """Makes nodes out of the tasks of one file."""

    findings: Findings
    known: Known

    def element(self, element: XmlElement) -> Element:
        """What every flow node may have: name, our attributes, headers, inputs and outputs."""
        headers = extension(element, "taskHeaders")
        mapping = extension(element, "ioMapping")
        return Element(
            element.get("id", ""),
            " ".join(element.get("name", "").split()),
            line_of(element),
            attributes_of(element),
            {
                header.get("key", ""): header.get("value", "")
                for header in ([] if headers is None else children(headers, ZEEBE, "header"))
            },
            self._mapped(mapping, "input"),
            self._mapped(mapping, "output"),
            local_name(element),
        )

    def _mapped(self, mapping: XmlElement | None, name: str) -> tuple[Mapped, ...]:
        lines = [] if mapping is None else children(mapping, ZEEBE, name)
        return tuple(
            Mapped(
                self.findings.value(line, line.get("source", "")),
                tuple(self.findings.required(line, "target").split(".")),
            )
            for line in lines
        )

    def user_task(self, spec: ProcessSpec, element: XmlElement) -> Node:
        """A task for a person."""
        form = extension(element, "formDefinition")
        who = extension(element, "assignmentDefinition")
        when = extension(element, "taskSchedule")
        forms = [self.findings.optional(form, name) for name in FORM_ATTRIBUTES]
        if who is not None and who.get("candidateUsers"):
            title = N_("Candidate users are not supported")
            self.findings.add(who, title, N_("Use an assignee or candidate groups."))
        assignment = Assignment(
            next((value for value in forms if value is not None), None),
            self.findings.optional(who, "assignee"),
            self.findings.optional(who, "candidateGroups"),
            self.findings.optional(extension(element, "priorityDefinition"), "priority"),
            self.findings.optional(when, "dueDate"),
            self.findings.optional(when, "followUpDate"),
        )
        return UserTask(spec, self.element(element), assignment)

    def service_task(self, spec: ProcessSpec, element: XmlElement) -> Node:
        """Work of a kind that somebody registered."""
        definition = extension(element, "taskDefinition")
        if definition is None:
            title = N_("%(element)s does nothing: it has no task definition")
            remedy = N_("Give it a zeebe:taskDefinition with a type, or draw a plain task.")
            self.findings.add(element, title, remedy)
            return Node(spec, self.element(element))
        kind = self.findings.value(definition, self.findings.required(definition, "type"))
        if isinstance(kind, Literal) and kind.text and not self.known.kind(kind.text):
            title = N_("Nobody does work of the type “%(kind)s”")
            remedy = N_("Correct the type, or register a handler for it.")
            self.findings.add(definition, title, remedy, kind=kind.text)
        retries = self.findings.optional(definition, "retries")
        return ServiceTask(spec, self.element(element), kind, retries)

    def script_task(self, spec: ProcessSpec, element: XmlElement) -> Node:
        """A FEEL expression, or a job."""
        script = extension(element, "script")
        if script is None:
            return self.service_task(spec, element)
        expression = self.findings.feel(script, self.findings.required(script, "expression"))
        variable = self.findings.required(script, "resultVariable")
        return ScriptTask(spec, self.element(element), expression, variable)

    def rule_task(self, spec: ProcessSpec, element: XmlElement) -> Node:
        """A decision of the bundle, or a job."""
        called = extension(element, "calledDecision")
        if called is None:
            return self.service_task(spec, element)
        decision = self.findings.value(called, self.findings.required(called, "decisionId"))
        if isinstance(decision, Literal) and decision.text:
            self._check_decision(called, decision.text)
        variable = self.findings.required(called, "resultVariable")
        return BusinessRuleTask(spec, self.element(element), decision, variable)

    def _check_decision(self, called: XmlElement, decision_id: str) -> None:
        if not self.known.decision(decision_id):
            title = N_("The bundle has no decision “%(decision)s”")
            remedy = N_("Add its .dmn file to the bundle, or correct the id.")
            self.findings.add(called, title, remedy, decision=decision_id)

    def loop(self, element: XmlElement) -> Repetition | None:
        """How an activity is repeated: multi-instance or standard loop."""
        marker = child(element, "multiInstanceLoopCharacteristics")
        if marker is not None:
            return self._multi_instance(marker)
        marker = child(element, "standardLoopCharacteristics")
        return None if marker is None else self._rounds(marker)

    def _rounds(self, marker: XmlElement) -> Rounds:
        asked, limit = child(marker, "loopCondition"), marker.get("loopMaximum", "").strip()
        condition = None
        if asked is not None and (asked.text or "").strip():
            condition = self.findings.feel(asked, asked.text or "")
        if limit and not (limit.isdecimal() and int(limit) > 0):
            title = N_("The most rounds of a loop are a whole number from 1")
            self.findings.add(marker, title, N_("Correct the loop maximum."))
            limit = ""
        elif condition is None and not limit:
            title = N_("The loop never ends: it has neither a condition nor a maximum")
            remedy = N_("Write its condition in FEEL, such as =attempts < 3, or set a maximum.")
            self.findings.add(marker, title, remedy)
        before = is_true(marker, "testBefore", default=False)
        return Rounds(condition, int(limit) if limit else None, before)

    def _multi_instance(self, marker: XmlElement) -> Loop | None:
        how = extension(marker, "loopCharacteristics")
        if how is None:
            title = N_("The multi-instance marker names no collection")
            self.findings.add(marker, title, N_("Fill in the input collection."))
            return None
        until = child(marker, "completionCondition")
        result = how.get("outputElement", "")
        return Loop(
            self.findings.feel(how, self.findings.required(how, "inputCollection")),
            how.get("inputElement", ""),
            how.get("outputCollection", ""),
            self.findings.feel(how, result) if result else None,
            None if until is None else self.findings.feel(until, until.text or ""),
            is_true(marker, "isSequential", default=False),
        )

    def plain(self, spec: ProcessSpec, element: XmlElement) -> Node:
        """A node that passes its token on."""
        return Node(spec, self.element(element))


ACTIVITIES = frozenset(
    {
        "task",
        "manualTask",
        "userTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "subProcess",
        "callActivity",
    }
)


def is_activity(element: XmlElement) -> bool:
    """Whether an element can have boundary events and be repeated."""
    return local_name(element) in ACTIVITIES
