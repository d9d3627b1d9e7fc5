"""What can go wrong while a department is run.

Conflict
├── PlaceClosed            an agency or a unit that takes nothing new
├── PlaceClosedAlready     somebody else has closed it
├── GrantEnded             a role that is over already
├── GrantDecided           a proposed role that is no longer open
├── SameGrantProposed      the same role is proposed already
├── LastAdministrator      somebody must be able to administer
├── AccountClosed          a closed account gets no roles and no links
└── AccountAsWished        it is closed, or open, already
NotAllowed
├── OwnRoles               nobody changes his own rights
├── BeyondOwnReach         nobody gives more than he has
├── SecondAdministrator    who proposes a role does not decide on it
├── CodeOfFirstRunWrong    not the code of the console                       (401)
└── NotDelegable           what is not passed on to a substitute
InvalidRequest
├── SuccessorWrong         a successor that is closed, or the thing itself
├── DaysOfPlaceWrong       a day that does not follow what is known
├── SubstituteWrong        oneself, or somebody who is no colleague
└── DaysOfAbsenceWrong     days that are over, or the wrong way round
NotFound
└── FirstRunOver           the first start is done, for good
"""

from core.errors import N_, Conflict, InvalidRequest, NotAllowed, NotFound


class PlaceClosed(Conflict):
    """Nothing new comes to a closed agency or unit."""

    code = "place-closed"
    title = N_("“%(name)s” is closed")
    remedy = N_("Choose the agency or unit that has taken over.")


class PlaceClosedAlready(Conflict):
    """It has an end already."""

    code = "place-closed-already"
    title = N_("It is closed already")
    remedy = N_("Load the page again and see when, and who has taken over.")


class GrantEnded(Conflict):
    """The role is over already."""

    code = "grant-ended"
    title = N_("This role is over already")
    remedy = N_("Load the page again.")


class GrantDecided(Conflict):
    """Somebody was faster."""

    code = "grant-decided"
    title = N_("This proposal is no longer open")
    remedy = N_("Look at what was decided.")


class SameGrantProposed(Conflict):
    """One open proposal about the same role of the same person is enough."""

    code = "grant-proposed-already"
    title = N_("The same role is proposed already")
    remedy = N_("Let another administrator decide on that proposal.")


class LastAdministrator(Conflict):
    """Without one, nobody could mend anything."""

    code = "last-administrator-of-all"
    title = N_("This is the last administrator")
    remedy = N_("Let another person become administrator of the whole authority first.")


class AccountClosed(Conflict):
    """A closed account gets nothing new."""

    code = "account-closed"
    title = N_("This account is closed")
    remedy = N_("Open it again first.")


class AccountAsWished(Conflict):
    """Somebody was faster."""

    code = "account-as-wished"
    title = N_("Somebody else has done this already")
    remedy = N_("Load the page again.")


class OwnRoles(NotAllowed):
    """Nobody changes his own rights."""

    code = "own-roles"
    title = N_("You cannot change your own rights")
    remedy = N_("Ask another administrator.")


class BeyondOwnReach(NotAllowed):
    """Nobody gives more than he has."""

    code = "beyond-own-reach"
    title = N_("You cannot give a role that reaches further than your own")
    remedy = N_("Choose your own agency, or ask an administrator of the whole authority.")


class SecondAdministrator(NotAllowed):
    """Two people are needed where authority is given."""

    code = "second-administrator"
    title = N_("Another administrator must decide on this role")
    remedy = N_("Propose it. It holds once a second administrator agrees.")


class CodeOfFirstRunWrong(NotAllowed):
    """Not the code that was printed last."""

    code = "first-run-code"
    status = 401
    title = N_("This code is not right")
    remedy = N_("Copy the code that the console printed last.")


class NotDelegable(NotAllowed):
    """Signing passes to a substitute only if an administrator says so."""

    code = "not-delegable"
    title = N_("Only an administrator can pass on what is signed")
    remedy = N_("Leave it out, or ask an administrator to name the substitute.")


class SuccessorWrong(InvalidRequest):
    """Not something that can take over."""

    code = "successor-wrong"
    title = N_("This successor cannot take over")
    remedy = N_("Choose another one that is open on that day.")


class DaysOfPlaceWrong(InvalidRequest):
    """The day does not follow what is known."""

    code = "place-days"
    title = N_("This day cannot be used")
    remedy = N_("Choose a day after the last change.")


class SubstituteWrong(InvalidRequest):
    """A substitute is a colleague, and not oneself."""

    code = "substitute-wrong"
    title = N_("This person cannot be the substitute")
    remedy = N_("Choose a colleague of the same agency.")


class DaysOfAbsenceWrong(InvalidRequest):
    """The days are over or the wrong way round."""

    code = "absence-days"
    title = N_("These days cannot be used")
    remedy = N_("The last day is today or later, and not before the first one.")


class FirstRunOver(NotFound):
    """There is nothing to see any more."""

    code = "first-run-over"
