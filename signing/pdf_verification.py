"""Verifying a PDF: every signature with its certificate and what was done after it.

The last one must cover every byte of the file, or be followed by nothing but a store of evidence.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Final

from asn1crypto import cms
from asn1crypto.parser import peek
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel

from signing.judging import Stamp, signed
from signing.pdf_changes import AFTER_THE_LAST, BETWEEN_SIGNATURES
from signing.pdf_evidence import Store, store_of
from signing.report import Change, Finding, Level, Report, Signed, Timestamp
from signing.trust import DIGESTS, MALFORMED, TrustAnchors
from signing.unpacking import is_modest

_ALGORITHMS: Final = frozenset({"rsassa_pkcs1v15"}).union(
    f"{digest}_{kind}" for digest in DIGESTS for kind in ("ecdsa", "rsa")
)
_END: Final = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")


@dataclass(frozen=True)
class _Archive:
    """A timestamp over the whole document as it was then; `found` is None where it is not believed."""

    revision: int
    found: Timestamp | None


def verify(pdf: bytes, anchors: TrustAnchors) -> Report:
    """The report on a PDF; who and when are those of its last signature."""
    if not is_modest(pdf):
        return Report.refused(Finding.UNREADABLE)
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=True)
        everything = reader.embedded_signatures
        signatures = [each for each in everything if each.sig_object_type == "/Sig"]
        if not signatures:
            return Report.refused(Finding.NOT_SIGNED)
        store = store_of(reader)
        archives = _archives(pdf, everything, store, anchors)
        told = [_verified(each, archives, store, anchors) for each in signatures]
        found = _of_the_whole(pdf, everything, archives)
    except (PdfError, *MALFORMED):
        return Report.refused(Finding.UNREADABLE)
    last = archives[-1].found if archives else None
    return replace(Report.of(told, *found), archived_until=last.until if last else None)


def _archives(
    pdf: bytes, everything: Sequence[EmbeddedPdfSignature], store: Store, anchors: TrustAnchors
) -> list[_Archive]:
    """The document's timestamps in their order; each proves that the one before it was there."""
    archives: list[_Archive] = []
    proven: datetime | None = None
    for each in reversed([one for one in everything if one.sig_object_type == "/DocTimeStamp"]):
        covered = _covered(pdf, each)
        found = anchors.timestamp(each.signed_data, covered, proven=proven, embedded=store.evidence)
        archives.insert(0, _Archive(each.signed_revision, found))
        proven = found.at if found else None
    return archives


def _verified(
    signature: EmbeddedPdfSignature,
    archives: Sequence[_Archive],
    store: Store,
    anchors: TrustAnchors,
) -> Signed:
    after = [each.found for each in archives if each.revision > signature.signed_revision]
    proven = after[0].at if after and after[0] else None
    stamp = _stamp(signature, proven, store, anchors)
    status = validate_pdf_signature(
        signature, anchors.signer_context(stamp.moment), diff_policy=BETWEEN_SIGNATURES
    )
    signer, others = signature.signer_cert, [*signature.other_embedded_certs, *store.certificates]
    judgement = anchors.judged(signer, others, stamp.moment, store.evidence)
    changes = _changes(status)
    reasons = _integrity(signature, status, changes)
    level = _level(stamp, store, archived=proven is not None)
    return signed(signer, judgement, stamp, reasons, level=level, changes=changes)


def _stamp(
    signature: EmbeddedPdfSignature, proven: datetime | None, store: Store, anchors: TrustAnchors
) -> Stamp:
    claimed, token = signature.self_reported_timestamp, _token(signature)
    if token is None:
        return Stamp(None, present=False, claimed=claimed, proven=proven)
    covered = signature.signer_info["signature"].native
    found = anchors.timestamp(token, covered, proven=proven, embedded=store.evidence)
    return Stamp(found, present=True, claimed=claimed, proven=proven)


def _token(signature: EmbeddedPdfSignature) -> cms.SignedData | None:
    return next(extract_tst_data_iter(signature.signer_info, signed=False), None)


def _changes(status: PdfSignatureStatus) -> Change:
    if not status.intact:
        return Change.CONTENT
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return Change.NONE
    level = status.modification_level
    if level is ModificationLevel.NONE:
        return Change.NONE
    allowed = level is not None and level <= ModificationLevel.FORM_FILLING and status.docmdp_ok
    return Change.SIGNATURES if allowed else Change.CONTENT


def _integrity(
    signature: EmbeddedPdfSignature, status: PdfSignatureStatus, changes: Change
) -> list[Finding]:
    reasons = []
    information = signature.signer_info
    digest = information["digest_algorithm"]["algorithm"].native
    algorithm = information["signature_algorithm"]["algorithm"].native
    if digest not in DIGESTS or algorithm not in _ALGORITHMS:
        reasons.append(Finding.ALGORITHM)
    whole = status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    if not (status.intact and whole) or changes is Change.CONTENT:
        reasons.append(Finding.CHANGED)
    if not status.valid:
        reasons.append(Finding.SIGNATURE_WRONG)
    return reasons


def _level(stamp: Stamp, store: Store, *, archived: bool) -> Level:
    if stamp.timestamp is None or not store.evidence:
        return stamp.level
    return Level.ARCHIVED if archived else Level.LONG_TERM


def _of_the_whole(
    pdf: bytes, everything: Sequence[EmbeddedPdfSignature], archives: Sequence[_Archive]
) -> list[Finding]:
    """What is wrong with the file as one: unsigned bytes, or archive timestamps that do not hold."""
    found = []
    clean = all(_fills_its_gap(each, pdf) for each in everything)
    if not (clean and _ends(everything[-1], pdf)):
        found.append(Finding.CHANGED)
    if any(each.found is None for each in archives):
        found.append(Finding.TIMESTAMP_WRONG)
    return found


def _covered(pdf: bytes, signature: EmbeddedPdfSignature) -> bytes:
    start, gap, after, length = signature.byte_range
    return pdf[start : start + gap] + pdf[after : after + length]


def _fills_its_gap(signature: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Whether what a signature leaves uncovered is nothing but itself and its padding."""
    start, gap, after, _ = signature.byte_range
    if start != 0:
        return False
    filled = bytes.fromhex(pdf[gap + 1 : after - 1].decode("ascii"))
    return filled == signature.pkcs7_content and not filled[peek(filled) :].strip(b"\0")


def _ends(last: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Whether the file ends with its last signature, or with a store of evidence and nothing else."""
    _, _, after, length = last.byte_range
    if after + length == len(pdf):
        return True
    last.compute_integrity_info(diff_policy=AFTER_THE_LAST)
    told = last.summarise_integrity_info()
    result = told.get("diff_result")
    level = getattr(result, "modification_level", None)
    harmless = level is not None and level <= ModificationLevel.LTA_UPDATES
    return harmless and bool(_END.search(pdf))
