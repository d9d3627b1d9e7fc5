"""A few processes in which files from outside are read, kept warm and replaced when they break.

A file may be made to break its reader, or to have it ask for all memory. That ends a process which
holds nothing, and the file is refused.
"""

import json
import os
import queue
import socket
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any, BinaryIO, Final

from storage.inspection.errors import FileTooDemanding
from storage.inspection.reader import LONGEST_MESSAGE

SIZE: Final = 2
MEMORY_BYTES: Final = 1 << 30
WRITTEN_BYTES: Final = 2 << 30
# Seconds for one file, and one more for each so many bytes.
SECONDS: Final = 20.0
BYTES_A_SECOND: Final = 10_000_000
FILES_PER_PROCESS: Final = 500
_START_SECONDS: Final = 60.0
_READER: Final = Path(__file__).with_name("reader.py")


class ReaderBroke(Exception):
    """The process ended, or took too long."""


class Reader:
    """One process."""

    def __init__(self, memory_bytes: int) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket, self.files = ours, 0
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and file)
            [sys.executable, "-I", str(_READER), str(memory_bytes), str(WRITTEN_BYTES)],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PATH": os.defpath, "OMP_NUM_THREADS": "1"},
        )
        theirs.close()
        self.stop = weakref.finalize(self, _end, self._process, ours)
        self._warm = False

    def ask(self, request: dict[str, Any], files: list[int], seconds: float) -> dict[str, Any]:
        """One question and its answer; raises ReaderBroke."""
        self.files += 1
        try:
            if not self._warm:
                self._heard(_START_SECONDS)
                self._warm = True
            socket.send_fds(self._socket, [json.dumps(request).encode()], files)
            return self._heard(seconds)
        except OSError as error:
            raise ReaderBroke from error

    def _heard(self, seconds: float) -> dict[str, Any]:
        self._socket.settimeout(seconds)
        message = self._socket.recv(LONGEST_MESSAGE)
        if not message:
            raise ReaderBroke
        heard: dict[str, Any] = json.loads(message)
        return heard


class Chamber:
    """Processes shared by the threads of one process; made on first use."""

    def __init__(self, *, size: int = SIZE, memory_bytes: int = MEMORY_BYTES) -> None:
        self._size, self._memory_bytes = size, memory_bytes
        self._lock, self._owner = threading.Lock(), 0
        self._idle: queue.LifoQueue[Reader | None] = queue.LifoQueue()

    def read(
        self, source: int, kept: BinaryIO, inner: BinaryIO, *, name: str, media_type: str, size: int
    ) -> dict[str, Any]:
        """What a process says of the open file `source`; raises FileTooDemanding."""
        idle = self._readers()
        reader = idle.get() or Reader(self._memory_bytes)
        request = {"name": name, "media_type": media_type}
        try:
            files = [source, kept.fileno(), inner.fileno()]
            return reader.ask(request, files, SECONDS + size / BYTES_A_SECOND)
        except ReaderBroke as error:
            reader.stop()
            raise FileTooDemanding(name=name) from error
        finally:
            idle.put(self._kept(reader))

    def close(self) -> None:
        """End the idle processes; the next file starts new ones."""
        with self._lock:
            self._owner = 0
            while not self._idle.empty():
                reader = self._idle.get_nowait()
                if reader is not None:
                    reader.stop()

    def _readers(self) -> queue.LifoQueue[Reader | None]:
        with self._lock:
            # Sockets that were inherited through a fork belong to the parent: start our own.
            if self._owner != os.getpid():
                self._idle = queue.LifoQueue()
                for _ in range(self._size):
                    self._idle.put(None)
                self._owner = os.getpid()
            return self._idle

    def _kept(self, reader: Reader) -> Reader | None:
        if reader.stop.alive and reader.files < FILES_PER_PROCESS:
            return reader
        reader.stop()
        return None


def _end(process: subprocess.Popen[bytes], ours: socket.socket) -> None:
    ours.close()
    process.kill()
    process.wait()
