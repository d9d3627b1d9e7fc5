"""Verifying a PDF: the last signature must cover every byte of the file, and all must hold."""

from dataclasses import replace
from io import BytesIO

from asn1crypto import cms
from asn1crypto.parser import peek
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel

from core import clock
from signing.report import Finding, Report, Timestamp
from signing.trust import DIGESTS, MALFORMED, TrustAnchors, agency_id, common_name, standing_notes

_SIGNATURES = frozenset({"rsassa_pkcs1v15"}).union(
    f"{digest}_{kind}" for digest in DIGESTS for kind in ("ecdsa", "rsa")
)


def verify(pdf: bytes, anchors: TrustAnchors) -> Report:
    """The report on a PDF; who and when are those of its last signature."""
    try:
        signatures = PdfFileReader(BytesIO(pdf), strict=True).embedded_regular_signatures
        if not signatures:
            return Report.refused(Finding.NOT_SIGNED)
        reports = [_verified(signature, anchors) for signature in signatures]
        untouched = _covers_everything(signatures[-1], pdf)
    except (PdfError, *MALFORMED):
        return Report.refused(Finding.UNREADABLE)
    return _combined(reports, untouched=untouched)


def _verified(signature: EmbeddedPdfSignature, anchors: TrustAnchors) -> Report:
    signer = signature.signer_cert
    timestamp = _timestamp(signature, anchors)
    moment = timestamp.at if timestamp else clock.now()
    status = validate_pdf_signature(signature, anchors.signer_context(moment))
    reasons = _integrity(signature, status)
    problem = anchors.problem_with_signer(signer, signature.other_embedded_certs, moment)
    notes = standing_notes(signer)
    if timestamp is None and _token(signature) is None:
        notes.append(Finding.TIMESTAMP_MISSING)
    elif timestamp is None:
        reasons.append(Finding.TIMESTAMP_WRONG)
    return Report(
        intact=Finding.CHANGED not in reasons and Finding.SIGNATURE_WRONG not in reasons,
        trusted=problem is None,
        signer=common_name(signer),
        agency=agency_id(signer),
        signed_at=timestamp.at if timestamp else signature.self_reported_timestamp,
        timestamp=timestamp,
        reasons=tuple(reasons + ([problem] if problem else [])),
        notes=tuple(notes),
    )


def _integrity(signature: EmbeddedPdfSignature, status: PdfSignatureStatus) -> list[Finding]:
    reasons = []
    information = signature.signer_info
    digest = information["digest_algorithm"]["algorithm"].native
    algorithm = information["signature_algorithm"]["algorithm"].native
    if digest not in DIGESTS or algorithm not in _SIGNATURES:
        reasons.append(Finding.ALGORITHM)
    if not status.intact or status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        reasons.append(Finding.CHANGED)
    if not status.valid:
        reasons.append(Finding.SIGNATURE_WRONG)
    return reasons


def _timestamp(signature: EmbeddedPdfSignature, anchors: TrustAnchors) -> Timestamp | None:
    token = _token(signature)
    if token is None:
        return None
    return anchors.timestamp(token, signature.signer_info["signature"].native)


def _token(signature: EmbeddedPdfSignature) -> cms.SignedData | None:
    return next(extract_tst_data_iter(signature.signer_info, signed=False), None)


def _covers_everything(signature: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Nothing after the signature, and in the gap it leaves nothing but itself and its padding."""
    start, gap, after, length = signature.byte_range
    if start != 0 or after + length != len(pdf):
        return False
    filled = bytes.fromhex(pdf[gap + 1 : after - 1].decode("ascii"))
    return filled == signature.pkcs7_content and not filled[peek(filled) :].strip(b"\0")


def _combined(reports: list[Report], *, untouched: bool) -> Report:
    reasons = [reason for report in reports for reason in report.reasons]
    if not untouched:
        reasons.append(Finding.CHANGED)
    return replace(
        reports[-1],
        intact=untouched and all(report.intact for report in reports),
        trusted=all(report.trusted for report in reports),
        reasons=tuple(dict.fromkeys(reasons)),
        signers=tuple(report.signer or "" for report in reports),
    )
