"""The words in which operators' pages speak of processes."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from flask_babel import ngettext

from core.errors import N_
from core.i18n import translated
from core.readiness import Level
from engine.history import HistoryView
from engine.inspection import TokenView
from engine.machine.effects import Wait
from engine.models import BreakerState, HistoryKind, InstanceState, InterventionKind, JobState
from web.formats import moment

LEVELS: Final[dict[str, tuple[str, str]]] = {
    Level.OK: (N_("Working"), "green"),
    Level.DEGRADED: (N_("Look at this"), "orange"),
    Level.DOWN: (N_("Down"), "red"),
}
PARTS: Final = {
    "database": N_("Database"),
    "tables": N_("Tables of the database"),
    "chores": N_("Chores"),
    "workers": N_("Workers"),
    "breakers": N_("Circuit breakers"),
    "signing keys": N_("Signing keys"),
    "documents": N_("Document store"),
    "scanner": N_("Virus scanner"),
    "status feed": N_("Status feed"),
}
STATES: Final[dict[str, tuple[str, str]]] = {
    InstanceState.ACTIVE: (N_("Running"), "blue"),
    InstanceState.SUSPENDED: (N_("Suspended"), "orange"),
    InstanceState.COMPLETED: (N_("Completed"), "green"),
    InstanceState.CANCELLED: (N_("Cancelled"), "grey"),
}
BREAKERS: Final[dict[str, tuple[str, str]]] = {
    BreakerState.CLOSED: (N_("Closed: jobs run"), "green"),
    BreakerState.OPEN: (N_("Open: jobs rest"), "red"),
    BreakerState.HALF_OPEN: (N_("Half open: one job tries"), "orange"),
}
DEEDS: Final[dict[str, str]] = {
    InterventionKind.MOVE: N_("Move to another element"),
    InterventionKind.SKIP: N_("Skip the element"),
    InterventionKind.REPEAT: N_("Repeat an element"),
}
WAITING: Final[dict[str, str]] = {
    "task": N_("A person"),
    "job": N_("A job"),
    "incident": N_("An operator: there is an incident"),
    "inside": N_("The end of what is inside"),
    "held": N_("The process to be resumed"),
    "join": N_("The other branches"),
    "next": N_("Its turn"),
}
EVENTS: Final[dict[str, str]] = {
    "message": N_("The message “%(name)s”"),
    "signal": N_("The signal “%(name)s”"),
    "timer": N_("The moment %(moment)s"),
}
HISTORY: Final[dict[str, str]] = {
    HistoryKind.INSTANCE_STARTED: N_("Process started"),
    HistoryKind.INSTANCE_ENTERED: N_("Process entered here; nothing before was done"),
    HistoryKind.INSTANCE_COMPLETED: N_("Process completed"),
    HistoryKind.INSTANCE_CANCELLED: N_("Process cancelled"),
    HistoryKind.INSTANCE_SUSPENDED: N_("Process suspended"),
    HistoryKind.INSTANCE_RESUMED: N_("Process resumed"),
    HistoryKind.INSTANCE_MIGRATED: N_("Process gone over to another version"),
    HistoryKind.ELEMENT_ENTERED: N_("Reached"),
    HistoryKind.ELEMENT_LEFT: N_("Left"),
    HistoryKind.ELEMENT_PASSED: N_("Passed"),
    HistoryKind.ELEMENT_CANCELLED: N_("Broken off"),
    HistoryKind.VARIABLES_CHANGED: N_("Variables changed"),
    HistoryKind.TASK_CREATED: N_("Task created"),
    HistoryKind.TASK_CLAIMED: N_("Task taken"),
    HistoryKind.TASK_RELEASED: N_("Task given back"),
    HistoryKind.TASK_DELEGATED: N_("Task delegated"),
    HistoryKind.TASK_RESOLVED: N_("Delegated task handed back"),
    HistoryKind.TASK_REASSIGNED: N_("Task given to somebody else"),
    HistoryKind.TASK_COMPLETED: N_("Task done"),
    HistoryKind.TASK_CANCELLED: N_("Task no longer needed"),
    HistoryKind.MESSAGE: N_("Message received"),
    HistoryKind.SIGNAL: N_("Signal received"),
    HistoryKind.TIMER: N_("Timer fired"),
    HistoryKind.ERROR: N_("Error event"),
    HistoryKind.ESCALATION: N_("Escalation"),
    HistoryKind.INCIDENT_RAISED: N_("Incident"),
    HistoryKind.INCIDENT_RETRIED: N_("Tried again"),
    HistoryKind.INCIDENT_CLOSED: N_("Incident over"),
    HistoryKind.INTERVENTION_PROPOSED: N_("Intervention proposed"),
    HistoryKind.INTERVENTION_DONE: N_("Intervention approved and done"),
    HistoryKind.INTERVENTION_REFUSED: N_("Intervention refused"),
    HistoryKind.INTERVENTION_WITHDRAWN: N_("Intervention withdrawn"),
}


def level(value: Level) -> tuple[str, str]:
    """The name of a level, and its colour."""
    return _named(LEVELS, value)


def state(value: str) -> tuple[str, str]:
    """The name of an instance's state, and its colour."""
    return _named(STATES, value)


def breaker(value: str) -> tuple[str, str]:
    """The name of a breaker's state, and its colour."""
    return _named(BREAKERS, value)


def part(name: str) -> str:
    """What a part of the installation is called."""
    return translated(PARTS[name]) if name in PARTS else name


def deed(kind: str) -> str:
    """What is proposed."""
    return translated(DEEDS[kind]) if kind in DEEDS else kind


def happened(kind: str) -> str:
    """What an entry of the history tells."""
    return translated(HISTORY[kind]) if kind in HISTORY else kind


def waits_for(token: TokenView) -> list[str]:
    """What a token waits for, one line for each event."""
    if token.waiting == "event":
        return [_event(wait) for wait in token.waits]
    given_up = token.job is not None and token.job.state == JobState.INCIDENT
    return [translated(WAITING["incident" if given_up else token.waiting])]


def duration(span: timedelta) -> str:
    """How long something has lasted, in its largest unit."""
    seconds = max(0, round(span.total_seconds()))
    for unit, counted in _UNITS:
        if seconds >= unit:
            return counted(seconds // unit)
    return _seconds(seconds)


def in_seconds(seconds: float | None) -> str:
    """When something is tried next; empty when nothing is waited for."""
    return "" if seconds is None else duration(timedelta(seconds=max(0.0, seconds)))


def more(entry: HistoryView) -> str:
    """What else an entry of the history tells, without anything that people wrote in forms."""
    told = entry.details
    if "names" in told:
        return ", ".join([*told["names"], *filter(None, [told.get("reason", "")])])
    for name in ("reason", "message", "name"):
        if told.get(name):
            return str(told[name])
    return deed(told["deed"]) if "deed" in told else ""


def _named(names: Mapping[str, tuple[str, str]], value: str) -> tuple[str, str]:
    name, colour = names.get(value, (value, "grey"))
    return translated(name), colour


def _event(wait: Wait) -> str:
    text = EVENTS[wait.kind]
    return translated(text, {"name": wait.name, "moment": moment(wait.due_at)})


def _days(number: int) -> str:
    return str(ngettext("%(num)s day", "%(num)s days", number))


def _hours(number: int) -> str:
    return str(ngettext("%(num)s hour", "%(num)s hours", number))


def _minutes(number: int) -> str:
    return str(ngettext("%(num)s minute", "%(num)s minutes", number))


def _seconds(number: int) -> str:
    return str(ngettext("%(num)s second", "%(num)s seconds", number))


_UNITS: Final[tuple[tuple[int, Callable[[int], str]], ...]] = (
    (86_400, _days),
    (3_600, _hours),
    (60, _minutes),
)
