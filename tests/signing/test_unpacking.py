"""A small PDF that unpacks to a great deal is not read at all."""

import tracemalloc
import zlib
from pathlib import Path

import pytest

import signing
from signing import Finding, SigningDesk, unpacking
from signing.unpacking import is_modest

LETTER = (Path(__file__).parent / "letter.pdf").read_bytes()


def stream(content: bytes) -> bytes:
    return b"1 0 obj <</Filter /FlateDecode>> stream\n" + content + b"\nendstream endobj\n"


MOST = 8 << 20


@pytest.fixture(autouse=True)
def _a_lower_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that tests are quick."""
    monkeypatch.setattr(unpacking, "MOST", MOST)


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """Eight megabytes of nothing, packed."""
    return zlib.compress(bytes(MOST))


def test_letters_are_modest():
    assert is_modest(LETTER)


def test_a_bomb_is_not_unpacked_and_not_kept(bomb: bytes):
    tracemalloc.start()
    try:
        assert not is_modest(b"%PDF-1.7\n" + stream(bomb))
        assert tracemalloc.get_traced_memory()[1] < MOST // 2
    finally:
        tracemalloc.stop()


def test_a_bomb_inside_of_a_packed_stream_is_found(bomb: bytes):
    assert not is_modest(b"%PDF-1.7\n" + stream(zlib.compress(bomb)))


def test_many_streams_count_together(bomb: bytes):
    third = zlib.compress(bytes(MOST // 3), 1)
    assert is_modest(stream(third) * 2)
    assert not is_modest(stream(third) * 4)


def test_the_verifier_says_that_it_cannot_be_read(desk: SigningDesk, bomb: bytes):
    report = signing.verify_pdf(b"%PDF-1.7\n" + stream(bomb))
    assert report.reasons == (Finding.UNREADABLE,)
