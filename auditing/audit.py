"""The audit words of this room: auditors are on record as everybody else."""

from core.audit import AuditTag


class AuditingTag(AuditTag):
    """room : subject : deed."""

    SEARCHED = "auditing:record:searched"
    CHAIN_CHECKED = "auditing:record:checked"
    EXPORTED = "auditing:record:exported"
    CASE_EXPORTED = "auditing:case:exported"
    CASE_FETCHED = "auditing:case:fetched"
    RECORD_VERIFIED = "auditing:record:verified"
    GRANTS_READ = "auditing:grants:read"
    SAMPLE_DRAWN = "auditing:sample:drawn"
    SAMPLE_CHECKED = "auditing:sample:checked"
    SAMPLE_SIGNED = "auditing:sample:signed-off"
    REVIEW_OPENED = "auditing:review:opened"
    REVIEW_SIGNED = "auditing:review:signed-off"
    WITHDRAWAL_SETTLED = "auditing:withdrawal:settled"
