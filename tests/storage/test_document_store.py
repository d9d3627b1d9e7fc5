"""One contract, run against every store."""

import hashlib
import io
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Unavailable
from storage.address import S3Address, parse_s3_url
from storage.encryption import DocumentKeys
from storage.errors import DocumentDamaged, DocumentMissing, InvalidKey
from storage.folder import HEADER_SIZE, FolderStore
from storage.interface import DocumentStore, StoredObject
from storage.s3 import S3Store
from tests.servers import running_seaweedfs

PDF = "application/pdf"
KEYS = DocumentKeys([bytes(32)])


@pytest.fixture(scope="module")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Address]:
    with running_seaweedfs(tmp_path_factory.mktemp("weed")) as url:
        yield parse_s3_url(url)


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DocumentStore]:
    if request.param == "folder":
        yield FolderStore(tmp_path / "documents", KEYS)
        return
    bucket = S3Store(request.getfixturevalue("seaweedfs"), KEYS)
    yield bucket
    for key in list(bucket.keys()):
        bucket.delete(key)


def put(store: DocumentStore, key: str, content: bytes) -> StoredObject:
    return store.put(key, io.BytesIO(content), PDF)


def read(store: DocumentStore, key: str) -> bytes:
    with store.open(key) as stream:
        return stream.read()


@pytest.mark.parametrize(("start", "length"), [(0, 4), (65_530, 12), (299_990, 50), (131_072, 1)])
def test_a_range_is_read_without_the_rest(store: DocumentStore, start: int, length: int) -> None:
    content = bytes(number % 251 for number in range(300_000))
    put(store, "long", content)
    with store.open_range("long", start, length) as part:
        assert part.read() == content[start : start + length]


@pytest.mark.parametrize("size", [0, 1, 511, 512, 300_000, 6_000_000])
def test_what_was_put_is_read_back_with_size_and_digest(store: DocumentStore, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    content = content[:size]

    stored = put(store, "dossiers/H40/notice.pdf", content)

    digest = hashlib.sha256(content).hexdigest()
    assert stored == StoredObject("dossiers/H40/notice.pdf", size, digest, PDF)
    assert store.stat("dossiers/H40/notice.pdf") == stored
    assert read(store, "dossiers/H40/notice.pdf") == content


def test_a_document_is_read_in_pieces(store: DocumentStore) -> None:
    put(store, "a", b"0123456789")
    with store.open("a") as stream:
        assert [stream.read(4), stream.read(4), stream.read(4), stream.read(4)] == [
            b"0123", b"4567", b"89", b"",
        ]  # fmt: skip


def test_only_the_rest_of_a_stream_is_put(store: DocumentStore) -> None:
    stream = io.BytesIO(b"skipped, kept")
    stream.seek(len(b"skipped, "))
    store.put("a", stream, PDF)
    assert read(store, "a") == b"kept"


def test_a_second_put_replaces_the_first(store: DocumentStore) -> None:
    put(store, "a", b"first and longer")
    put(store, "a", b"second")
    assert read(store, "a") == b"second"


def test_a_missing_document_is_named(store: DocumentStore) -> None:
    with pytest.raises(DocumentMissing, match="dossiers/none"):
        store.stat("dossiers/none")
    with pytest.raises(DocumentMissing):
        store.open("dossiers/none")


def test_a_deleted_document_is_gone_and_deleting_twice_is_no_error(store: DocumentStore) -> None:
    put(store, "a/b", b"x")
    store.delete("a/b")
    store.delete("a/b")
    with pytest.raises(DocumentMissing):
        store.stat("a/b")
    assert list(store.keys()) == []


def test_keys_are_listed_by_prefix_in_order(store: DocumentStore) -> None:
    for key in ("b/1", "a/2", "a/1", "a/10/x", "ab"):
        put(store, key, b"x")
    assert list(store.keys()) == ["a/1", "a/10/x", "a/2", "ab", "b/1"]
    assert list(store.keys("a/")) == ["a/1", "a/10/x", "a/2"]
    assert list(store.keys("a/1")) == ["a/1", "a/10/x"]
    assert list(store.keys("nothing/here")) == []


def test_a_key_may_be_the_beginning_of_another(store: DocumentStore) -> None:
    put(store, "a/b/c", b"deep")
    put(store, "a/b", b"shallow")
    assert (read(store, "a/b"), read(store, "a/b/c")) == (b"shallow", b"deep")


@pytest.mark.parametrize(
    "key",
    ["", "/", "/etc/passwd", "../x", "a/../x", "a/./x", "a//b", "a/", ".hidden", "a\\b", "a\x00b",
     "a b", "a@", "tệp", "a/" * 300 + "a", "a" * 201, "C:x"],
)  # fmt: skip
def test_a_key_that_could_leave_the_store_is_refused(store: DocumentStore, key: str) -> None:
    with pytest.raises(InvalidKey):
        put(store, key, b"x")
    with pytest.raises(InvalidKey):
        store.open(key)
    with pytest.raises(InvalidKey):
        store.delete(key)


def test_an_unexpected_digest_is_damage(store: DocumentStore) -> None:
    put(store, "a", b"other document")
    with (
        store.open("a", sha256=hashlib.sha256(b"mine").hexdigest()) as stream,
        pytest.raises(DocumentDamaged),
    ):
        stream.read()


def test_writers_at_the_same_time_leave_one_whole_document(store: DocumentStore) -> None:
    contents = [bytes([letter]) * 400_000 for letter in b"abcd"]
    threads = [threading.Thread(target=put, args=(store, "a", content)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read(store, "a") in contents


def test_nothing_is_visible_of_a_broken_upload(store: DocumentStore) -> None:
    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ValueError("the line broke")

    with pytest.raises(ValueError, match="the line broke"):
        store.put("a", Breaking(), PDF)
    assert list(store.keys()) == []


def test_a_folder_has_no_versions_and_no_lock(tmp_path: Path) -> None:
    capabilities = FolderStore(tmp_path, KEYS).capabilities()
    assert (capabilities.versioning, capabilities.object_lock) == (False, False)


def test_seaweedfs_is_seen_to_keep_versions_and_to_lock(seaweedfs: S3Address) -> None:
    store = S3Store(seaweedfs, KEYS)
    capabilities = store.capabilities()
    assert (capabilities.versioning, capabilities.object_lock) == (True, True)
    assert [bucket.name for bucket in store._client.list_buckets()] == [seaweedfs.bucket]


@pytest.mark.parametrize("position", [HEADER_SIZE, HEADER_SIZE + 4_000, -1])
def test_a_flipped_bit_on_disk_is_noticed_before_the_end(tmp_path: Path, position: int) -> None:
    store = FolderStore(tmp_path, KEYS)
    put(store, "a", bytes(10_000))
    file = bytearray((tmp_path / "a@").read_bytes())
    file[position] ^= 1
    (tmp_path / "a@").write_bytes(file)
    with store.open("a") as stream, pytest.raises(DocumentDamaged):
        stream.read()


@pytest.mark.parametrize("length", [0, 100, HEADER_SIZE, HEADER_SIZE + 9_999, HEADER_SIZE + 10_001])
def test_a_shortened_or_lengthened_file_is_noticed(tmp_path: Path, length: int) -> None:
    store = FolderStore(tmp_path, KEYS)
    put(store, "a", bytes(10_000))
    file = (tmp_path / "a@").read_bytes() + b"more"
    (tmp_path / "a@").write_bytes(file[:length])
    with pytest.raises(DocumentDamaged), store.open("a") as stream:
        stream.read()


def test_a_symbolic_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "documents", KEYS)
    (tmp_path / "documents" / "link").symlink_to(tmp_path)
    with pytest.raises(InvalidKey):
        put(store, "link/outside", b"x")


def test_bytes_changed_behind_the_back_of_s3_are_noticed(seaweedfs: S3Address) -> None:
    store = S3Store(seaweedfs, KEYS)
    put(store, "a", b"the truth")
    store._client.put_object(
        seaweedfs.bucket, "a", io.BytesIO(b"the trick"), 9, PDF,
        metadata={"sha256": hashlib.sha256(b"the truth").hexdigest()},
    )  # fmt: skip
    with store.open("a") as stream, pytest.raises(DocumentDamaged):
        stream.read()
    store.delete("a")


def test_a_store_that_is_down_is_unavailable() -> None:
    store = S3Store(S3Address("127.0.0.1:9", "bucket", "key", "secret", secure=False), KEYS)
    with pytest.raises(Unavailable, match="does not answer"):
        put(store, "a", b"x")
    with pytest.raises(Unavailable):
        store.stat("a")
    with pytest.raises(Unavailable):
        list(store.keys())


def test_a_wrong_secret_is_unavailable_and_never_shown(seaweedfs: S3Address) -> None:
    wrong = S3Address(
        seaweedfs.endpoint, seaweedfs.bucket, "motcua", "not-the-secret", secure=False
    )
    with pytest.raises(Unavailable) as refused:
        S3Store(wrong, KEYS).stat("a")
    assert "not-the-secret" not in str(refused.value) + repr(wrong)


def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "documents").write_text("a file stands where the folder should")
    with pytest.raises(Unavailable):
        FolderStore(tmp_path / "documents", KEYS)


@given(st.binary(max_size=2_000), st.integers(1, 700))
def test_any_bytes_survive_any_way_of_reading(content: bytes, piece: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        store = FolderStore(Path(folder), KEYS)
        put(store, "a", content)
        with store.open("a") as stream:
            assert b"".join(iter(lambda: stream.read(piece), b"")) == content


def test_the_store_tells_what_was_written_before_a_moment(store: DocumentStore) -> None:
    put(store, "dossiers/H40/notice.pdf", b"x")
    put(store, "other/notice.pdf", b"x")
    now = datetime.now(UTC)

    assert list(store.written_before(now - timedelta(minutes=1), "dossiers/")) == []
    later = store.written_before(now + timedelta(minutes=1), "dossiers/")
    assert list(later) == ["dossiers/H40/notice.pdf"]
