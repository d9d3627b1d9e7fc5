"""What the servers share: a thread, JSON in and out, faults on demand, and what they were asked."""

import json
import ssl
import threading
import time
from abc import ABC, abstractmethod
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from cryptography.hazmat.primitives.serialization import Encoding


class Fault(Exception):
    """An answer that is not what was asked for."""

    def __init__(self, status: int, body: dict[str, Any] | bytes = b"") -> None:
        self.status = status
        self.body = body
        super().__init__(status)


class RemoteSigner(ABC):
    """Holds a key; `faults` are taken one at a time, from the front, by who knows them."""

    def __init__(self, key: Any, chain: list[x509.Certificate]) -> None:
        self.key = key
        self.chain = chain
        self.faults: list[str] = []
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def place(self) -> str:
        return f"//127.0.0.1:{self._server.server_port}"

    def secure(self, pem: Path) -> None:
        """Speak TLS from now on, with the key and certificate of a file."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def stop(self) -> None:
        if not self._thread.is_alive():
            return
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def times(self, path: str) -> int:
        """How often a path was asked."""
        return sum(each.endswith(path) for each, _ in self.asked)

    def taken(self, fault: str) -> bool:
        """Whether this fault is the next one; then it is spent."""
        if self.faults[:1] != [fault]:
            return False
        self.faults.pop(0)
        return True

    def answer(self, path: str, sent: dict[str, Any], bearer: str) -> dict[str, Any]:
        """The answer, or a fault of the network's kind."""
        self.asked.append((path, sent))
        if self.taken("slow"):
            time.sleep(0.6)
        if self.taken("500"):
            raise Fault(500)
        if self.taken("nonsense"):
            raise Fault(200, b"<html>Bao tri he thong</html>")
        if self.taken("redirect"):
            raise Fault(307)
        return self.told(path, sent, bearer)

    @abstractmethod
    def told(self, path: str, sent: dict[str, Any], bearer: str) -> dict[str, Any]:
        """The answer of a healthy server."""

    def signature(self, digest: bytes) -> bytes:
        """By its key; or of something else, when that is the fault."""
        if self.taken("other-hash"):
            digest = b"\x99" * 32
        made = _signed(self.key, digest)
        return made[:-1] + bytes([made[-1] ^ 1]) if self.taken("wrong-signature") else made

    def certificates(self) -> list[str]:
        chain = self.chain[1:] if self.taken("other-certificate") else self.chain
        return [b64encode(each.public_bytes(Encoding.DER)).decode() for each in chain]


def _signed(key: Any, digest: bytes) -> bytes:
    method = utils.Prehashed(hashes.SHA256())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(digest, ec.ECDSA(method))
    made: bytes = key.sign(digest, padding.PKCS1v15(), method)
    return made


def _handler(signer: RemoteSigner) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            form = "form" in self.headers.get("Content-Type", "")
            sent = {k: v[0] for k, v in parse_qs(raw.decode()).items()} if form else json.loads(raw)
            bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
            try:
                self._send(200, signer.answer(self.path, sent, bearer))
            except Fault as fault:
                self._send(fault.status, fault.body)

        def _send(self, status: int, body: dict[str, Any] | bytes) -> None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            if status == 307:
                self.send_header("Location", "https://elsewhere.invalid/")
            self.end_headers()
            try:
                self.wfile.write(content)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    return Handler
