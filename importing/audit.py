"""The audit words of this room."""

from core.audit import AuditTag


class ImportTag(AuditTag):
    """room : subject : deed."""

    UPLOADED = "importing:import:uploaded"
    STARTED = "importing:import:started"
    RELEASED = "importing:import:released"
    TAKEN_BACK = "importing:import:taken-back"
    MAPPING_SAVED = "importing:mapping:saved"
    ROW_MADE = "importing:row:made"
    ROW_RELEASED = "importing:row:released"
    ROW_TAKEN_BACK = "importing:row:taken-back"
