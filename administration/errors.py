"""What can go wrong with settings.

NotFound
├── KindUnknown            nothing of this sort is settled here
└── ProposalNotFound       no such proposal, or not in one's agencies
Conflict
├── ProposalDecided        decided, refused or withdrawn already
├── NothingToEnd           no value holds on that day
├── NothingChanges         the value holds already on all those days
└── SameProposal           somebody has proposed something for this already
NotAllowed
└── SecondPersonNeeded     who proposes does not decide
InvalidRequest
├── DaysWrong              it would begin in the past, or end before it begins
├── EverywhereOnly         this kind is not settled by single agencies
└── AgencyOnly             this kind is settled by single agencies only
"""

from core.errors import N_, Conflict, InvalidRequest, NotAllowed, NotFound


class KindUnknown(NotFound):
    """No room has registered such a kind."""

    code = "setting-kind-unknown"


class ProposalNotFound(NotFound):
    """No such proposal, or not for this actor."""

    code = "setting-proposal-not-found"


class ProposalDecided(Conflict):
    """Somebody was faster."""

    code = "setting-proposal-decided"
    title = N_("This proposal is no longer open")
    remedy = N_("Look at what was decided. If it is not what you want, propose a new value.")


class NothingToEnd(Conflict):
    """There is nothing in force to be ended."""

    code = "setting-nothing-to-end"
    title = N_("Nothing is in force on that day")
    remedy = N_("Choose a day on which the value holds.")


class NothingChanges(Conflict):
    """The same value holds on those days anyway."""

    code = "setting-nothing-changes"
    title = N_("This is in force already")
    remedy = N_("Change the value or the days.")


class SameProposal(Conflict):
    """One open proposal at a time about one thing: else nobody knows what he decides about."""

    code = "setting-proposed-already"
    title = N_("A proposal about the same thing is open")
    remedy = N_("Decide or withdraw that one first.")


class SecondPersonNeeded(NotAllowed):
    """Two people are needed where money or authority changes."""

    code = "setting-second-person"
    title = N_("A second person must decide this")
    remedy = N_("Ask another administrator to look at your proposal.")


class DaysWrong(InvalidRequest):
    """The days of a proposal do not fit."""

    code = "setting-days"
    title = N_("These days cannot be used")
    remedy = N_("It begins today or later, and ends on its first day or later.")


class EverywhereOnly(InvalidRequest):
    """The kind holds for the whole authority."""

    code = "setting-everywhere-only"
    title = N_("This is settled for all agencies at once")
    remedy = N_("Leave the agency out.")


class AgencyOnly(InvalidRequest):
    """What the kind is about belongs to a single agency."""

    code = "setting-agency-only"
    title = N_("This is settled for a single agency")
    remedy = N_("Choose the agency.")
