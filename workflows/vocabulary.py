"""The words that a model may use in attributes of our own namespace, `urn:motcua:bpmn:1`."""

import re
from enum import StrEnum
from typing import Final

STATUS: Final = "status"
# Drawn after a wait for the applicant: what the dossier was before it.
RESUMED: Final = "resumed"
WORKING_DAYS: Final = "workingDays"
STEP_LIMIT: Final = "limit"
READS: Final = "reads"
CHANNELS: Final = ("online", "counter", "post")


def words_of(text: str) -> frozenset[str]:
    """The names in an attribute that lists some."""
    return frozenset(re.findall(r"[\w-]+", text))


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
    def awaits_applicant(self) -> bool:
        """Whether the authority waits for something of the applicant."""
        return self in _AWAITING

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
_AWAITING = frozenset({DossierStatus.AWAITING_PAYMENT, DossierStatus.AWAITING_SUPPLEMENT})
_EDITABLE = frozenset({DossierStatus.DRAFT, DossierStatus.AWAITING_SUPPLEMENT})
DRAWN: Final = (*DossierStatus, RESUMED)
