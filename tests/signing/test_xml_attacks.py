"""A package that was tampered with, rearranged, or sealed by the wrong key is told apart."""

import copy
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.etree import _Element

import signing
from core import clock
from signing import Finding, SigningDesk, xml
from signing.certificates import Purpose
from signing.keys import SigningKey
from signing.package import AGENCY_SEAL, CONTENT, DS, PREFIXES, SIGNATURES, XADES
from signing.timestamps import LocalAuthority
from tests.signing.authorities import attacker_key, issued
from tests.signing.conftest import AGENCY, XML

HMAC_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
EVIL = etree.fromstring(XML.replace(b"000000123", b"999999999"))


def sealed_with(key: SigningKey, timestamps: LocalAuthority) -> bytes:
    return xml.seal(XML, key=key, timestamps=timestamps)


def local(desk: SigningDesk) -> LocalAuthority:
    assert isinstance(desk.timestamps, LocalAuthority)
    return desk.timestamps


def part(package: _Element, path: str) -> _Element:
    found = package.find(path, PREFIXES)
    assert found is not None, path
    return found


def refusal(content: bytes) -> tuple[Finding, ...]:
    """The reasons of a refusal; nothing of a refused package is ever handed out."""
    report = signing.verify_xml(content)
    assert not report.valid
    assert report.signed_xml is None
    return report.reasons


def test_changed_content_is_noticed(sealed_xml: bytes, desk: SigningDesk):
    assert refusal(sealed_xml.replace(b"000000123", b"999999999")) == (Finding.CHANGED,)


def test_a_changed_signature_value_is_noticed(sealed_xml: bytes, desk: SigningDesk):
    package = etree.fromstring(sealed_xml)
    value = part(package, ".//ds:SignatureValue")
    value.text = b64encode(b"\1" * 64).decode()
    assert Finding.SIGNATURE_WRONG in refusal(etree.tostring(package))


def test_a_changed_signing_time_is_noticed(sealed_xml: bytes, desk: SigningDesk):
    package = etree.fromstring(sealed_xml)
    part(package, ".//xades:SigningTime").text = "2020-01-01T00:00:00+00:00"
    assert refusal(etree.tostring(package)) == (Finding.CHANGED,)


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 2**16), value=st.integers(33, 126))
def test_no_byte_of_the_content_can_be_changed_unnoticed(
    sealed_xml: bytes, app: Flask, place: int, value: int
):
    start, end = sealed_xml.index(b"<number>") + 8, sealed_xml.index(b"</number>")
    place = start + place % (end - start)
    if value != sealed_xml[place]:
        forged = sealed_xml[:place] + bytes([value]) + sealed_xml[place + 1 :]
        with app.app_context():
            assert not signing.verify_xml(forged).valid


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 2**16), value=st.integers(0, 255))
def test_whatever_byte_is_changed_the_answer_is_a_report_about_what_was_sealed(
    sealed_xml: bytes, app: Flask, place: int, value: int
):
    place %= len(sealed_xml)
    with app.app_context():
        report = signing.verify_xml(sealed_xml[:place] + bytes([value]) + sealed_xml[place + 1 :])
    if report.signed_xml is not None:
        assert report.signed_xml.findtext("{*}number") == "000000123/PCBB-ĐNAI"


def evil_root(package: _Element) -> _Element:
    """The good package nested inside one that says something else."""
    evil = copy.deepcopy(package)
    content = part(evil, CONTENT)
    content[:] = [copy.deepcopy(EVIL)]
    part(evil, f"{SIGNATURES}/{AGENCY_SEAL}")[:] = [package]
    return evil


def evil_beside_good(package: _Element) -> _Element:
    """Evil content in the right place, the good one moved to where nobody looks."""
    good = part(package, CONTENT)
    evil = etree.Element(CONTENT, Id="other")
    evil.append(copy.deepcopy(EVIL))
    package.replace(good, evil)
    part(package, f"{SIGNATURES}/{AGENCY_SEAL}/{DS}Signature/{DS}Object").append(good)
    return package


def evil_before_good(package: _Element) -> _Element:
    """Two contents, the evil one first."""
    evil = etree.Element(CONTENT, Id="other")
    evil.append(copy.deepcopy(EVIL))
    package.insert(0, evil)
    return package


def two_roots_in_content(package: _Element) -> _Element:
    """Evil beside good inside the content."""
    part(package, CONTENT).insert(0, copy.deepcopy(EVIL))
    return package


def signature_elsewhere(package: _Element) -> _Element:
    """The signature directly under the root."""
    package.append(part(package, f"{SIGNATURES}/{AGENCY_SEAL}/{DS}Signature"))
    return package


def two_signatures(package: _Element) -> _Element:
    """The same signature twice."""
    place = part(package, f"{SIGNATURES}/{AGENCY_SEAL}")
    place.append(copy.deepcopy(place[0]))
    return package


def other_root(package: _Element) -> _Element:
    """Another root element."""
    package.tag = "{urn:other}Package"
    return package


def attribute_on_the_root(package: _Element) -> _Element:
    """Something unsigned that a careless reader might read."""
    package.set("status", "valid")
    return package


def text_between_the_parts(package: _Element) -> _Element:
    """Words outside the signed part."""
    part(package, CONTENT).tail = "withdrawn"
    return package


@pytest.mark.parametrize(
    "attack",
    [
        evil_root,
        evil_beside_good,
        evil_before_good,
        two_roots_in_content,
        signature_elsewhere,
        two_signatures,
        other_root,
        attribute_on_the_root,
        text_between_the_parts,
    ],
    ids=lambda attack: attack.__name__,
)
def test_parts_that_stand_elsewhere_are_refused(
    sealed_xml: bytes, desk: SigningDesk, attack: Callable[[_Element], _Element]
):
    attacked = etree.tostring(attack(etree.fromstring(sealed_xml)))
    assert refusal(attacked) == (Finding.UNEXPECTED_LAYOUT,)


@pytest.mark.parametrize(
    "attribute", ["Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id"]
)
def test_an_id_is_carried_once_however_it_is_spelled(
    sealed_xml: bytes, desk: SigningDesk, attribute: str
):
    package = etree.fromstring(sealed_xml)
    part(package, ".//ds:SignatureValue").set(attribute, "content")
    assert refusal(etree.tostring(package)) == (Finding.DUPLICATE_ID,)


def test_the_seal_of_an_attackers_own_authority_is_not_believed(desk: SigningDesk):
    forged = sealed_with(attacker_key(AGENCY.name, AGENCY.id), local(desk))
    assert refusal(forged) == (Finding.UNKNOWN_AUTHORITY,)


def test_an_attackers_signature_with_our_certificate_shown_beside_it_is_not_believed(
    sealed_xml: bytes, desk: SigningDesk
):
    """Certificates in the signature are the signer's claim: the first must be the key that signed."""
    attacker = attacker_key(AGENCY.name, AGENCY.id)
    ours = desk.authority.seal_key(AGENCY)
    mixed = SigningKey(attacker.private_key, ours.certificate, ours.intermediates)
    assert refusal(sealed_with(mixed, local(desk))) == (Finding.SIGNATURE_WRONG,)


def test_a_time_stamping_key_cannot_seal(desk: SigningDesk):
    forged = sealed_with(desk.authority.timestamp_key(), local(desk))
    assert refusal(forged) == (Finding.WRONG_PURPOSE,)


def test_an_expired_key_is_not_believed(desk: SigningDesk):
    key = issued(
        desk.authority._issuing(),
        Purpose.SEAL,
        AGENCY.name,
        AGENCY.id,
        not_before=clock.now() - timedelta(days=60),
    )
    assert refusal(sealed_with(key, local(desk))) == (Finding.NOT_VALID_THEN,)


def test_what_was_sealed_in_time_stays_good_after_the_key_expired(
    sealed_xml: bytes, desk: SigningDesk
):
    with clock.shifted(timedelta(days=4 * 365)):
        assert signing.verify_xml(sealed_xml).valid


def test_a_shared_secret_cannot_stand_in_for_a_key(sealed_xml: bytes, desk: SigningDesk):
    """HMAC with the public key as its secret: everybody could sign."""
    package = etree.fromstring(sealed_xml)
    part(package, ".//ds:SignatureMethod").set("Algorithm", HMAC_SHA256)
    information = part(package, ".//ds:SignedInfo")
    secret = desk.authority.seal_key(AGENCY).asn1_certificate.public_key.dump()
    mac = HMAC(secret, hashes.SHA256())
    mac.update(etree.tostring(information, method="c14n", exclusive=True))
    part(package, ".//ds:SignatureValue").text = b64encode(mac.finalize()).decode()
    assert refusal(etree.tostring(package)) == (Finding.ALGORITHM,)


@pytest.mark.parametrize(
    ("path", "algorithm"),
    [
        ("ds:DigestMethod", "http://www.w3.org/2000/09/xmldsig#sha1"),
        ("ds:SignatureMethod", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        ("ds:Transform", "http://www.w3.org/TR/1999/REC-xslt-19991116"),
        ("ds:Transform", "http://www.w3.org/2000/09/xmldsig#enveloped-signature"),
        ("ds:CanonicalizationMethod", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
    ],
)
def test_only_listed_methods_are_accepted(
    sealed_xml: bytes, desk: SigningDesk, path: str, algorithm: str
):
    package = etree.fromstring(sealed_xml)
    part(package, f".//ds:SignedInfo//{path}").set("Algorithm", algorithm)
    assert refusal(etree.tostring(package)) == (Finding.ALGORITHM,)


def test_a_reference_may_not_be_dropped(sealed_xml: bytes, desk: SigningDesk):
    package = etree.fromstring(sealed_xml)
    information = part(package, ".//ds:SignedInfo")
    information.remove(information[-1])
    assert refusal(etree.tostring(package)) == (Finding.SIGNATURE_WRONG,)


@pytest.mark.parametrize(
    "prologue",
    [
        b"<!DOCTYPE Package>",
        b'<!DOCTYPE Package [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE Package [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    ],
)
def test_a_document_type_is_refused(sealed_xml: bytes, desk: SigningDesk, prologue: bytes):
    body = sealed_xml[sealed_xml.index(b"<Package") :]
    assert refusal(prologue + body) == (Finding.DOCTYPE,)


def test_a_document_type_in_another_encoding_is_not_let_in(sealed_xml: bytes, desk: SigningDesk):
    body = sealed_xml[sealed_xml.index(b"<Package") :].decode()
    for encoding in ("utf-16", "utf-7"):
        hidden = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE Package>{body}'
        assert refusal(hidden.encode(encoding)) in {(Finding.UNREADABLE,), (Finding.DOCTYPE,)}


def test_a_declared_encoding_does_not_change_what_is_read(sealed_xml: bytes, desk: SigningDesk):
    body = sealed_xml[sealed_xml.index(b"<Package") :]
    assert signing.verify_xml(b"<?xml version='1.0' encoding='iso-8859-1'?>" + body).valid


def test_a_missing_timestamp_is_said(sealed_xml: bytes, desk: SigningDesk):
    package = etree.fromstring(sealed_xml)
    unsigned = part(package, ".//xades:UnsignedProperties")
    unsigned.getparent().remove(unsigned)
    report = signing.verify_xml(etree.tostring(package))
    assert report.valid
    assert Finding.TIMESTAMP_MISSING in report.notes


def test_a_timestamp_taken_from_another_package_is_noticed(sealed_xml: bytes, desk: SigningDesk):
    package, other = (
        etree.fromstring(each) for each in (sealed_xml, signing.seal_xml(XML, agency=AGENCY))
    )
    path = f".//{XADES}EncapsulatedTimeStamp"
    part(package, path).text = other.findtext(path)
    assert refusal(etree.tostring(package)) == (Finding.TIMESTAMP_WRONG,)


@pytest.mark.parametrize(
    "token", ["", "AAAA", "not base64!", b64encode(b"\x30\x03\2\1\1").decode()]
)
def test_a_broken_timestamp_is_noticed(sealed_xml: bytes, desk: SigningDesk, token: str):
    package = etree.fromstring(sealed_xml)
    part(package, f".//{XADES}EncapsulatedTimeStamp").text = token
    assert refusal(etree.tostring(package))


def test_a_timestamp_by_an_unknown_authority_is_not_believed(desk: SigningDesk):
    stranger = LocalAuthority(attacker_key("Motcua Development Timestamps", ""))
    forged = sealed_with(desk.authority.seal_key(AGENCY), stranger)
    assert refusal(forged) == (Finding.TIMESTAMP_WRONG,)


def test_an_unsigned_package_is_said_to_be_unsigned(sealed_xml: bytes, desk: SigningDesk):
    package = etree.fromstring(sealed_xml)
    part(package, f"{SIGNATURES}/{AGENCY_SEAL}").clear()
    assert refusal(etree.tostring(package)) == (Finding.NOT_SIGNED,)


@pytest.mark.parametrize("content", [b"", b"<a/>", b"%PDF", b"<a", XML])
def test_what_is_no_package_is_refused(desk: SigningDesk, content: bytes):
    assert refusal(content)
