"""The audit words of this room."""

from core.audit import AuditTag


class SettingTag(AuditTag):
    """What happens to settings."""

    PROPOSED = "administration:setting:proposed"
    DECIDED = "administration:setting:decided"
    REFUSED = "administration:setting:refused"
    WITHDRAWN = "administration:setting:withdrawn"
