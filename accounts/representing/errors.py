"""What can go wrong with organisations, invitations and mandates.

NotFound
└── InvitationInvalid       unknown, used, withdrawn, expired, or meant for somebody else
Conflict
├── AlreadyMember           one membership of a person in an organisation at a time
├── ClaimSettled            somebody else has confirmed or refused it already
├── TooManyPrograms         an organisation has a bounded number of them
├── LastAdministrator       an organisation is never left without one
└── MandateOver             it has ended, or was revoked
InvalidRequest
├── NumberUnreadable        not an enterprise number
├── ProofMissing            a document and a reason are needed
├── RoleNotGivable          only the register or the agency makes a representative
├── DatesReversed           it would end before it begins
├── AgentUnknown            nobody can sign in with this login
├── MandateEmpty            a mandate that allows nothing
├── ProgramScopesWrong      what its maker may not do himself, or no program may do at all
└── ProgramDatesWrong       it has ended already, or would last longer than a year
NotAllowed
├── OwnRole                 nobody changes the own role
└── RepresentativeStays     a representative is changed by the register or the agency only
Unavailable
└── TooManyClaims           too many claims of one person wait                    (429)
"""

from core.errors import N_, Conflict, InvalidRequest, NotAllowed, NotFound, Unavailable


class InvitationInvalid(NotFound):
    """Unknown, used, withdrawn, expired, or meant for somebody else; which is nobody's business."""

    code = "invitation-invalid"
    title = N_("This invitation is not valid for you")
    remedy = N_(
        "Sign in with the account that was invited, or ask for a new invitation: each one works once "
        "and for a few days."
    )


class AlreadyMember(Conflict):
    """A person has one membership in an organisation at a time."""

    code = "already-member"
    title = N_("There is a membership in this organisation already")
    remedy = N_("See “My organisations”: it may still wait to be confirmed.")


class ClaimSettled(Conflict):
    """Somebody else has confirmed or refused the claim in the meantime."""

    code = "claim-settled"
    title = N_("This claim was settled already")
    remedy = N_("Load the list again to see what became of it.")


class LastAdministrator(Conflict):
    """An organisation is never left without somebody who administers its members."""

    code = "last-administrator"
    title = N_("The organisation would be left without an administrator")
    remedy = N_("Make a colleague administrator first.")


class MandateOver(Conflict):
    """The mandate has ended or was revoked, so nothing can be decided on it."""

    code = "mandate-over"
    title = N_("The mandate by which this dossier was sent ended on %(day)s")
    remedy = N_(
        "The decision is held until the principal takes the dossier over on its page, or withdraws it."
    )


class NumberUnreadable(InvalidRequest):
    """Not an enterprise number."""

    code = "number-unreadable"
    title = N_("This is not an enterprise number")
    remedy = N_("Write the number from the registration certificate: 10 digits, or 13 of a branch.")


class ProofMissing(InvalidRequest):
    """What is not proven by a register or by the person needs a document and a reason."""

    code = "proof-missing"
    title = N_("A document and a reason are needed")
    remedy = N_("Name the document that proves it, with its number and date, and say why.")


class RoleNotGivable(InvalidRequest):
    """Only the register or the agency makes a representative."""

    code = "organisation-role-not-givable"
    title = N_("This role cannot be given by colleagues")
    remedy = N_("Choose administrator, drafter, payer, signatory or reader.")


class DatesReversed(InvalidRequest):
    """It would end before it begins, or has ended already."""

    code = "dates-reversed"
    title = N_("The last day is before the first")
    remedy = N_("Choose a last day that is still to come.")


class AgentUnknown(InvalidRequest):
    """Nobody can sign in with this login."""

    code = "agent-unknown"
    title = N_("There is no applicant with the login “%(login)s”")
    remedy = N_("Ask the person for the login, and check it for typing errors.")


class MandateEmpty(InvalidRequest):
    """A mandate that allows nothing."""

    code = "mandate-empty"
    title = N_("The mandate allows nothing")
    remedy = N_("Choose at least one deed.")


class OwnRole(NotAllowed):
    """Nobody changes the own role."""

    code = "own-role"
    title = N_("You cannot change your own role")
    remedy = N_("Ask another administrator of the organisation.")


class RepresentativeStays(NotAllowed):
    """The law's representative is not changed by colleagues."""

    code = "representative-stays"
    title = N_("Colleagues cannot change or remove the legal representative")
    remedy = N_("The agency ends this role when the register names somebody else.")


class TooManyClaims(Unavailable):
    """Too many claims of one person wait to be confirmed."""

    code = "too-many-claims"
    status = 429
    title = N_("Too many of your claims wait to be confirmed")
    remedy = N_("Wait until they are settled, or take one back.")


class ProgramScopesWrong(InvalidRequest):
    """A program does nothing that its maker may not do himself."""

    code = "program-scopes-wrong"
    title = N_("A program cannot be given these permissions: %(scopes)s")
    remedy = N_("Choose at least one, and only what you may do for the organisation yourself.")


class ProgramDatesWrong(InvalidRequest):
    """A program has a last day, within a year."""

    code = "program-dates-wrong"
    title = N_("The last day of the program is not valid")
    remedy = N_("Choose a day in the future, at most a year ahead; later it can be renewed.")


class TooManyPrograms(Conflict):
    """An organisation has a bounded number of programs."""

    code = "too-many-programs"
    title = N_("The organisation has too many programs")
    remedy = N_("End one that is no longer used.")
