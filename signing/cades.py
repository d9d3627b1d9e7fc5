"""The signature container of PDFs and statements (CMS, CAdES): first what is signed, then the rest."""

import hashlib
from functools import lru_cache

from asn1crypto import cms
from pyhanko.sign.signers.pdf_cms import ExternalSigner
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.awaiting import result_of
from signing.keys import AnyKey

DIGEST = "sha256"


def signer(key: AnyKey, signature: bytes = b"") -> ExternalSigner:
    """pyHanko's view of a key that signs elsewhere; its own one parses a key twice per signature."""
    return ExternalSigner(
        signing_cert=key.asn1_certificate,
        cert_registry=_store(key),
        signature_value=signature,
        embed_roots=False,
    )


def attributes(key: AnyKey, document_digest: bytes, *, in_pdf: bool) -> bytes:
    """The signed attributes over a document's SHA-256, DER: these bytes the raw signature covers."""
    made = signer(key).signed_attrs(document_digest, DIGEST, use_pades=True, is_pdf_sig=in_pdf)
    return bytes(result_of(made).dump())


def container(
    key: AnyKey, signed_attributes: bytes, signature: bytes, timestamps: TimeStamper | None
) -> bytes:
    """The detached signature, DER, with a timestamp over it; raises TimestampRequestError."""
    made = signer(key, signature).async_sign_prescribed_attributes(
        DIGEST,
        cms.CMSAttributes.load(signed_attributes),
        timestamper=timestamps,
        encap_content_info={"content_type": "data"},
    )
    return bytes(result_of(made).dump())


def covered_digest(signed_attributes: bytes) -> bytes:
    """The document's digest that signed attributes state; raises ValueError or KeyError."""
    for attribute in cms.CMSAttributes.load(signed_attributes):
        if attribute["type"].native == "message_digest":
            return bytes(attribute["values"][0].native)
    raise ValueError("the signed attributes state no digest")


def digest_of(content: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(content).digest()


@lru_cache(maxsize=256)
def _store(key: AnyKey) -> SimpleCertificateStore:
    store = SimpleCertificateStore()
    store.register_multiple(key.asn1_intermediates)
    return store
