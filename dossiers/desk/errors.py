"""What can go wrong at the desk.

NotFound
└── NotTracked             no dossier of this code and second fact
NotAllowed
└── ReceiverKeptAway       who took a dossier in does not appraise it
InvalidRequest
├── PersonIncomplete       a name or number of a person is missing
├── ChannelClosed          the service is not taken in this way
└── TakenInElsewhere       only the agency that settles it takes it in
"""

from core.errors import N_, InvalidRequest, NotAllowed, NotFound


class NotTracked(NotFound):
    """No dossier of this code, or another second fact: whoever asks is not told which."""

    code = "dossier-not-tracked"
    title = N_("There is no dossier with this code and this answer")
    remedy = N_("Check both for typing errors. They are on your receipt.")


class ReceiverKeptAway(NotAllowed):
    """The service keeps reception and appraisal apart."""

    code = "receiver-kept-away"
    title = N_("You took this dossier in yourself")
    remedy = N_("Leave this task to a colleague: who receives does not appraise.")


class PersonIncomplete(InvalidRequest):
    """Something about owner or submitter is missing; `fields` says what."""

    code = "desk-person-incomplete"
    title = N_("Something about the person is missing")
    remedy = N_("Write what is named below, as it stands in the paper that was shown.")


class ChannelClosed(InvalidRequest):
    """The service is not taken in this way."""

    code = "desk-channel-closed"
    title = N_("This service is not taken in that way")
    remedy = N_("Choose one of: %(known)s.")


class TakenInElsewhere(InvalidRequest):
    """Only the agency that settles it takes it in."""

    code = "desk-taken-in-elsewhere"
    title = N_("Your agency does not take in applications for that one")
    remedy = N_("Send the person to the agency that settles the service, or choose your own.")
