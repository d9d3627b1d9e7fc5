"""Asking the real daemon: what it finds, what it cannot look at, and when it is not there."""

import io
import socket
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import Unavailable
from storage.errors import InvalidScannerUrl, ScannerUnavailable
from storage.scanning import Clamd
from tests.clamd import EICAR, NAME, Daemon, running_clamd


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with running_clamd(tmp_path_factory.mktemp("clamd"), longest_stream="1M") as started:
        yield started


def found_in(daemon: Daemon, content: bytes) -> str:
    return Clamd(daemon.url).found_in(io.BytesIO(content))


@pytest.mark.parametrize("size", [0, 1, 65_536, 500_000])
def test_nothing_is_found_in_a_clean_file(daemon: Daemon, size: int) -> None:
    assert found_in(daemon, b"x" * size) == ""


def test_the_test_virus_is_found_over_both_sorts_of_socket(daemon: Daemon) -> None:
    for url in (daemon.url, daemon.socket_url):
        assert Clamd(url).found_in(io.BytesIO(EICAR)) == f"{NAME}.UNOFFICIAL"


def test_it_is_found_in_a_zip(daemon: Daemon) -> None:
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner", EICAR)
    assert NAME in found_in(daemon, saved.getvalue())


def test_a_file_longer_than_the_daemon_takes_has_not_passed(daemon: Daemon) -> None:
    with pytest.raises(ScannerUnavailable, match="size limit exceeded"):
        found_in(daemon, bytes(3_000_000))


def test_it_tells_which_version_it_is(daemon: Daemon) -> None:
    assert Clamd(daemon.url).version().startswith("ClamAV ")


def test_a_daemon_that_is_not_there_lets_nothing_pass(tmp_path: Path) -> None:
    for url in ("tcp://127.0.0.1:9", f"unix://{tmp_path / 'none'}"):
        with pytest.raises(Unavailable, match="does not answer"):
            Clamd(url).found_in(io.BytesIO(b"x"))


@pytest.mark.parametrize(
    "said", [b"", b"stream: OK", b"INSTREAM: whatever\0", b"stream: \0", b"OK\0"]
)
def test_any_other_answer_lets_nothing_pass(said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            asked, _ = server.accept()
            with asked:
                asked.recv(1 << 16)
                asked.sendall(said)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(ScannerUnavailable):
            Clamd(f"tcp://127.0.0.1:{server.getsockname()[1]}").found_in(io.BytesIO(b"x"))
        thread.join()


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:3310",
        "http://127.0.0.1:3310",
        "tcp://127.0.0.1",
        "tcp://:1",
        "unix://",
        "tcp://h:x",
    ],
)
def test_an_address_that_cannot_be_one_is_refused(url: str) -> None:
    with pytest.raises(InvalidScannerUrl):
        Clamd(url)
