"""What a verification found, in words that a page, the API and a command can all show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, Final

from lxml.etree import _Element

from core.errors import N_
from signing.authorities import Use


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
    REVOKED = (
        "certificate-revoked",
        N_("The certificate was revoked before the document was signed."),
    )
    REVOCATION_UNKNOWN = (
        "revocation-unknown",
        N_(
            "Whether the certificate was revoked could not be learned: its authority publishes it, but "
            "does not answer now, and the document does not hold it."
        ),
    )
    REVOCATION_NOT_PUBLISHED = (
        "revocation-not-published",
        N_(
            "Whether the certificate was revoked is not known: its authority publishes nothing about "
            "it that is known here."
        ),
    )
    DEVELOPMENT = (
        "development-authority",
        N_("The certificate comes from a development authority and has no legal weight."),
    )

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message


class Level(StrEnum):
    """How long a signature can be proven (ETSI EN 319 142-1 and 319 132-1)."""

    BASIC = "B-B"
    TIMESTAMPED = "B-T"
    LONG_TERM = "B-LT"
    ARCHIVED = "B-LTA"


class Change(Enum):
    """What was done to a document after a signature: a stable code and a sentence to translate."""

    NONE = "none", N_("Nothing was changed after it.")
    SIGNATURES = "signatures", N_("Only signatures and proofs were added after it.")
    CONTENT = "content", N_("The document was changed after it.")

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Timestamp:
    """When a trusted authority saw the signature (RFC 3161), and until when its certificate lasts."""

    at: datetime
    authority: str
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Signed:
    """One signature: who, when, by which certificate, and what became of it.

    `use`: an agency's `seal` or a person who signs. `signed_at` is claimed where there is no
    timestamp. `now`: whether the certificate stands today; None where that is not known. `changes`:
    what was done to the document afterwards. `reasons` say why it does not count.
    """

    signer: str
    use: Use
    agency: str | None = None
    issuer: str = ""
    serial: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    signed_at: datetime | None = None
    timestamp: Timestamp | None = None
    level: Level = Level.BASIC
    revoked_at: datetime | None = None
    now: bool | None = None
    changes: Change = Change.NONE
    reasons: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()

    @property
    def valid_then(self) -> bool:
        """Whether it counts: it was good when it was made, and is what was made."""
        return not self.reasons

    @property
    def valid_now(self) -> bool | None:
        """Whether the same could be signed by it today; None where that is not known."""
        return self.now if self.valid_then else False


@dataclass(frozen=True, kw_only=True)
class Report:
    """The answer about one document.

    `intact`: nothing changed since sealing. `trusted`: the signer's certificate leads to a trust
    anchor, serves this purpose and was valid then. `reasons` say why not; `notes` say what else to
    know. `signed_xml` is the element that was sealed, rebuilt from the signed bytes: read only
    this, never the file that was verified. None for PDFs and whenever the answer is no. `signers`
    are the names of all who signed, the first first; `signer` is the last of them. `signatures` tells
    everything of each; `archived_until` is when the last archive timestamp of a PDF must be renewed.
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
    signatures: tuple[Signed, ...] = ()
    archived_until: datetime | None = None

    @property
    def valid(self) -> bool:
        """The short answer."""
        return self.intact and self.trusted and not self.reasons

    @property
    def valid_now(self) -> bool | None:
        """Whether every certificate stands today still; None where that is not known of one."""
        answers = {each.valid_now for each in self.signatures}
        if not self.valid or False in answers:
            return False
        return None if None in answers else True

    @classmethod
    def refused(cls, *reasons: Finding) -> "Report":
        """A document that was turned away before anything could be said about its signer."""
        return cls(reasons=reasons)

    @classmethod
    def of(cls, signatures: Sequence[Signed], *more: Finding, signed_xml: Any = None) -> "Report":
        """The report on signatures in their order; `more` are reasons of the document as a whole."""
        last = signatures[-1]
        reasons = unique([*(each for one in signatures for each in one.reasons), *more])
        return cls(
            intact=not BROKEN.intersection(reasons),
            trusted=not DISTRUSTED.intersection(reasons),
            signer=last.signer,
            agency=last.agency,
            signed_at=last.signed_at,
            timestamp=last.timestamp,
            reasons=reasons,
            notes=unique([each for one in signatures for each in one.notes]),
            signed_xml=None if reasons else signed_xml,
            signers=tuple(each.signer for each in signatures),
            signatures=tuple(signatures),
        )


BROKEN: Final = frozenset({Finding.CHANGED, Finding.SIGNATURE_WRONG})
DISTRUSTED: Final = frozenset(
    {
        Finding.UNKNOWN_AUTHORITY,
        Finding.WRONG_PURPOSE,
        Finding.NOT_VALID_THEN,
        Finding.REVOKED,
        Finding.REVOCATION_UNKNOWN,
    }
)


def unique(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each once, in the order in which they were found."""
    return tuple(dict.fromkeys(findings))
