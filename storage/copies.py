"""Copies that nobody may change: written once, in a folder or in a bucket with object lock.

For small files that prove something, such as the daily seals of the record. A plain folder cannot keep
its owner from deleting; a bucket with object lock can, and each copy is asked whether it is locked.
"""

import io
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol

from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.error import MinioException, S3Error
from minio.retention import Retention
from urllib3.exceptions import HTTPError

from storage.address import S3Address
from storage.errors import CopyDiffers, DocumentMissing, StoreUnavailable
from storage.interface import checked_key, checked_prefix
from storage.s3 import MISSING, http_client


class Copies(Protocol):
    """Small files by key, each written once. Every method raises InvalidKey and StoreUnavailable."""

    def keep(self, key: str, content: bytes, until: datetime) -> bool:
        """Keep a copy; returns whether it is locked until then. Again with the same bytes does nothing.

        Raises CopyDiffers when other bytes are kept under this key.
        """

    def read(self, key: str) -> bytes:
        """The bytes of a copy; raises DocumentMissing."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """All keys that begin with the prefix, in order of their characters."""


class FolderCopies:
    """Copies below a folder, read-only for everybody, and locked by nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, key: str, content: bytes, until: datetime) -> bool:  # noqa: ARG002 (the protocol's)
        """Write all of it to disk, then link it into its place, where nothing may be yet."""
        path = self._folder / checked_key(key)
        unfinished = path.with_name(f"{path.name}.{os.getpid()}~")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.chmod(0o444)
            with suppress(FileExistsError):
                path.hardlink_to(unfinished)
            unfinished.unlink()
        except OSError as error:
            raise StoreUnavailable(reason=error.strerror or type(error).__name__) from error
        _require_same(key, self.read(key), content)
        return False

    def read(self, key: str) -> bytes:
        """The file's bytes."""
        try:
            return (self._folder / checked_key(key)).read_bytes()
        except FileNotFoundError as error:
            raise DocumentMissing(key=key) from error
        except OSError as error:
            raise StoreUnavailable(reason=error.strerror or type(error).__name__) from error

    def keys(self, prefix: str = "") -> Iterator[str]:
        """The files below the folder."""
        checked_prefix(prefix)
        files = (path for path in self._folder.rglob("*") if path.is_file())
        found = (path.relative_to(self._folder).as_posix() for path in files)
        yield from sorted(key for key in found if key.startswith(prefix) and not key.endswith("~"))


class S3Copies:
    """Copies in a bucket of their own, which is made with object lock on the first use."""

    def __init__(self, address: S3Address) -> None:
        self._address = address
        self._client = Minio(
            address.endpoint,
            access_key=address.access_key,
            secret_key=address.secret_key,
            secure=address.secure,
            http_client=http_client(),
        )

    def keep(self, key: str, content: bytes, until: datetime) -> bool:
        """Put it in compliance mode, where not even the bucket's owner may delete it before."""
        checked_key(key)
        try:
            kept = self._read(key)
            if kept is None:
                self._put(key, content, until)
                kept = content
            _require_same(key, kept, content)
            return self._is_locked(key, until)
        except (MinioException, HTTPError, OSError) as error:
            raise StoreUnavailable(reason=type(error).__name__) from error

    def read(self, key: str) -> bytes:
        """The object's bytes."""
        try:
            found = self._read(checked_key(key))
        except (MinioException, HTTPError, OSError) as error:
            raise StoreUnavailable(reason=type(error).__name__) from error
        if found is None:
            raise DocumentMissing(key=key)
        return found

    def keys(self, prefix: str = "") -> Iterator[str]:
        """List the bucket page by page."""
        try:
            for found in self._client.list_objects(
                self._bucket, checked_prefix(prefix), recursive=True
            ):
                yield str(found.object_name)
        except (MinioException, HTTPError, OSError) as error:
            raise StoreUnavailable(reason=type(error).__name__) from error

    def _put(self, key: str, content: bytes, until: datetime) -> None:
        locked = Retention(COMPLIANCE, until.replace(microsecond=0)) if self._locks else None
        self._client.put_object(
            self._bucket, key, io.BytesIO(content), len(content), retention=locked
        )

    def _read(self, key: str) -> bytes | None:
        try:
            response = self._client.get_object(self._bucket, key)
        except S3Error as error:
            if error.code in MISSING:
                return None
            raise
        try:
            return bytes(response.read())
        finally:
            response.close()
            response.release_conn()

    def _is_locked(self, key: str, until: datetime) -> bool:
        if not self._locks:
            return False
        held = self._client.get_object_retention(self._bucket, key)
        return held is not None and held.retain_until_date >= until.replace(microsecond=0)

    @cached_property
    def _bucket(self) -> str:
        bucket = self._address.bucket
        if not self._client.bucket_exists(bucket):
            self._client.make_bucket(bucket, object_lock=True)
        return bucket

    @cached_property
    def _locks(self) -> bool:
        try:
            return bool(self._client.get_object_lock_config(self._bucket) is not None)
        except S3Error:  # the bucket was made without, or the store knows no lock
            return False


def _require_same(key: str, kept: bytes, content: bytes) -> None:
    if kept != content:
        raise CopyDiffers(key=key)
