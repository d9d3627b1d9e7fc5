"""The virus scanner: ClamAV's daemon, asked over its own protocol (INSTREAM).

What cannot be asked has not passed: every way in which the daemon fails is ScannerUnavailable. It is
asked for each file alone, for it does not look into what a PDF carries.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, Protocol
from urllib.parse import urlsplit

from flask import Flask, current_app

from core.config import Settings
from core.errors import N_
from core.readiness import Finding, Level, parts
from storage.digests import Readable
from storage.errors import InvalidScannerUrl, ScannerUnavailable

_EXTENSION: Final = "motcua.storage.scanner"
_CHUNK: Final = 64 * 1024
_LENGTH: Final = 4
_LONGEST_ANSWER: Final = 4_096
CONNECT_SECONDS: Final = 5.0
# For one piece to be taken, and for the verdict on the whole file.
ANSWER_SECONDS: Final = 120.0


class Scanner(Protocol):
    """Says what a file is known as."""

    def found_in(self, stream: Readable) -> str:
        """What the rest of a stream is known as; empty if nothing is. Raises ScannerUnavailable."""

    def version(self) -> str:
        """The scanner with the day of its database, as it calls itself. Raises ScannerUnavailable."""


class Clamd:
    """ClamAV's daemon at tcp://HOST:PORT or unix:///PATH. Raises InvalidScannerUrl."""

    def __init__(self, url: str) -> None:
        self._place = _place_in(url)

    def found_in(self, stream: Readable) -> str:
        """Send the stream in pieces, then read the verdict."""
        with self._asked(b"zINSTREAM\0") as daemon:
            try:
                while piece := stream.read(_CHUNK):
                    daemon.sendall(len(piece).to_bytes(_LENGTH, "big") + piece)
                daemon.sendall(bytes(_LENGTH))
            except (BrokenPipeError, ConnectionResetError):
                pass  # it says why before it hangs up
            return _verdict(_answer(daemon))

    def version(self) -> str:
        """Such as "ClamAV 1.4.6/27812/Sat Nov 21 2026"."""
        with self._asked(b"zVERSION\0") as daemon:
            return _answer(daemon)

    @contextmanager
    def _asked(self, command: bytes) -> Iterator[socket.socket]:
        try:
            with self._connected() as daemon:
                daemon.settimeout(ANSWER_SECONDS)
                daemon.sendall(command)
                yield daemon
        except OSError as error:
            raise ScannerUnavailable(reason=error.strerror or type(error).__name__) from error

    def _connected(self) -> socket.socket:
        if isinstance(self._place, str):
            daemon = socket.socket(socket.AF_UNIX)
            daemon.settimeout(CONNECT_SECONDS)
            try:
                daemon.connect(self._place)
            except OSError:
                daemon.close()
                raise
            return daemon
        return socket.create_connection(self._place, timeout=CONNECT_SECONDS)


def install(app: Flask, settings: Settings) -> None:
    """Give the app the scanner that the settings name, if any; raises InvalidScannerUrl."""
    app.extensions[_EXTENSION] = Clamd(settings.scanner_url) if settings.scanner_url else None
    if settings.scanner_url:
        parts(app).add("scanner", _look)


def scanner() -> Scanner | None:
    """The scanner of the current app; None where none is configured."""
    found: Scanner | None = current_app.extensions[_EXTENSION]
    return found


def scanned(asked: Scanner, stream: BinaryIO) -> str:
    """What a whole stream is known as; it is rewound before and after."""
    stream.seek(0)
    found = asked.found_in(stream)
    stream.seek(0)
    return found


def _place_in(url: str) -> str | tuple[str, int]:
    try:
        parts = urlsplit(url)
        if parts.scheme == "unix" and parts.path and not parts.netloc:
            return parts.path
        if parts.scheme == "tcp" and parts.hostname and parts.port and parts.path in {"", "/"}:
            return parts.hostname, parts.port
    except ValueError as error:
        raise InvalidScannerUrl(variable="MOTCUA_SCANNER_URL") from error
    raise InvalidScannerUrl(variable="MOTCUA_SCANNER_URL")


def _answer(daemon: socket.socket) -> str:
    """All it says, up to the zero byte that ends it."""
    heard = b""
    while b"\0" not in heard and len(heard) < _LONGEST_ANSWER:
        piece = daemon.recv(_LONGEST_ANSWER)
        if not piece:
            raise ConnectionResetError("the scanner hung up")
        heard += piece
    return heard.partition(b"\0")[0].decode("utf-8", "replace")


def _verdict(answer: str) -> str:
    """Only these very words mean that nothing was found."""
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScannerUnavailable(reason=answer)


def _look() -> Finding:
    asked = scanner()
    told = asked.version() if asked is not None else ""
    return Finding(Level.OK, N_("The virus scanner answers: %(version)s."), {"version": told})
