"""A TCP relay before a real server, which can hang up, dawdle, and change what passes."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Change = Callable[[bytes], bytes]


@dataclass
class Middleman:
    """Relays to `port`. While it is `down` it hangs up; `change` is done to what is answered."""

    port: int
    down: bool = False
    delay: float = 0.0
    change: Change | None = None
    _server: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self._server.getsockname()[1]}"

    def serve(self) -> None:
        """Take connections until the server is closed."""
        with suppress(OSError):
            while True:
                caller, _ = self._server.accept()
                threading.Thread(target=self._relay, args=(caller,), daemon=True).start()

    def close(self) -> None:
        """Take no more."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _relay(self, caller: socket.socket) -> None:
        with caller:
            if self.down:
                return
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)) as behind:
                back = threading.Thread(target=self._copy, args=(behind, caller), daemon=True)
                back.start()
                self._copy(caller, behind)
                back.join()

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        answers = source.getpeername()[1] == self.port
        with suppress(OSError):
            while piece := source.recv(65_536):
                if self.down:
                    break
                if answers:
                    time.sleep(self.delay)
                    piece = self.change(piece) if self.change else piece
                target.sendall(piece)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def relaying(port: int) -> Iterator[Middleman]:
    """A relay before a port of this machine."""
    relay = Middleman(port)
    thread = threading.Thread(target=relay.serve, daemon=True)
    thread.start()
    try:
        yield relay
    finally:
        relay.close()
        thread.join(5)
