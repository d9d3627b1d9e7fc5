"""What the development authority says of its own certificates: lists (CRL) and answers (OCSP).

Both come from the same marks, signed by the key that issued the certificate.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from core.clock import now
from signing.certificates import BEGINNING
from signing.keys import SigningKey
from signing.revocation.evidence import EXPIRED_CERTIFICATES_ON_LIST, Evidence
from signing.revocation.marks import Mark, RevokedKeys
from signing.signatures import usable

_COUNTS_FOR: Final = timedelta(days=7)
_SINCE: Final = f"{BEGINNING:%Y%m%d%H%M%S}Z".encode()
_NEVER_FORGETS: Final = x509.UnrecognizedExtension(
    x509.ObjectIdentifier(EXPIRED_CERTIFICATES_ON_LIST), bytes([24, len(_SINCE)]) + _SINCE
)
_MADE_ANEW_AFTER: Final = timedelta(hours=1)


@dataclass(frozen=True)
class _Made:
    at: datetime
    marks: Sequence[Mark]
    der: bytes
    evidence: Evidence


class Publisher:
    """Publishes for the keys that issue certificates here; `issuers` finds them, the older ones too."""

    def __init__(self, issuers: Callable[[], Sequence[SigningKey]], marks: RevokedKeys) -> None:
        self._issuers = issuers
        self._marks = marks
        self._made: dict[str, _Made] = {}

    def published(self, issuer: asn1.Certificate, since: datetime | None) -> Evidence | None:
        """The list of one of our issuers, made at `since` or later; None for any other's."""
        found = self._issuer(f"{issuer.serial_number:x}")
        if found is None or found.asn1_certificate.dump() != issuer.dump():
            return None
        return self._list(found, since).evidence

    def revoked_list(self, kid: str) -> bytes | None:
        """The list of the issuer with this key id, DER; None when there is none."""
        found = self._issuer(kid)
        return self._list(found, None).der if found else None

    def answer(self, request: bytes) -> bytes:
        """The OCSP answer to a request, DER; a request that cannot be read is answered so."""
        try:
            asked = ocsp.load_der_ocsp_request(request)
            return self._answered(asked)
        except ValueError:
            return _refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)

    def _issuer(self, kid: str) -> SigningKey | None:
        return next((each for each in self._issuers() if each.kid == kid), None)

    def _list(self, issuer: SigningKey, since: datetime | None) -> _Made:
        marks, kept = self._marks.all(), self._made.get(issuer.kid)
        moment = now().replace(microsecond=0)
        if kept and kept.marks == marks and _counts_still(kept.at, moment, since):
            return kept
        der = _signed_list(issuer, marks, moment)
        evidence = Evidence(lists=(asn1_crl.CertificateList.load(der),))
        made = self._made[issuer.kid] = _Made(moment, marks, der, evidence)
        return made

    def _answered(self, asked: ocsp.OCSPRequest) -> bytes:
        issuer = next((each for each in self._issuers() if _is_issuer(each, asked)), None)
        if issuer is None:
            return _refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        mark, moment = self._marks.find(asked.serial_number), now().replace(microsecond=0)
        answer = (
            ocsp.OCSPResponseBuilder()
            .add_response_by_hash(
                *(asked.issuer_name_hash, asked.issuer_key_hash, asked.serial_number),
                algorithm=asked.hash_algorithm,
                cert_status=ocsp.OCSPCertStatus.REVOKED if mark else ocsp.OCSPCertStatus.GOOD,
                this_update=moment,
                next_update=moment + _MADE_ANEW_AFTER,
                revocation_time=mark.at if mark else None,
                revocation_reason=mark.reason if mark else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, issuer.certificate)
        )
        for extension in asked.extensions:
            if isinstance(extension.value, x509.OCSPNonce):
                answer = answer.add_extension(extension.value, critical=False)
        signed = answer.sign(issuer.private_key, hashes.SHA256())
        return signed.public_bytes(Encoding.DER)


def _counts_still(made: datetime, moment: datetime, since: datetime | None) -> bool:
    fresh = made <= moment < made + _MADE_ANEW_AFTER
    return fresh and (since is None or made >= since.replace(microsecond=0))


def _signed_list(issuer: SigningKey, marks: Sequence[Mark], moment: datetime) -> bytes:
    key = usable(issuer.certificate.public_key())
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(moment)
        .next_update(moment + _COUNTS_FOR)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key), critical=False)
        .add_extension(x509.CRLNumber(int(moment.timestamp())), critical=False)
        .add_extension(_NEVER_FORGETS, critical=False)
    )
    for mark in marks:
        builder = builder.add_revoked_certificate(_entry(mark))
    return builder.sign(issuer.private_key, hashes.SHA256()).public_bytes(Encoding.DER)


def _entry(mark: Mark) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder().serial_number(mark.serial).revocation_date(mark.at)
    # RFC 5280 section 5.3.1: without a reason there is no entry for one.
    if mark.reason is not x509.ReasonFlags.unspecified:
        builder = builder.add_extension(x509.CRLReason(mark.reason), critical=False)
    return builder.build()


def _is_issuer(key: SigningKey, asked: ocsp.OCSPRequest) -> bool:
    own = _hashes(key, asked.hash_algorithm)
    return own == (asked.issuer_name_hash, asked.issuer_key_hash)


def _hashes(key: SigningKey, algorithm: hashes.HashAlgorithm) -> tuple[bytes, bytes]:
    name, public = hashes.Hash(algorithm), hashes.Hash(algorithm)
    name.update(key.certificate.subject.public_bytes())
    public.update(bytes(key.asn1_certificate.public_key["public_key"]))
    return name.finalize(), public.finalize()


def _refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    answer = ocsp.OCSPResponseBuilder.build_unsuccessful(status)
    return answer.public_bytes(Encoding.DER)
