"""ClamAV's daemon for tests: the real one, on loopback, with one signature of our own."""

import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

# The harmless test file that every scanner knows; turned round, so that none stops at this one.
EICAR = rb"*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP\4[PA@%P!O5X"[::-1]
NAME = "Eicar-Test-Signature"
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0


@dataclass
class Daemon:
    """A daemon that can be stopped and started again at its address."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For the setting `scanner_url`."""
        return f"tcp://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        """The same by its socket in the file system."""
        return f"unix://{self.folder / 'clamd.sock'}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "clamd.log").open("ab") as log:
            command = [_program(), "--foreground", f"--config-file={self.folder / 'clamd.conf'}"]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if _answers(self.port):
                return
            time.sleep(0.05)
        raise RuntimeError(f"clamd: {(self.folder / 'clamd.log').read_text()[-2000:]}")

    def stop(self) -> None:
        """End it, and wait until it is gone."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None


@contextmanager
def running_clamd(folder: Path, *, longest_stream: str = "100M") -> Iterator[Daemon]:
    """A daemon that knows EICAR and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "database"
    database.mkdir()
    (database / "own.ndb").write_text(f"{NAME}:0:0:{EICAR.hex()}\n")
    daemon = Daemon(folder, _free_port())
    (folder / "clamd.conf").write_text(
        f"Foreground yes\nTCPSocket {daemon.port}\nTCPAddr 127.0.0.1\n"
        f"LocalSocket {folder / 'clamd.sock'}\nFixStaleSocket yes\n"
        f"DatabaseDirectory {database}\nTemporaryDirectory {folder}\n"
        f"StreamMaxLength {longest_stream}\nAlertExceedsMax yes\nMaxThreads 4\n"
    )
    daemon.start()
    try:
        yield daemon
    finally:
        daemon.stop()


def _program() -> str:
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin") or "clamd"


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as asked:
        asked.sendall(b"zPING\0")
        return asked.recv(16) == b"PONG\0"
    return False


def _free_port() -> int:
    while True:
        port = 20_000 + secrets.randbelow(25_000)
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
