"""What becomes of every element of a model: executed, ignored because harmless, or refused.

This table decides; whatever it does not name is refused. An element that would be a silent no-op
is never accepted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.errors import N_

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
MOTCUA = "urn:motcua:bpmn:1"

# Extensions by which other engines execute: ignoring them would change what the model does.
FOREIGN_DIALECTS: Mapping[str, str] = {
    "http://camunda.org/schema/1.0/bpmn": "Camunda 7",
    "http://activiti.org/bpmn": "Activiti",
    "http://flowable.org/bpmn": "Flowable",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "SpiffWorkflow",
    "http://www.jboss.org/drools": "jBPM",
}


class Fate(StrEnum):
    """What becomes of an element."""

    EXECUTED = "executed"
    IGNORED = "ignored"
    REFUSED = "refused"


@dataclass(frozen=True)
class Row:
    """One line of the table; `remedy` tells a designer what to draw instead."""

    fate: Fate
    remedy: str = ""


def _rows(fate: Fate, names: str) -> dict[str, Row]:
    return {name: Row(fate) for name in names.split()}


UNKNOWN = Row(
    Fate.REFUSED, N_("Remove it, or draw it with the elements that docs/engine.md lists.")
)

BPMN_TABLE: Mapping[str, Row] = {
    **_rows(
        Fate.EXECUTED,
        """
        definitions process extensionElements sequenceFlow conditionExpression
        startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent
        task manualTask userTask serviceTask sendTask receiveTask scriptTask businessRuleTask
        exclusiveGateway parallelGateway inclusiveGateway eventBasedGateway
        subProcess callActivity multiInstanceLoopCharacteristics completionCondition
        standardLoopCharacteristics loopCondition
        messageEventDefinition timerEventDefinition signalEventDefinition errorEventDefinition
        escalationEventDefinition terminateEventDefinition linkEventDefinition
        compensateEventDefinition association
        timeDate timeDuration timeCycle message signal error escalation
        """,
    ),
    **_rows(
        Fate.IGNORED,
        """
        documentation incoming outgoing collaboration participant messageFlow
        laneSet lane childLaneSet flowNodeRef textAnnotation text group category
        categoryValue categoryValueRef dataObject dataObjectReference dataStore dataStoreReference
        dataInputAssociation dataOutputAssociation sourceRef targetRef dataState itemDefinition
        ioSpecification dataInput dataOutput inputSet outputSet dataInputRefs dataOutputRefs
        property participantMultiplicity correlationKey correlationProperty
        """,
    ),
    "complexGateway": Row(
        Fate.REFUSED, N_("Use exclusive, inclusive or parallel gateways instead.")
    ),
    "adHocSubProcess": Row(
        Fate.REFUSED, N_("Use a subprocess, or several user tasks behind a gateway.")
    ),
    "transaction": Row(Fate.REFUSED, N_("Use a subprocess with an error boundary event.")),
    "cancelEventDefinition": Row(
        Fate.REFUSED, N_("Use an error end event and its boundary event.")
    ),
    "conditionalEventDefinition": Row(
        Fate.REFUSED, N_("Use a message event, or a gateway with a timer.")
    ),
    "loopCardinality": Row(
        Fate.REFUSED,
        N_("Give zeebe:loopCharacteristics an inputCollection, such as =for i in 1..3 return i."),
    ),
    "loopDataInputRef": Row(
        Fate.REFUSED, N_("Use the inputCollection of zeebe:loopCharacteristics.")
    ),
    "loopDataOutputRef": Row(
        Fate.REFUSED, N_("Use the outputCollection of zeebe:loopCharacteristics.")
    ),
    "script": Row(
        Fate.REFUSED, N_("Programming languages are not run: write FEEL in zeebe:script instead.")
    ),
}

ZEEBE_TABLE: Mapping[str, Row] = {
    **_rows(
        Fate.EXECUTED,
        """
        formDefinition assignmentDefinition taskSchedule priorityDefinition taskDefinition
        taskHeaders header ioMapping input output subscription calledElement calledDecision script
        loopCharacteristics
        """,
    ),
    **_rows(Fate.IGNORED, "userTask properties property versionTag"),
    "userTaskForm": Row(Fate.REFUSED, N_("Keep the form as a file and name it in formDefinition.")),
    "executionListeners": Row(Fate.REFUSED, N_("Draw a service task before or after the element.")),
    "executionListener": Row(Fate.REFUSED, N_("Draw a service task before or after the element.")),
    "taskListeners": Row(Fate.REFUSED, N_("Draw a service task before or after the task.")),
    "taskListener": Row(Fate.REFUSED, N_("Draw a service task before or after the task.")),
}


def fate_of(namespace: str, name: str) -> Row:
    """The row of an element; elements of foreign namespaces are ignored unless they execute."""
    if namespace == BPMN:
        return BPMN_TABLE.get(name, UNKNOWN)
    if namespace == ZEEBE:
        return ZEEBE_TABLE.get(name, UNKNOWN)
    if namespace in FOREIGN_DIALECTS:
        return Row(Fate.REFUSED, N_("This belongs to another engine: use the zeebe: elements."))
    return Row(Fate.IGNORED)
