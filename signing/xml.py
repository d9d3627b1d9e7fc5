"""Sealing XML: XAdES B-T (ETSI EN 319 132-1) over exclusive canonicalisation, detached by id."""

import hashlib
from base64 import b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
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
from signing.errors import DocumentRefused, PreparedDamaged
from signing.keys import AnyKey, SigningKey
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
from signing.prepared import Form, Prepared, framed, sha256, unframed
from signing.report import Finding
from signing.signatures import side_by_side, signed
from signing.timestamps import token_over

EXCLUSIVE = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
_METHODS = {True: SignatureMethod.RSA_SHA256, False: SignatureMethod.ECDSA_SHA256}


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


class _Elsewhere:
    """Stands for the private key while a signature is prepared, and keeps what it is to sign."""

    def __init__(self, key: AnyKey) -> None:
        self._of_rsa = key.of_rsa
        self.key_size = getattr(key.certificate.public_key(), "key_size", 0)
        self.covered = b""

    def sign(self, data: bytes, **_how: object) -> bytes:
        """Keep the data; the answer is replaced when the signature comes."""
        self.covered = data
        return b"" if self._of_rsa else encode_dss_signature(0, 0)


def seal(xml: bytes, *, key: SigningKey, timestamps: TimeStamper) -> bytes:
    """A package with the document and a seal of a key at hand, whether or not that key may sign.

    Errors as in `prepare` and `embed`.
    """
    prepared = prepare(xml, key=key)
    return embed(prepared, signed(key.private_key, prepared.digest), key=key, timestamps=timestamps)


def prepare(xml: bytes, *, key: AnyKey) -> Prepared:
    """A signature over the document that lacks nothing but its value.

    Raises DocumentRefused when the XML is broken, has a document type or repeats an id.
    """
    elsewhere = _Elsewhere(key)
    try:
        signature = _unsigned(wrapped(parsed(xml)), key, elsewhere)
    except (PackageRefused, etree.C14NError) as refusal:
        raise DocumentRefused(reason=str(refusal)) from refusal
    text = etree.tostring(signature, encoding="unicode")
    # What is signed does not cover every name and attribute around it.
    head = {"signature": text, "sha256": sha256(text.encode())}
    return Prepared(
        kid=key.kid,
        form=Form.XML,
        digest=hashlib.sha256(elsewhere.covered).digest(),
        document_sha256=sha256(xml),
        state=framed(head, xml),
    )


def embed(prepared: Prepared, signature: bytes, *, key: AnyKey, timestamps: TimeStamper) -> bytes:
    """A package with the prepared document, its signature and a timestamp over that.

    The signature is taken as it is. Raises PreparedDamaged and TimestampUnavailable.
    """
    package, element = _checked(prepared)
    value = element.find("ds:SignatureValue", PREFIXES)
    if value is None:
        raise PreparedDamaged
    value.text = b64encode(side_by_side(key.certificate, signature)).decode()
    _add_timestamp(element, timestamps)
    seal_place(package).append(element)
    return etree.tostring(package, encoding="utf-8", xml_declaration=True)


def _checked(prepared: Prepared) -> tuple[_Element, _Element]:
    """The package and its signature, when what was digested then is still what stands there."""
    head, xml = unframed(prepared.state)
    try:
        text, digest = str(head["signature"]).encode(), str(head["sha256"])
        package, signature = wrapped(parsed(xml)), parsed(text)
    except (PackageRefused, KeyError) as error:
        raise PreparedDamaged from error
    covered = signature.find("ds:SignedInfo", PREFIXES)
    whole = (
        sha256(text) == digest
        and covered is not None
        and hashlib.sha256(_canonical(covered)).digest() == prepared.digest
        and all(_stands(each, package, signature) for each in covered)
        and sha256(xml) == prepared.document_sha256
    )
    if not whole:
        raise PreparedDamaged
    return package, signature


def _stands(part: _Element, package: _Element, signature: _Element) -> bool:
    """Whether what a reference names has still the digest that it states."""
    if part.tag != f"{DS}Reference":
        return True
    named = part.get("URI", "").removeprefix("#")
    parts = (each for root in (package, signature) for each in root.iter(etree.Element))
    found = [each for each in parts if each.get("Id") == named]
    stated = part.findtext("ds:DigestValue", "", PREFIXES).encode()
    digests = [b64encode(hashlib.sha256(_canonical(each)).digest()) for each in found]
    return digests == [stated]


def _unsigned(package: _Element, key: AnyKey, elsewhere: _Elsewhere) -> _Element:
    signer = ExclusiveSigner(
        method=SignatureConstructionMethod.detached,
        signature_algorithm=_METHODS[key.of_rsa],
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=EXCLUSIVE,
        data_object_format=XAdESDataObjectFormat(Description="Content", MimeType="text/xml"),
    )
    signature: _Element = signer.sign(
        package,
        key=elsewhere,  # type: ignore[arg-type]  # anything that signs will do
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
    return _canonical(value)


def _canonical(element: _Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True)
