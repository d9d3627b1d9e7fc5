"""What can go wrong with people and their rights.

NotAllowed
├── ActionRefused          known caller, but no row of the policy table allows it      (403)
├── AssuranceTooLow        the service demands a better proof of who one is        (403)
└── NotSignedIn            the deed needs somebody who is signed in                    (401)
    ├── SignInFailed       unknown login, wrong password, inactive account: one answer (401)
    ├── SecondFactorNeeded the password was right, a code must follow              (401)
    ├── CodeWrong          a code that is not right, or was used already           (401)
    ├── FreshProofNeeded   the deed needs a proof that is only minutes old         (401)
    ├── SessionEnded       the browser session has expired or was revoked              (401)
    └── InvalidToken       an access token that must not be trusted                    (401)
Conflict
├── LoginTaken             a login is given once
├── FactorExists           there is an authenticator already, or none was begun
├── IdentityTaken          an identity that vouches for another account
├── LinkExpired            a mailed link that was used, is too old or never was
├── AgencyExists           a code and an ending of numbers are given to one agency
├── UnitExists             a code names one unit of an agency
└── QueueExists            a code names one queue
InvalidRequest
├── EmailInvalid           not an address of e-mail
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


class AssuranceTooLow(NotAllowed):
    """The service demands that one's identity is proven better than it is in this session."""

    code = "assurance-too-low"
    title = N_(
        "This service needs identity level %(level)s; you have signed in with level %(reached)s"
    )
    remedy = N_(
        "Sign in in a way that proves your identity at this level. Your draft stays as it is."
    )


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


class SecondFactorNeeded(NotSignedIn):
    """The password was right. `params`: `account_id`, and whether an authenticator is `enrolled`."""

    code = "second-factor-needed"
    title = N_("A code of your authenticator is needed")
    remedy = N_(
        "Send the code with login and password. Without an authenticator, add one on the site."
    )


class CodeWrong(NotSignedIn):
    """A code of an authenticator, or for recovery, that is not right or was used already."""

    code = "code-wrong"
    title = N_("The code is not right")
    remedy = N_("Every code works once. Wait for the next one and enter it.")


class FreshProofNeeded(NotSignedIn):
    """The deed is of the sort that a stolen session must not be able to do."""

    code = "fresh-proof-needed"
    title = N_("Prove again who you are")
    remedy = N_(
        "This needs a proof that is at most %(minutes)s minutes old. Sign in again; a program asks for "
        "a new token with password and code."
    )


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


class FactorExists(Conflict):
    """There is an authenticator already, or none was begun."""

    code = "factor-exists"
    title = N_("The authenticator cannot be added now")
    remedy = N_("Load the page again. To use another authenticator, remove the present one first.")


class IdentityTaken(Conflict):
    """The identity vouches for another account already."""

    code = "identity-taken"
    title = N_("This identity belongs to another account")
    remedy = N_("Sign in with it instead, or use the identity of the person whose account this is.")


class LinkExpired(Conflict):
    """A mailed link that was used, is too old or never was."""

    code = "link-expired"
    status = 410
    title = N_("This link is no longer valid")
    remedy = N_("Links work once and for a short time. Ask for a new one.")


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
        "Use %(minimum)s to %(maximum)s characters. A sentence of four or more words is good. Leave "
        "out your name, your login and the name of this site."
    )


class EmailInvalid(InvalidRequest):
    """Not an address of e-mail."""

    code = "email-invalid"
    title = N_("This is not an e-mail address")
    remedy = N_("Write it like name@example.vn, one address only.")


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
