"""Raw signatures over a SHA-256 digest: made by a key in memory, checked, and brought into one form.

The form is that of X.509 and CMS: DER for elliptic curves, PKCS#1 v1.5 for RSA. XML wants the two
numbers of an elliptic curve side by side instead, as hardware gives them.
"""

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import (
    Prehashed,
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.x509 import Certificate

from signing.errors import SignatureDoesNotMatch

MINIMAL_RSA_BITS: Final = 3072

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
_SHA256: Final = Prehashed(hashes.SHA256())


def usable(key: object) -> PublicKey:
    """The public key, when it is of a kind that signs documents; raises TypeError."""
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= MINIMAL_RSA_BITS:
        return key
    raise TypeError("only P-256 and RSA of at least 3072 bits sign documents")


def signed(key: PrivateKey, digest: bytes) -> bytes:
    """The raw signature over a digest."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(digest, PKCS1v15(), _SHA256)
    return key.sign(digest, ec.ECDSA(_SHA256))


def checked(certificate: Certificate, digest: bytes, signature: bytes) -> bytes:
    """The signature in its one form, when the certificate's key made it over this digest.

    Raises SignatureDoesNotMatch.
    """
    key = usable(certificate.public_key())
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, digest, PKCS1v15(), _SHA256)
            return signature
        normal = _as_der(key, signature)
        key.verify(normal, digest, ec.ECDSA(_SHA256))
    except (InvalidSignature, ValueError) as error:
        raise SignatureDoesNotMatch from error
    return normal


def side_by_side(certificate: Certificate, signature: bytes) -> bytes:
    """The signature as XML wants it (RFC 4050 section 3.3)."""
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return signature
    length = _length(key)
    return b"".join(part.to_bytes(length, "big") for part in decode_dss_signature(signature))


def _as_der(key: ec.EllipticCurvePublicKey, signature: bytes) -> bytes:
    """DER, also from two numbers side by side; DER of P-256 is rarely and never usefully that long."""
    try:
        decode_dss_signature(signature)
    except ValueError:
        length = _length(key)
        if len(signature) != 2 * length:
            raise
        numbers = (signature[:length], signature[length:])
        return encode_dss_signature(*(int.from_bytes(each, "big") for each in numbers))
    return signature


def _length(key: ec.EllipticCurvePublicKey) -> int:
    return (key.curve.key_size + 7) // 8
