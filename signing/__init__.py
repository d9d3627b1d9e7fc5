"""Seals and their verification: PDF and XML, keys, timestamps.

`seal_pdf` and `seal_xml` sign with the agency's own key and add an RFC 3161 timestamp; `verify_pdf`
and `verify_xml` never raise but report. Signing may ask a network address for its timestamp, so it
belongs in a job and never inside a transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask, current_app
from pyhanko.sign.timestamps.api import TimeStamper

from core.clock import now
from core.config import Settings
from core.readiness import parts
from signing import pdf, pdf_verification, statements, xml, xml_verification
from signing.appearance import BLUE, SealAppearance
from signing.certificates import Purpose
from signing.development import Agency, DevelopmentAuthority, Person
from signing.errors import SealKeyMissing
from signing.keys import KeyTable, SigningKey
from signing.report import Finding, Report, Timestamp
from signing.timestamps import LocalAuthority, RemoteAuthority
from signing.trust import TrustAnchors
from signing.watching import ENDING_SOON, look_at_keys

__all__ = [
    "BLUE",
    "Agency",
    "Finding",
    "Person",
    "Report",
    "SealAppearance",
    "SealKey",
    "Timestamp",
    "init_app",
    "key_holders",
    "new_seal_key",
    "personal_keys",
    "seal_keys",
    "seal_pdf",
    "seal_xml",
    "sign_pdf",
    "sign_statement",
    "signing_desk",
    "stamp_statement",
    "trust_anchor_pem",
    "verify_pdf",
    "verify_statement",
    "verify_xml",
]

_EXTENSION = "motcua.signing"


class SigningDesk:
    """The keys, the timestamps and the trust of one installation; keys are made at first use."""

    def __init__(self, folder: Path, timestamp_url: str) -> None:
        self.table = KeyTable(folder)
        self.authority = DevelopmentAuthority(self.table)
        self._timestamp_url = timestamp_url

    def seal_key(self, agency: Agency, serial: str = "") -> SigningKey:
        """The agency's key of a serial number, else its newest one; raises SealKeyMissing."""
        if not serial:
            return self.authority.seal_key(agency)
        found = self.table.named(f"{Purpose.SEAL}/{agency.id}", serial)
        if found is None:
            raise SealKeyMissing(serial=serial)
        return found

    @cached_property
    def timestamps(self) -> TimeStamper:
        """The configured RFC 3161 authority, else the one in this process."""
        if self._timestamp_url:
            return RemoteAuthority(self._timestamp_url)
        return LocalAuthority(self.authority.timestamp_key())

    @cached_property
    def anchors(self) -> TrustAnchors:
        """Our root; timestamps also by the roots in `timestamp-roots/*.pem` beside the keys."""
        return TrustAnchors.of(
            self.authority.root_certificate(), self.table.folder / "timestamp-roots"
        )


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its signing desk, with the keys under the data directory."""
    app.extensions[_EXTENSION] = SigningDesk(
        settings.data_directory / "keys", settings.timestamp_url
    )
    parts(app).add("signing keys", lambda: look_at_keys(signing_desk().table))


def signing_desk() -> SigningDesk:
    """The signing desk of the current application."""
    desk: SigningDesk = current_app.extensions[_EXTENSION]
    return desk


@dataclass(frozen=True)
class SealKey:
    """A key by which an agency seals; `serial` is its certificate's number, hexadecimal."""

    serial: str
    subject: str
    issuer: str
    valid_from: datetime
    valid_until: datetime
    valid: bool

    @property
    def ends_soon(self) -> bool:
        """Whether it is valid still, but not for another month."""
        return self.valid and self.valid_until - now() <= ENDING_SOON


def seal_keys(agency_id: str) -> list[SealKey]:
    """The keys of an agency that this server holds, the newest first."""
    return _keys_at(f"{Purpose.SEAL}/{agency_id}")


def personal_keys(account_id: str) -> list[SealKey]:
    """The keys by which a person signs in his own name, the newest first."""
    return _keys_at(f"{Purpose.PERSON}/{account_id}")


def key_holders() -> list[str]:
    """The ids of the accounts for which this server holds a personal key."""
    return sorted(path.name for path in (signing_desk().table.folder / Purpose.PERSON).glob("*"))


def _keys_at(place: str) -> list[SealKey]:
    moment = now()
    return [
        SealKey(
            serial=key.kid,
            subject=key.certificate.subject.rfc4514_string(),
            issuer=key.certificate.issuer.rfc4514_string(),
            valid_from=key.certificate.not_valid_before_utc,
            valid_until=key.certificate.not_valid_after_utc,
            valid=key.valid_at(moment),
        )
        for key in signing_desk().table.all(place)
    ]


def new_seal_key(agency: Agency) -> SealKey:
    """Make an agency another key by the development authority; without a decision it seals at once."""
    desk = signing_desk()
    desk.authority.seal_key(agency)
    desk.table.add(f"{Purpose.SEAL}/{agency.id}", desk.authority.new_seal(agency))
    return seal_keys(agency.id)[0]


def seal_pdf(
    content: bytes,
    *,
    agency: Agency,
    appearance: SealAppearance | None = None,
    serial: str = "",
) -> bytes:
    """The PDF with the agency's seal (PAdES B-T); invisible without an appearance.

    `serial` says which of its keys seals, else the newest does. Raises DocumentRefused,
    AgencyIdRefused, SealKeyMissing or TimestampUnavailable.
    """
    desk = signing_desk()
    return pdf.seal(
        content,
        key=desk.seal_key(agency, serial),
        agency=agency.name,
        appearance=appearance,
        timestamps=desk.timestamps,
    )


def sign_pdf(content: bytes, *, person: Person, appearance: SealAppearance | None = None) -> bytes:
    """The PDF with the signature of a person in his own name (PAdES B-T); `seal_pdf` may follow.

    His newest key signs: `keys/person/<id>`. Raises DocumentRefused (signed so already, or unreadable),
    AgencyIdRefused or TimestampUnavailable.
    """
    desk = signing_desk()
    return pdf.seal(
        content,
        key=desk.authority.personal_key(person),
        agency=person.name,
        appearance=appearance,
        timestamps=desk.timestamps,
        field=pdf.PERSONAL_FIELD,
    )


def seal_xml(content: bytes, *, agency: Agency, serial: str = "") -> bytes:
    """A package (see signing.package) with the document and the agency's seal (XAdES B-T).

    Key and errors as in `seal_pdf`.
    """
    desk = signing_desk()
    return xml.seal(content, key=desk.seal_key(agency, serial), timestamps=desk.timestamps)


def sign_statement(content: bytes, *, agency: Agency, serial: str = "") -> bytes:
    """A detached signature (CMS, DER) of the agency's key over any bytes. Key as in `seal_pdf`."""
    return statements.sign(content, key=signing_desk().seal_key(agency, serial))


def stamp_statement(content: bytes) -> bytes:
    """A timestamp token (RFC 3161, DER) over any bytes; raises TimestampUnavailable."""
    return statements.stamp(content, timestamps=signing_desk().timestamps)


def verify_statement(content: bytes, signature: bytes, token: bytes) -> Report:
    """What is to be said about signed and stamped bytes."""
    return statements.verify(content, signature, token, signing_desk().anchors)


def verify_pdf(content: bytes) -> Report:
    """What is to be said about a sealed PDF."""
    return pdf_verification.verify(content, signing_desk().anchors)


def verify_xml(content: bytes) -> Report:
    """What is to be said about a sealed package."""
    return xml_verification.verify(content, signing_desk().anchors)


def trust_anchor_pem() -> bytes:
    """The root certificate above all seals of this installation, for other people's verifiers."""
    return signing_desk().authority.root_certificate().public_bytes(Encoding.PEM)
