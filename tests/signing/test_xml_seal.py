"""A sealed package: what it holds, and that signatures can stand beside one another in it."""

import pytest
from lxml import etree

import signing
from signing import Finding, SigningDesk
from signing.errors import DocumentRefused
from signing.package import CONTENT, PREFIXES, parsed, seal_place, wrapped
from tests.signing.conftest import AGENCY, OTHER_AGENCY, XML


def test_the_report_names_agency_time_and_authority(sealed_xml: bytes, desk: SigningDesk):
    report = signing.verify_xml(sealed_xml)
    assert report.valid
    assert (report.signer, report.agency) == (AGENCY.name, AGENCY.id)
    assert report.timestamp is not None
    assert report.signed_at == report.timestamp.at
    assert report.notes == (Finding.DEVELOPMENT,)


def test_what_was_sealed_comes_back_as_it_was(sealed_xml: bytes, desk: SigningDesk):
    report = signing.verify_xml(sealed_xml)
    assert report.signed_xml is not None
    canonical = etree.tostring(report.signed_xml, method="c14n", exclusive=True)
    assert canonical == etree.tostring(etree.fromstring(XML), method="c14n", exclusive=True)


def test_vietnamese_is_written_as_it_is_and_not_as_numbers(sealed_xml: bytes):
    assert "000000123/PCBB-ĐNAI".encode() in sealed_xml


def test_every_reference_says_how_it_was_canonicalised(sealed_xml: bytes):
    """signxml leaves that out for its own parts; nobody can verify the result then."""
    references = etree.fromstring(sealed_xml).findall(".//ds:Reference", PREFIXES)
    transforms = [each.find("ds:Transforms/ds:Transform", PREFIXES) for each in references]
    assert [each is not None and each.get("Algorithm") for each in transforms] == [
        "http://www.w3.org/2001/10/xml-exc-c14n#"
    ] * 3


def test_the_certificate_is_the_only_key_in_the_signature(sealed_xml: bytes):
    assert etree.fromstring(sealed_xml).find(".//ds:KeyValue", PREFIXES) is None


def test_a_package_can_travel_inside_an_envelope(sealed_xml: bytes, desk: SigningDesk):
    package = etree.fromstring(sealed_xml)
    envelope = etree.Element("{urn:envelope}Envelope", nsmap={"e": "urn:envelope", "x": "urn:x"})
    envelope.append(package)
    received = etree.fromstring(etree.tostring(envelope))
    assert signing.verify_xml(etree.tostring(received[0])).valid


def test_a_second_signature_beside_the_first_breaks_neither(desk: SigningDesk):
    package = wrapped(parsed(XML))
    sealed = [parsed(signing.seal_xml(XML, agency=each)) for each in (AGENCY, OTHER_AGENCY)]
    first, second = (each.find(".//ds:Signature", PREFIXES) for each in sealed)
    assert first is not None
    assert second is not None
    for signature in (second, first):
        alone = etree.fromstring(etree.tostring(package))
        seal_place(alone).append(signature)
        assert signing.verify_xml(etree.tostring(alone)).intact


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        b"<a><b></a>",
        b"<!DOCTYPE a><a/>",
        b'<a><b Id="x"/><c Id="x"/></a>',
        b'<a Id="content"/>',
        b'<a xmlns="!relative"/>',
        "<a/>".encode("utf-16"),
    ],
)
def test_what_could_not_be_verified_later_is_not_sealed(desk: SigningDesk, content: bytes):
    with pytest.raises(DocumentRefused):
        signing.seal_xml(content, agency=AGENCY)


def test_the_content_stands_where_the_package_says(sealed_xml: bytes):
    assert etree.fromstring(sealed_xml)[0].tag == CONTENT
