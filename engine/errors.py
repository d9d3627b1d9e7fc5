"""What can go wrong with processes, tasks and jobs.

MotcuaError
├── InvalidRequest
│   ├── DeploymentRefused      a model holds something that would not run as drawn
│   ├── UnknownProcess         the bundle has no such executable process
│   ├── UnknownKind            nobody registered a handler for this kind of job
│   ├── VariablesRefused       variables that no process can hold
│   ├── EntryRefused           a process cannot be entered at this element
│   └── MappingRefused         a plan names an element that is not there
├── NotFound
│   ├── DefinitionNotFound
│   ├── InstanceNotFound
│   ├── TaskNotFound
│   ├── IncidentNotFound
│   └── MigrationNotFound
├── PreconditionFailed
│   └── DraftChanged           answers were saved from another window first
└── Conflict
    ├── TaskAlreadyClaimed     somebody else holds it
    ├── TaskNotOpen            completed or cancelled in the meantime
    ├── TaskNotYours           not assigned to this actor
    ├── LockLost               another worker has the job, or nobody wants it any more
    ├── WrongClaimToken        released or claimed anew since
    ├── MigrationRefused       an instance cannot go over to another version
    ├── InterventionDecided    done, refused or withdrawn already
    ├── InterventionRefused    a token cannot be moved or skipped like that
    ├── InterventionUnsound    the process might never end after it
    ├── EntryFailed            the element at which a process was entered has an incident
    ├── InstanceSuspended      an operator has stopped it for a while
    ├── InstanceNotSuspended   it goes on already
    ├── TaskDelegated          its holder works for somebody else, who completes it
    ├── TaskNotDelegated       nobody waits to get it back
    ├── TaskChanged            its holder, due date or so is another than was seen
    └── InstanceEnded          nothing can happen in it any more

JobFailed                      raised by a handler: the outside world did not do it
BpmnError                      raised by a handler: an outcome drawn as an error event
NotYet                         raised by a handler: somebody outside has to act before it can go on
ElementFailed                  an element cannot go on: it becomes an incident, never a crash
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import N_, Conflict, InvalidRequest, NotAllowed, NotFound, PreconditionFailed


@dataclass(frozen=True)
class Problem:
    """One reason to refuse a model: where it is, what is wrong and how to mend it.

    `title` and `remedy` are English message ids, filled with `params`; `line` counts from 1.
    """

    file: str
    line: int
    element_id: str
    element_name: str
    title: str
    remedy: str
    params: Mapping[str, Any]

    def __str__(self) -> str:
        where = f"{self.file}:{self.line} {self.element_id} “{self.element_name}”"
        return f"{where}: {self.title % self.params}. {self.remedy % self.params}"


class DeploymentRefused(InvalidRequest):
    """A bundle that would not run as drawn; `problems` names every place."""

    code = "deployment-refused"
    title = N_("The model cannot be deployed")
    remedy = N_("Mend these places and deploy again: %(places)s")

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(places="; ".join(str(problem) for problem in problems))


class UnknownProcess(InvalidRequest):
    """The bundle has no such executable process."""

    code = "unknown-process"
    title = N_("There is no process “%(process_id)s” in this deployment")
    remedy = N_("Use one of: %(known)s.")


class UnknownKind(InvalidRequest):
    """No handler is registered for this kind of job."""

    code = "unknown-job-kind"
    title = N_("Nobody works jobs of kind “%(kind)s”")
    remedy = N_("Register a handler for it when the application is built, or correct the name.")


class VariablesRefused(InvalidRequest):
    """Variables that a process cannot hold: not JSON-like, too deep, too big, or not a number."""

    code = "variables-refused"
    title = N_("The process cannot hold the variable “%(path)s”: %(reason)s")
    remedy = N_("Send texts, numbers, dates, lists and objects; files belong in the storage.")


class DefinitionNotFound(NotFound):
    """No deployment has this hash."""

    code = "definition-not-found"
    title = N_("This version of the process is not deployed here")
    remedy = N_("Deploy the bundle first, or correct the version.")


class InstanceNotFound(NotFound):
    """No running or ended instance has this id."""

    code = "instance-not-found"
    title = N_("There is no such process instance")
    remedy = N_("Check the identifier.")


class TaskNotFound(NotFound):
    """The instance never had such a task, or the caller may not see it."""

    code = "task-not-found"
    title = N_("There is no such task")
    remedy = N_("Go back to your task list and choose a task there.")


class IncidentNotFound(NotFound):
    """The incident is not there (any more)."""

    code = "incident-not-found"
    title = N_("There is no such incident")
    remedy = N_("Load the list again: it may have been resolved already.")


class TaskAlreadyClaimed(Conflict):
    """Somebody else holds the task."""

    code = "task-already-claimed"
    title = N_("Somebody else is already working on this task")
    remedy = N_("Choose another task, or ask the holder to release this one.")


class TaskNotOpen(Conflict):
    """The task was completed, or the process no longer needs it."""

    code = "task-not-open"
    title = N_("This task is no longer open")
    remedy = N_("Go back to your task list: it was completed or is no longer needed.")


class TaskNotYours(Conflict):
    """The task is assigned to somebody else, or must be claimed first."""

    code = "task-not-yours"
    title = N_("This task is not yours")
    remedy = N_("Claim the task first, or leave it to the person it is assigned to.")


class SamePerson(Conflict):
    """The model wants another person's hands: this one did a task that this task is to check."""

    code = "same-person"
    title = N_("Another person must do this task")
    remedy = N_("Leave it to a colleague: you have done a task that yours would be checking.")


class TaskDelegated(Conflict):
    """The task is with somebody who only helps: it is completed by who delegated it."""

    code = "task-delegated"
    title = N_("This task was delegated to you")
    remedy = N_("Hand it back when your part is done: who delegated it completes it.")


class TaskNotDelegated(Conflict):
    """Nobody waits to get the task back."""

    code = "task-not-delegated"
    title = N_("This task was not delegated")
    remedy = N_("Complete it yourself, or give it back to its queue.")


class TaskChanged(Conflict):
    """The task is not as it was when it was looked at."""

    code = "task-changed"
    title = N_("Something about this task has changed in the meantime")
    remedy = N_("Open the task again and look who has it now.")


class DraftChanged(PreconditionFailed):
    """The draft answers were saved by somebody, or in another window; `newer` are those."""

    code = "draft-changed"
    title = N_("These answers were saved from another window first")
    remedy = N_("Look at the newer answers, take over what you need and save again.")

    def __init__(self, newer: Any) -> None:
        self.newer = newer
        super().__init__()


class WrongClaimToken(Conflict):
    """The claim was released or taken over since this token was given."""

    code = "wrong-claim-token"
    title = N_("Your claim on this task is no longer valid")
    remedy = N_("Open the task again, and claim it anew if it is free.")


class InstanceSuspended(Conflict):
    """An operator has suspended the process."""

    code = "instance-suspended"
    title = N_("This process is suspended")
    remedy = N_("Nothing is lost: wait until an operator has resumed it, then try again.")


class InstanceNotSuspended(Conflict):
    """The process is not suspended, so it cannot be resumed."""

    code = "instance-not-suspended"
    title = N_("This process is not suspended")
    remedy = N_("Load it again: somebody may have resumed it already.")


class ScopeNotFound(NotFound):
    """No subprocess or element with variables of its own has this number (any more)."""

    code = "scope-not-found"
    title = N_("There are no such variables in this process")
    remedy = N_("Load the process again: the subprocess or element may have ended.")


class InterventionNotFound(NotFound):
    """Nobody proposed this."""

    code = "intervention-not-found"
    title = N_("There is no such proposal")
    remedy = N_("Load the list of proposals again.")


class InterventionDecided(Conflict):
    """The proposal was done, refused or withdrawn."""

    code = "intervention-decided"
    title = N_("This proposal has been decided already")
    remedy = N_("Load the list of proposals again; propose anew if it is still needed.")


class InterventionRefused(Conflict):
    """A token cannot be moved or skipped like that, or an element not be repeated."""

    code = "intervention-refused"
    title = N_("This cannot be done to the process")
    remedy = N_("%(reason)s")


class InterventionUnsound(Conflict):
    """The process might never end after it."""

    code = "intervention-unsound"
    title = N_("After this the process could get stuck, or do something twice")
    remedy = N_("Choose another element: it would happen at %(at)s, on the way %(path)s.")


class EntryRefused(InvalidRequest):
    """A process cannot be entered at this element."""

    code = "entry-refused"
    title = N_("The process cannot be entered there")
    remedy = N_("%(reason)s")


class EntryFailed(Conflict):
    """The element at which a process was entered could not begin to wait."""

    code = "entry-failed"
    title = N_("The process cannot stand at “%(element)s”")
    remedy = N_("See what the element reads: a variable may be missing or wrong.")


class SecondPersonNeeded(NotAllowed):
    """Nobody approves what he proposed himself."""

    code = "second-person-needed"
    title = N_("You cannot approve what you proposed yourself")
    remedy = N_("Ask another operator to approve it, or withdraw it.")


class LockLost(Conflict):
    """The lock under which a program outside worked a job does not hold any more."""

    code = "job-lock-lost"
    title = N_("This job is not yours any more")
    remedy = N_(
        "Throw your result away and fetch the next job: another worker has it, or it is done."
    )


class InstanceEnded(Conflict):
    """The process has ended."""

    code = "instance-ended"
    title = N_("This process has already ended")
    remedy = N_("Nothing more can be done in it; start a new one if needed.")


class MappingRefused(InvalidRequest):
    """A mapping names an element that neither version, or not the right one, has."""

    code = "mapping-refused"
    title = N_("There is no element “%(element)s” to map")
    remedy = N_("Write old=new with ids of the models; subprocess/old where an id stands twice.")


class MigrationRefused(Conflict):
    """An instance cannot go over to another version; `reasons` are remarks of `engine.migration`."""

    code = "migration-refused"
    title = N_("This process cannot go over to the new version")
    remedy = N_("Mend the plan or the model: %(reasons)s")

    def __init__(self, reasons: Sequence[Any]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(reasons="; ".join(str(reason) for reason in reasons))


class MigrationNotFound(NotFound):
    """No migration has this id."""

    code = "migration-not-found"
    title = N_("There is no such migration")
    remedy = N_("Check the identifier.")


class EngineError(Exception):
    """Base of what is never shown to a reader: it steers the engine."""


class JobFailed(EngineError):
    """A handler could not do its work. `retry_after`: the wait in seconds that was asked for."""

    def __init__(
        self, message: str, *, retryable: bool = True, retry_after: float | None = None
    ) -> None:
        self.retryable, self.retry_after = retryable, retry_after
        super().__init__(message)


class NotYet(Exception):
    """The work has to wait for somebody outside; nothing failed.

    The job is tried again after so many seconds. That uses up no attempt, and keeps no worker busy.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"not yet: again in {seconds:g} seconds")


class BpmnError(EngineError):
    """An outcome which the model handles by an error event with this code."""

    def __init__(
        self, code: str, message: str = "", variables: Mapping[str, Any] | None = None
    ) -> None:
        self.code, self.message, self.variables = code, message, dict(variables or {})
        super().__init__(f"{code}: {message}")


class ElementFailed(EngineError):
    """An element of a running process cannot go on; the step records it as an incident."""
