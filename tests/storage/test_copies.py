"""Copies for good: written once, in a folder and in a real bucket with object lock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from minio.error import S3Error

from storage.address import parse_s3_url
from storage.copies import Copies, FolderCopies, S3Copies
from storage.errors import CopyDiffers, DocumentMissing, InvalidKey
from tests.servers import running_seaweedfs

UNTIL = datetime.now(UTC) + timedelta(days=3650)


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Copies]:
    with running_seaweedfs(tmp_path_factory.mktemp("weed")) as url:
        yield S3Copies(parse_s3_url(url.replace("motcua-test", "motcua-copies")))


@pytest.fixture(params=["folder", "bucket"])
def copies(request: pytest.FixtureRequest, tmp_path: Path) -> Copies:
    if request.param == "folder":
        return FolderCopies(tmp_path / "copies")
    found: Copies = request.getfixturevalue("bucket")
    return found


def test_what_is_kept_is_read_again_and_listed(copies: Copies) -> None:
    copies.keep("read/2", b"two", UNTIL)
    copies.keep("read/1", b"one", UNTIL)
    assert copies.read("read/1") == b"one"
    assert list(copies.keys("read/")) == ["read/1", "read/2"]


def test_the_same_again_changes_nothing_and_other_bytes_are_refused(copies: Copies) -> None:
    copies.keep("once", b"first", UNTIL)
    copies.keep("once", b"first", UNTIL)
    with pytest.raises(CopyDiffers):
        copies.keep("once", b"second", UNTIL)
    assert copies.read("once") == b"first"


def test_what_was_never_kept_is_missing(copies: Copies) -> None:
    with pytest.raises(DocumentMissing):
        copies.read("nothing")


def test_no_key_leaves_the_place(copies: Copies) -> None:
    with pytest.raises(InvalidKey):
        copies.keep("../out", b"x", UNTIL)


def test_a_folder_says_that_nothing_is_locked(tmp_path: Path) -> None:
    folder = FolderCopies(tmp_path)
    assert not folder.keep("a", b"x", UNTIL)
    assert not (tmp_path / "a").stat().st_mode & 0o222


def test_a_locked_copy_outlives_its_deletion(bucket: S3Copies) -> None:
    assert bucket.keep("locked", b"for good", UNTIL)
    client, name = bucket._client, bucket._bucket
    (version,) = [
        each.version_id for each in client.list_objects(name, "locked", include_version=True)
    ]
    with pytest.raises(S3Error):
        client.remove_object(name, "locked", version_id=version)
    assert bucket.read("locked") == b"for good"


def test_a_bucket_without_lock_keeps_but_says_so(bucket: S3Copies) -> None:
    client = bucket._client
    client.make_bucket("motcua-open")
    address = parse_s3_url(
        f"s3://{bucket._address.access_key}:{bucket._address.secret_key}"
        f"@{bucket._address.endpoint}/motcua-open?secure=0"
    )
    assert not S3Copies(address).keep("a", b"x", UNTIL)
