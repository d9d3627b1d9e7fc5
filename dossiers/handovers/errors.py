"""What can go wrong with hand-overs.

NotFound
└── HandOverNotFound        no such hand-over, or not for this caller
InvalidRequest
├── ReceiverWrong           nobody is there, or it is where the dossier is already
├── PaperUnknown            a paper that the dossier does not have
└── PeriodWrong             a register from a later day to an earlier one, or of more than a year
NotAllowed
└── NotHandedToYou          it is meant for somebody else at the same place
Conflict
├── HandOverAnswered        it was acknowledged, returned or sent back already
├── NotAcknowledged         what was never taken cannot be returned
└── RegisterTooLong         too many dossiers for one PDF
"""

from core.errors import N_, Conflict, InvalidRequest, NotAllowed, NotFound


class HandOverNotFound(NotFound):
    """No such hand-over, or not for this caller."""

    code = "hand-over-not-found"
    title = N_("There is no such hand-over")
    remedy = N_("Open the list of hand-overs again and choose one from it.")


class ReceiverWrong(InvalidRequest):
    """The place takes nothing, has no such person, or is the one that sends."""

    code = "receiver-wrong"
    title = N_("The dossier cannot be handed to “%(to)s”")
    remedy = N_("Choose another agency or unit that is open, and somebody who works there.")


class PaperUnknown(InvalidRequest):
    """A paper that goes along must be one of the dossier."""

    code = "paper-unknown"
    title = N_("The dossier has no such paper: %(paper)s")
    remedy = N_("Choose from the documents of the dossier.")


class PeriodWrong(InvalidRequest):
    """First day after last, or more than a year."""

    code = "period-wrong"
    title = N_("The register cannot be made for these days")
    remedy = N_("Choose a first day that is not after the last one, and a year at most.")


class NotHandedToYou(NotAllowed):
    """It is meant for another person at this place."""

    code = "not-handed-to-you"
    title = N_("This was handed to somebody else")
    remedy = N_("Let the person it is meant for answer, or who works in their place.")


class HandOverAnswered(Conflict):
    """Somebody was faster, or it was answered so before."""

    code = "hand-over-answered"
    title = N_("This hand-over was answered already")
    remedy = N_("Load the page again to see by whom and how.")


class NotAcknowledged(Conflict):
    """Only what was taken is returned."""

    code = "hand-over-not-acknowledged"
    title = N_("This hand-over was not acknowledged yet")
    remedy = N_("Acknowledge it first; if it is not for you, send it back as misrouted.")


class RegisterTooLong(Conflict):
    """A PDF of that many rows helps nobody."""

    code = "register-too-long"
    title = N_("The register of these days has more than %(most)s dossiers")
    remedy = N_("Choose fewer days for the PDF, or take the table (CSV), which has them all.")
