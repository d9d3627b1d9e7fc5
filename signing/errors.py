"""What can go wrong while something is sealed. Verification never raises: it reports.

InvalidRequest
├── DocumentRefused        the document cannot be sealed as it is
└── AgencyIdRefused        an agency id that cannot name a key
Unavailable
├── TimestampUnavailable   the time-stamping authority does not answer, or answers wrongly
└── SealKeyMissing         the key that is to seal is not here, or not valid now
"""

from core.errors import N_, InvalidRequest, Unavailable


class DocumentRefused(InvalidRequest):
    """The bytes are not a document of the expected kind, or already carry what would be added."""

    code = "document-cannot-be-sealed"
    title = N_("This document cannot be sealed")
    remedy = N_("It was refused because: %(reason)s. Make the document again and seal the new one.")


class AgencyIdRefused(InvalidRequest):
    """Keys are filed under the agency's id, so not every character will do."""

    code = "agency-id-refused"
    title = N_("The agency id “%(id)s” cannot name a key")
    remedy = N_("Use at most 64 letters, digits, dots, hyphens or underscores.")


class SealKeyMissing(Unavailable):
    """The key that was settled for an agency is not in this server's key table, or not valid now."""

    code = "seal-key-missing"
    title = N_("The agency has no valid key with the serial number %(serial)s")
    remedy = N_("Nothing was sealed. Bring the key to every server, or settle another one.")


class TimestampUnavailable(Unavailable):
    """No timestamp, no seal: the document waits."""

    code = "timestamp-unavailable"
    title = N_("The time-stamping authority gave no timestamp")
    remedy = N_("Nothing was sealed. It is tried again; if this lasts, check timestamp_url.")
