"""What can go wrong with entries of the register.

NotFound
├── CopyNotFound       no such certified copy, or not for this caller
└── ProcedureUnknown   the service knows no such procedure about its entries
InvalidRequest
├── GroundUnknown      not a ground of the service for this change
├── DayWrong           the day lies before today, or before one that it must follow
└── EntryNotTheirs     the dossier names an entry that is not its holder's, or does not stand
Conflict
├── EntryStands        an entry that says the same stands already
├── CopiesNotGiven     the service gives no certified copies
├── EnoughCopies       so many were asked for today
└── CopyNotReady       it is still being made
"""

from core.errors import N_, Conflict, InvalidRequest, NotFound


class CopyNotFound(NotFound):
    """No such certified copy, or not for this caller."""

    code = "certified-copy-not-found"
    title = N_("There is no such certified copy")
    remedy = N_("Open the entry again and choose a copy from its list.")


class ProcedureUnknown(NotFound):
    """The service knows no such procedure."""

    code = "procedure-unknown"
    title = N_("The service knows no such procedure")
    remedy = N_("Open the entry again and choose one of those that are offered.")


class GroundUnknown(InvalidRequest):
    """Not a ground of the service for this change."""

    code = "ground-unknown"
    title = N_("The service has no ground “%(ground)s” for this")
    remedy = N_("Choose one of: %(known)s.")


class DayWrong(InvalidRequest):
    """The day cannot be used."""

    code = "register-day-wrong"
    title = N_("The day %(day)s cannot be used")
    remedy = N_("Name a day that is not before %(first)s.")


class EntryNotTheirs(InvalidRequest):
    """The dossier names an entry that it cannot change."""

    code = "entry-not-theirs"
    title = N_("You have no valid entry with the number “%(number)s”")
    remedy = N_("Look the number up on your licence or under “My results”.")


class EntryStands(Conflict):
    """An entry that says the same stands already."""

    code = "entry-stands"
    title = N_("This is registered already: %(number)s")
    remedy = N_("%(message)s")


class CopiesNotGiven(Conflict):
    """The service gives no certified copies."""

    code = "copies-not-given"
    title = N_("There are no certified copies of these results")
    remedy = N_("Use the result itself; everybody can check it in the public register.")


class EnoughCopies(Conflict):
    """Each costs work and a number; some a day are enough."""

    code = "enough-copies"
    title = N_("%(most)s copies were asked for within a day")
    remedy = N_("Use one of those, or ask again tomorrow.")


class CopyNotReady(Conflict):
    """It is still being made."""

    code = "copy-not-ready"
    title = N_("The certified copy is still being made")
    remedy = N_("Come back in some minutes.")
