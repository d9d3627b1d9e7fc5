"""Keeping a signed PDF provable for good: PAdES B-LTA (ETSI EN 319 142-1), and its renewal.

What is needed to judge its signatures later is put into the PDF, and a timestamp over all of it. Only
bytes are added: the PDF as it was is the beginning of the new one. Before the certificate of the last
timestamp ends, the same is done again; the older timestamp is then judged like the signatures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from asn1crypto import cms
from asn1crypto import x509 as asn1
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing.errors import DocumentRefused, EvidenceMissing, TimestampUnavailable
from signing.pdf import MetadataKeeper
from signing.report import Finding
from signing.revocation.evidence import gathered
from signing.revocation.weighing import Standing
from signing.trust import MALFORMED, Proofs, TrustAnchors

FIELD: Final = "Archive"
_RESERVED_BYTES: Final = 24576


@dataclass(frozen=True)
class _Used:
    """A certificate that a later reader has to judge, those beside it, and when it was used."""

    certificate: asn1.Certificate
    others: tuple[asn1.Certificate, ...]
    at: datetime


def archived(pdf: bytes, anchors: TrustAnchors, timestamps: TimeStamper) -> bytes:
    """A signed PDF with what proves it later, and a timestamp over everything.

    Raises DocumentRefused (no signature, or unreadable), EvidenceMissing while an authority has not
    yet published anything younger than the signature, and TimestampUnavailable.
    """
    try:
        signatures = list(PdfFileReader(BytesIO(pdf), strict=True).embedded_signatures)
        used = list(_used(signatures))
    except (PdfError, *MALFORMED) as error:
        raise DocumentRefused(reason=str(error)) from error
    if not used:
        raise DocumentRefused(reason=Finding.NOT_SIGNED.message)
    proofs = [_proofs(each, anchors) for each in used]
    return _stamped(pdf, proofs, timestamps, number=_archives(signatures) + 1)


def _used(signatures: list[EmbeddedPdfSignature]) -> Iterator[_Used]:
    for each in signatures:
        if each.sig_object_type == "/DocTimeStamp":
            yield _stamp(each.signed_data)
            continue
        token = next(extract_tst_data_iter(each.signer_info, signed=False), None)
        if token is None:
            raise ValueError("a signature without a timestamp cannot be archived")
        stamp = _stamp(token)
        yield _Used(each.signer_cert, tuple(each.other_embedded_certs), stamp.at)
        yield stamp


def _stamp(token: cms.SignedData) -> _Used:
    certificates = [each.chosen for each in token["certificates"]]
    (information,) = token["signer_infos"]
    serial = information["sid"].chosen["serial_number"].native
    (signer,) = (each for each in certificates if each.serial_number == serial)
    others = tuple(each for each in certificates if each is not signer)
    return _Used(signer, others, token["encap_content_info"]["content"].parsed["gen_time"].native)


def _proofs(used: _Used, anchors: TrustAnchors) -> Proofs:
    found = anchors.proofs_of(used.certificate, used.others, used.at)
    if found.standing is Standing.UNKNOWN:
        raise EvidenceMissing
    return found


def _stamped(pdf: bytes, proofs: list[Proofs], timestamps: TimeStamper, *, number: int) -> bytes:
    writer, finished = MetadataKeeper(BytesIO(pdf)), BytesIO()
    evidence = gathered(each.evidence for each in proofs)
    try:
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            None,
            certs=[one for each in proofs for one in each.chain],
            ocsps=list(evidence.answers),
            crls=list(evidence.lists),
        )
        PdfTimeStamper(timestamps, field_name=f"{FIELD}{number}").timestamp_pdf(
            writer, "sha256", bytes_reserved=_RESERVED_BYTES, output=finished
        )
    except TimestampRequestError as error:
        raise TimestampUnavailable from error
    except (PdfError, SigningError, ValueError) as error:
        raise DocumentRefused(reason=str(error)) from error
    return finished.getvalue()


def _archives(signatures: list[EmbeddedPdfSignature]) -> int:
    return sum(each.sig_object_type == "/DocTimeStamp" for each in signatures)
