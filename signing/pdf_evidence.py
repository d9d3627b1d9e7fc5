"""The store of evidence in a PDF: the document security store of ETSI EN 319 142-1."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from asn1crypto import crl, ocsp
from asn1crypto import x509 as asn1
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError

from signing.revocation.evidence import Evidence


@dataclass(frozen=True)
class Store:
    """What a PDF brings along so that its signatures can be judged later."""

    certificates: tuple[asn1.Certificate, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)


def store_of(reader: PdfFileReader) -> Store:
    """The store of a PDF, empty where there is none; broken parts raise one of MALFORMED."""
    try:
        found = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return Store()
    lists = (crl.CertificateList.load(each, strict=True) for each in _contents(found.crls))
    answers = (ocsp.OCSPResponse.load(each, strict=True) for each in _contents(found.ocsps))
    return Store(tuple(found.load_certs()), Evidence(tuple(lists), tuple(answers)))


def _contents(references: Iterable[object]) -> Iterable[bytes]:
    return (each.get_object().data for each in references)  # type: ignore[attr-defined]  # untyped
