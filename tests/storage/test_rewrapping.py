"""Documents come under a new key without their bytes being written; a hold is the store's refusal."""

import io
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from minio import Minio
from minio.error import S3Error

from storage.address import S3Address, parse_s3_url
from storage.encryption import DocumentKeys
from storage.errors import DocumentDamaged, DocumentHeld, DocumentKeyMissing, DocumentMissing
from storage.folder import HEADER_SIZE, FolderStore
from storage.interface import DocumentStore, Rewrapped
from storage.s3 import S3Store
from tests.servers import running_seaweedfs

OLD, NEW = b"o" * 32, b"n" * 32
CONTENT = "Bí mật của hồ sơ. ".encode() * 20_000
With = Callable[..., DocumentStore]


@pytest.fixture(scope="module")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Address]:
    with running_seaweedfs(tmp_path_factory.mktemp("weed")) as url:
        yield parse_s3_url(url)


@pytest.fixture(params=["folder", "s3"])
def store_with(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[With]:
    """The same store, opened with some keys."""
    if request.param == "folder":
        yield lambda *keys: FolderStore(tmp_path, DocumentKeys(keys))
        return
    address = request.getfixturevalue("seaweedfs")
    yield lambda *keys: S3Store(address, DocumentKeys(keys))
    last = S3Store(address, DocumentKeys([NEW]))
    for key in list(last.keys()):
        last.hold(key, held=False)
        last.delete(key)


@pytest.fixture
def bucket(seaweedfs: S3Address) -> S3Store:
    store = S3Store(seaweedfs, DocumentKeys([NEW]))
    put(store)
    return store


def put(store: DocumentStore, key: str = "a") -> None:
    store.put(key, io.BytesIO(CONTENT), "text/plain")


def read(store: DocumentStore, key: str = "a") -> bytes:
    with store.open(key) as stream:
        return stream.read()


def versions(client: Minio, address: S3Address, key: str = "a") -> int:
    found = client.list_objects(address.bucket, key, recursive=True, include_version=True)
    return len(list(found))


def test_after_it_the_old_key_is_not_needed_any_more(store_with: With) -> None:
    put(store_with(OLD))
    before = store_with(OLD).stat("a")
    assert store_with(NEW, OLD).rewrap("a") is Rewrapped.ENVELOPE
    assert read(store_with(NEW)) == CONTENT
    assert store_with(NEW).stat("a") == before
    with pytest.raises(DocumentKeyMissing):
        read(store_with(OLD))


def test_what_has_the_newest_key_is_left_alone(store_with: With) -> None:
    put(store_with(NEW))
    assert store_with(NEW, OLD).rewrap("a") is Rewrapped.CURRENT


def test_what_no_key_opens_is_said_to_need_it(store_with: With) -> None:
    put(store_with(OLD))
    with pytest.raises(DocumentKeyMissing):
        store_with(NEW).rewrap("a")
    with pytest.raises(DocumentMissing):
        store_with(NEW).rewrap("b")


def test_in_a_folder_only_the_header_changes(tmp_path: Path) -> None:
    put(FolderStore(tmp_path, DocumentKeys([OLD])))
    before = (tmp_path / "a@").stat(), (tmp_path / "a@").read_bytes()
    FolderStore(tmp_path, DocumentKeys([NEW, OLD])).rewrap("a")
    after = (tmp_path / "a@").stat(), (tmp_path / "a@").read_bytes()
    assert before[0].st_ino == after[0].st_ino
    assert before[1][HEADER_SIZE:] == after[1][HEADER_SIZE:]
    assert before[1][:HEADER_SIZE] != after[1][:HEADER_SIZE]


def test_a_document_from_before_encryption_is_encrypted(tmp_path: Path) -> None:
    store = FolderStore(tmp_path, DocumentKeys([NEW]))
    put(store)
    header = store._path("a").read_bytes()[:HEADER_SIZE].split(b',"envelope"')[0] + b"}"
    store._path("a").write_bytes(header.ljust(HEADER_SIZE) + CONTENT)
    assert store.rewrap("a") is Rewrapped.ENCRYPTED
    assert CONTENT not in store._path("a").read_bytes()
    assert read(store) == CONTENT


def test_a_forged_envelope_gets_no_new_key(tmp_path: Path) -> None:
    store = FolderStore(tmp_path, DocumentKeys([OLD]))
    put(store)
    forged = store._path("a").read_bytes().replace(b"text/plain", b"text/pla1n")
    store._path("a").write_bytes(forged)
    with pytest.raises(DocumentDamaged):
        FolderStore(tmp_path, DocumentKeys([NEW, OLD])).rewrap("a")


def test_a_process_killed_in_the_middle_leaves_every_document_readable_and_the_rest_to_do(
    tmp_path: Path,
) -> None:
    names = [f"d/{number:03d}" for number in range(200)]
    old = FolderStore(tmp_path, DocumentKeys([OLD]))
    for name in names:
        old.put(name, io.BytesIO(name.encode()), "text/plain")
    both = FolderStore(tmp_path, DocumentKeys([NEW, OLD]))
    child = os.fork()
    if child == 0:
        for name in names:
            both.rewrap(name)
        os._exit(0)
    while b'"kid"' not in old._path(names[50]).read_bytes() or _opens(old, names[50]):
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    assert [read(both, name).decode() for name in names] == names
    outcomes = [both.rewrap(name) for name in names]
    assert outcomes.count(Rewrapped.CURRENT) > 50
    newest = FolderStore(tmp_path, DocumentKeys([NEW]))
    assert [read(newest, name).decode() for name in names] == names


def _opens(store: FolderStore, key: str) -> bool:
    try:
        read(store, key)
    except DocumentKeyMissing:
        return False
    return True


def test_in_a_bucket_no_version_with_the_old_key_is_left(
    store_with: With, seaweedfs: S3Address
) -> None:
    store = store_with(OLD)
    put(store)
    store_with(NEW, OLD).rewrap("a")
    if isinstance(store, S3Store):
        assert versions(store._client, seaweedfs) == 1


def test_deleting_removes_every_version(bucket: S3Store, seaweedfs: S3Address) -> None:
    put(bucket)
    assert versions(bucket._client, seaweedfs) == 2
    bucket.delete("a")
    assert versions(bucket._client, seaweedfs) == 0


def test_a_held_document_is_refused_to_everybody_until_it_is_let_go(
    bucket: S3Store, seaweedfs: S3Address
) -> None:
    assert bucket.hold("a", held=True)
    with pytest.raises(DocumentHeld):
        bucket.delete("a")
    kept = bucket._versions("a")
    with pytest.raises(S3Error):
        bucket._client.remove_object(seaweedfs.bucket, "a", version_id=kept[0])
    assert bucket._versions("a") == kept
    bucket.hold("a", held=False)
    bucket.delete("a")
    assert versions(bucket._client, seaweedfs) == 0


def test_a_hold_outlives_a_new_envelope(seaweedfs: S3Address) -> None:
    store = S3Store(seaweedfs, DocumentKeys([OLD]))
    put(store, "held")
    store.hold("held", held=True)
    newer = S3Store(seaweedfs, DocumentKeys([NEW, OLD]))
    newer.rewrap("held")
    with pytest.raises(DocumentHeld):
        newer.delete("held")
    newer.hold("held", held=False)
    newer.delete("held")


def test_a_document_of_before_keeps_its_type_on_hold(seaweedfs: S3Address) -> None:
    """SeaweedFS forgets an object's media type then, and the key is bound to it."""
    store = S3Store(seaweedfs, DocumentKeys([NEW]))
    put(store, "old")
    found = store._client.stat_object(seaweedfs.bucket, "old")
    kept: dict[str, Any] = {
        name.lower().removeprefix("x-amz-meta-"): value
        for name, value in (found.metadata or {}).items()
        if name.lower().startswith("x-amz-meta-") and not name.lower().endswith("media-type")
    }
    with store._client.get_object(seaweedfs.bucket, "old") as body:
        content = body.read()
    store._client.put_object(
        seaweedfs.bucket, "old", io.BytesIO(content), len(content), "text/plain", metadata=kept
    )
    store.hold("old", held=True)
    assert store.stat("old").media_type == "text/plain"
    assert read(store, "old") == CONTENT
    store.hold("old", held=False)
    store.delete("old")


def test_a_folder_says_that_it_holds_nothing(tmp_path: Path) -> None:
    store = FolderStore(tmp_path, DocumentKeys([NEW]))
    put(store)
    assert not store.hold("a", held=True)


def test_seaweedfs_limits_forms_and_holds(bucket: S3Store) -> None:
    capabilities = bucket.capabilities()
    assert capabilities.legal_hold
    assert capabilities.post_policy
    assert capabilities.missing == ()
