"""Seals and their verification: PDF and XML, keys, timestamps.

`seal_pdf` and `seal_xml` sign with the agency's own key and add an RFC 3161 timestamp; `verify_pdf`
and `verify_xml` never raise but report. Signing may ask a network address for its timestamp, so it
belongs in a job and never inside a transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask

from core.clock import now
from core.config import Settings
from core.readiness import parts
from signing import archive, pdf_verification, port, registering, statements, xml_verification
from signing.appearance import BLUE, SealAppearance
from signing.certificates import Purpose
from signing.desk import EXTENSION, Revocations, SigningDesk, signing_desk
from signing.development import Agency, Person, place_of
from signing.key_table import Entry
from signing.keys import AnyKey, KeyState
from signing.report import Change, Finding, Level, Report, Signed, Timestamp
from signing.trust_list import read_trust_list
from signing.watching import ENDING_SOON, look_at_keys

__all__ = [
    "BLUE",
    "Agency",
    "AnyKey",
    "Change",
    "Finding",
    "KeyState",
    "Level",
    "Person",
    "Report",
    "SealAppearance",
    "SealKey",
    "Signed",
    "SigningDesk",
    "Timestamp",
    "archive_pdf",
    "bring_personal_key",
    "bring_seal_key",
    "init_app",
    "key_holders",
    "new_seal_key",
    "personal_keys",
    "seal_keys",
    "seal_pdf",
    "seal_xml",
    "set_key_state",
    "sign_pdf",
    "sign_statement",
    "signing_desk",
    "stamp_statement",
    "trust_anchor_pem",
    "verify_pdf",
    "verify_statement",
    "verify_xml",
]


def init_app(app: Flask, settings: Settings, trust_list: Path | None = None) -> None:
    """Give the application its signing desk, with the keys under the data directory.

    `trust_list` is that of the profile, which a setting may replace; raises InvalidSetting.
    """
    lists = Path(settings.trust_list) if settings.trust_list else trust_list
    app.extensions[EXTENSION] = SigningDesk(
        settings.data_directory / "keys",
        settings.timestamp_url,
        Revocations(f"{settings.public_url}/revocation", settings.egress_loopback),
        read_trust_list(lists) if lists else (),
    )
    parts(app).add("signing keys", lambda: look_at_keys(signing_desk().table))


@dataclass(frozen=True)
class SealKey:
    """A key by which an agency seals; `serial` is its certificate's number, hexadecimal.

    `valid`: it may sign now. `kept_by`: the kind of its provider, empty for a key made here.
    """

    serial: str
    subject: str
    issuer: str
    valid_from: datetime
    valid_until: datetime
    valid: bool
    state: KeyState = KeyState.ACTIVE
    kept_by: str = ""

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
    return [_told(entry) for entry in signing_desk().table.entries(place)]


def _told(entry: Entry) -> SealKey:
    certificate = entry.key.certificate
    return SealKey(
        serial=entry.key.kid,
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        valid=entry.may_sign(),
        state=entry.state,
        kept_by=entry.provider.partition(":")[0],
    )


def new_seal_key(agency: Agency) -> SealKey:
    """Make an agency another key by the development authority; without a decision it seals at once."""
    desk = signing_desk()
    desk.authority.seal_key(agency)
    desk.table.add(f"{Purpose.SEAL}/{agency.id}", desk.authority.new_seal(agency))
    return seal_keys(agency.id)[0]


def bring_seal_key(
    agency: Agency, provider: str, certificate: Path | None, wait: registering.Wait
) -> SealKey:
    """File a key that somebody else keeps as an agency's, after a trial signature; the newest seals.

    `provider` is its address (docs/signers.md), `wait` waits for a person to approve. Errors as in
    `registering.read_key` and `registering.register`.
    """
    return _brought(place_of(Purpose.SEAL, agency.id), provider, certificate, wait)


def bring_personal_key(
    account_id: str, provider: str, certificate: Path | None, wait: registering.Wait
) -> SealKey:
    """The same for somebody who signs in his own name."""
    return _brought(place_of(Purpose.PERSON, account_id), provider, certificate, wait)


def _brought(
    place: str, provider: str, certificate: Path | None, wait: registering.Wait
) -> SealKey:
    key = registering.read_key(provider, certificate)
    registering.register(signing_desk(), place, key, wait)
    return next(each for each in _keys_at(place) if each.serial == key.kid)


def set_key_state(serial: str, state: KeyState) -> None:
    """Say that a key is active, retired or compromised; raises SealKeyMissing.

    A compromised one of the development authority counts as revoked from now on.
    """
    signing_desk().table.set_state(serial, state)


def seal_pdf(
    content: bytes,
    *,
    agency: Agency,
    appearance: SealAppearance | None = None,
    serial: str = "",
) -> bytes:
    """The PDF with the agency's seal (PAdES B-T); invisible without an appearance.

    `serial` says which of its keys seals, else the newest does. Raises DocumentRefused,
    AgencyIdRefused, SealKeyMissing, AnswerComesLater, TimestampUnavailable, and what `port.start` and
    `port.embed` raise.
    """
    prepared = port.prepare_pdf(
        content,
        key=signing_desk().seal_key(agency, serial),
        name=agency.name,
        appearance=appearance,
    )
    return port.signed_at_once(prepared, title=agency.name)


def sign_pdf(content: bytes, *, person: Person, appearance: SealAppearance | None = None) -> bytes:
    """The PDF with the signature of a person in his own name (PAdES B-T); `seal_pdf` may follow.

    His newest key signs: `keys/person/<id>`. Raises DocumentRefused (signed so already, or unreadable),
    AgencyIdRefused or TimestampUnavailable.
    """
    prepared = port.prepare_pdf(
        content,
        key=signing_desk().personal_key(person),
        name=person.name,
        appearance=appearance,
        field=port.PERSONAL_FIELD,
    )
    return port.signed_at_once(prepared, title=person.name)


def seal_xml(content: bytes, *, agency: Agency, serial: str = "") -> bytes:
    """A package (see signing.package) with the document and the agency's seal (XAdES B-T).

    Key and errors as in `seal_pdf`.
    """
    prepared = port.prepare_xml(content, key=signing_desk().seal_key(agency, serial))
    return port.signed_at_once(prepared, title=agency.name)


def sign_statement(content: bytes, *, agency: Agency, serial: str = "") -> bytes:
    """A detached signature (CMS, DER) of the agency's key over any bytes. Key as in `seal_pdf`."""
    key = signing_desk().seal_key(agency, serial)
    return statements.sign(content, key=key, raw=port.raw_signer(key.kid, agency.name))


def stamp_statement(content: bytes) -> bytes:
    """A timestamp token (RFC 3161, DER) over any bytes; raises TimestampUnavailable."""
    return statements.stamp(content, timestamps=signing_desk().timestamps)


def verify_statement(content: bytes, signature: bytes, token: bytes) -> Report:
    """What is to be said about signed and stamped bytes."""
    return statements.verify(content, signature, token, signing_desk().anchors)


def archive_pdf(content: bytes) -> bytes:
    """A signed PDF with its own proofs for the archive (PAdES B-LTA), or with renewed ones.

    The bytes begin with the content as it is. Raises DocumentRefused, EvidenceMissing or
    TimestampUnavailable.
    """
    desk = signing_desk()
    return archive.archived(content, desk.anchors, desk.timestamps)


def verify_pdf(content: bytes) -> Report:
    """What is to be said about a sealed PDF."""
    return pdf_verification.verify(content, signing_desk().anchors)


def verify_xml(content: bytes) -> Report:
    """What is to be said about a sealed package."""
    return xml_verification.verify(content, signing_desk().anchors)


def trust_anchor_pem() -> bytes:
    """The root certificate above all seals of this installation, for other people's verifiers."""
    return signing_desk().authority.root_certificate().public_bytes(Encoding.PEM)
