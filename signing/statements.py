"""Signed statements: any bytes with a detached signature (CAdES B-B) and a timestamp beside them.

Foreign tools read both: `openssl cms -verify` the signature, `openssl ts -verify` the token.
"""

from collections.abc import Callable
from typing import Any

from asn1crypto import cms
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.validation import async_validate_detached_cms

from core import clock
from signing import cades
from signing.awaiting import result_of
from signing.judging import Stamp, signed
from signing.keys import AnyKey
from signing.report import Finding, Report, Timestamp
from signing.timestamps import token_over
from signing.trust import DIGESTS, MALFORMED, TrustAnchors


def sign(statement: bytes, *, key: AnyKey, raw: Callable[[bytes], bytes]) -> bytes:
    """The detached signature, DER; `raw` makes the key's raw signature over a SHA-256 digest."""
    covered = cades.attributes(key, cades.digest_of(statement), in_pdf=False)
    return cades.container(key, covered, raw(cades.digest_of(covered)), None)


def stamp(statement: bytes, *, timestamps: TimeStamper) -> bytes:
    """A timestamp token over the statement, DER; raises TimestampUnavailable."""
    return bytes(token_over(timestamps, statement).dump())


def stamped_at(statement: bytes, token: bytes, anchors: TrustAnchors) -> Timestamp | None:
    """When a trusted authority saw the statement; None when the token does not say so."""
    try:
        content = cms.ContentInfo.load(token, strict=True)["content"]
    except MALFORMED:
        return None
    return anchors.timestamp(content, statement)


def verify(statement: bytes, signature: bytes, token: bytes, anchors: TrustAnchors) -> Report:
    """The report on a statement; it was signed when the token says, else only as claimed."""
    timestamp = stamped_at(statement, token, anchors)
    moment = timestamp.at if timestamp else clock.now()
    try:
        content = cms.ContentInfo.load(signature, strict=True)["content"]
        status = result_of(
            async_validate_detached_cms(statement, content, anchors.signer_context(moment))
        )
        signer, others = _certificates(content, status.signing_cert.serial_number)
    except MALFORMED:
        return Report.refused(Finding.UNREADABLE)
    reasons = _integrity(content, intact=status.intact, valid=status.valid)
    stamp = Stamp(timestamp, present=True, claimed=status.signer_reported_dt)
    return Report.of([signed(signer, anchors.judged(signer, others, moment), stamp, reasons)])


def _certificates(content: cms.SignedData, serial: int) -> tuple[Any, list[Any]]:
    found = [each.chosen for each in content["certificates"]]
    signer = next(each for each in found if each.serial_number == serial)
    return signer, [each for each in found if each is not signer]


def _integrity(content: cms.SignedData, *, intact: bool, valid: bool) -> list[Finding]:
    reasons = []
    (information,) = content["signer_infos"]
    if information["digest_algorithm"]["algorithm"].native not in DIGESTS:
        reasons.append(Finding.ALGORITHM)
    if not intact:
        reasons.append(Finding.CHANGED)
    if not valid:
        reasons.append(Finding.SIGNATURE_WRONG)
    return reasons
