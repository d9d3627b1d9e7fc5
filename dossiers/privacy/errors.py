"""What can go wrong with holds and with copies of one's data.

NotFound
└── ExportNotFound       no such copy, not for this caller, or no longer kept
Conflict
├── HoldStands           the dossier is on hold already
├── NotOnHold            there is no hold to lift
├── AlreadyPseudonymised nothing is left to hold
├── ExportNotReady       the copy is still being made
└── EnoughExports        so many copies were asked for today
"""

from core.errors import N_, Conflict, NotFound


class HoldStands(Conflict):
    """One hold at a time: who wants another reason on record lifts the first."""

    code = "hold-stands"
    title = N_("This dossier is on hold already")
    remedy = N_("Load the page again to see since when and why.")


class NotOnHold(Conflict):
    """The hold was lifted, or there was none."""

    code = "not-on-hold"
    title = N_("This dossier is not on hold")
    remedy = N_("Load the page again to see who lifted the hold and why.")


class AlreadyPseudonymised(Conflict):
    """The retention term has passed, and what told of people is gone."""

    code = "already-pseudonymised"
    title = N_("This dossier tells of nobody any more")
    remedy = N_(
        "Its retention term has passed. Only what the law keeps is left, and nothing to hold."
    )


class ExportNotFound(NotFound):
    """No such copy, or not for this caller."""

    code = "export-not-found"
    title = N_("There is no such copy of your data")
    remedy = N_(
        "Copies are kept for some days only. Ask for a new one on the page of your account."
    )


class ExportNotReady(Conflict):
    """It is still being made."""

    code = "export-not-ready"
    title = N_("The copy of your data is still being made")
    remedy = N_("Come back in some minutes. You also get an e-mail once it is ready.")


class EnoughExports(Conflict):
    """Each copy costs work; some a day are enough."""

    code = "enough-exports"
    title = N_("You have asked for %(most)s copies within a day")
    remedy = N_("Use one of those, or ask again tomorrow.")
