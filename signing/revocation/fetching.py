"""Asking other authorities which certificates they revoked: by OCSP, else by their list (CRL).

Addresses stand in certificates, so only certificates that lead to a trusted root are asked about: an
uploaded file cannot send us anywhere. What was answered is kept for a while; so is that nothing was.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from typing import Final

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import pem
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from core.clock import now
from core.egress import AddressRefused, Answer, Egress
from signing.malformed import MALFORMED
from signing.revocation.evidence import Evidence

SECONDS: Final = 5.0
LONGEST_LIST: Final = 10 * 1024 * 1024
_KEPT_FOR: Final = timedelta(hours=1)
_SILENT_FOR: Final = timedelta(minutes=1)
_MOST_KEPT: Final = 200
_OK: Final = 200
NOTHING: Final = Evidence()


def egress(*, loopback: bool) -> Egress:
    """The door for this: lists are signed by themselves, so that TLS is not needed."""
    return Egress(loopback=loopback, plain=True, seconds=SECONDS, longest=LONGEST_LIST)


@dataclass(frozen=True)
class _Kept:
    evidence: Evidence
    at: datetime
    until: datetime


class Fetcher:
    """Asks by one door, and remembers up to 200 answers in this process."""

    def __init__(self, door: Egress) -> None:
        self._door = door
        self._kept: dict[str, _Kept] = {}
        self._lock = Lock()

    def published(
        self, certificate: asn1.Certificate, issuer: asn1.Certificate, since: datetime | None
    ) -> Evidence:
        """What is published about a certificate that is trusted; nothing when nobody answers.

        What was kept from before `since` is asked for anew.
        """
        for name, ask in self._ways(certificate, issuer):
            found = self._remembered(name, ask, since).current(now())
            if found:
                return found
        return NOTHING

    def _ways(
        self, certificate: asn1.Certificate, issuer: asn1.Certificate
    ) -> Iterator[tuple[str, Callable[[], Evidence]]]:
        for url in certificate.ocsp_urls:
            request = _request(certificate, issuer)
            yield f"{url} {request.hex()}", partial(self._ocsp, url, request)
        for point in certificate.crl_distribution_points:
            if point.url is not None:
                yield point.url, partial(self._list, point.url)

    def _remembered(
        self, name: str, ask: Callable[[], Evidence], since: datetime | None
    ) -> Evidence:
        kept, moment = self._kept.get(name), now()
        if kept and kept.at <= moment < kept.until and not (since and kept.at < since):
            return kept.evidence
        try:
            found = ask()
        except (OSError, AddressRefused, *MALFORMED):
            found = NOTHING
        self._keep(name, _Kept(found, moment, moment + (_KEPT_FOR if found else _SILENT_FOR)))
        return found

    def _keep(self, name: str, kept: _Kept) -> None:
        with self._lock:
            self._kept[name] = kept
            while len(self._kept) > _MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))

    def _ocsp(self, url: str, request: bytes) -> Evidence:
        answer = self._door.post(url, request, {"Content-Type": "application/ocsp-request"})
        found = asn1_ocsp.OCSPResponse.load(_body(answer), strict=True)
        if found["response_status"].native != "successful":
            return NOTHING
        found.response_data["responses"][0].native  # noqa: B018  reads it, or raises
        return Evidence(answers=(found,))

    def _list(self, url: str) -> Evidence:
        body = _body(self._door.get(url))
        if pem.detect(body):
            _, _, body = pem.unarmor(body)
        found = asn1_crl.CertificateList.load(body, strict=True)
        found["tbs_cert_list"]["this_update"].native  # noqa: B018  reads it, or raises
        return Evidence(lists=(found,))


def _body(answer: Answer) -> bytes:
    if answer.status != _OK:
        raise OSError(f"HTTP {answer.status}")
    return answer.body


def _request(certificate: asn1.Certificate, issuer: asn1.Certificate) -> bytes:
    """A request without nonce; SHA-1 only names the certificate, as every responder understands."""
    ours, theirs = (x509.load_der_x509_certificate(each.dump()) for each in (certificate, issuer))
    builder = ocsp.OCSPRequestBuilder().add_certificate(ours, theirs, hashes.SHA1())  # noqa: S303
    return builder.build().public_bytes(Encoding.DER)
