"""What can go wrong with a leader's sitting.

NotFound
└── SittingNotFound         no such sitting, or not this person's
InvalidRequest
├── NothingToSign           no result was chosen
└── TooManyAtOnce           more results than one sitting takes
NotAllowed
└── SignerGone              who confirmed it has no account any more
Conflict
├── SittingOver             it runs, is done, or was given up
├── CaseWentOn              the case is not what was looked at
├── DecidedSingly           the service wants this one decided by itself
└── SittingStopped          who signs stopped it
"""

from core.errors import N_, Conflict, InvalidRequest, NotAllowed, NotFound


class SittingNotFound(NotFound):
    """No such sitting, or not this person's."""

    code = "sitting-not-found"
    title = N_("There is no such list of results to sign")
    remedy = N_("Open “Sign several results” again and choose from there.")


class NothingToSign(InvalidRequest):
    """No result that this person may sign was chosen."""

    code = "nothing-to-sign"
    title = N_("No result is chosen")
    remedy = N_("Choose at least one result of the list.")


class TooManyAtOnce(InvalidRequest):
    """A list that nobody can look through."""

    code = "too-many-at-once"
    title = N_("%(count)s results are more than can be signed at once")
    remedy = N_("Choose at most %(most)s, and sign the others afterwards.")


class SignerGone(NotAllowed):
    """The account was closed after the confirmation."""

    code = "signer-gone"
    title = N_("Who confirmed this has no account any more")
    remedy = N_("Let the person who signs now choose the results anew.")


class SittingOver(Conflict):
    """Nothing can be chosen or confirmed in it now."""

    code = "sitting-over"
    title = N_("This list of results is not open any more")
    remedy = N_("Load the page again to see what became of each result.")


class CaseWentOn(Conflict):
    """Answers, documents or process changed after the leader had looked."""

    code = "case-went-on"
    title = N_("The case changed after you had looked at it")
    remedy = N_("Look at it again, and sign it with the next list or by itself.")


class DecidedSingly(Conflict):
    """`in_sitting` of the service does not name the task, or its condition does not hold."""

    code = "decided-singly"
    title = N_("This result cannot be signed together with others")
    remedy = N_("Open the task and decide it by itself.")


class SittingStopped(Conflict):
    """By the button of who signs."""

    code = "sitting-stopped"
    title = N_("You have stopped signing")
    remedy = N_("Confirm again to go on with the results that are left.")
