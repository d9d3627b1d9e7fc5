"""The development authority: a root, an issuing authority, a timestamp key, one seal per agency.

It is made at first use and has no legal weight. Production keys come from a trust service provider.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from core import clock
from signing.certificates import BEGINNING, Purpose, issue, subject
from signing.errors import AgencyIdRefused
from signing.key_table import KeyTable
from signing.keys import SigningKey

_AGENCY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_YEAR = timedelta(days=365)
_MARGIN = timedelta(hours=1)
_OF_SOMEBODY = frozenset({Purpose.SEAL, Purpose.PERSON})


@dataclass(frozen=True)
class Agency:
    """Who seals: the id files the key and stands in its certificate; people read the name."""

    id: str
    name: str


@dataclass(frozen=True)
class Person:
    """Who signs in his own name: the id files the key; `agency` is the id of where he holds office."""

    id: str
    name: str
    agency: str


class DevelopmentAuthority:
    """Hands out keys from the key table, and makes those that are missing."""

    def __init__(self, table: KeyTable, revocation_url: str = "") -> None:
        self._table = table
        self._url = revocation_url

    def root_certificate(self) -> x509.Certificate:
        """The trust anchor."""
        return self._root().certificate

    def timestamp_key(self) -> SigningKey:
        """The key of the in-process time-stamping authority."""
        issuing = self._issuing()
        return self._table.newest_or_made(
            Purpose.TIMESTAMP,
            lambda: self._issued(
                issuing, Purpose.TIMESTAMP, subject("Motcua Development Timestamps"), 20 * _YEAR
            ),
        )

    def seal_key(self, agency: Agency) -> SigningKey:
        """The agency's newest seal; raises AgencyIdRefused."""
        place, issuing = place_of(Purpose.SEAL, agency.id), self._issuing()
        return self._table.newest_or_made(place, lambda: self.new_seal(agency, issuing))

    def new_seal(self, agency: Agency, issuing: SigningKey | None = None) -> SigningKey:
        """A fresh seal for three years, not yet in the table: rotation adds it."""
        name = subject(agency.name, organization_id=agency.id)
        return self._issued(issuing or self._issuing(), Purpose.SEAL, name, 3 * _YEAR)

    def personal_key(self, person: "Person") -> SigningKey:
        """The newest key of somebody who signs in his own name; raises AgencyIdRefused."""
        place, issuing = place_of(Purpose.PERSON, person.id), self._issuing()
        name = subject(person.name, organization_id=person.agency, person_id=person.id)
        return self._table.newest_or_made(
            place, lambda: self._issued(issuing, Purpose.PERSON, name, 3 * _YEAR)
        )

    def issuers(self) -> list[SigningKey]:
        """Every key that ever issued certificates here."""
        places = (Purpose.ROOT, Purpose.ISSUING)
        found = (each for place in places for each in self._table.all(place))
        return [each for each in found if isinstance(each, SigningKey)]

    def _issued(
        self, issuer: SigningKey, purpose: Purpose, name: x509.Name, lifetime: timedelta
    ) -> SigningKey:
        return _issued_by(issuer, purpose, name, lifetime, self._url)

    def _root(self) -> SigningKey:
        return self._table.newest_or_made(Purpose.ROOT, _new_root)

    def _issuing(self) -> SigningKey:
        root = self._root()
        return self._table.newest_or_made(
            Purpose.ISSUING,
            lambda: self._issued(
                root, Purpose.ISSUING, subject("Motcua Development Issuing CA"), 25 * _YEAR
            ),
        )


def place_of(purpose: Purpose, holder: str) -> str:
    """Where the keys of a holder are filed; raises AgencyIdRefused."""
    if not _AGENCY_ID.fullmatch(holder):
        raise AgencyIdRefused(id=holder)
    return f"{purpose}/{holder}"


def _new_root() -> SigningKey:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = issue(
        Purpose.ROOT,
        subject("Motcua Development Root CA"),
        key.public_key(),
        issuer=None,
        issuer_key=key,
        lifetime=30 * _YEAR,
    )
    return SigningKey(key, certificate)


def _issued_by(
    issuer: SigningKey, purpose: Purpose, name: x509.Name, lifetime: timedelta, url: str
) -> SigningKey:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = issue(
        purpose,
        name,
        key.public_key(),
        issuer=issuer.certificate,
        issuer_key=issuer.private_key,
        lifetime=lifetime,
        not_before=clock.now() - _MARGIN if purpose in _OF_SOMEBODY else BEGINNING,
        revocation_url=url,
    )
    # The root is left out: whoever verifies has it already, or must not trust it.
    above = () if purpose is Purpose.ISSUING else (issuer.certificate, *issuer.intermediates)
    return SigningKey(key, certificate, above)
