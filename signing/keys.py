"""A key that signs, with its certificates: in this process, or somewhere else behind an address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from signing.signatures import PrivateKey, usable


class KeyState(StrEnum):
    """What people said of a key; its certificate's own dates come on top."""

    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"


class Certified:
    """What every key has: a certificate, and those above it, nearest first."""

    certificate: x509.Certificate
    intermediates: tuple[x509.Certificate, ...]

    @property
    def kid(self) -> str:
        """The key's id: the serial number of its certificate, hexadecimal."""
        return f"{self.certificate.serial_number:x}"

    @cached_property
    def asn1_certificate(self) -> asn1.Certificate:
        """The certificate as the PDF and timestamp libraries want it."""
        return as_asn1(self.certificate)

    @cached_property
    def asn1_intermediates(self) -> list[asn1.Certificate]:
        """The intermediate certificates as the PDF and timestamp libraries want them."""
        return [as_asn1(certificate) for certificate in self.intermediates]

    @cached_property
    def of_rsa(self) -> bool:
        """Whether it signs by RSA; by an elliptic curve otherwise."""
        return isinstance(self.certificate.public_key(), rsa.RSAPublicKey)

    def valid_at(self, moment: datetime) -> bool:
        """Whether the certificate's validity covers the moment."""
        return (
            self.certificate.not_valid_before_utc <= moment <= self.certificate.not_valid_after_utc
        )

    def certificates_pem(self) -> bytes:
        """The certificate and those above it."""
        return b"".join(
            each.public_bytes(Encoding.PEM) for each in (self.certificate, *self.intermediates)
        )


@dataclass(frozen=True)
class SigningKey(Certified):
    """A loaded private key, its certificate and the intermediate certificates, nearest first."""

    private_key: PrivateKey
    certificate: x509.Certificate
    intermediates: tuple[x509.Certificate, ...] = ()

    def to_pem(self) -> bytes:
        """The whole key file."""
        secret = self.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return secret + self.certificates_pem()

    @classmethod
    def from_pem(cls, content: bytes) -> "SigningKey":
        """Read a key file; raises ValueError or TypeError when it is none."""
        private_key = load_pem_private_key(content, password=None)
        return cls._of(private_key, x509.load_pem_x509_certificates(content))

    @classmethod
    def from_pkcs12(cls, content: bytes, password: bytes) -> "SigningKey":
        """Read a PKCS#12 file; raises ValueError or TypeError when it is none or the password wrong."""
        found = pkcs12.load_pkcs12(content, password)
        if found.key is None or found.cert is None:
            raise ValueError("the file holds no private key with its certificate")
        chain = chained(
            found.cert.certificate, [each.certificate for each in found.additional_certs]
        )
        return cls._of(found.key, chain)

    @classmethod
    def _of(cls, private_key: object, chain: Sequence[x509.Certificate]) -> "SigningKey":
        if not isinstance(private_key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise TypeError("only elliptic curve and RSA keys sign documents")
        certificate, *intermediates = chain
        if usable(certificate.public_key()) != private_key.public_key():
            raise ValueError("the certificate belongs to another key")
        return cls(private_key, certificate, tuple(intermediates))


@dataclass(frozen=True)
class RemoteKey(Certified):
    """A key whose private half is elsewhere; `provider` is the address of who signs with it."""

    provider: str
    certificate: x509.Certificate
    intermediates: tuple[x509.Certificate, ...] = ()

    @classmethod
    def from_pem(cls, content: bytes, provider: str) -> "RemoteKey":
        """The key of a file with certificates, the signer's first; raises ValueError or TypeError."""
        certificate, *others = x509.load_pem_x509_certificates(content)
        usable(certificate.public_key())
        return cls(provider, certificate, tuple(chained(certificate, others)[1:]))


AnyKey = SigningKey | RemoteKey


def chained(
    certificate: x509.Certificate, others: Sequence[x509.Certificate]
) -> list[x509.Certificate]:
    """The certificate and those of the others that lead upwards from it, without a root."""
    chain = [certificate]
    while above := _issuer_of(chain[-1], others):
        if above.subject == above.issuer or above in chain:
            break
        chain.append(above)
    return chain


def _issuer_of(
    certificate: x509.Certificate, others: Sequence[x509.Certificate]
) -> x509.Certificate | None:
    return next((each for each in others if _issued(each, certificate)), None)


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def as_asn1(certificate: x509.Certificate) -> asn1.Certificate:
    """The same certificate in asn1crypto's form."""
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
