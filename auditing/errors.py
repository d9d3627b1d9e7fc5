"""What can go wrong at the auditor's desk.

NotFound
├── ChainNotFound        no such record, or not for this auditor
├── SampleNotFound       no such sample, or not for this auditor
├── ReviewNotFound       no such access review, or not for this auditor
├── SealNotFound         the record has no seal of this number
├── EvidenceNotFound     no such export of a case, or not for this caller
└── WithdrawalNotFound   no such marked grant, or none that waits
InvalidRequest
├── PurposeMissing       an export or a note without what it is for
├── ExportTooLarge       more events than one file may have
├── DaysWrong            days that are none, or end before they begin
├── NothingToDraw        no dossier was finished on these days
└── SubjectUnknown       a subject that names nothing here
Conflict
├── EvidenceNotReady     the archive is still being made
├── EnoughEvidence       too many exports of one case in a day
├── SignedOff            it was closed by a sign-off
└── NotAllJudged         a sign-off before everything was judged
"""

from core.errors import N_, Conflict, InvalidRequest, NotFound


class ChainNotFound(NotFound):
    """No such record, or not for this auditor."""

    code = "chain-not-found"


class SampleNotFound(NotFound):
    """No such sample, or not for this auditor."""

    code = "sample-not-found"


class ReviewNotFound(NotFound):
    """No such access review, or not for this auditor."""

    code = "review-not-found"


class SealNotFound(NotFound):
    """The record has no seal of this number, or nothing was signed yet."""

    code = "seal-not-found"
    title = N_("There is no such seal")
    remedy = N_("Choose one of the list. A seal is signed some seconds after it was made.")


class EvidenceNotFound(NotFound):
    """No such export of a case, or not for this caller."""

    code = "evidence-not-found"
    title = N_("There is no such archive, or its days are over")
    remedy = N_("Ask for the archive of the case again.")


class EvidenceNotReady(Conflict):
    """The archive is still being made."""

    code = "evidence-not-ready"
    title = N_("The archive is still being made")
    remedy = N_("Try again in a minute.")


class EnoughEvidence(Conflict):
    """Too many exports of one case in a day."""

    code = "enough-evidence"
    title = N_("This case was exported %(most)s times within a day")
    remedy = N_("Use one of these archives, or come back tomorrow.")


class WithdrawalNotFound(NotFound):
    """No such marked grant, or none that waits."""

    code = "withdrawal-not-found"


class PurposeMissing(InvalidRequest):
    """It must be said what something is for."""

    code = "purpose-missing"
    title = N_("It is not said what this is for")
    remedy = N_("Write the reason or the purpose. It is put on record.")


class ExportTooLarge(InvalidRequest):
    """More events than one file may have."""

    code = "export-too-large"
    title = N_("More than %(most)s events were found")
    remedy = N_("Narrow the search, for instance to fewer days, and export in parts.")


class DaysWrong(InvalidRequest):
    """Days that are none, or end before they begin."""

    code = "days-wrong"
    title = N_("The days are not right")
    remedy = N_("Write days like 2026-11-22, the first one before the last.")


class NothingToDraw(InvalidRequest):
    """No dossier was finished on these days."""

    code = "nothing-to-draw"
    title = N_("No dossier was finished there on these days")
    remedy = N_("Choose other days, another service or another agency.")


class SubjectUnknown(InvalidRequest):
    """A subject that names nothing here."""

    code = "subject-unknown"
    title = N_("There is nothing called “%(name)s”")
    remedy = N_("Enter the reference of a dossier, a login, or an id such as client:portal.")


class SignedOff(Conflict):
    """It was closed by a sign-off."""

    code = "signed-off"
    title = N_("This was signed off and cannot be changed")
    remedy = N_("Begin another one.")


class NotAllJudged(Conflict):
    """A sign-off before everything was judged."""

    code = "not-all-judged"
    title = N_("%(count)s are not judged yet")
    remedy = N_("Judge each of them first, then sign off.")
