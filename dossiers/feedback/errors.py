"""What can go wrong with petitions and ratings.

NotFound
└── PetitionNotFound        no such petition, or not for this caller
InvalidRequest
├── ContactMissing          without an account an answer needs an address
├── PetitionEmpty           nothing was said
├── RatingUnknown           the profile knows no such value
├── StillPersonal           what is to be published tells of a person
└── ReopeningImpossible     there is nothing that could be reopened so
Conflict
├── PetitionClosed          it was answered or refused already
├── PetitionNotAnswered     only what was answered is published, and only once
├── NotConsented            its sender does not want it to be published
├── RatedAlready            once per dossier
└── NothingToRate           there is no result yet
"""

from core.errors import N_, Conflict, InvalidRequest, NotFound


class PetitionNotFound(NotFound):
    """No such petition, or not for this caller."""

    code = "petition-not-found"
    title = N_("There is no such petition")
    remedy = N_("Check the link of your e-mail, or sign in with the account that sent it.")


class ContactMissing(InvalidRequest):
    """Without an account an answer needs an address."""

    code = "contact-missing"
    title = N_("We need your name and an e-mail address")
    remedy = N_("The answer goes there. Sign in if you would rather read it in your account.")


class PetitionEmpty(InvalidRequest):
    """Nothing was said."""

    code = "petition-empty"
    title = N_("Nothing is written yet")
    remedy = N_("Write in a few sentences what happened, or what should be done better.")


class RatingUnknown(InvalidRequest):
    """The profile knows no such value."""

    code = "rating-unknown"
    title = N_("There is no such answer")
    remedy = N_("Choose one of: %(known)s.")


class StillPersonal(InvalidRequest):
    """What is to be published tells of a person."""

    code = "still-personal"
    title = N_("The text still tells of a person: “%(found)s”")
    remedy = N_("Take names, numbers and addresses out, then publish again.")


class ReopeningImpossible(InvalidRequest):
    """There is nothing that could be reopened so."""

    code = "reopening-impossible"
    title = N_("The case cannot be reopened in this way")
    remedy = N_("A correction needs a dossier that is open; a new dossier needs one to begin from.")


class PetitionClosed(Conflict):
    """It was answered or refused already, or waits for its sender."""

    code = "petition-closed"
    title = N_("This petition no longer waits for this")
    remedy = N_("Load the page again to see what was answered, and by whom.")


class PetitionNotAnswered(Conflict):
    """Only what was answered is published, and only once."""

    code = "petition-not-answered"
    title = N_("There is nothing to publish")
    remedy = N_("Answer the petition first. What is published already stays as it is.")


class NotConsented(Conflict):
    """Its sender does not want it to be published."""

    code = "not-consented"
    title = N_("Its sender did not agree that it is published")
    remedy = N_("Leave it unpublished.")


class RatedAlready(Conflict):
    """Once per dossier."""

    code = "rated-already"
    title = N_("This dossier was rated already")
    remedy = N_("A rating is given once. Send a petition if there is more to say.")


class NothingToRate(Conflict):
    """There is no result yet."""

    code = "nothing-to-rate"
    title = N_("There is no result to rate yet")
    remedy = N_("Come back when the result was delivered.")
