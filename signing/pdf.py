"""Sealing a PDF: PAdES B-T (ETSI EN 319 142-1), a visible field, a timestamp, nothing rewritten."""

import unicodedata
from functools import lru_cache
from io import BytesIO

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from core import clock
from signing.appearance import SealAppearance
from signing.errors import DocumentRefused, TimestampUnavailable
from signing.keys import SigningKey

SEAL_FIELD = "AgencySeal"
PERSONAL_FIELD = "PersonalSignature"
# Room for the signature and its timestamp; stating it spares pyHanko a rehearsal of both.
_RESERVED_BYTES = 24576


class _MetadataKeeper(IncrementalPdfFileWriter):
    """Adds to a PDF without rewriting its metadata, which state what standard it conforms to.

    pyHanko's own writes them anew in another form of RDF; when it was signed the signature tells.
    """

    def _update_meta(self) -> None:
        pass


class LoadedKeySigner(Signer):
    """Signs with a key that is already parsed; pyHanko's own parses it twice per signature."""

    def __init__(self, key: SigningKey) -> None:
        store = SimpleCertificateStore()
        store.register_multiple(key.asn1_intermediates)
        super().__init__(signing_cert=key.asn1_certificate, cert_registry=store, embed_roots=False)
        self._key = key.private_key

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,  # noqa: ARG002 (SHA-256 is the only one we ask for)
        dry_run: bool = False,  # noqa: ARG002 (pyHanko's signature)
    ) -> bytes:
        """The raw ECDSA signature of the data."""
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


def seal(
    pdf: bytes,
    *,
    key: SigningKey,
    agency: str,
    appearance: SealAppearance | None,
    timestamps: TimeStamper | None,
    field: str = SEAL_FIELD,
) -> bytes:
    """The PDF with a seal, or a person's signature, added as an incremental update.

    `agency` is the name of who signs. Raises DocumentRefused when it cannot be read or is signed so
    already, and TimestampUnavailable.
    """
    agency = unicodedata.normalize("NFC", agency)
    signer = PdfSigner(
        _metadata(agency, field),
        _signer(key),
        timestamper=timestamps,
        stamp_style=appearance.style(agency=agency, moment=clock.now()) if appearance else None,
        new_field_spec=_field(appearance, field),
    )
    sealed = BytesIO()
    try:
        writer = _MetadataKeeper(BytesIO(pdf))
        signer.sign_pdf(writer, bytes_reserved=_RESERVED_BYTES, output=sealed)
    except TimestampRequestError as error:
        raise TimestampUnavailable from error
    except (PdfError, SigningError, ValueError) as error:
        raise DocumentRefused(reason=str(error)) from error
    return sealed.getvalue()


@lru_cache(maxsize=256)
def _signer(key: SigningKey) -> LoadedKeySigner:
    return LoadedKeySigner(key)


def _metadata(agency: str, field: str) -> PdfSignatureMetadata:
    return PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=agency,
    )


def _field(appearance: SealAppearance | None, field: str) -> SigFieldSpec:
    if appearance is None:
        return SigFieldSpec(field)
    return SigFieldSpec(
        field,
        on_page=appearance.page,
        box=appearance.box,
        readable_field_name=appearance.description or None,
    )
