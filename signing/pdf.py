"""Sealing a PDF: PAdES B-T (ETSI EN 319 142-1), a visible field, a timestamp, nothing rewritten.

A PDF is prepared with an empty place for its signature; later, in whatever process, the signature and
its timestamp are written into that place. Not one byte besides changes.
"""

import unicodedata
from base64 import b64decode, b64encode
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from core import clock
from signing import cades
from signing.appearance import SealAppearance
from signing.awaiting import result_of
from signing.errors import DocumentRefused, PreparedDamaged, TimestampUnavailable
from signing.keys import AnyKey, SigningKey
from signing.prepared import Form, Prepared, framed, sha256, unframed
from signing.signatures import signed

SEAL_FIELD = "AgencySeal"
PERSONAL_FIELD = "PersonalSignature"
# Room for the signature and its timestamp; stating it spares pyHanko a rehearsal of both.
_RESERVED_BYTES = 24576


class MetadataKeeper(IncrementalPdfFileWriter):
    """Adds to a PDF without rewriting its metadata, which state what standard it conforms to.

    pyHanko's own writes them anew in another form of RDF; when it was signed the signature tells.
    """

    def _update_meta(self) -> None:
        pass


def seal(
    pdf: bytes,
    *,
    key: SigningKey,
    agency: str,
    appearance: SealAppearance | None,
    timestamps: TimeStamper | None,
    field: str = SEAL_FIELD,
) -> bytes:
    """The PDF with a seal of a key at hand, whether or not that key may sign: the port asks that.

    `agency` is the name of who signs. Errors as in `prepare` and `embed`.
    """
    prepared = prepare(pdf, key=key, name=agency, appearance=appearance, field=field)
    return embed(prepared, signed(key.private_key, prepared.digest), key=key, timestamps=timestamps)


def prepare(
    pdf: bytes, *, key: AnyKey, name: str, appearance: SealAppearance | None, field: str
) -> Prepared:
    """The PDF with an empty place for the signature of `name`, as an incremental update.

    Raises DocumentRefused when it cannot be read or is signed so already.
    """
    name = unicodedata.normalize("NFC", name)
    signer = PdfSigner(
        _metadata(name, field),
        cades.signer(key),
        stamp_style=appearance.style(agency=name, moment=clock.now()) if appearance else None,
        new_field_spec=_field(appearance, field),
    )
    place, document = _placed(signer, pdf)
    covered = cades.attributes(key, place.document_digest, in_pdf=True)
    head = {
        "length": len(pdf),
        "start": place.reserved_region_start,
        "end": place.reserved_region_end,
        "attributes": b64encode(covered).decode(),
    }
    return Prepared(
        kid=key.kid,
        form=Form.PDF,
        digest=cades.digest_of(covered),
        document_sha256=sha256(pdf),
        state=framed(head, document),
    )


def _placed(signer: PdfSigner, pdf: bytes) -> tuple[PreparedByteRangeDigest, bytes]:
    """The empty place, and the document with it."""
    written = BytesIO()
    try:
        placing = signer.async_digest_doc_for_signing(
            MetadataKeeper(BytesIO(pdf)), bytes_reserved=_RESERVED_BYTES, output=written
        )
        place, _, _ = result_of(placing)
    except (PdfError, SigningError, ValueError) as error:
        raise DocumentRefused(reason=str(error)) from error
    return place, written.getvalue()


def embed(
    prepared: Prepared, signature: bytes, *, key: AnyKey, timestamps: TimeStamper | None
) -> bytes:
    """The prepared PDF with its signature and a timestamp over that.

    The signature is taken as it is. Raises PreparedDamaged and TimestampUnavailable.
    """
    place, covered, document = _checked(prepared)
    try:
        container = cades.container(key, covered, signature, timestamps)
    except TimestampRequestError as error:
        raise TimestampUnavailable from error
    finished = BytesIO(document)
    place.fill_with_cms(finished, container)
    return finished.getvalue()


def _checked(prepared: Prepared) -> tuple[PreparedByteRangeDigest, bytes, bytes]:
    """The place, what is signed and the document, when these still belong together."""
    head, document = unframed(prepared.state)
    try:
        length, start, end = (int(head[name]) for name in ("length", "start", "end"))
        covered = b64decode(head["attributes"])
        stated = cades.covered_digest(covered)
    except (KeyError, ValueError, TypeError) as error:
        raise PreparedDamaged from error
    place = PreparedByteRangeDigest(stated, start, end)
    whole = (
        cades.digest_of(covered) == prepared.digest
        and cades.digest_of(document[:start] + document[end:]) == stated
        and sha256(document[:length]) == prepared.document_sha256
        and not document[start + 1 : end - 1].strip(b"0")
    )
    if not whole:
        raise PreparedDamaged
    return place, covered, document


def _metadata(name: str, field: str) -> PdfSignatureMetadata:
    return PdfSignatureMetadata(
        field_name=field,
        md_algorithm=cades.DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        name=name,
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
