"""The sealed XML package: content beside its signatures, each signature a sibling of the others.

    <Package xmlns="urn:motcua:package:1">
      <Content Id="content"> … one element … </Content>
      <Signatures><AgencySeal> ds:Signature </AgencySeal></Signatures>
    </Package>

A signature covers the content by its id and never the package, so a second one beside it does not
break the first, as two signatures enveloped in one document would.
"""

from collections import Counter

from lxml import etree
from lxml.etree import _Element

from signing.report import Finding

NAMESPACE = "urn:motcua:package:1"
PREFIXES = {
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xades": "http://uri.etsi.org/01903/v1.3.2#",
}
DS, XADES = (f"{{{uri}}}" for uri in PREFIXES.values())
SIGNATURE = f"{DS}Signature"
CONTENT_ID = "content"
PACKAGE, CONTENT, SIGNATURES, AGENCY_SEAL = (
    f"{{{NAMESPACE}}}{name}" for name in ("Package", "Content", "Signatures", "AgencySeal")
)

_EMPTY = (
    f'<Package xmlns="{NAMESPACE}"><Content Id="{CONTENT_ID}"/>'
    "<Signatures><AgencySeal/></Signatures></Package>"
)


class PackageRefused(Exception):
    """The bytes are not a package, or not an XML document that we accept."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.message)


def parsed(xml: bytes) -> _Element:
    """Read XML without document type, entities, network or foreign encodings; PackageRefused."""
    # A document type is looked for in the bytes, before any parser can act on it; so they must be
    # in the one encoding in which it can be seen.
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise PackageRefused(Finding.DOCTYPE)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise PackageRefused(Finding.UNREADABLE) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise PackageRefused(Finding.DOCTYPE)
    return root


def wrapped(content: _Element) -> _Element:
    """A package around an element, with an empty place for the agency's seal."""
    package = etree.fromstring(_EMPTY)
    package[0].append(content)
    require_unique_ids(package)
    return package


def seal_place(package: _Element) -> _Element:
    """Where the agency's signature stands."""
    place = package.find(f"{SIGNATURES}/{AGENCY_SEAL}")
    if place is None:
        raise PackageRefused(Finding.UNEXPECTED_LAYOUT)
    return place


def require_layout(package: _Element) -> _Element:
    """The one signature of a package whose every part stands in its place; PackageRefused."""
    if package.tag != PACKAGE or package.attrib:
        raise PackageRefused(Finding.UNEXPECTED_LAYOUT)
    content, signatures = _only(package, CONTENT, SIGNATURES)
    if content.attrib.items() != [("Id", CONTENT_ID)] or len(content) != 1:
        raise PackageRefused(Finding.UNEXPECTED_LAYOUT)
    (place,) = _only(signatures, AGENCY_SEAL)
    if not len(place):
        raise PackageRefused(Finding.NOT_SIGNED)
    (signature,) = _only(place, SIGNATURE)
    require_unique_ids(package)
    return signature


def require_unique_ids(package: _Element) -> None:
    """No id, however the attribute is spelled, may be carried twice: which one would be signed?"""
    ids = Counter(
        value
        for element in package.iter(etree.Element)
        for name, value in element.attrib.items()
        if etree.QName(name).localname.lower() == "id"
    )
    if any(count > 1 for count in ids.values()):
        raise PackageRefused(Finding.DUPLICATE_ID)


def _only(parent: _Element, *tags: str) -> list[_Element]:
    """The children, when they are exactly these elements and nothing else stands between them."""
    children = list(parent)
    if [child.tag for child in children] != list(tags) or _has_text(parent):
        raise PackageRefused(Finding.UNEXPECTED_LAYOUT)
    return children


def _has_text(parent: _Element) -> bool:
    texts = [parent.text, *(child.tail for child in parent)]
    return any(text and text.strip() for text in texts)
