"""What can go wrong for people without an account.

NotAllowed
├── AccountNeeded          the service, or the whole place, is not for people without an account (403)
└── SecondFactWrong        not what was told when the link was asked for                         (401)
Conflict
└── GuestLinkOver          a link that ended, or never was                                       (410)
InvalidRequest
└── SecondFactUnreadable   it cannot be a fact of the kind that is asked for
"""

from accounts.errors import NotSignedIn
from core.errors import N_, Conflict, InvalidRequest, NotAllowed


class AccountNeeded(NotAllowed):
    """Somebody without an account wants what needs one."""

    code = "account-needed"
    title = N_("This needs an account")
    remedy = N_("Sign in, or open an account. A dossier begun by a link can be taken over into it.")


class SecondFactWrong(NotSignedIn):
    """Not what was told when the link was asked for."""

    code = "second-fact-wrong"
    title = N_("This is not what you told us when you began")
    remedy = N_("Check it and try again. The link ends after %(tries)s wrong answers.")


class GuestLinkOver(Conflict):
    """The link was replaced by a newer one, got too many wrong answers, is too old, or never was."""

    code = "guest-link-over"
    status = 410
    title = N_("This link no longer works")
    remedy = N_("Use the link of the newest e-mail, or ask for a new one.")


class SecondFactUnreadable(InvalidRequest):
    """It cannot be a fact of the kind that is asked for: a date, or so many digits."""

    code = "second-fact-unreadable"
    title = N_("This cannot be right")
    remedy = N_("Write it as the example shows.")
