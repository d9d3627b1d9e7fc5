"""Whom we believe: our own anchors and nobody else's, each certificate for its purpose only.

The same rules serve PDFs, XML and timestamps. Neither the system's nor the web's certificate roots
are ever consulted. Revocation is not checked yet: the development authority publishes no list.
"""

import asyncio
import hashlib
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from asn1crypto import cms
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InvalidCertificateError,
    NotYetValidError,
    PathError,
    ValidationError,
)

from core import clock
from signing.certificates import DEVELOPMENT, DOCUMENT_SIGNING
from signing.keys import as_asn1
from signing.report import Finding, Timestamp

DIGESTS = frozenset({"sha256", "sha384", "sha512"})
# What broken or hostile bytes make the libraries below us raise; each means: not readable.
MALFORMED = (
    SignatureValidationError,
    UnsupportedAlgorithm,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    NotImplementedError,
    RecursionError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True)
class TrustAnchors:
    """The roots above signers, and those above time-stamping authorities."""

    signers: tuple[asn1.Certificate, ...]
    timestamps: tuple[asn1.Certificate, ...]

    @classmethod
    def of(cls, root: x509.Certificate, timestamp_roots: Path) -> "TrustAnchors":
        """Our root for both, and every PEM file in a folder for timestamps of other authorities."""
        ours = as_asn1(root)
        others = (
            as_asn1(certificate)
            for path in sorted(timestamp_roots.glob("*.pem"))
            for certificate in x509.load_pem_x509_certificates(path.read_bytes())
        )
        return cls(signers=(ours,), timestamps=(ours, *others))

    def signer_context(self, moment: datetime) -> ValidationContext:
        """The rules for signers at a moment."""
        return _context(self.signers, moment)

    def problem_with_signer(
        self, certificate: asn1.Certificate, others: Iterable[asn1.Certificate], moment: datetime
    ) -> Finding | None:
        """Why a certificate may not seal documents at a moment; None when it may."""
        validator = CertificateValidator(
            certificate,
            intermediate_certs=others,
            validation_context=self.signer_context(moment),
        )
        try:
            # Content commitment and the purpose “document signing”: a time-stamping certificate of
            # the same authority has other purposes and does not pass here.
            purposes = {DOCUMENT_SIGNING.dotted_string}
            asyncio.run(validator.async_validate_usage({"non_repudiation"}, purposes))
        except (PathError, ValidationError) as error:
            return _finding(error)
        return None

    def timestamp(self, token: cms.SignedData, covered: bytes) -> Timestamp | None:
        """The time in a token, when it covers the bytes and its authority is trusted now."""
        context = _context(self.timestamps, clock.now())
        imprint = partial(_digest, covered)
        try:
            found = asyncio.run(validate_tst_signed_data(token, context, imprint))
        except MALFORMED:
            return None
        status = TimestampSignatureStatus(**found)
        if not (status.intact and status.valid and status.trusted):
            return None
        return Timestamp(status.timestamp, common_name(status.signing_cert))


def common_name(certificate: asn1.Certificate) -> str:
    """The name that people read in a certificate."""
    subject: dict[str, str] = certificate.subject.native
    return str(subject.get("common_name", ""))


def agency_id(certificate: asn1.Certificate) -> str | None:
    """The agency's id in a seal certificate."""
    subject: dict[str, str] = certificate.subject.native
    return subject.get("organization_identifier")


def standing_notes(certificate: asn1.Certificate) -> list[Finding]:
    """What to say about every signature by this certificate, good or bad."""
    subject: dict[str, str] = certificate.subject.native
    if DEVELOPMENT in str(subject.get("organization_name", "")):
        return [Finding.DEVELOPMENT, Finding.REVOCATION_NOT_CHECKED]
    return [Finding.REVOCATION_NOT_CHECKED]


def _digest(covered: bytes, algorithm: str) -> bytes:
    if algorithm not in DIGESTS:
        raise ValueError(f"timestamps over {algorithm} are not accepted")
    return hashlib.new(algorithm, covered).digest()


def _context(roots: tuple[asn1.Certificate, ...], moment: datetime) -> ValidationContext:
    return ValidationContext(
        trust_roots=list(roots), moment=moment, allow_fetching=False, revocation_mode="soft-fail"
    )


def _finding(error: Exception) -> Finding:
    if isinstance(error, ExpiredError | NotYetValidError):
        return Finding.NOT_VALID_THEN
    if isinstance(error, InvalidCertificateError):
        return Finding.WRONG_PURPOSE
    return Finding.UNKNOWN_AUTHORITY
