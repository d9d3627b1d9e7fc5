"""Authorities whose certificates are believed: each root for certain uses, in certain years."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from asn1crypto import x509 as asn1


class Use(StrEnum):
    """What a certificate below a root may be used for: agencies seal, persons sign."""

    SEAL = "seal"
    SIGN = "sign"
    TIMESTAMP = "timestamp"


SIGNING = frozenset({Use.SEAL, Use.SIGN})
EVERYTHING = frozenset(Use)


@dataclass(frozen=True)
class Authority:
    """A root, what for and when it is believed; `publishes`: whether it tells of revoked certificates.

    `since` and `until` bound the moments of signing, the last one excluded; None: no bound.
    """

    certificate: asn1.Certificate
    uses: frozenset[Use] = EVERYTHING
    publishes: bool = False
    name: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def serves(self, use: Use, moment: datetime) -> bool:
        """Whether it is believed for a use at a moment."""
        begun = self.since is None or self.since <= moment
        return use in self.uses and begun and (self.until is None or moment < self.until)


def use_of(certificate: asn1.Certificate) -> Use:
    """Whether a certificate is a person's or an organisation's (ETSI EN 319 412-2 and 412-3)."""
    subject: dict[str, str] = certificate.subject.native
    personal = subject.keys() & {"given_name", "surname", "serial_number", "pseudonym"}
    return Use.SIGN if personal or "organization_identifier" not in subject else Use.SEAL
