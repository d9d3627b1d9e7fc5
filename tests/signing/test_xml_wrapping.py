"""Signature wrapping and its kin: what is signed and what is read are never two things."""

import copy
from collections.abc import Callable

import pytest
from lxml import etree
from lxml.etree import _Element

import signing
from signing import Finding, SigningDesk
from signing.package import AGENCY_SEAL, CONTENT, DS, NAMESPACE, PREFIXES, SIGNATURES
from tests.signing.conftest import XML
from tests.signing.test_xml_attacks import part, refusal

EVIL = etree.fromstring(XML.replace(b"000000123", b"999999999"))
SEAL = f"{SIGNATURES}/{AGENCY_SEAL}"
SIGNED = f"{SEAL}/{DS}Signature"


def evil_content(name: str = "other") -> _Element:
    """The content as the attacker wants it read."""
    evil = etree.Element(CONTENT, Id=name)
    evil.append(copy.deepcopy(EVIL))
    return evil


def evil_package(package: _Element) -> _Element:
    """A copy of the whole with the attacker's content, and the signature as it was."""
    evil = copy.deepcopy(package)
    evil.replace(part(evil, CONTENT), evil_content())
    return evil


def xsw1(package: _Element) -> _Element:
    """The good package inside the signature of an evil one."""
    evil = evil_package(package)
    part(evil, SIGNED).append(package)
    return evil


def xsw2(package: _Element) -> _Element:
    """The good package beside the signature of an evil one."""
    evil = evil_package(package)
    part(evil, SEAL).append(package)
    return evil


def xsw3(package: _Element) -> _Element:
    """Evil content before the good."""
    package.insert(0, evil_content())
    return package


def xsw4(package: _Element) -> _Element:
    """The good content inside the evil."""
    good = part(package, CONTENT)
    evil = evil_content()
    package.replace(good, evil)
    evil.append(good)
    return package


def xsw5(package: _Element) -> _Element:
    """Evil content in the place and with the id of the good, which stands at the end."""
    good = part(package, CONTENT)
    package.replace(good, evil_content("content"))
    package.append(good)
    return package


def xsw6(package: _Element) -> _Element:
    """Evil content in the place of the good, which stands inside the signature."""
    good = part(package, CONTENT)
    package.replace(good, evil_content("content"))
    part(package, SIGNED).append(good)
    return package


def xsw7(package: _Element) -> _Element:
    """Evil content of the same id inside an element that schemas let pass."""
    extensions = etree.Element(f"{{{NAMESPACE}}}Extensions")
    extensions.append(evil_content("content"))
    package.insert(0, extensions)
    return package


def xsw8(package: _Element) -> _Element:
    """Evil content in place, the good one inside an object of the signature."""
    good = part(package, CONTENT)
    package.replace(good, evil_content("content"))
    holder = etree.SubElement(part(package, SIGNED), f"{DS}Object")
    holder.append(good)
    return package


WRAPPINGS = [xsw1, xsw2, xsw3, xsw4, xsw5, xsw6, xsw7, xsw8]


@pytest.mark.parametrize("wrapping", WRAPPINGS, ids=lambda wrapping: wrapping.__name__)
def test_no_wrapping_is_believed(
    sealed_xml: bytes, desk: SigningDesk, wrapping: Callable[[_Element], _Element]
):
    attacked = etree.tostring(wrapping(etree.fromstring(sealed_xml)))
    (reason,) = refusal(attacked)
    assert reason in {Finding.UNEXPECTED_LAYOUT, Finding.DUPLICATE_ID}


def test_the_two_contents_of_one_id_are_refused_wherever_they_stand(
    sealed_xml: bytes, desk: SigningDesk
):
    package = etree.fromstring(sealed_xml)
    part(package, f"{SIGNED}/{DS}Object").append(evil_content("content"))
    assert refusal(etree.tostring(package)) == (Finding.DUPLICATE_ID,)


def test_a_signature_over_nothing_is_refused(sealed_xml: bytes, desk: SigningDesk):
    package = etree.fromstring(sealed_xml)
    information = part(package, ".//ds:SignedInfo")
    for reference in information.findall("ds:Reference", PREFIXES):
        information.remove(reference)
    assert refusal(etree.tostring(package)) == (Finding.SIGNATURE_WRONG,)


@pytest.mark.parametrize("address", ["", "#", "#other", "#xpointer(/)", "http://127.0.0.1/x"])
def test_a_reference_to_elsewhere_is_refused(sealed_xml: bytes, desk: SigningDesk, address: str):
    package = etree.fromstring(sealed_xml)
    part(package, ".//ds:Reference").set("URI", address)
    assert refusal(etree.tostring(package))


def test_a_reference_without_an_address_is_refused(sealed_xml: bytes, desk: SigningDesk):
    package = etree.fromstring(sealed_xml)
    del part(package, ".//ds:Reference").attrib["URI"]
    assert refusal(etree.tostring(package))


def test_a_reference_of_another_namespace_counts_for_nothing(sealed_xml: bytes, desk: SigningDesk):
    package = etree.fromstring(sealed_xml)
    reference = part(package, ".//ds:Reference")
    reference.tag = "{urn:evil}Reference"
    assert refusal(etree.tostring(package))


def test_a_signature_of_another_namespace_is_none(sealed_xml: bytes, desk: SigningDesk):
    package = etree.fromstring(sealed_xml)
    part(package, SIGNED).tag = "{urn:evil}Signature"
    assert refusal(etree.tostring(package)) == (Finding.UNEXPECTED_LAYOUT,)


def test_a_comment_inside_a_text_does_not_shorten_it(sealed_xml: bytes, desk: SigningDesk):
    """Comments are not signed: whoever read the file itself would read the text up to the comment."""
    commented = sealed_xml.replace(b"000000123", b"000<!-- -->000123")
    naive = etree.fromstring(commented).find(".//{urn:example}number")
    assert naive is not None
    assert naive.text == "000"
    report = signing.verify_xml(commented)
    assert report.valid
    assert report.signed_xml is not None
    assert report.signed_xml.findtext("{urn:example}number") == "000000123/PCBB-ĐNAI"


def test_an_instruction_inside_the_content_is_noticed(sealed_xml: bytes, desk: SigningDesk):
    assert refusal(sealed_xml.replace(b"000000123", b"000<?php x?>000123")) == (Finding.CHANGED,)


@pytest.mark.parametrize(
    "method",
    [
        "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
        "http://www.w3.org/2007/05/xmldsig-more#rsa-pss",
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "urn:none",
        "",
    ],
)
def test_no_other_method_of_signing_is_let_in(sealed_xml: bytes, desk: SigningDesk, method: str):
    package = etree.fromstring(sealed_xml)
    part(package, ".//ds:SignatureMethod").set("Algorithm", method)
    assert refusal(etree.tostring(package)) == (Finding.ALGORITHM,)
