"""What is told of one signature, once its bytes, its timestamp and its certificate were looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509 as asn1

from core import clock
from signing.authorities import use_of
from signing.report import Change, Finding, Level, Signed, Timestamp, unique
from signing.trust import Judgement, agency_id, common_name


@dataclass(frozen=True)
class Stamp:
    """When a signature was made: proven, or only claimed; `present`: whether there is a timestamp.

    `proven` is when a later timestamp over the whole document found it there.
    """

    timestamp: Timestamp | None
    present: bool
    claimed: datetime | None = None
    proven: datetime | None = None

    @property
    def moment(self) -> datetime:
        """The moment at which the certificate has to be good."""
        return self.timestamp.at if self.timestamp else self.proven or clock.now()

    @property
    def level(self) -> Level:
        """What the timestamp alone makes of the signature."""
        return Level.TIMESTAMPED if self.timestamp else Level.BASIC


def signed(
    signer: asn1.Certificate,
    judgement: Judgement,
    stamp: Stamp,
    reasons: Sequence[Finding] = (),
    *,
    level: Level | None = None,
    changes: Change = Change.NONE,
) -> Signed:
    """All that is to be told; `reasons` are what its bytes already say against it."""
    against, notes = list(reasons), list(judgement.notes)
    if stamp.timestamp is None and stamp.present:
        against.append(Finding.TIMESTAMP_WRONG)
    elif stamp.timestamp is None:
        notes.append(Finding.TIMESTAMP_MISSING)
    if judgement.problem is not None:
        against.append(judgement.problem)
    return Signed(
        signer=common_name(signer),
        use=use_of(signer),
        agency=agency_id(signer),
        issuer=common_name_of_issuer(signer),
        serial=f"{signer.serial_number:x}",
        valid_from=signer.not_valid_before,
        valid_until=signer.not_valid_after,
        signed_at=stamp.timestamp.at if stamp.timestamp else stamp.proven or stamp.claimed,
        timestamp=stamp.timestamp,
        level=level or stamp.level,
        revoked_at=judgement.revoked_at,
        now=judgement.now,
        changes=changes,
        reasons=unique(against),
        notes=unique(notes),
    )


def common_name_of_issuer(certificate: asn1.Certificate) -> str:
    """The name of who issued a certificate, as people read it."""
    issuer: dict[str, str] = certificate.issuer.native
    return str(issuer.get("common_name", ""))
