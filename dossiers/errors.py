"""What can go wrong with a case.

NotFound
├── DossierNotFound
├── DocumentNotFound
├── AnswerNotHidden
└── EntryNotFound
InvalidRequest
├── PapersRefused           papers did not pass their check
├── DocumentsMissing        required papers are not attached
├── DocumentTypeUnknown     the service does not know this kind of paper
├── ReasonMissing           a deed that needs a reason was sent without one
├── CannotTakeTask          a task was given to somebody who may not work it
└── VersionsOfDifferentServices  a migration leads from one service to another
NotAllowed
├── OwnCase                 one would decide on oneself
└── MandateTooNarrow        not this service, or not this deed
Conflict
├── DocumentNotPassed       the file is being checked, or was refused
├── PapersBeingChecked      nothing is sent before all papers were checked
├── DossierNotEditable      it was already submitted
├── DossierNotSubmitted     it is still a draft
├── ServiceNotOffered       the agency accepts no dossiers of the service now
├── TooLateToWithdraw       a result was issued, or the dossier is closed
├── DraftChangedMeanwhile   somebody else changed the same answers
├── DocumentErased          the file that it would share was taken away meanwhile
├── NothingToPay            no fee is open
├── PaymentMismatch         the amount paid is not the amount owed
└── EntryNotValid           the register entry was already withdrawn
"""

from core.errors import N_, Conflict, InvalidRequest, NotAllowed, NotFound


class DossierNotFound(NotFound):
    """No such dossier, or not for this caller."""

    code = "dossier-not-found"
    title = N_("There is no such dossier")
    remedy = N_("Check the dossier code, or sign in with the account that sent the dossier.")


class DocumentNotFound(NotFound):
    """No such document, or not for this caller."""

    code = "document-not-found"
    title = N_("There is no such document")
    remedy = N_("Open the dossier again and choose a document from its list.")


class DocumentErased(Conflict):
    """An equal file of the dossier was known and was erased before the new document shared it."""

    code = "document-erased"
    title = N_("An equal file was taken away just now")
    remedy = N_("Send the file again.")


class DocumentNotPassed(Conflict):
    """Nobody opens a file that is still being checked, or that was refused."""

    code = "document-not-passed"
    title = N_("This file has not passed its check")
    remedy = N_("Wait until it was checked. If it was refused, another one has to be attached.")


class PapersBeingChecked(Conflict):
    """Nothing is sent while a paper of it is being checked."""

    code = "papers-being-checked"
    title = N_("Some papers are still being checked: %(papers)s")
    remedy = N_("Nothing was sent yet. Wait a moment, then send again.")


class PapersRefused(InvalidRequest):
    """Nothing is sent with a paper that was refused; `fields` names each below ("documents", kind)."""

    code = "papers-refused"
    title = N_("Some papers were refused when they were checked: %(papers)s")
    remedy = N_("Remove each of them, attach another file where one is needed, then send again.")


class EntryNotFound(NotFound):
    """The public register has no such entry."""

    code = "register-entry-not-found"
    title = N_("The register has no such entry")
    remedy = N_("Check the number for typing errors, or scan the code on the notice again.")


class DocumentsMissing(InvalidRequest):
    """Required papers are not attached; `fields` names each kind below ("documents", kind)."""

    code = "documents-missing"
    title = N_("Some required documents are missing")
    remedy = N_("Attach the documents named below, then send again.")


class DocumentTypeUnknown(InvalidRequest):
    """The service does not know this kind of paper."""

    code = "document-type-unknown"
    title = N_("This service does not ask for a document of the kind “%(kind)s”")
    remedy = N_("Choose one of: %(known)s.")


class ReasonMissing(InvalidRequest):
    """A deed that takes something away from somebody needs a reason."""

    code = "reason-missing"
    title = N_("A reason is needed")
    remedy = N_("Write in a sentence why, so that everybody concerned can read it.")


class VersionsOfDifferentServices(InvalidRequest):
    """A process cannot become one of another service."""

    code = "versions-of-different-services"
    title = N_("These are not two versions of one service")
    remedy = N_("Choose a source and a target of the same service.")


class DossierNotEditable(Conflict):
    """A submitted dossier cannot be changed by its applicant unless something was asked of him."""

    code = "dossier-not-editable"
    title = N_("This dossier was already submitted")
    remedy = N_("Wait for a request to supplement it, or withdraw it and start anew.")


class DossierNotSubmitted(Conflict):
    """The deed needs a submitted dossier."""

    code = "dossier-not-submitted"
    title = N_("This dossier is still a draft")
    remedy = N_("Complete and submit it first.")


class ServiceNotOffered(Conflict):
    """The agency accepts no dossiers of this service now."""

    code = "service-not-offered"
    title = N_("This agency does not accept applications for this service now")
    remedy = N_("Notice of the agency: %(notice)s Your draft stays as it is.")


class TooLateToWithdraw(Conflict):
    """A result was issued, or the dossier is closed."""

    code = "too-late-to-withdraw"
    title = N_("This dossier can no longer be withdrawn")
    remedy = N_(
        "A result was issued or the dossier is closed. What was issued can only be revoked: ask the "
        "agency named in it for revocation."
    )


class NothingToPay(Conflict):
    """No fee is open for this dossier."""

    code = "nothing-to-pay"
    title = N_("There is nothing to pay for this dossier")
    remedy = N_("Look at the dossier's page: the fee may be paid already, or not yet determined.")


class DraftChangedMeanwhile(Conflict):
    """Somebody changed the same answers after they were read."""

    code = "draft-changed-meanwhile"
    title = N_("Somebody else has changed these answers meanwhile")
    remedy = N_("Compare the newer answers with yours, and save again if yours are to stand.")


class MandateTooNarrow(NotAllowed):
    """The mandate does not reach so far."""

    code = "mandate-too-narrow"
    title = N_("Your mandate does not cover this")
    remedy = N_("Ask whom you act for to give you a mandate for this service and this deed.")


class PaymentMismatch(Conflict):
    """The payment platform reports another amount than the fee."""

    code = "payment-mismatch"
    title = N_("The amount paid, %(paid)s, is not the fee of %(owed)s")
    remedy = N_("It was not booked as the fee. A clerk looks at it; compare the order meanwhile.")


class EntryNotValid(Conflict):
    """The register entry was already withdrawn."""

    code = "register-entry-not-valid"
    title = N_("This entry was already withdrawn")
    remedy = N_("Open the register entry to see when and why.")


class AnswerNotHidden(NotFound):
    """No personal answer of this name was given."""

    code = "answer-not-hidden"
    title = N_("There is no hidden answer “%(field)s”")
    remedy = N_("Load the dossier again and choose one of the answers that it hides.")


class OwnCase(NotAllowed):
    """Nobody decides on himself, or on an organisation to which he belongs."""

    code = "own-case"
    title = N_("You cannot decide on a case of your own")
    remedy = N_("Leave it to a colleague who has no part in it.")


class CannotTakeTask(InvalidRequest):
    """The task was to be given to somebody who may not work it."""

    code = "cannot-take-task"
    title = N_("This person cannot work on this task")
    remedy = N_("Choose somebody of the same agency with the role of its queue.")
