"""What can go wrong with programs that call us.

NotSignedIn
└── AssertionRefused     a signed assertion that does not hold; one answer for every cause  (401)
NotFound
└── ClientNotFound       no such program, or not one that this actor looks after
InvalidRequest
├── KeyUnreadable        not a public key of a kind that we take
├── KeyTooWeak           an RSA key that is too short
├── KeyDatesWrong        a key that ends before it begins
├── ScopeUnknown         not an action of the policy table
└── ContactUnknown       nobody has this login
Conflict
└── KeyExists            a key id names one key of a program for ever
Unavailable
└── QuotaUsedUp          all requests of this minute or day are used                        (429)
"""

from accounts.errors import SignInFailed
from core.errors import N_, Conflict, InvalidRequest, NotFound, Unavailable


class AssertionRefused(SignInFailed):
    """The assertion does not prove the program. `params`: `client`, and `reason` for its contact."""

    code = "assertion-refused"
    title = N_("The assertion does not prove who you are")
    remedy = N_(
        "Sign a fresh one with a registered key: see docs/howto-api-client.md. The page of your client "
        "tells the reason."
    )


class ClientNotFound(NotFound):
    """There is none, or it is looked after by somebody else."""

    code = "client-not-found"
    title = N_("There is no such client")
    remedy = N_("Check the client's id, and whether you are its contact.")


class KeyUnreadable(InvalidRequest):
    """Neither PEM nor JWK of a public key that we take, or a private key."""

    code = "key-unreadable"
    title = N_("This is not a public key that can be used here")
    remedy = N_("Send a public key as PEM: Ed25519, P-256, or RSA. Never send the private key.")


class KeyTooWeak(InvalidRequest):
    """Too short to be safe for years."""

    code = "key-too-weak"
    title = N_("The key is too short")
    remedy = N_("Use an RSA key of at least %(bits)s bits, or Ed25519.")


class KeyDatesWrong(InvalidRequest):
    """It would never be valid."""

    code = "key-dates-wrong"
    title = N_("The key ends before it begins")
    remedy = N_("Choose an end after the beginning, or none.")


class ScopeUnknown(InvalidRequest):
    """Scopes are the actions of the policy table."""

    code = "scope-unknown"
    title = N_("There is no scope “%(scope)s”")
    remedy = N_("Known scopes: %(scopes)s.")


class ContactUnknown(InvalidRequest):
    """The contact is a person with an account."""

    code = "contact-unknown"
    title = N_("Nobody has the login “%(login)s”")
    remedy = N_("The contact opens an account first.")


class KeyExists(Conflict):
    """A key id is not used again, even when its key was revoked."""

    code = "key-exists"
    title = N_("This client has a key “%(key)s” already")
    remedy = N_("Choose a new key id for a new key.")


class QuotaUsedUp(Unavailable):
    """More requests than were agreed. `params`: `limit`, `seconds` until there are more."""

    code = "quota-used-up"
    status = 429
    title = N_("Your client has used all %(limit)s requests of this %(span)s")
    remedy = N_("Wait %(seconds)s seconds, or ask the administrator for more.")
