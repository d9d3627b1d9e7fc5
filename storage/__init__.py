"""Documents at rest: a local folder or an S3-compatible store behind one interface.

    stored = storage.store().put("dossiers/…/notice.pdf", stream, "application/pdf")
    inspected = storage.inspect_upload(filename, stream, limit_bytes)

`inspect_upload` decides whether a file from outside may come in at all.
"""

from flask import Flask, current_app

from core.config import Settings
from core.errors import N_
from core.readiness import Finding, Level, parts
from core.secret_key import KEY_BYTES, kept_key
from storage import scanning
from storage.address import parse_s3_url
from storage.copies import Copies, FolderCopies, S3Copies
from storage.encryption import DocumentKeys
from storage.errors import InvalidDocumentKeys
from storage.folder import FolderStore
from storage.inspection import InspectedFile, inspect_upload
from storage.interface import Capabilities, DocumentStore, StoredObject
from storage.naming import Naming
from storage.s3 import S3Store

__all__ = [
    "Capabilities",
    "Copies",
    "DocumentStore",
    "InspectedFile",
    "StoredObject",
    "copies",
    "init_app",
    "inspect_upload",
    "make_copies",
    "make_store",
    "naming",
    "reopen",
    "store",
]

_EXTENSION = "motcua.storage"
_COPIES = "motcua.storage.copies"
_NAMING = "motcua.storage.naming"


def init_app(app: Flask, settings: Settings) -> None:
    """Give the app its document store; an S3 store is first talked to when it is first used."""
    app.extensions[_EXTENSION] = make_store(settings)
    app.extensions[_NAMING] = document_keys(settings).naming
    app.extensions[_COPIES] = make_copies(settings)
    scanning.install(app, settings)
    parts(app).add("documents", _look)


def reopen() -> None:
    """Take the store of the current app anew: its keys were changed in the data directory."""
    settings: Settings = current_app.extensions["motcua.settings"]
    current_app.extensions[_EXTENSION] = make_store(settings)
    current_app.extensions[_NAMING] = document_keys(settings).naming


def make_store(settings: Settings) -> DocumentStore:
    """The store that the settings name; raises InvalidDocumentsUrl and InvalidDocumentKeys."""
    keys = document_keys(settings)
    if settings.documents_url:
        return S3Store(parse_s3_url(settings.documents_url), keys)
    return FolderStore(settings.data_directory / "documents", keys)


def document_keys(settings: Settings) -> DocumentKeys:
    """The keys of the settings, else those kept in the data directory; raises InvalidDocumentKeys."""
    kept = settings.data_directory / "keys" / "documents.key"
    told = settings.document_keys.replace(",", "\n") or kept_key(kept)
    try:
        keys = [bytes.fromhex(line) for line in told.split()]
    except ValueError as error:
        raise InvalidDocumentKeys(variable="MOTCUA_DOCUMENT_KEYS") from error
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise InvalidDocumentKeys(variable="MOTCUA_DOCUMENT_KEYS")
    return DocumentKeys(keys)


def store() -> DocumentStore:
    """The document store of the current app."""
    found: DocumentStore = current_app.extensions[_EXTENSION]
    return found


def naming() -> Naming:
    """How the current app names what it stores."""
    found: Naming = current_app.extensions[_NAMING]
    return found


def make_copies(settings: Settings) -> Copies:
    """The place of copies for good that the settings name; raises InvalidDocumentsUrl."""
    url = settings.copies_url
    if url:
        return S3Copies(parse_s3_url(url, variable="MOTCUA_COPIES_URL"))
    return FolderCopies(settings.data_directory / "copies")


def copies() -> Copies:
    """The place of copies for good of the current app."""
    found: Copies = current_app.extensions[_COPIES]
    return found


def _look() -> Finding:
    next(store().keys("dossiers/"), None)
    missing = store().capabilities().missing
    if not missing:
        return Finding(
            Level.OK, N_("The document store answers; it keeps versions and locks them.")
        )
    told = {"missing": ", ".join(missing)}
    return Finding(Level.OK, N_("The document store answers; it knows no %(missing)s."), told)
