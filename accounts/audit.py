"""The audit words of this room."""

from core.audit import AuditTag


class AccountTag(AuditTag):
    """What happens to people and their rights."""

    ACCOUNT_CREATED = "accounts:account:created"
    PASSWORD_CHANGED = "accounts:password:changed"  # noqa: S105  (a word, not a secret)
    ROLE_GRANTED = "accounts:role:granted"
    ROLE_REVOKED = "accounts:role:revoked"
    MEMBERSHIP_ADDED = "accounts:membership:added"
    MEMBERSHIP_ENDED = "accounts:membership:ended"
    MEMBERSHIP_CLAIMED = "accounts:membership:claimed"
    MEMBERSHIP_CONFIRMED = "accounts:membership:confirmed"
    MEMBERSHIP_UNPROVEN = "accounts:membership:unproven"
    MEMBERSHIP_REFUSED = "accounts:membership:refused"
    MEMBERSHIP_CHANGED = "accounts:membership:changed"
    INVITED = "accounts:invitation:sent"
    INVITATION_WITHDRAWN = "accounts:invitation:withdrawn"
    MANDATE_GIVEN = "accounts:mandate:given"
    MANDATE_REVOKED = "accounts:mandate:revoked"
    UNIT_CREATED = "accounts:unit:created"
    QUEUE_CREATED = "accounts:queue:created"
    CLIENT_REGISTERED = "accounts:client:registered"
    CLIENT_REVOKED = "accounts:client:revoked"
    CLIENT_KEY_ADDED = "accounts:client-key:added"
    CLIENT_KEY_REVOKED = "accounts:client-key:revoked"
    SIGNED_IN = "accounts:session:opened"
    SIGNED_OUT = "accounts:session:closed"
    SESSIONS_REVOKED = "accounts:session:revoked"
    SESSION_ENDED = "accounts:session:ended"
    PROOF_RENEWED = "accounts:session:proven"
    FACTOR_ADDED = "accounts:factor:added"
    FACTOR_REMOVED = "accounts:factor:removed"
    RECOVERY_CODES_RENEWED = "accounts:recovery-codes:renewed"
    LINK_SENT = "accounts:link:sent"
    EMAIL_CHANGED = "accounts:email:changed"
    IDENTITY_LINKED = "accounts:identity:linked"
    TOKEN_ISSUED = "accounts:token:issued"  # noqa: S105  (a word, not a secret)
    ACCESS_REFUSED = "accounts:access:refused"
