"""Documents at rest are unreadable without the key, and whoever moves their bytes is found out."""

import io
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config import Settings
from storage import document_keys
from storage.encryption import CHUNK, TAG, DocumentKeys
from storage.errors import DocumentDamaged, DocumentKeyMissing, InvalidDocumentKeys
from storage.folder import HEADER_SIZE, FolderStore

OLD, NEW = b"o" * 32, b"n" * 32
WORDS = "Bí mật của hồ sơ. ".encode()
LONG = WORDS * (3 * CHUNK // len(WORDS) + 1)
SEALED_CHUNK = CHUNK + TAG


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path, DocumentKeys([OLD]))


def put(store: FolderStore, content: bytes, key: str = "a") -> Path:
    store.put(key, io.BytesIO(content), "text/plain")
    return store._path(key)


def read(store: FolderStore, key: str = "a") -> bytes:
    with store.open(key) as stream:
        return stream.read()


def test_nothing_of_a_document_can_be_read_on_the_disk(store: FolderStore) -> None:
    assert WORDS not in put(store, LONG).read_bytes()
    assert read(store) == LONG


def test_equal_documents_look_different(store: FolderStore) -> None:
    first, second = put(store, WORDS, "a"), put(store, WORDS, "b")
    assert first.read_bytes()[HEADER_SIZE:] != second.read_bytes()[HEADER_SIZE:]


def test_another_key_opens_nothing_and_is_named(store: FolderStore, tmp_path: Path) -> None:
    put(store, WORDS)
    with pytest.raises(DocumentKeyMissing):
        read(FolderStore(tmp_path, DocumentKeys([NEW])))


def test_after_a_rotation_the_old_is_read_and_the_new_is_written(
    store: FolderStore, tmp_path: Path
) -> None:
    put(store, b"old", "old")
    rotated = FolderStore(tmp_path, DocumentKeys([NEW, OLD]))
    put(rotated, b"new", "new")
    assert (read(rotated, "old"), read(rotated, "new")) == (b"old", b"new")
    assert read(FolderStore(tmp_path, DocumentKeys([NEW])), "new") == b"new"


def forge(path: Path, body: bytes) -> None:
    path.write_bytes(path.read_bytes()[:HEADER_SIZE] + body)


@pytest.mark.parametrize(
    "order", [(0, 2, 1, 3), (0, 1, 2), (1, 2, 3), (0, 0, 1, 2, 3), (0, 1, 2, 3, 3)]
)
def test_chunks_that_were_moved_dropped_or_doubled_are_noticed(
    store: FolderStore, order: tuple[int, ...]
) -> None:
    path = put(store, LONG)
    body = path.read_bytes()[HEADER_SIZE:]
    chunks = [body[at : at + SEALED_CHUNK] for at in range(0, len(body), SEALED_CHUNK)]
    assert len(chunks) == 4
    forge(path, b"".join(chunks[number] for number in order))
    with pytest.raises(DocumentDamaged):
        read(store)


def test_a_flipped_bit_is_noticed_also_in_a_range(store: FolderStore) -> None:
    path = put(store, LONG)
    body = bytearray(path.read_bytes()[HEADER_SIZE:])
    body[SEALED_CHUNK + 5] ^= 1
    forge(path, bytes(body))
    with pytest.raises(DocumentDamaged), store.open_range("a", CHUNK + 1, 10) as part:
        part.read()
    with store.open_range("a", 0, 10) as part:
        assert part.read() == LONG[:10]


def test_the_bytes_of_another_document_are_noticed(store: FolderStore) -> None:
    first, second = put(store, b"one", "a"), put(store, b"two", "b")
    first.write_bytes(second.read_bytes())
    with pytest.raises(DocumentDamaged):
        read(store)


@pytest.mark.parametrize("fact", ["size", "sha256", "media_type"])
def test_changed_facts_open_nothing(store: FolderStore, fact: str) -> None:
    path = put(store, WORDS)
    header = orjson.loads(path.read_bytes()[:HEADER_SIZE])
    header[fact] = 1 if fact == "size" else "0" * 64
    told = orjson.dumps(header).ljust(HEADER_SIZE - 1) + b"\n"
    path.write_bytes(told + path.read_bytes()[HEADER_SIZE:])
    with pytest.raises(DocumentDamaged):
        read(store)


def test_a_document_from_before_encryption_is_still_read(store: FolderStore) -> None:
    path = put(store, LONG)
    header = orjson.loads(path.read_bytes()[:HEADER_SIZE])
    del header["envelope"]
    path.write_bytes(orjson.dumps(header).ljust(HEADER_SIZE - 1) + b"\n" + LONG)
    assert read(store) == LONG
    with store.open_range("a", CHUNK - 3, 7) as part:
        assert part.read() == LONG[CHUNK - 3 : CHUNK + 4]


@given(
    st.integers(0, 3 * CHUNK), st.integers(0, 2 * CHUNK), st.sampled_from([0, 1, CHUNK, len(LONG)])
)
def test_a_range_is_what_the_whole_has_there(
    tmp_path_factory: pytest.TempPathFactory, start: int, length: int, size: int
) -> None:
    store = FolderStore(tmp_path_factory.getbasetemp() / "ranges", DocumentKeys([OLD]))
    content, key = LONG[:size], f"of-{size}"
    if key not in list(store.keys()):
        put(store, content, key)
    with store.open_range(key, start, length) as part:
        assert part.read() == content[start : start + length]


@pytest.mark.parametrize("told", ["xyz", "00", "0" * 63, f"{'0' * 64},1"])
def test_keys_that_cannot_be_read_are_refused_without_repeating_them(
    tmp_path: Path, told: str
) -> None:
    with pytest.raises(InvalidDocumentKeys) as refused:
        document_keys(Settings(data_directory=tmp_path, document_keys=told))
    assert told not in str(refused.value)
