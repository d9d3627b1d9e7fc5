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
    UNIT_CREATED = "accounts:unit:created"
    QUEUE_CREATED = "accounts:queue:created"
    CLIENT_REGISTERED = "accounts:client:registered"
    CLIENT_REVOKED = "accounts:client:revoked"
    CLIENT_KEY_ADDED = "accounts:client-key:added"
    CLIENT_KEY_REVOKED = "accounts:client-key:revoked"
    SIGNED_IN = "accounts:session:opened"
    SIGNED_OUT = "accounts:session:closed"
    SESSIONS_REVOKED = "accounts:session:revoked"
    TOKEN_ISSUED = "accounts:token:issued"  # noqa: S105  (a word, not a secret)
    ACCESS_REFUSED = "accounts:access:refused"
