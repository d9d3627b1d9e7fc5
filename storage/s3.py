"""Documents in any S3-compatible store, through the minio SDK."""

import io
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any, BinaryIO, cast

import urllib3
from minio import Minio
from minio.commonconfig import ENABLED, REPLACE, CopySource
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from storage.address import S3Address
from storage.digests import VerifyingReader, closed_on_error
from storage.encryption import CHUNK, DocumentKeys, Envelope, Opening, Part, Sealing, place_of
from storage.errors import DocumentDamaged, DocumentHeld, DocumentMissing, StoreUnavailable
from storage.interface import Capabilities, Rewrapped, StoredObject, checked_key, checked_prefix
from storage.probes import probe

IN_MEMORY = 4 * 1024 * 1024
_META = "x-amz-meta-"
_TYPE = "media-type"
_ANY_TYPE = "application/octet-stream"
MISSING = frozenset({"NoSuchKey", "NoSuchObject"})
_NEVER_HELD = "NoSuchObjectLegalHold"
_ALREADY_THERE = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})


class S3Store:
    """A DocumentStore in one bucket, which is made on the first use if missing."""

    def __init__(self, address: S3Address, keys: DocumentKeys) -> None:
        self._address, self._keys = address, keys
        self._client = Minio(
            address.endpoint,
            access_key=address.access_key,
            secret_key=address.secret_key,
            secure=address.secure,
            http_client=http_client(),
        )

    def put(self, key: str, stream: BinaryIO, media_type: str) -> StoredObject:
        """Spool the stream first: S3 wants length and metadata before the first byte."""
        checked_key(key)
        sealing = Sealing(self._keys)
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
            size, sha256 = sealing.copy(stream, spool)
            stored = StoredObject(key, size, sha256, media_type)
            length = spool.tell()
            spool.seek(0)
            with _errors_named(key):
                self._client.put_object(
                    self._bucket,
                    key,
                    cast(BinaryIO, spool),  # it is one in all but name
                    length,
                    media_type,
                    metadata=_metadata(stored, sealing.envelope(stored)),
                )
        return stored

    def open(self, key: str, *, sha256: str | None = None) -> BinaryIO:
        """The document's bytes, verified while they are read."""
        with _errors_named(checked_key(key)):
            response = self._client.get_object(self._bucket, key)
        body = _Body(response, key)
        with closed_on_error(body):
            stored, envelope = _facts(key, response.headers)
            raw = Opening(body, stored, envelope, self._keys) if envelope else body
        reader = VerifyingReader(raw, stored, close=body.close, expected=sha256)
        return io.BufferedReader(reader)

    def open_range(self, key: str, start: int, length: int) -> BinaryIO:
        """Only the chunks that the range touches; a document that is not encrypted is read up to it."""
        with _errors_named(checked_key(key)):
            found = self._client.stat_object(self._bucket, key)
        stored, envelope = _facts(key, found.metadata or {})
        if not envelope:
            whole = self.open(key)
            return io.BufferedReader(Part(whole, start, length, whole.close))
        number, place = place_of(start)
        with _errors_named(key):
            response = self._client.get_object(self._bucket, key, offset=place)
        body = _Body(response, key)
        with closed_on_error(body):
            raw = Opening(body, stored, envelope, self._keys, number)
        return io.BufferedReader(Part(raw, start % CHUNK, length, body.close))

    def stat(self, key: str) -> StoredObject:
        """The facts in the object's metadata."""
        with _errors_named(checked_key(key)):
            found = self._client.stat_object(self._bucket, key)
        return _facts(key, found.metadata or {})[0]

    def delete(self, key: str) -> None:
        """Remove the object, in a bucket with versions each of them: what is erased by law is gone."""
        with _errors_named(checked_key(key)):
            versions = self._versions(key) if self._versioned else [None]
            for version in versions:
                if version is not None and self._is_held(key, version):
                    raise DocumentHeld(key=key)
            for version in versions:
                self._client.remove_object(self._bucket, key, version_id=version)

    def hold(self, key: str, *, held: bool) -> bool:
        """Set or lift the legal hold of every version, where the bucket was made with object lock."""
        with _errors_named(checked_key(key)):
            found = self._client.stat_object(self._bucket, key)
            if not self._locks:
                return False
            if _META + _TYPE not in {name.lower() for name in found.metadata or {}}:
                self._copy(*_facts(key, found.metadata or {}), found.etag)
            for version in self._versions(key):
                self._set_hold(key, version, held=held)
        return True

    def rewrap(self, key: str) -> Rewrapped:
        """Let the store copy the object onto itself with new metadata; its bytes do not move.

        Versions from before go, for they open with the old key.
        """
        with _errors_named(checked_key(key)):
            found = self._client.stat_object(self._bucket, key)
        stored, envelope = _facts(key, found.metadata or {})
        if not envelope:
            with self.open(key) as content:
                self.put(key, content, stored.media_type)
            return Rewrapped.ENCRYPTED
        newer = self._keys.rewrapped(stored, envelope)
        if newer is None:
            return Rewrapped.CURRENT
        with _errors_named(key):
            self._copy(stored, newer, found.etag)
        return Rewrapped.ENVELOPE

    def _copy(self, stored: StoredObject, envelope: Envelope, etag: str | None) -> None:
        key, before = stored.key, self._versions(stored.key) if self._versioned else []
        held = any(self._is_held(key, version) for version in before)
        self._client.copy_object(
            self._bucket,
            key,
            CopySource(self._bucket, key, match_etag=etag),
            metadata={**_metadata(stored, envelope), "Content-Type": stored.media_type},
            metadata_directive=REPLACE,
            legal_hold=held,
        )
        for version in before:
            if held:
                self._set_hold(key, version, held=False)
            self._client.remove_object(self._bucket, key, version_id=version)

    def _versions(self, key: str) -> list[str | None]:
        found = self._client.list_objects(self._bucket, key, recursive=True, include_version=True)
        return [each.version_id for each in found if each.object_name == key]

    def _is_held(self, key: str, version: str | None) -> bool:
        if not self._locks:
            return False
        try:
            held = self._client.is_object_legal_hold_enabled(self._bucket, key, version_id=version)
        except S3Error as error:
            if error.code != _NEVER_HELD:
                raise
            return False
        return bool(held)

    def _set_hold(self, key: str, version: str | None, *, held: bool) -> None:
        client = self._client
        change = client.enable_object_legal_hold if held else client.disable_object_legal_hold
        change(self._bucket, key, version_id=version)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """List the bucket page by page; S3 gives keys in order."""
        with _errors_named(checked_prefix(prefix)):
            for found in self._client.list_objects(self._bucket, prefix, recursive=True):
                yield str(found.object_name)

    def written_before(self, moment: datetime, prefix: str = "") -> Iterator[str]:
        """List the bucket page by page; S3 tells when each was written."""
        with _errors_named(checked_prefix(prefix)):
            for found in self._client.list_objects(self._bucket, prefix, recursive=True):
                if found.last_modified is not None and found.last_modified < moment:
                    yield str(found.object_name)

    def capabilities(self) -> Capabilities:
        """Tried out in a bucket of its own, which is removed again."""
        return self._capabilities

    @cached_property
    def _capabilities(self) -> Capabilities:
        with _errors_named(self._address.bucket):
            return probe(self._client, self._address.bucket)

    @cached_property
    def _bucket(self) -> str:
        bucket = self._address.bucket
        if not self._client.bucket_exists(bucket):
            self._make(bucket)
        return bucket

    def _make(self, bucket: str) -> None:
        """With object lock, so that documents can be held; without it where the store knows none."""
        try:
            self._client.make_bucket(bucket, object_lock=True)
        except S3Error as error:
            if error.code not in _ALREADY_THERE:  # another worker was faster: fine
                self._client.make_bucket(bucket)

    @cached_property
    def _versioned(self) -> bool:
        try:
            return bool(self._client.get_bucket_versioning(self._bucket).status == ENABLED)
        except S3Error:  # the store knows no versions
            return False

    @cached_property
    def _locks(self) -> bool:
        try:
            return bool(self._client.get_object_lock_config(self._bucket) is not None)
        except S3Error:  # the bucket was made without, or the store knows no lock
            return False


class _Body:
    """The body of an HTTP answer, whose breaks get our names."""

    def __init__(self, response: Any, key: str) -> None:
        self._response, self._key = response, key

    def read(self, size: int, /) -> bytes:
        with _errors_named(self._key):
            return bytes(self._response.read(size))

    def close(self) -> None:
        self._response.close()
        self._response.release_conn()


def _facts(key: str, headers: Mapping[str, str]) -> tuple[StoredObject, Envelope]:
    """The facts, and what opens the document; nothing for one of a time without encryption."""
    lowered = {name.lower(): value for name, value in headers.items()}
    media_type = lowered.get(_META + _TYPE) or lowered.get("content-type", _ANY_TYPE)
    try:
        size = int(lowered.get(f"{_META}size") or lowered["content-length"])
        stored = StoredObject(key, size, lowered[f"{_META}sha256"], media_type)
    except (KeyError, ValueError) as error:
        raise DocumentDamaged(key=key) from error
    names = ("kid", "key", "prefix")
    return stored, {name: lowered[_META + name] for name in names if _META + name in lowered}


def _metadata(stored: StoredObject, envelope: Envelope) -> dict[str, Any]:
    """Also the media type: SeaweedFS forgets an object's own when it is put on hold."""
    told = {"sha256": stored.sha256, "size": str(stored.size), _TYPE: stored.media_type}
    return {**told, **envelope}


def http_client() -> urllib3.PoolManager:
    """Patient enough for a large document, not for a dead server (the SDK would wait minutes)."""
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=3, read=30),
        retries=urllib3.Retry(total=2, backoff_factor=0.2, status_forcelist=(502, 503, 504)),
        maxsize=16,
    )


@contextmanager
def _errors_named(key: str) -> Iterator[None]:
    try:
        yield
    except S3Error as error:
        if error.code in MISSING:
            raise DocumentMissing(key=key) from error
        raise StoreUnavailable(reason=str(error.code)) from error
    except (MinioException, HTTPError, OSError) as error:
        raise StoreUnavailable(reason=type(error).__name__) from error
