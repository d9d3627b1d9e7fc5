"""Keys that must not be believed, and certificates for any time and purpose."""

from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec

from core import clock
from signing.certificates import Purpose, issue, subject
from signing.keys import SigningKey
from signing.signatures import PrivateKey


def attacker_key(name: str, organization_id: str) -> SigningKey:
    """A seal in the agency's name under an authority of the attacker's own making."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = issue(
        Purpose.ROOT,
        subject("Motcua Development Root CA"),
        root_key.public_key(),
        issuer=None,
        issuer_key=root_key,
        lifetime=timedelta(days=3650),
    )
    return issued(SigningKey(root_key, root), Purpose.SEAL, name, organization_id)


def issued(
    issuer: SigningKey,
    purpose: Purpose,
    name: str,
    organization_id: str = "",
    *,
    not_before: datetime | None = None,
    lifetime: timedelta = timedelta(days=30),
    key: PrivateKey | None = None,
) -> SigningKey:
    """A key, P-256 if none is given, with a certificate of the given issuer."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    certificate = issue(
        purpose,
        subject(name, organization_id=organization_id),
        key.public_key(),
        issuer=issuer.certificate,
        issuer_key=issuer.private_key,
        lifetime=lifetime,
        not_before=not_before or clock.now() - timedelta(days=1),
    )
    return SigningKey(key, certificate, (issuer.certificate, *issuer.intermediates))
