"""The words that a model may use in attributes of our own namespace, `urn:motcua:bpmn:1`."""

from enum import StrEnum
from typing import Final

STATUS: Final = "status"
WORKING_DAYS: Final = "workingDays"
STEP_LIMIT: Final = "limit"
CHANNELS: Final = ("online", "counter", "post")


class DossierStatus(StrEnum):
    """Our own small vocabulary; the profile maps each word to the national portal's code."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    AWAITING_PAYMENT = "awaiting-payment"
    AWAITING_SUPPLEMENT = "awaiting-supplement"
    RECEIVED = "received"
    PROCESSING = "processing"
    FINISHED = "finished"
    DELIVERED = "delivered"
    NOT_ACCEPTED = "not-accepted"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"

    @property
    def final(self) -> bool:
        """Whether nothing further happens to the dossier."""
        return self in _FINAL

    @property
    def editable(self) -> bool:
        """Whether the applicant may change answers and documents."""
        return self in _EDITABLE


_FINAL = frozenset(
    {
        DossierStatus.DELIVERED,
        DossierStatus.NOT_ACCEPTED,
        DossierStatus.WITHDRAWN,
        DossierStatus.STOPPED,
    }
)
_EDITABLE = frozenset({DossierStatus.DRAFT, DossierStatus.AWAITING_SUPPLEMENT})
