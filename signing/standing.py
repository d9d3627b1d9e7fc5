"""Whether a key may sign at this very moment: its state, its certificate's dates and purpose."""

from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from signing.certificates import DOCUMENT_SIGNING
from signing.errors import CertificateWrongPurpose
from signing.key_table import Entry
from signing.keys import AnyKey

# Authorities from before RFC 9336 say one of these of a certificate that signs documents.
_PURPOSES: Final = frozenset(
    {
        DOCUMENT_SIGNING,
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),
        ObjectIdentifier("1.2.840.113583.1.1.5"),
    }
)


def require_standing(entry: Entry, *, retired: bool = False) -> AnyKey:
    """The key of an entry, when it may sign now; `retired` lets one finish what it began.

    Raises KeyMayNotSign.
    """
    key = entry.require(retired=retired)
    if not signs_documents(key.certificate):
        raise CertificateWrongPurpose(kid=key.kid)
    return key


def signs_documents(certificate: x509.Certificate) -> bool:
    """Whether a certificate was issued for signing documents."""
    return not _of_authority(certificate) and _usage(certificate) and _extended(certificate)


def _of_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _usage(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.content_commitment or usage.digital_signature


def _extended(certificate: x509.Certificate) -> bool:
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return any(each in _PURPOSES for each in usages)
