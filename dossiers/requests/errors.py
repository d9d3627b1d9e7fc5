"""What can go wrong with requests.

NotFound
└── RequestNotFound         no such request, or not for this caller
InvalidRequest
├── DefectsMissing          a supplement asks for nothing
├── PartUnknown             neither a question of the form nor a paper of the service
├── BasisMissing            a further round without the rule that allows it
├── NotInWords              a code where a person must read why
├── QuestionsUnknown        a correction names no answers that could be changed
└── NewDateWrong            not later than the promised day, or a day of rest
NotAllowed
└── OwnProposal             nobody grants what he proposed
Conflict
├── RequestStands           one of this kind waits already
├── RequestAnswered         somebody was faster, or it was taken back
├── RequestNotOffered       the service knows no such request here
├── RoundsUsedUp            the rule allows no further round
├── DecidedAlready          too late: a result was issued, or the dossier is over
├── NotReceived             the deed needs a received dossier whose clock runs
├── ExtendedAlready         the rule allows no further extension
└── ExtensionTooLate        it had to be proposed or granted earlier
"""

from core.errors import N_, Conflict, InvalidRequest, NotAllowed, NotFound


class RequestNotFound(NotFound):
    """No such request, or not for this caller."""

    code = "request-not-found"
    title = N_("There is no such request")
    remedy = N_("Open the dossier and choose a request from its list.")


class DefectsMissing(InvalidRequest):
    """A supplement must name what is wrong."""

    code = "defects-missing"
    title = N_("The list names no defect")
    remedy = N_("Say of each defect what is wrong and how to mend it, all at once.")


class PartUnknown(InvalidRequest):
    """Neither a question of the form nor a paper of the service."""

    code = "part-unknown"
    title = N_("The dossier has no part “%(part)s”")
    remedy = N_("Name a question of the application, or document: and the kind of a document.")


class BasisMissing(InvalidRequest):
    """A further round needs the rule that allows it."""

    code = "basis-missing"
    title = N_("Round %(round)s needs its legal basis: the service provides for %(rounds)s")
    remedy = N_(
        "Use the list of defects and state which rule of the sector allows a further round."
    )


class NotInWords(InvalidRequest):
    """A person must be able to read why."""

    code = "not-in-words"
    title = N_("“%(text)s” says nothing to the person who reads it")
    remedy = N_("Write the reason in a sentence, without technical codes.")


class QuestionsUnknown(InvalidRequest):
    """Names no answers that could be changed."""

    code = "questions-unknown"
    title = N_("These are no answers that could be corrected")
    remedy = N_("Choose at least one of the answers that were sent, and only those allowed.")


class NewDateWrong(InvalidRequest):
    """Not later than the promised day, or a day of rest."""

    code = "new-date-wrong"
    title = N_("%(day)s cannot be the new day")
    remedy = N_("Choose a working day after the one that was promised.")


class OwnProposal(NotAllowed):
    """Nobody grants what he proposed."""

    code = "own-proposal"
    title = N_("You cannot decide on what you proposed yourself")
    remedy = N_("Leave it to a colleague who may decide.")


class RequestStands(Conflict):
    """One of this kind waits already."""

    code = "request-stands"
    title = N_("Such a request waits for an answer already")
    remedy = N_("Wait for the answer, or take the request back.")


class RequestAnswered(Conflict):
    """Somebody was faster, or it was taken back."""

    code = "request-answered"
    title = N_("This request no longer waits for this")
    remedy = N_("Load the page again to see who answered it, and how.")


class RequestNotOffered(Conflict):
    """The service knows no such request here."""

    code = "request-not-offered"
    title = N_("This service does not provide for that now")
    remedy = N_("Look at the dossier's page for what can be asked at this stage.")


class RoundsUsedUp(Conflict):
    """The rule allows no further round."""

    code = "rounds-used-up"
    title = N_("The applicant was asked %(rounds)s times already, and no further round is allowed")
    remedy = N_("Decide with what is there.")


class DecidedAlready(Conflict):
    """A result was issued, or the dossier is over."""

    code = "decided-already"
    title = N_("This dossier is decided already")
    remedy = N_(
        "Nothing can be added to it or changed in it. To change what was decided, apply anew, or send "
        "a petition or a complaint to the agency."
    )


class NotReceived(Conflict):
    """The deed needs a received dossier whose clock runs."""

    code = "not-received"
    title = N_("The legal clock of this dossier does not run")
    remedy = N_("Wait until the dossier is received, or until the applicant has answered.")


class ExtendedAlready(Conflict):
    """The rule allows no further extension."""

    code = "extended-already"
    title = N_("The time limit was extended %(most)s times already, and no more is allowed")
    remedy = N_("Settle the dossier. The promised day stays.")


class ExtensionTooLate(Conflict):
    """It had to be proposed or granted earlier."""

    code = "extension-too-late"
    title = N_("It is too late to extend the time limit: it ends on %(day)s")
    remedy = N_(
        "The rule asks for %(notice)s working days before. Settle the dossier; the delay is told as "
        "what it is."
    )
