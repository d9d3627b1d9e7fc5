"""Rules about messages, signals, errors and timers."""

from collections.abc import Iterator

from core.clock import now
from core.errors import N_
from engine.bpmn.reading import local_name, namespace_of
from engine.bpmn.table import BPMN
from engine.errors import ElementFailed
from engine.lint.findings import Hit, Severity, rule
from engine.lint.model import Model
from engine.machine.timers import moment_of

DECLARED = {
    "message": "messageRef",
    "signal": "signalRef",
    "error": "errorRef",
    "escalation": "escalationRef",
}


@rule(
    "unused-declaration",
    Severity.WARNING,
    N_("Nothing in the file uses this %(element)s"),
    N_("Remove it, or refer to it where it was meant."),
)
def unused_declaration(model: Model) -> Iterator[Hit]:
    """Declared messages, signals, errors and escalations that no event refers to."""
    used = {
        (attribute, item.get(attribute, "").rpartition(":")[2])
        for item in model.elements
        for attribute in DECLARED.values()
    }
    for item in model.root:
        if isinstance(item.tag, str) and namespace_of(item) == BPMN:
            attribute = DECLARED.get(local_name(item))
            if attribute is not None and (attribute, item.get("id", "")) not in used:
                yield Hit(item)


@rule(
    "timer-in-the-past",
    Severity.WARNING,
    N_("The date of the timer is over: %(date)s"),
    N_("Write a date to come, or compute it in FEEL from the case's own dates."),
)
def timer_in_the_past(model: Model) -> Iterator[Hit]:
    """Fixed dates that every new case finds behind it."""
    for item in model.elements:
        text = (item.text or "").strip()
        if local_name(item) == "timeDate" and text and not text.startswith("="):
            try:
                over = moment_of(text) < now()
            except ElementFailed:
                continue
            if over:
                yield Hit(item, {"date": text})
