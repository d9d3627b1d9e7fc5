"""The audit words of this room."""

from core.audit import AuditTag


class ReportTag(AuditTag):
    """room : subject : deed."""

    ASKED = "reporting:report:asked"
    MADE = "reporting:report:made"
    FETCHED = "reporting:report:fetched"
    CAUSE_NOTED = "reporting:cause:noted"
    LOG_EXPORTED = "reporting:log:exported"
