"""What can go wrong with people and their rights.

NotAllowed
├── ActionRefused          known caller, but no row of the policy table allows it      (403)
└── NotSignedIn            the deed needs somebody who is signed in                    (401)
    ├── SignInFailed       unknown login, wrong password, inactive account: one answer (401)
    ├── SessionEnded       the browser session has expired or was revoked              (401)
    └── InvalidToken       an access token that must not be trusted                    (401)
Conflict
├── LoginTaken             a login is given once
├── FactorExists           there is an authenticator already, or none was begun
├── LinkExpired            a mailed link that was used, is too old or never was
├── AgencyExists           a code and an ending of numbers are given to one agency
├── UnitExists             a code names one unit of an agency
└── QueueExists            a code names one queue
InvalidRequest
├── PasswordTooWeak        too short, or among the first that are guessed
├── RoleNotGrantable       a role that comes by itself
├── AgencyUnknown          a role in an agency that there is not
└── UnitUnknown            a unit that there is not, or not in this agency
Unavailable
├── TooManyAttempts        too many failed sign-ins from one place                     (429)
└── SealUnknown            sealed under a key that is not known here
"""

from core.errors import N_, Conflict, InvalidRequest, NotAllowed, Unavailable


class ActionRefused(NotAllowed):
    """The actor is known, and no row of the policy table allows the action on this subject."""

    code = "action-refused"


class NotSignedIn(NotAllowed):
    """Nobody is signed in."""

    code = "not-signed-in"
    status = 401
    title = N_("You are not signed in")
    remedy = N_("Sign in and try again.")


class SignInFailed(NotSignedIn):
    """Unknown login, wrong password or inactive account; which of them is nobody's business."""

    code = "sign-in-failed"
    title = N_("The login or the password is not right")
    remedy = N_("Check both and try again. Capital letters matter in the password.")


class SessionEnded(NotSignedIn):
    """The browser session has expired or was revoked."""

    code = "session-ended"
    title = N_("Your session has ended")
    remedy = N_("Sign in again. What you had saved is still there.")


class InvalidToken(NotSignedIn):
    """An access token that is malformed, expired, for others, or signed by an unknown key."""

    code = "invalid-token"
    title = N_("The access token is not valid")
    remedy = N_("Ask for a new token at /api/v1/tokens and send it as “Authorization: Bearer …”.")


class LoginTaken(Conflict):
    """Two accounts cannot share a login."""

    code = "login-taken"
    title = N_("The login “%(login)s” is already in use")
    remedy = N_("Choose another login, or sign in with the existing account.")


class AgencyExists(Conflict):
    """Two agencies with one ending would give one number twice."""

    code = "agency-exists"
    title = N_(
        "There is an agency with the code “%(code)s” or the ending “%(abbreviation)s” already"
    )
    remedy = N_("Choose another code and another ending, or use the agency that is there.")


class UnitExists(Conflict):
    """A code names one unit of an agency."""

    code = "unit-exists"
    title = N_("The agency has a unit with the code “%(code)s” already")
    remedy = N_("Choose another code, or use the unit that is there.")


class QueueExists(Conflict):
    """A code names one queue of an agency, or of all."""

    code = "queue-exists"
    title = N_("There is a queue with the code “%(code)s” already")
    remedy = N_("Choose another code, or use the queue that is there.")


class PasswordTooWeak(InvalidRequest):
    """Too short, too long, or among the first that an attacker tries."""

    code = "password-too-weak"
    title = N_("This password is too easy to guess")
    remedy = N_(
        "Use %(minimum)s to %(maximum)s characters. A sentence of four or more words is good."
    )


class RoleNotGrantable(InvalidRequest):
    """The role comes by itself and cannot be given."""

    code = "role-not-grantable"
    title = N_("The role “%(role)s” cannot be granted")
    remedy = N_("Roles that can be granted: %(roles)s.")


class AgencyUnknown(InvalidRequest):
    """No such agency."""

    code = "agency-unknown"
    title = N_("There is no agency “%(agency)s”")
    remedy = N_("Enter the agency first, or choose one that is there.")


class UnitUnknown(InvalidRequest):
    """No such unit in this agency."""

    code = "unit-unknown"
    title = N_("There is no unit “%(unit)s” in this agency")
    remedy = N_("Enter the unit first, or choose one of the agency.")


class TooManyAttempts(Unavailable):
    """Too many failed sign-ins with this login from this address; others are not affected."""

    code = "too-many-attempts"
    status = 429
    title = N_("Too many failed attempts")
    remedy = N_("Wait %(minutes)s minutes and try again.")


class SealUnknown(Unavailable):
    """A secret was sealed under a key that is not known here, or for another purpose."""

    code = "seal-unknown"
    title = N_("A stored secret cannot be opened")
    remedy = N_("The operator must name the secret key of before in MOTCUA_FORMER_SECRET_KEYS.")
