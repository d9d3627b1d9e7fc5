"""What can go wrong with documents at rest.

MotcuaError
├── InvalidRequest
│   ├── InvalidKey            a key that could leave the store
│   └── InvalidSetting
│       ├── InvalidDocumentsUrl
│       ├── InvalidScannerUrl
│       └── InvalidDocumentKeys
├── NotFound
│   └── DocumentMissing       nothing is stored under this key
├── Conflict
│   ├── CopyDiffers           other bytes are kept under this key for good
│   └── DocumentHeld          the store holds it and does not let it go
└── Unavailable
    ├── StoreUnavailable      the store does not answer, refuses us or is full
    ├── ScannerUnavailable    the virus scanner does not answer, or could not look at a file
    ├── DocumentDamaged       the bytes read are not the bytes that were written
    └── DocumentKeyMissing    the key that encrypts it is not among the installation's
"""

import errno
from typing import Final

from core.errors import N_, Conflict, InvalidRequest, InvalidSetting, NotFound, Unavailable

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class InvalidKey(InvalidRequest):
    """A key is made of segments of letters, digits, `.`, `-` and `_`, parted by `/`."""

    code = "invalid-document-key"
    title = N_("“%(key)s” cannot be the key of a document")
    remedy = N_(
        "Use at most %(longest)s letters, digits, dots, hyphens and underscores, parted by slashes."
    )


class InvalidDocumentsUrl(InvalidSetting):
    """The setting `documents_url` cannot be read; its text is not repeated, it holds a secret."""

    code = "invalid-documents-url"
    title = N_("The setting %(variable)s cannot be read")
    remedy = N_("Write it as s3://KEY:SECRET@HOST:PORT/BUCKET, with ?secure=0 for plain HTTP.")


class InvalidScannerUrl(InvalidSetting):
    """The setting `scanner_url` cannot be read."""

    code = "invalid-scanner-url"
    title = N_("The setting %(variable)s cannot be read")
    remedy = N_("Write it as tcp://HOST:PORT or unix:///PATH of ClamAV's daemon.")


class InvalidDocumentKeys(InvalidSetting):
    """The keys of the document store cannot be read; their text is not repeated."""

    code = "invalid-document-keys"
    title = N_("The setting %(variable)s cannot be read")
    remedy = N_("Write keys of 64 hexadecimal digits, separated by commas: openssl rand -hex 32.")


class DocumentMissing(NotFound):
    """Nothing is stored under the key."""

    code = "document-missing"
    title = N_("There is no document “%(key)s” in the document store")
    remedy = N_("Ask the operator to restore it from the backup.")


class CopyDiffers(Conflict):
    """Other bytes are kept under this key, and copies are written once."""

    code = "copy-differs"
    title = N_("Another copy is kept as “%(key)s” already")
    remedy = N_(
        "Somebody changed what was copied, or two installations share one place. Compare both."
    )


class DocumentHeld(Conflict):
    """The store refuses to delete it: it is under legal hold there."""

    code = "document-held"
    title = N_("The document “%(key)s” is under legal hold and was not deleted")
    remedy = N_("Lift the hold on the dossier first.")


class DocumentDamaged(Unavailable):
    """What was read does not have the size or the SHA-256 that was recorded on writing."""

    code = "document-damaged"
    title = N_("The stored document “%(key)s” is damaged")
    remedy = N_("It was not handed out. Ask the operator to restore it from the backup.")


class DocumentKeyMissing(Unavailable):
    """A document was encrypted with a key that this installation does not have."""

    code = "document-key-missing"
    title = N_("The key %(id)s of the document store is missing")
    remedy = N_(
        "Bring it back: the setting MOTCUA_DOCUMENT_KEYS, or keys/documents.key of a backup."
    )


class ScannerUnavailable(Unavailable):
    """The scanner said neither that a file is clean nor that it is not; `reason` is what it said."""

    code = "scanner-unavailable"
    title = N_("The virus scanner does not answer (%(reason)s)")
    remedy = N_("Nothing was let through. Files are checked as soon as it answers again.")


class StoreUnavailable(Unavailable):
    """The store cannot be reached, refuses our credentials or has no room; `reason` says which."""

    code = "document-store-unavailable"
    title = N_("The document store does not answer")
    remedy = N_("Nothing was lost. Try again in a few minutes.")


def is_full(error: BaseException) -> bool:
    """Whether the operating system said that a disk has no room left."""
    return isinstance(error, OSError) and error.errno in NO_ROOM
