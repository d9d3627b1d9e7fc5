"""The signing desk: the keys, the timestamps and the trust of one installation."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from flask import current_app
from pyhanko.sign.timestamps.api import TimeStamper

from signing.authorities import Authority
from signing.believing import Believing
from signing.certificates import Purpose
from signing.development import Agency, DevelopmentAuthority, Person, place_of
from signing.errors import NoKeyMaySign, SealKeyMissing
from signing.key_table import KeyTable
from signing.keys import AnyKey
from signing.revocation.fetching import Fetcher, egress
from signing.revocation.marks import RevokedKeys
from signing.revocation.publishing import Publisher
from signing.revocation.sources import Sources
from signing.timestamps import LocalAuthority, RemoteAuthority
from signing.trust import TrustAnchors

EXTENSION: Final = "motcua.signing"


@dataclass(frozen=True)
class Revocations:
    """Where the development authority tells of what it revoked, and whether others may be asked on
    this very machine."""

    url: str = ""
    loopback: bool = False


class SigningDesk:
    """The keys, the timestamps and the trust of one installation; keys are made at first use."""

    def __init__(
        self, folder: Path, timestamp_url: str, told: Revocations, others: Sequence[Authority] = ()
    ) -> None:
        self.table = KeyTable(folder)
        self.authority = DevelopmentAuthority(self.table, told.url)
        self.publisher = Publisher(self.authority.issuers, RevokedKeys(folder))
        self._sources = Sources(self.publisher, Fetcher(egress(loopback=told.loopback)))
        self._others = others
        self._timestamp_url = timestamp_url
        self.believing = Believing(lambda: self.anchors)

    def seal_key(self, agency: Agency, serial: str = "") -> AnyKey:
        """The agency's key of a serial number, else its newest one.

        Raises AgencyIdRefused, SealKeyMissing or NoKeyMaySign.
        """
        place = place_of(Purpose.SEAL, agency.id)
        if not serial:
            return self._brought(place, agency.name) or self.authority.seal_key(agency)
        found = self.table.named(place, serial)
        if found is None:
            raise SealKeyMissing(serial=serial)
        return found

    def personal_key(self, person: Person) -> AnyKey:
        """The newest key of somebody who signs in his own name; AgencyIdRefused or NoKeyMaySign."""
        place = place_of(Purpose.PERSON, person.id)
        return self._brought(place, person.name) or self.authority.personal_key(person)

    def _brought(self, place: str, holder: str) -> AnyKey | None:
        """The newest key; None where the development authority may make one in its stead."""
        found = self.table.newest(place)
        if found is None and any(each.provider for each in self.table.entries(place)):
            raise NoKeyMaySign(holder=holder)
        return found

    @cached_property
    def timestamps(self) -> TimeStamper:
        """The configured RFC 3161 authority, else the one in this process."""
        if self._timestamp_url:
            return RemoteAuthority(self._timestamp_url)
        return LocalAuthority(self.authority.timestamp_key())

    @cached_property
    def anchors(self) -> TrustAnchors:
        """Our root, the trust list's, and for timestamps those in `timestamp-roots/*.pem`."""
        return TrustAnchors.of(
            self.authority.root_certificate(),
            self.table.folder / "timestamp-roots",
            self._others,
            self._sources,
        )


def signing_desk() -> SigningDesk:
    """The signing desk of the current application."""
    desk: SigningDesk = current_app.extensions[EXTENSION]
    return desk
