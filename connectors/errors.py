"""What can go wrong with an outside system.

Unavailable
├── SystemDown            it does not answer, or answers that it is broken
├── SecretMissing         the secret that its connection names cannot be read here
└── AnswerUnreadable      it answers, but not in the form that was agreed
NotFound
└── WebhookNotFound       no such webhook, or one of an organisation of others
Conflict
└── TooManyWebhooks       an organisation has a bounded number of them
InvalidRequest
└── MailRefused           an e-mail that no mail server will ever take
NotAllowed
├── IdentityUnproven      an identity provider's answer that must not be trusted
└── NotificationForged    a payment message whose digest is not the platform's
"""

from core.errors import N_, Conflict, InvalidRequest, NotAllowed, NotFound, Unavailable


class SystemDown(Unavailable):
    """An outside system does not answer, or answers that it is broken.

    `retry_after`: the seconds for which it asked to be left alone.
    """

    retry_after: float | None = None
    code = "outside-system-down"
    title = N_("The system “%(system)s” does not answer: %(fault)s")
    remedy = N_(
        "Nothing was lost. It is tried again by itself; see the operator's page if it lasts."
    )


class SecretMissing(Unavailable):
    """This server does not keep the secret that a settled connection names."""

    code = "connection-secret-missing"
    title = N_("The secret “%(name)s” cannot be read")
    remedy = N_(
        "Put it into the secrets directory of every server. What waits for it is tried again by itself."
    )


class AnswerUnreadable(Unavailable):
    """An outside system answers, but not in the form that was agreed."""

    code = "outside-answer-unreadable"
    title = N_("The system “%(system)s” gave an answer that cannot be read: %(fault)s")
    remedy = N_(
        "It is tried again by itself. If it lasts, compare its messages with the connector."
    )


class NotificationForged(NotAllowed):
    """A payment message whose digest was not made with the secret shared with the platform."""

    code = "payment-notification-forged"
    title = N_("The payment message does not come from the payment platform")
    remedy = N_("Check that both sides use the same secret and the same digest algorithm.")


class MailRefused(InvalidRequest):
    """An e-mail that no mail server will ever take, or that could forge headers."""

    code = "mail-refused"
    title = N_("The e-mail was refused: %(fault)s")
    remedy = N_("Correct the address. Nothing was sent, and it is not tried again.")


class IdentityUnproven(NotAllowed):
    """An identity provider's answer that is forged, stale, for others, or a refusal.

    `fault` says to operators which check it did not pass; the reader is told only to begin anew.
    """

    code = "identity-unproven"
    title = N_("Your identity could not be confirmed")
    remedy = N_("Begin again from the sign-in page. If it happens again, contact the help desk.")


class WebhookNotFound(NotFound):
    """There is none, or it belongs to an organisation of others."""

    code = "webhook-not-found"
    title = N_("There is no such webhook")
    remedy = N_("Look at the list of your organisation: it may have been removed.")


class TooManyWebhooks(Conflict):
    """An organisation has a bounded number of webhooks."""

    code = "too-many-webhooks"
    title = N_("The organisation has too many webhooks")
    remedy = N_("Remove one that is no longer used.")
