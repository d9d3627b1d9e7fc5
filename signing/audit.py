"""The audit words of this room: who brought which key, and what was said of it."""

from core.audit import AuditTag


class SigningTag(AuditTag):
    """room : subject : deed."""

    KEY_BROUGHT = "signing:key:brought"
    KEY_STATED = "signing:key:stated"
