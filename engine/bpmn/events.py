"""Reads event definitions: what an event waits for, and what it throws."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.errors import N_
from engine.bpmn.reading import (
    Findings,
    XmlElement,
    child,
    children,
    extension,
    local_name,
)
from engine.bpmn.table import BPMN
from engine.errors import ElementFailed
from engine.machine.expressions import Literal, Value
from engine.machine.timers import Timer, after, moment_of, read_cycle
from engine.machine.triggers import Trigger

DEFINITION = "EventDefinition"
_PARTS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


@dataclass(frozen=True)
class Declared:
    """What a file declares beside its processes, by id."""

    messages: Mapping[str, XmlElement]
    signals: Mapping[str, XmlElement]
    errors: Mapping[str, XmlElement]
    escalations: Mapping[str, XmlElement]

    @classmethod
    def of(cls, root: XmlElement) -> "Declared":
        """Collect them from a file's root."""
        return cls(*(_by_id(root, name) for name in ("message", "signal", "error", "escalation")))


def _by_id(root: XmlElement, name: str) -> dict[str, XmlElement]:
    return {item.get("id", ""): item for item in children(root, BPMN, name)}


def definition_of(element: XmlElement, findings: Findings) -> XmlElement | None:
    """The one event definition of an event; None for a plain event."""
    found = [item for item in children(element, BPMN) if local_name(item).endswith(DEFINITION)]
    if len(found) > 1:
        title = N_("%(element)s waits for several events at once")
        findings.add(element, title, N_("Draw an event-based gateway instead."))
    return found[0] if found else None


def kind_of(definition: XmlElement | None) -> str:
    """`timer` for a timerEventDefinition, and so on; `none` for a plain event."""
    return "none" if definition is None else local_name(definition).removesuffix(DEFINITION)


@dataclass(frozen=True)
class EventReader:
    """Makes triggers out of the event definitions of one file."""

    declared: Declared
    findings: Findings

    def trigger(self, element: XmlElement, definition: XmlElement | None) -> Trigger:
        """What an event waits for; faults are noted."""
        readers: Mapping[str, Callable[[XmlElement, XmlElement], Trigger]] = {
            "message": self._message_of,
            "signal": self._signal_of,
            "timer": self._timer_of,
            "error": self._error_of,
            "escalation": self._escalation_of,
        }
        if kind_of(definition) == "compensate":
            return Trigger("compensate", element.get("id", ""))
        read = readers.get(kind_of(definition))
        if read is None or definition is None:
            return Trigger("none", element.get("id", ""))
        return read(element, definition)

    def beginning(self, element: XmlElement, definition: XmlElement | None) -> Trigger:
        """The event that begins a process: a message needs no key, for nobody waits yet."""
        message = None
        if definition is not None and kind_of(definition) == "message":
            message = self.referred(definition, "messageRef", self.declared.messages)
        if message is None:
            return self.trigger(element, definition)
        name = self.findings.value(message, self.findings.required(message, "name"))
        return Trigger("message", element.get("id", ""), name=name)

    def message(self, element: XmlElement, reference: XmlElement) -> Trigger:
        """The message named by `messageRef`, with the key of its zeebe:subscription."""
        message = self.referred(reference, "messageRef", self.declared.messages)
        if message is None:
            return Trigger("message", element.get("id", ""))
        subscription = extension(message, "subscription")
        key = self.findings.optional(subscription, "correlationKey")
        if key is None:
            title = N_("The message “%(message)s” has no correlation key")
            remedy = N_("Give it a zeebe:subscription with a correlationKey, such as =orderId.")
            self.findings.add(element, title, remedy, message=message.get("name", ""))
        name = self.findings.value(message, self.findings.required(message, "name"))
        return Trigger("message", element.get("id", ""), name=name, key=key)

    def signal_name(self, definition: XmlElement) -> Value:
        """The name of the signal that a definition refers to."""
        signal = self.referred(definition, "signalRef", self.declared.signals)
        if signal is None:
            return Literal("")
        return self.findings.value(signal, self.findings.required(signal, "name"))

    def code(self, definition: XmlElement, kind: str) -> Value:
        """The code of the error or escalation that a throwing definition refers to."""
        declared = self.declared.errors if kind == "error" else self.declared.escalations
        found = self.referred(definition, f"{kind}Ref", declared)
        if found is None:
            return Literal("")
        return self.findings.value(found, self.findings.required(found, f"{kind}Code"))

    def referred(
        self, element: XmlElement, attribute: str, declared: Mapping[str, XmlElement]
    ) -> XmlElement | None:
        """What a reference points to; a dangling one is noted."""
        identity = self.findings.required(element, attribute)
        found = declared.get(identity.rpartition(":")[2])
        if identity and found is None:
            title = N_("%(attribute)s points to “%(identity)s”, which the file does not declare")
            remedy = N_("Choose a declared one, or create it in the properties panel.")
            self.findings.add(element, title, remedy, attribute=attribute, identity=identity)
        return found

    def _message_of(self, element: XmlElement, definition: XmlElement) -> Trigger:
        return self.message(element, definition)

    def _signal_of(self, element: XmlElement, definition: XmlElement) -> Trigger:
        return Trigger("signal", element.get("id", ""), name=self.signal_name(definition))

    def _error_of(self, element: XmlElement, definition: XmlElement) -> Trigger:
        return Trigger("error", element.get("id", ""), code=self._caught(definition, "error"))

    def _escalation_of(self, element: XmlElement, definition: XmlElement) -> Trigger:
        code = self._caught(definition, "escalation")
        return Trigger("escalation", element.get("id", ""), code=code)

    def _caught(self, definition: XmlElement, kind: str) -> str | None:
        """The code that is caught; without a reference every code is."""
        if not definition.get(f"{kind}Ref"):
            return None
        code = self.code(definition, kind)
        if not isinstance(code, Literal):
            title = N_("The code that is caught cannot be an expression")
            self.findings.add(definition, title, N_("Write the code as it stands."))
        return code.text

    def _timer_of(self, element: XmlElement, definition: XmlElement) -> Trigger:
        identity = element.get("id", "")
        for name, kind in _PARTS.items():
            part = child(definition, name)
            if part is not None and (part.text or "").strip():
                timer = Timer(kind, self.findings.value(part, part.text or ""))  # type: ignore[arg-type]  # one of the three words of _PARTS
                self._check_fixed(part, timer)
                return Trigger("timer", identity, timer=timer)
        title, remedy = N_("The timer has no time"), N_("Give it a date, a duration or a cycle.")
        self.findings.add(definition, title, remedy)
        return Trigger("timer", identity)

    def _check_fixed(self, part: XmlElement, timer: Timer) -> None:
        """A time that is written out can be checked before anything waits for it."""
        if not isinstance(timer.value, Literal):
            return
        start = moment_of("2026-01-01T00:00:00Z")
        try:
            if timer.kind == "date":
                moment_of(timer.value.text)
            elif timer.kind == "duration":
                after(timer.value.text, start)
            else:
                read_cycle(timer.value.text, start)
        except ElementFailed as error:
            title = N_("The timer cannot be read: %(message)s")
            remedy = N_(
                "Use ISO 8601, such as 2026-12-31T17:00:00+07:00, P14D or R3/PT1H,"
                " or cron, such as 0 0 9 * * MON-FRI."
            )
            self.findings.add(part, title, remedy, message=str(error))
