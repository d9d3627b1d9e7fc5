"""The effects of one step, collected so that what opens and closes within it leaves no trace."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from engine.machine.effects import (
    Effect,
    IncidentClosed,
    IncidentOpened,
    JobClosed,
    JobOpened,
    ProcessEnded,
    SignalThrown,
    TaskClosed,
    TaskOpened,
    Wait,
    WaitsClosed,
    WaitsOpened,
)


@dataclass
class Collected:
    """What is to be written at the end of a step. `done_job` is deleted already, by its worker."""

    done_job: UUID | None = None
    ended: bool = False
    tasks: dict[UUID, TaskOpened] = field(default_factory=dict)
    closed_tasks: list[TaskClosed] = field(default_factory=list)
    jobs: dict[UUID, JobOpened] = field(default_factory=dict)
    waits: dict[int, tuple[Wait, ...]] = field(default_factory=dict)
    incidents: dict[UUID, IncidentOpened] = field(default_factory=dict)
    closed_incidents: list[UUID] = field(default_factory=list)
    signals: list[SignalThrown] = field(default_factory=list)
    dropped_jobs: set[int] = field(default_factory=set)
    dropped_waits: set[int] = field(default_factory=set)

    def note(self, effect: Effect) -> None:
        """Take note of one effect."""
        _NOTES[type(effect)](self, effect)

    def _task_opened(self, effect: TaskOpened) -> None:
        self.tasks[effect.task_id] = effect

    def _task_closed(self, effect: TaskClosed) -> None:
        if self.tasks.pop(effect.task_id, None) is None:
            self.closed_tasks.append(effect)

    def _job_opened(self, effect: JobOpened) -> None:
        self.jobs[effect.job_id] = effect

    def _job_closed(self, effect: JobClosed) -> None:
        if self.jobs.pop(effect.job_id, None) is None and effect.job_id != self.done_job:
            self.dropped_jobs.add(effect.token)

    def _waits_opened(self, effect: WaitsOpened) -> None:
        self.waits[effect.token] = effect.waits

    def _waits_closed(self, effect: WaitsClosed) -> None:
        if self.waits.pop(effect.token, None) is None:
            if effect.timers:
                self.dropped_jobs.add(effect.token)
            if effect.subscriptions:
                self.dropped_waits.add(effect.token)

    def _incident_opened(self, effect: IncidentOpened) -> None:
        self.incidents[effect.incident_id] = effect

    def _incident_closed(self, effect: IncidentClosed) -> None:
        if self.incidents.pop(effect.incident_id, None) is None:
            self.closed_incidents.append(effect.incident_id)

    def _signal_thrown(self, effect: SignalThrown) -> None:
        self.signals.append(effect)

    def _process_ended(self, _effect: ProcessEnded) -> None:
        self.ended = True

    def timers(self) -> list[tuple[int, Wait]]:
        """The timers to be set, with their tokens."""
        return [pair for pair in self._pairs() if pair[1].kind == "timer"]

    def subscriptions(self) -> list[tuple[int, Wait]]:
        """The messages and signals waited for, with their tokens."""
        return [pair for pair in self._pairs() if pair[1].kind != "timer"]

    def _pairs(self) -> list[tuple[int, Wait]]:
        return [(token, wait) for token, waits in self.waits.items() for wait in waits]


_NOTES: dict[type[Effect], Callable[[Collected, Any], None]] = {
    TaskOpened: Collected._task_opened,
    TaskClosed: Collected._task_closed,
    JobOpened: Collected._job_opened,
    JobClosed: Collected._job_closed,
    WaitsOpened: Collected._waits_opened,
    WaitsClosed: Collected._waits_closed,
    IncidentOpened: Collected._incident_opened,
    IncidentClosed: Collected._incident_closed,
    SignalThrown: Collected._signal_thrown,
    ProcessEnded: Collected._process_ended,
}
