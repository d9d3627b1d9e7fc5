"""Trying out what an S3-compatible store can do; some accept a call and then do nothing."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from minio import Minio
from minio.datatypes import PostPolicy
from minio.error import MinioException, S3Error

from storage.interface import Capabilities

_KEY: Final = "probe"
_SMALL: Final = 100
_REFUSED: Final = 400


def probe(client: Minio, bucket: str) -> Capabilities:
    """Make a bucket with object lock, overwrite and try to delete in it, and clear it away."""
    try:
        with _locked_bucket(client, bucket) as name:
            versions = [_put(client, name, content) for content in (b"first", b"second")]
            return Capabilities(
                versioning=_keeps_versions(client, name, versions),
                object_lock=client.get_object_lock_config(name) is not None,
                legal_hold=_holds(client, name, versions[0]),
                post_policy=_limits_forms(client, name),
            )
    except MinioException:  # the store knows no such bucket, or does not let us make one
        return Capabilities(versioning=False, object_lock=False)


@contextmanager
def _locked_bucket(client: Minio, bucket: str) -> Iterator[str]:
    name = f"{bucket[:40]}-probe-{uuid4().hex[:12]}"
    client.make_bucket(name, object_lock=True)
    try:
        yield name
    finally:
        for found in client.list_objects(name, recursive=True, include_version=True):
            client.remove_object(name, found.object_name, version_id=found.version_id)
        client.remove_bucket(name)


def _put(client: Minio, bucket: str, content: bytes) -> str | None:
    written = client.put_object(bucket, _KEY, io.BytesIO(content), len(content))
    version: str | None = written.version_id
    return version


def _keeps_versions(client: Minio, bucket: str, versions: list[str | None]) -> bool:
    if None in versions:
        return False
    response = client.get_object(bucket, _KEY, version_id=versions[0])
    try:
        return bool(response.read() == b"first")
    finally:
        response.close()
        response.release_conn()


def _holds(client: Minio, bucket: str, version: str | None) -> bool:
    """Whether a version under legal hold survives its deletion."""
    if version is None:
        return False
    try:
        client.enable_object_legal_hold(bucket, _KEY, version_id=version)
    except MinioException:
        return False
    try:
        client.remove_object(bucket, _KEY, version_id=version)
    except S3Error:
        client.disable_object_legal_hold(bucket, _KEY, version_id=version)
        return True
    return False


def _limits_forms(client: Minio, bucket: str) -> bool:
    """Whether a form that says how large a file may be takes a smaller one and refuses a larger."""
    policy = PostPolicy(bucket, datetime.now(UTC) + timedelta(minutes=5))
    policy.add_equals_condition("key", _KEY)
    policy.add_content_length_range_condition(1, _SMALL)
    signed = client.presigned_post_policy(policy)
    answers = [
        _sent(client, bucket, {**signed, "key": _KEY, "file": ("probe", bytes(size))})
        for size in (_SMALL, 2 * _SMALL)
    ]
    return answers[0] < _REFUSED <= answers[1]


def _sent(client: Minio, bucket: str, fields: dict[str, Any]) -> int:
    base = client._base_url
    address = f"{'https' if base.is_https else 'http'}://{base.host}/{bucket}"
    return int(client._http.request("POST", address, fields=fields).status)
