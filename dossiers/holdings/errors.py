"""What can go wrong with documents of the store.

NotFound
└── HoldingNotFound   no such document, or not for this caller
InvalidRequest
├── NotForTheStore    a kind of document that the store does not keep
├── DaysOfHoldingWrong  its last day lies before its first
└── HoldingNotFitting of another type or owner, no longer valid, or doubtful
Conflict
├── KeptAlready       the store has this very document
└── HoldingUsed       a dossier holds it: it can be hidden, not deleted
"""

from core.errors import N_, Conflict, InvalidRequest, NotFound


class HoldingNotFound(NotFound):
    """No such document in the store, or not for this caller."""

    code = "holding-not-found"
    title = N_("There is no such document in the store")
    remedy = N_("Open the store again and choose a document from its list.")


class NotForTheStore(InvalidRequest):
    """A kind of document that the store does not keep."""

    code = "not-for-the-store"
    title = N_("The store does not keep documents of this kind")
    remedy = N_("It keeps results and accepted papers whose kind the service says is kept.")


class DaysOfHoldingWrong(InvalidRequest):
    """The days of a document contradict each other."""

    code = "holding-days-wrong"
    title = N_("The last day lies before the first one")
    remedy = N_("Write both days as they stand on the document.")


class HoldingNotFitting(InvalidRequest):
    """The document cannot be used here."""

    code = "holding-not-fitting"
    title = N_("This document of the store cannot be used here")
    remedy = N_("Choose one of the same kind and owner that is still valid, or attach a file.")


class KeptAlready(Conflict):
    """The store has this very document."""

    code = "kept-already"
    title = N_("The store has this document already")
    remedy = N_("Open the store to see it.")


class HoldingUsed(Conflict):
    """A dossier holds it."""

    code = "holding-used"
    title = N_("A dossier holds this document")
    remedy = N_("It cannot be deleted. Hide it if it is not to be offered any more.")
