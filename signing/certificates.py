"""The certificates of the development authority: RFC 5280, elliptic curve P-256 throughout."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import (
    ExtendedKeyUsageOID,
    NameOID,
    ObjectIdentifier,
)

from signing.signatures import PrivateKey, PublicKey, usable

DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
DEVELOPMENT = "Motcua development, no legal weight"
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


class Purpose(StrEnum):
    """What a key may be used for; its certificate says the same by its extensions."""

    ROOT = "root"
    ISSUING = "issuing"
    SEAL = "seal"
    PERSON = "person"
    TIMESTAMP = "timestamp"


def subject(common_name: str, *, organization_id: str = "", person_id: str = "") -> x509.Name:
    """A development subject; `organization_id` is X.520 organizationIdentifier.

    `person_id` is X.520 serialNumber, which only persons have (ETSI EN 319 412-2).
    """
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, DEVELOPMENT),
    ]
    if organization_id:
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, organization_id))
    if person_id:
        attributes.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, person_id))
    return x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, _short(common_name))])


def _short(name: str) -> str:
    """X.520 allows 64 characters in a name; the library counts bytes."""
    return name.encode()[:64].decode(errors="ignore")


def issue(
    purpose: Purpose,
    name: x509.Name,
    public_key: PublicKey,
    *,
    issuer: x509.Certificate | None,
    issuer_key: PrivateKey,
    lifetime: timedelta,
    not_before: datetime = BEGINNING,
    revocation_url: str = "",
) -> x509.Certificate:
    """A certificate for a purpose, self-signed when it has no issuer.

    `revocation_url` is where its issuer's list of revoked ones is: `<url>/<issuer's serial>.crl`.
    """
    signer = issuer_key.public_key() if issuer is None else issuer.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name if issuer is None else issuer.subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_before + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(_authority_key(signer), critical=False)
    )
    for extension, critical in _extensions(purpose):
        builder = builder.add_extension(extension, critical=critical)
    if issuer is not None and revocation_url:
        builder = builder.add_extension(_list_of(revocation_url, issuer), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _list_of(url: str, issuer: x509.Certificate) -> x509.CRLDistributionPoints:
    # Only the list: readers built on NSS refuse certificates whose OCSP address is silent.
    named = [x509.UniformResourceIdentifier(f"{url}/{issuer.serial_number:x}.crl")]
    point = x509.DistributionPoint(named, relative_name=None, reasons=None, crl_issuer=None)
    return x509.CRLDistributionPoints([point])


def _authority_key(key: object) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(usable(key))


def _extensions(purpose: Purpose) -> list[tuple[x509.ExtensionType, bool]]:
    if purpose in {Purpose.ROOT, Purpose.ISSUING}:
        length = 1 if purpose is Purpose.ROOT else 0
        return [(x509.BasicConstraints(ca=True, path_length=length), True), (_usage(ca=True), True)]
    return [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(ca=False), True),
        _extended_usage(purpose),
    ]


def _extended_usage(purpose: Purpose) -> tuple[x509.ExtendedKeyUsage, bool]:
    # RFC 3161 section 2.3: a time-stamping key serves nothing else, and says so critically.
    if purpose is Purpose.TIMESTAMP:
        return x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True
    # Readers built on NSS, such as poppler, know e-mail signing but not yet document signing.
    return x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), False


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
