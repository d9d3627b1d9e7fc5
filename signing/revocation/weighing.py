"""What published evidence means for the certificates of a path, at a moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from asn1crypto import x509 as asn1
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    InsufficientRevinfoError,
    PathError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath

from signing.awaiting import result_of
from signing.revocation.evidence import Evidence


class Standing(Enum):
    """What is known of a certificate and those above it."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    NOT_PUBLISHED = "not-published"


@dataclass(frozen=True)
class Weighed:
    """The standing at a moment, and since when it is revoked, where it is."""

    standing: Standing
    revoked_at: datetime | None = None


def weighed(path: ValidationPath, evidence: Evidence, moment: datetime) -> Weighed:
    """Whether a path stood at a moment; every certificate below its root must be told about."""
    root, *others, leaf = certificates_of(path)
    context = ValidationContext(
        trust_roots=[root],
        moment=moment,
        crls=list(evidence.lists),
        ocsps=list(evidence.answers),
        revocation_mode="require",
        # Later evidence tells of earlier moments: it names the day from which on it revokes.
        retroactive_revinfo=True,
    )
    validator = CertificateValidator(leaf, intermediate_certs=others, validation_context=context)
    try:
        result_of(validator.async_validate_path())
    except RevokedError as error:
        return Weighed(Standing.REVOKED, error.revocation_dt)
    except (InsufficientRevinfoError, PathError, ValidationError):
        return Weighed(Standing.UNKNOWN)
    return Weighed(Standing.GOOD)


def certificates_of(path: ValidationPath) -> list[asn1.Certificate]:
    """The certificates of a path, the root first."""
    return list(path.iter_certs(include_root=True))
