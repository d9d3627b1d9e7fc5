"""The audit words of this room."""

from core.audit import AuditTag


class DossierTag(AuditTag):
    """room : subject : deed."""

    DRAFTED = "dossier:draft:started"
    EDITED = "dossier:draft:edited"
    SUBMITTED = "dossier:application:submitted"
    STATUS = "dossier:status:changed"
    RECEIVED = "dossier:reception:recorded"
    WITHDRAWAL_ASKED = "dossier:withdrawal:asked"
    VIEWED = "dossier:file:viewed"
    DOCUMENT_ADDED = "dossier:document:added"
    DOCUMENT_REMOVED = "dossier:document:removed"
    DOCUMENT_READ = "dossier:document:read"
    FEE_ORDERED = "dossier:fee:ordered"
    FEE_PAID = "dossier:fee:paid"
    FEE_PAID_LATE = "dossier:fee:paid-late"
    PROCESS_READ = "dossier:process:read"
    MIGRATION_BEGUN = "dossier:migration:begun"
    MIGRATED = "dossier:process:migrated"
    TASK_CLAIMED = "dossier:task:claimed"
    TASK_RELEASED = "dossier:task:released"
    TASK_COMPLETED = "dossier:task:completed"
    NUMBER_RESERVED = "dossier:number:reserved"
    NUMBER_VOIDED = "dossier:number:voided"
    ENTRY_PUBLISHED = "dossier:register:published"
    ENTRY_KEPT = "dossier:register:kept"
    ENTRY_WITHDRAWN = "dossier:register:withdrawn"
