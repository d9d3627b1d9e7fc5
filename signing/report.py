"""What a verification found, in words that a page, the API and a command can all show."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from lxml.etree import _Element

from core.errors import N_


class Finding(Enum):
    """One thing worth saying about a signature: a stable code and a sentence to translate."""

    UNREADABLE = "unreadable", N_("The file is not a readable document of its kind.")
    DOCTYPE = "doctype-refused", N_("The XML declares a document type, which is never accepted.")
    NOT_SIGNED = "not-signed", N_("The document carries no signature.")
    UNEXPECTED_LAYOUT = (
        "unexpected-layout",
        N_("The parts of the document do not stand where a sealed document has them."),
    )
    DUPLICATE_ID = "duplicate-id", N_("Two parts of the document carry the same id.")
    CHANGED = "changed", N_("The document was changed after it was sealed.")
    SIGNATURE_WRONG = (
        "signature-wrong",
        N_("The signature does not belong to this document and this certificate."),
    )
    ALGORITHM = "algorithm-refused", N_("The signature uses a method that is not accepted.")
    UNKNOWN_AUTHORITY = (
        "unknown-authority",
        N_("The certificate was not issued by an authority that is trusted here."),
    )
    WRONG_PURPOSE = (
        "wrong-purpose",
        N_("The certificate was issued for another purpose than sealing documents."),
    )
    NOT_VALID_THEN = (
        "certificate-not-valid-then",
        N_("The certificate was not valid at the time of sealing."),
    )
    TIMESTAMP_WRONG = (
        "timestamp-wrong",
        N_("The timestamp does not belong to this signature, or its authority is not trusted."),
    )
    TIMESTAMP_MISSING = (
        "timestamp-missing",
        N_("There is no timestamp: the time of sealing is only claimed by the signer."),
    )
    REVOCATION_NOT_CHECKED = (
        "revocation-not-checked",
        N_("Whether the certificate was revoked is not checked: no revocation source is set up."),
    )
    DEVELOPMENT = (
        "development-authority",
        N_("The certificate comes from a development authority and has no legal weight."),
    )

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Timestamp:
    """When a trusted authority saw the signature (RFC 3161)."""

    at: datetime
    authority: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """The answer about one document.

    `intact`: nothing changed since sealing. `trusted`: the signer's certificate leads to a trust
    anchor, serves this purpose and was valid then. `reasons` say why not; `notes` say what else to
    know. `signed_xml` is the element that was sealed, rebuilt from the signed bytes: read only
    this, never the file that was verified. None for PDFs and whenever the answer is no. `signers`
    are the names of all who signed a PDF, the first first; `signer` is the last of them.
    """

    intact: bool = False
    trusted: bool = False
    signer: str | None = None
    agency: str | None = None
    signed_at: datetime | None = None
    timestamp: Timestamp | None = None
    reasons: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    signed_xml: _Element | None = None
    signers: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """The short answer."""
        return self.intact and self.trusted and not self.reasons

    @classmethod
    def refused(cls, *reasons: Finding) -> "Report":
        """A document that was turned away before anything could be said about its signer."""
        return cls(reasons=reasons)
