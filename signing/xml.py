"""Sealing XML: XAdES B-T (ETSI EN 319 132-1) over exclusive canonicalisation, detached by id."""

from base64 import b64encode
from typing import Any

from lxml import etree
from lxml.etree import _Element
from pyhanko.sign.timestamps.api import TimeStamper
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.xades.xades import XAdESDataObjectFormat, XAdESSigner

from core import clock
from signing.errors import DocumentRefused
from signing.keys import SigningKey
from signing.package import (
    CONTENT_ID,
    DS,
    PREFIXES,
    XADES,
    PackageRefused,
    parsed,
    seal_place,
    wrapped,
)
from signing.report import Finding
from signing.timestamps import token_over

EXCLUSIVE = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0


class ExclusiveSigner(XAdESSigner):
    """XAdES with exclusive canonicalisation that others can verify.

    signxml digests its own parts (signed properties, key info) with the chosen canonicalisation but
    does not say so in their references; a verifier must then assume the inclusive one, and nobody,
    signxml included, accepts the result. Here each reference says what it used.
    """

    def _add_reference_to_signed_info(
        self, sig_root: _Element, node_to_reference: _Element, **attrs: str
    ) -> None:
        super()._add_reference_to_signed_info(sig_root, node_to_reference, **attrs)  # type: ignore[no-untyped-call]  # signxml leaves it untyped
        reference = sig_root.findall("ds:SignedInfo/ds:Reference", PREFIXES)[-1]
        transforms = etree.Element(DS + "Transforms")
        etree.SubElement(transforms, DS + "Transform", Algorithm=self.c14n_alg.value)
        reference.insert(0, transforms)

    def add_signing_time(
        self,
        signed_signature_properties: _Element,
        sig_root: _Element,  # noqa: ARG002 (signxml's signature)
        signing_settings: Any,  # noqa: ARG002 (signxml's signature)
    ) -> None:
        """State the time by our clock."""
        time = etree.SubElement(signed_signature_properties, XADES + "SigningTime")
        time.text = clock.now().isoformat(timespec="seconds")


def seal(xml: bytes, *, key: SigningKey, timestamps: TimeStamper) -> bytes:
    """A package with the document and the agency's seal over it.

    Raises DocumentRefused when the XML is broken, has a document type or repeats an id, and
    TimestampUnavailable.
    """
    try:
        package = wrapped(parsed(xml))
        signature = _signed(package, key)
    except (PackageRefused, etree.C14NError) as refusal:
        raise DocumentRefused(reason=str(refusal)) from refusal
    _add_timestamp(signature, timestamps)
    seal_place(package).append(signature)
    return etree.tostring(package, encoding="utf-8", xml_declaration=True)


def _signed(package: _Element, key: SigningKey) -> _Element:
    signer = ExclusiveSigner(
        method=SignatureConstructionMethod.detached,
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=EXCLUSIVE,
        data_object_format=XAdESDataObjectFormat(Description="Content", MimeType="text/xml"),
    )
    signature: _Element = signer.sign(
        package,
        key=key.private_key,
        cert=[key.certificate, *key.intermediates],
        reference_uri=f"#{CONTENT_ID}",
        id_attribute="Id",
        # A bare key beside the certificate would leave open which of the two signed.
        always_add_key_value=False,
    )
    return signature


def _add_timestamp(signature: _Element, timestamps: TimeStamper) -> None:
    """Add SignatureTimeStamp (ETSI EN 319 132-1 section 5.3) over the signature value."""
    token = token_over(timestamps, timestamped_bytes(signature))
    properties = signature.find("ds:Object/xades:QualifyingProperties", PREFIXES)
    if properties is None:
        raise RuntimeError("a XAdES signature has qualifying properties")
    place = properties
    for tag in ("UnsignedProperties", "UnsignedSignatureProperties", "SignatureTimeStamp"):
        place = etree.SubElement(place, XADES + tag)
    etree.SubElement(place, DS + "CanonicalizationMethod", Algorithm=EXCLUSIVE.value)
    encapsulated = etree.SubElement(place, XADES + "EncapsulatedTimeStamp")
    encapsulated.text = b64encode(token.dump()).decode()


def timestamped_bytes(signature: _Element) -> bytes:
    """What a signature timestamp covers: the canonical SignatureValue element."""
    value = signature.find("ds:SignatureValue", PREFIXES)
    if value is None:
        raise PackageRefused(Finding.SIGNATURE_WRONG)
    return etree.tostring(value, method="c14n", exclusive=True)
