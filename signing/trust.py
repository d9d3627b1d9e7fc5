"""Whom we believe: our own anchors, those of the trust list, nobody else; each for its purpose.

The same rules serve PDFs, XML, statements and timestamps. Neither the system's nor the web's roots are
ever consulted. Where an authority publishes which certificates it revoked, evidence is demanded.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from asn1crypto import cms
from asn1crypto import x509 as asn1
from cryptography import x509
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
from pyhanko_certvalidator.path import ValidationPath

from core import clock
from signing.authorities import Authority, Use, use_of
from signing.awaiting import result_of
from signing.certificates import DEVELOPMENT
from signing.keys import as_asn1
from signing.malformed import MALFORMED
from signing.report import Finding, Timestamp
from signing.revocation.evidence import Evidence
from signing.revocation.sources import NO_SOURCES, Sources
from signing.revocation.weighing import Standing, Weighed, certificates_of, weighed
from signing.standing import signs_documents

__all__ = ["DIGESTS", "MALFORMED", "Judgement", "TrustAnchors", "agency_id", "common_name"]

DIGESTS: Final = frozenset({"sha256", "sha384", "sha512"})
_NONE: Final = Evidence()


@dataclass(frozen=True)
class Judgement:
    """What is to be said of a signer's certificate.

    `problem`: why it was not to be believed when it signed. `now`: whether it stands today still; None
    where that is not known. `revoked_at`: since when it is revoked. `notes`: what else to know.
    """

    problem: Finding | None
    now: bool | None = None
    revoked_at: datetime | None = None
    notes: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Proofs:
    """The chain of a certificate, its root first, what is published about it, and what that means."""

    chain: tuple[asn1.Certificate, ...] = ()
    evidence: Evidence = _NONE
    standing: Standing = Standing.UNKNOWN


@dataclass(frozen=True)
class TrustAnchors:
    """The authorities that are believed, and where evidence about their certificates comes from."""

    authorities: tuple[Authority, ...]
    sources: Sources = field(default=NO_SOURCES)

    @classmethod
    def of(
        cls,
        root: x509.Certificate,
        timestamp_roots: Path,
        others: Sequence[Authority] = (),
        sources: Sources = NO_SOURCES,
    ) -> "TrustAnchors":
        """Our root for everything, every PEM file in a folder for timestamps, and a trust list."""
        stamping = (
            Authority(as_asn1(certificate), uses=frozenset({Use.TIMESTAMP}))
            for path in sorted(timestamp_roots.glob("*.pem"))
            for certificate in x509.load_pem_x509_certificates(path.read_bytes())
        )
        ours = Authority(as_asn1(root), publishes=sources.publisher is not None)
        return cls((ours, *stamping, *others), sources)

    @property
    def signers(self) -> tuple[asn1.Certificate, ...]:
        """The roots above those who seal and sign."""
        return tuple(each.certificate for each in self.authorities if each.uses - {Use.TIMESTAMP})

    @property
    def timestamps(self) -> tuple[asn1.Certificate, ...]:
        """The roots above time-stamping authorities."""
        return tuple(each.certificate for each in self.authorities if Use.TIMESTAMP in each.uses)

    def signer_context(self, moment: datetime) -> ValidationContext:
        """The rules for signers at a moment, apart from what was revoked."""
        return _context(self.signers, moment)

    def problem_with_signer(
        self, certificate: asn1.Certificate, others: Iterable[asn1.Certificate], moment: datetime
    ) -> Finding | None:
        """Why a certificate may not seal documents at a moment; None when it may."""
        return self.judged(certificate, others, moment).problem

    def judged(
        self,
        certificate: asn1.Certificate,
        others: Iterable[asn1.Certificate],
        moment: datetime,
        embedded: Evidence = _NONE,
    ) -> Judgement:
        """A signer's certificate at the moment of signing and today.

        `embedded` is the evidence that came with the document: it counts where it is younger than the
        signature, for certificates that their authority says nothing about any more.
        """
        known, use = list(others), use_of(certificate)
        notes = _standing_notes(certificate)
        try:
            path = _signer_path(certificate, known, self._roots(use, moment), moment)
        except (PathError, ValidationError) as error:
            return Judgement(_finding(error), notes=notes)
        authority = self._authority(path)
        if not authority.publishes:
            return Judgement(None, notes=(*notes, Finding.REVOCATION_NOT_PUBLISHED))
        then = self._weighed(path, moment, embedded.since(moment), moment)
        if then.standing is not Standing.GOOD:
            found = _OF_STANDING[then.standing]
            return Judgement(found, _now(then), then.revoked_at, notes)
        today = self._today(path)
        over = certificate.not_valid_after < clock.now()
        return Judgement(None, False if over else _now(today), today.revoked_at, notes)

    def timestamp(
        self,
        token: cms.SignedData,
        covered: bytes,
        *,
        proven: datetime | None = None,
        embedded: Evidence = _NONE,
    ) -> Timestamp | None:
        """The time in a token, when it covers the bytes and its authority is trusted.

        It must be trusted now, or at the moment at which a later timestamp proves that it was there.
        """
        moment = proven or clock.now()
        try:
            found = result_of(
                validate_tst_signed_data(
                    token, _context(self.timestamps, moment), partial(_digest, covered)
                )
            )
        except MALFORMED:
            return None
        status = TimestampSignatureStatus(**found)
        if not (status.intact and status.valid and status.trusted):
            return None
        path = status.validation_path
        if path is None or not self._stamps(path, status.timestamp, moment, embedded):
            return None
        return Timestamp(
            status.timestamp,
            common_name(status.signing_cert),
            until=status.signing_cert.not_valid_after,
        )

    def proofs_of(
        self, certificate: asn1.Certificate, others: Iterable[asn1.Certificate], since: datetime
    ) -> Proofs:
        """What proves later that a certificate was good: published at `since` or later.

        The standing is unknown too where nobody who is believed issued it.
        """
        context = _context(tuple(each.certificate for each in self.authorities), since)
        validator = CertificateValidator(
            certificate, intermediate_certs=list(others), validation_context=context
        )
        try:
            path = result_of(validator.async_validate_path())
        except (PathError, ValidationError):
            return Proofs()
        chain = certificates_of(path)
        if not self._authority(path).publishes:
            return Proofs(tuple(chain), standing=Standing.NOT_PUBLISHED)
        found = self.sources.published(chain, since)
        return Proofs(tuple(chain), found, weighed(path, found, since).standing)

    def _stamps(
        self, path: ValidationPath, stamped: datetime, moment: datetime, embedded: Evidence
    ) -> bool:
        authority = self._authority(path)
        if not authority.serves(Use.TIMESTAMP, stamped):
            return False
        if not authority.publishes:
            return True
        found = self._weighed(path, moment, embedded.since(stamped), stamped)
        return found.standing is Standing.GOOD

    def _weighed(
        self, path: ValidationPath, moment: datetime, younger: Evidence, used: datetime
    ) -> Weighed:
        """What is published today about a moment; else what came along, younger than the use."""
        found = self._today(path, moment)
        if found.standing is Standing.UNKNOWN and younger:
            return weighed(path, younger, used)
        return found

    def _today(self, path: ValidationPath, moment: datetime | None = None) -> Weighed:
        """What is published today; of certificates that are over, few authorities go on to tell."""
        now, chain = clock.now(), certificates_of(path)
        found = self.sources.published(chain, None)
        if any(each.not_valid_after < now for each in chain):
            found = found.of_expired()
        return weighed(path, found, moment or now)

    def _roots(self, use: Use, moment: datetime) -> tuple[asn1.Certificate, ...]:
        return tuple(each.certificate for each in self.authorities if each.serves(use, moment))

    def _authority(self, path: ValidationPath) -> Authority:
        root = certificates_of(path)[0].dump()
        return next(each for each in self.authorities if each.certificate.dump() == root)


_OF_STANDING: Final = {
    Standing.REVOKED: Finding.REVOKED,
    Standing.UNKNOWN: Finding.REVOCATION_UNKNOWN,
}


def common_name(certificate: asn1.Certificate) -> str:
    """The name that people read in a certificate."""
    subject: dict[str, str] = certificate.subject.native
    return str(subject.get("common_name", ""))


def agency_id(certificate: asn1.Certificate) -> str | None:
    """The agency's id in a seal certificate."""
    subject: dict[str, str] = certificate.subject.native
    return subject.get("organization_identifier")


def _standing_notes(certificate: asn1.Certificate) -> tuple[Finding, ...]:
    """What to say about every signature by this certificate, good or bad."""
    subject: dict[str, str] = certificate.subject.native
    ours = DEVELOPMENT in str(subject.get("organization_name", ""))
    return (Finding.DEVELOPMENT,) if ours else ()


def _signer_path(
    certificate: asn1.Certificate,
    others: Sequence[asn1.Certificate],
    roots: tuple[asn1.Certificate, ...],
    moment: datetime,
) -> ValidationPath:
    validator = CertificateValidator(
        certificate, intermediate_certs=others, validation_context=_context(roots, moment)
    )
    path: ValidationPath = result_of(validator.async_validate_path())
    # A time-stamping certificate of the same authority has another purpose and does not pass here.
    if not signs_documents(x509.load_der_x509_certificate(certificate.dump())):
        raise InvalidCertificateError("the certificate is not for signing documents")
    return path


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


def _now(found: Weighed) -> bool | None:
    known = {Standing.GOOD: True, Standing.REVOKED: False}
    return known.get(found.standing)
