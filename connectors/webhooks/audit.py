"""The audit words of webhooks."""

from core.audit import AuditTag


class WebhookTag(AuditTag):
    """room : subject : deed."""

    ADDED = "connectors:webhook:added"
    SECRET_CHANGED = "connectors:webhook-secret:changed"  # noqa: S105  (a word, not a secret)
    SWITCHED_ON = "connectors:webhook:switched-on"
    DISABLED = "connectors:webhook:disabled"
    REMOVED = "connectors:webhook:removed"
    REFUSED = "connectors:webhook:address-refused"
