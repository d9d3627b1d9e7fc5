"""Verifying a sealed package: strict about what stands where, what was signed, and by whom."""

from base64 import b64decode
from datetime import datetime

from asn1crypto import cms
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from lxml import etree
from lxml.etree import _Element
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidDigest, SignXMLException
from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier

from signing.judging import Stamp, signed
from signing.package import (
    AGENCY_SEAL,
    CONTENT,
    DS,
    PREFIXES,
    SIGNATURES,
    XADES,
    PackageRefused,
    parsed,
    require_layout,
)
from signing.report import Finding, Report, Timestamp
from signing.trust import MALFORMED, TrustAnchors
from signing.xml import EXCLUSIVE, timestamped_bytes

_METHODS = frozenset({SignatureMethod.ECDSA_SHA256, SignatureMethod.RSA_SHA256})
_DIGESTS = frozenset({DigestAlgorithm.SHA256})
_ALGORITHMS = {
    EXCLUSIVE.value,
    *(each.value for each in _METHODS),
    *(each.value for each in _DIGESTS),
}
_REFERENCES = 3  # the content, the signed properties, the key info
_TIMESTAMP_PATH = (
    "ds:Object/xades:QualifyingProperties/xades:UnsignedProperties/"
    "xades:UnsignedSignatureProperties/xades:SignatureTimeStamp/xades:EncapsulatedTimeStamp"
)


def verify(xml: bytes, anchors: TrustAnchors) -> Report:
    """The report on a sealed package."""
    try:
        package = parsed(xml)
        signature = require_layout(package)
        certificates = _certificates(signature)
        content, claimed_time = _signed_parts(package, signature, certificates[0])
        return _report(signature, certificates, content, claimed_time, anchors)
    except PackageRefused as refusal:
        return Report.refused(refusal.finding)
    except (etree.LxmlError, *MALFORMED):
        return Report.refused(Finding.UNREADABLE)


def _report(
    signature: _Element,
    certificates: list[asn1.Certificate],
    content: _Element,
    claimed_time: datetime | None,
    anchors: TrustAnchors,
) -> Report:
    signer, *others = certificates
    stamp = Stamp(*_timestamp(signature, anchors), claimed=claimed_time)
    judgement = anchors.judged(signer, others, stamp.moment)
    return Report.of([signed(signer, judgement, stamp)], signed_xml=content)


def _signed_parts(
    package: _Element, signature: _Element, certificate: asn1.Certificate
) -> tuple[_Element, datetime | None]:
    """The content and the claimed time, both rebuilt from signed bytes; PackageRefused."""
    _require_algorithms(signature)
    signer = x509.load_der_x509_certificate(certificate.dump())
    configuration = XAdESSignatureConfiguration(
        location=f"./{SIGNATURES}/{AGENCY_SEAL}/",
        expect_references=_REFERENCES,
        signature_methods=_METHODS,
        digest_algorithms=_DIGESTS,
        # Whether the certificate was valid when it mattered is a question of trust, asked later.
        verification_time=signer.not_valid_before_utc,
    )
    try:
        results = XAdESVerifier().verify(
            package, x509_cert=signer, expect_config=configuration, id_attribute="Id"
        )
    except InvalidDigest as error:
        raise PackageRefused(Finding.CHANGED) from error
    except (SignXMLException, InvalidSignature, etree.LxmlError, ValueError) as error:
        raise PackageRefused(Finding.SIGNATURE_WRONG) from error
    parts = {part.tag: part for result in results if (part := result.signed_xml) is not None}
    if set(parts) != {CONTENT, f"{XADES}SignedProperties", f"{DS}KeyInfo"}:
        raise PackageRefused(Finding.UNEXPECTED_LAYOUT)
    return parts[CONTENT][0], _claimed_time(parts[f"{XADES}SignedProperties"])


def _require_algorithms(signature: _Element) -> None:
    used = {
        algorithm
        for element in signature.iterfind("ds:SignedInfo//*", PREFIXES)
        if (algorithm := element.get("Algorithm")) is not None
    }
    if not used <= _ALGORITHMS:
        raise PackageRefused(Finding.ALGORITHM)


def _certificates(signature: _Element) -> list[asn1.Certificate]:
    """The certificates in the signature, the signer's first."""
    found = signature.iterfind("ds:KeyInfo/ds:X509Data/ds:X509Certificate", PREFIXES)
    certificates = [asn1.Certificate.load(b64decode(each.text or "")) for each in found]
    if not certificates or any(each.serial_number <= 0 for each in certificates):
        raise PackageRefused(Finding.SIGNATURE_WRONG)
    return certificates


def _timestamp(signature: _Element, anchors: TrustAnchors) -> tuple[Timestamp | None, bool]:
    """The time that is believed, and whether there is any timestamp at all."""
    encoded = signature.findtext(_TIMESTAMP_PATH, namespaces=PREFIXES)
    if encoded is None:
        return None, False
    try:
        token = cms.ContentInfo.load(b64decode(encoded))["content"]
    except ValueError:
        return None, True
    return anchors.timestamp(token, timestamped_bytes(signature)), True


def _claimed_time(properties: _Element) -> datetime | None:
    text = properties.findtext(".//xades:SigningTime", namespaces=PREFIXES)
    return datetime.fromisoformat(text) if text else None
