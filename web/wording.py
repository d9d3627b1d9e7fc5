"""The words in which pages speak of statuses, queues and deadlines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext

from core.clock import now
from core.errors import N_
from core.i18n import translated
from dossiers.feedback.models import PetitionState
from dossiers.models import DossierStatus, StatusChange
from web.time_limits import due_cause, limit_words

SOON: Final = timedelta(days=1)


@dataclass(frozen=True)
class StatusWords:
    """A status in plain words: its name, what it means, what happens next; and its colour."""

    name: str
    meaning: str
    next: str
    colour: str


STATUS_WORDS: Final = {
    DossierStatus.DRAFT: StatusWords(
        N_("Draft"),
        N_("You have not sent this application yet."),
        N_("Complete the application and send it. Until then nobody at the agency can see it."),
        "grey",
    ),
    DossierStatus.SUBMITTED: StatusWords(
        N_("Submitted"),
        N_("We have your application and are checking it."),
        N_(
            "Most applications are checked by the system within minutes. If an official has to "
            "look at yours, that takes one working day."
        ),
        "blue",
    ),
    DossierStatus.AWAITING_PAYMENT: StatusWords(
        N_("Waiting for payment"),
        N_("The fee has not been paid yet."),
        N_("Pay the fee. The application goes on as soon as the payment platform confirms it."),
        "orange",
    ),
    DossierStatus.AWAITING_SUPPLEMENT: StatusWords(
        N_("Waiting for you"),
        N_("The agency asks you to complete the application."),
        N_(
            "Correct the answers and documents, then send your reply. The time limit stands still "
            "until then."
        ),
        "orange",
    ),
    DossierStatus.RECEIVED: StatusWords(
        N_("Received"),
        N_("The agency has received your dossier."),
        N_("The result is made next. You can see the day by which you get it below."),
        "blue",
    ),
    DossierStatus.PROCESSING: StatusWords(
        N_("In process"),
        N_("Your result is being made."),
        N_("The result appears on this page. You can see the day by which you get it below."),
        "blue",
    ),
    DossierStatus.FINISHED: StatusWords(
        N_("Result ready"),
        N_("The agency has decided."),
        N_("The result is handed over next."),
        "green",
    ),
    DossierStatus.DELIVERED: StatusWords(
        N_("Result delivered"),
        N_("Your result has been issued."),
        N_("Download the notice below. Anybody can check it by the code printed on it."),
        "green",
    ),
    DossierStatus.NOT_ACCEPTED: StatusWords(
        N_("Not accepted"),
        N_("The agency did not accept the dossier."),
        N_("Read the reason below. You can correct it and apply again."),
        "red",
    ),
    DossierStatus.WITHDRAWN: StatusWords(
        N_("Withdrawn"),
        N_("You have withdrawn this dossier."),
        N_("Nothing more happens. You can apply again at any time."),
        "grey",
    ),
    DossierStatus.STOPPED: StatusWords(
        N_("Stopped"),
        N_("The dossier was stopped."),
        N_(
            "Nothing more happens, because the time for payment or for your reply has passed. You "
            "can apply again."
        ),
        "red",
    ),
}
RESUMED: Final = {
    DossierStatus.AWAITING_PAYMENT: N_("Fee paid"),
    DossierStatus.AWAITING_SUPPLEMENT: N_("Reply sent"),
}
QUEUE_NAMES: Final = {
    "desk-clerk": N_("One-stop desk"),
    "device-officer": N_("Medical device officers"),
    "clinic-officer": N_("Officers for licences of clinics"),
    "clinic-head": N_("Head of the department for clinics"),
    "practice-officer": N_("Officers for practising licences"),
    "practice-head": N_("Head of the department for practice"),
    "practice-secretary": N_("Secretaries of the practice council"),
    "practice-expert": N_("Members of the practice council"),
    "practice-chair": N_("Chairs of the practice council"),
    "inspection-leader": N_("Leaders of inspections"),
    "inspector": N_("Members of inspection teams"),
    "director": N_("Director"),
}


PETITION_STATES: Final = {
    PetitionState.SENT: N_("waits for an answer"),
    PetitionState.ASKED: N_("waits for its sender"),
    PetitionState.REFUSED: N_("not dealt with"),
    PetitionState.ANSWERED: N_("answered"),
}


class Urgency(StrEnum):
    """How near a deadline is."""

    SAFE = "safe"
    SOON = "soon"
    LATE = "late"


def init_app(app: Flask) -> None:
    """Make the words known to the templates."""
    app.jinja_env.filters.update(
        status_name=lambda status: translated(STATUS_WORDS[status].name),
        status_meaning=lambda status: translated(STATUS_WORDS[status].meaning),
        status_next=lambda status: translated(STATUS_WORDS[status].next),
        status_colour=lambda status: STATUS_WORDS[status].colour,
        queue_name=queue_name,
        urgency=urgency,
        time_left=time_left,
        limit_words=limit_words,
        due_cause=due_cause,
    )


def petition_state(state: PetitionState) -> str:
    """Where a petition stands, in words."""
    return translated(PETITION_STATES[state])


def queue_name(queue: str) -> str:
    """What a queue is called; its own name when nobody has called it anything."""
    return translated(QUEUE_NAMES[queue]) if queue in QUEUE_NAMES else queue


def happenings(changes: Sequence[StatusChange]) -> list[tuple[str, datetime]]:
    """What happened to a dossier and when, newest first; `changes` are oldest first.

    A dossier that goes on after waiting is told by what ended the wait.
    """
    earlier = [None, *(change.status for change in changes)]
    told = [
        (translated(_happening(change.status, before)), change.at)
        for change, before in zip(changes, earlier, strict=False)
    ]
    return told[::-1]


def _happening(status: DossierStatus, before: DossierStatus | None) -> str:
    if status is DossierStatus.SUBMITTED and before in RESUMED:
        return RESUMED[before]
    return STATUS_WORDS[status].name


def urgency(due_at: datetime) -> Urgency:
    """Late once the moment has passed, soon on the day before."""
    left = due_at - now()
    if left < timedelta():
        return Urgency.LATE
    return Urgency.SOON if left <= SOON else Urgency.SAFE


def time_left(due_at: datetime) -> str:
    """The distance to a deadline in days, or in hours on the last day."""
    left = due_at - now()
    days, hours = abs(left) // timedelta(days=1), abs(left) // timedelta(hours=1)
    if left < timedelta():
        late = ngettext("%(num)s day late", "%(num)s days late", days)
        return str(late if days else _("late since today"))
    if days:
        return str(ngettext("%(num)s day left", "%(num)s days left", days))
    return str(ngettext("%(num)s hour left", "%(num)s hours left", hours))
