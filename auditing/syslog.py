"""Events as messages of RFC 5424, and the ways to a log server."""

import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import orjson

from core.audit import AuditEvent

# Facility 13 (log audit), severity 5 (notice).
PRIORITY: Final = 13 * 8 + 5
PATIENCE: Final = 5.0
PORTS: Final = {"udp": 514, "tcp": 514, "tls": 6514}
# 32473 is the number that RFC 5612 keeps for examples; a server only needs it to be the same always.
ELEMENT: Final = "motcua@32473"


@dataclass(frozen=True)
class LogServer:
    """Where the record is sent: udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT.

    `authority` is the file of the certificate that a TLS server is proven by; empty for the system's.
    """

    address: str
    authority: str = ""

    def send(self, messages: Sequence[bytes]) -> None:
        """Send messages in order; raises OSError unless all of them were taken.

        Over TCP they count as taken once the server has read to the end and closes its side: what
        stands in a buffer of a server that dies is answered by a reset. UDP answers nothing.
        """
        parts = urlsplit(self.address)
        place = (parts.hostname or "", parts.port or PORTS[parts.scheme])
        if parts.scheme == "udp":
            _send_datagrams(place, messages)
            return
        with socket.create_connection(place, timeout=PATIENCE) as plain:
            if parts.scheme == "tls":
                context = ssl.create_default_context(cafile=self.authority or None)
                with context.wrap_socket(plain, server_hostname=place[0]) as sealed:
                    sealed.sendall(framed(messages))
                    sealed.unwrap()
                return
            plain.sendall(framed(messages))
            plain.shutdown(socket.SHUT_WR)
            while plain.recv(4096):
                pass


def framed(messages: Sequence[bytes]) -> bytes:
    """Messages in a stream, each after the count of its bytes (RFC 6587, RFC 5425)."""
    return b"".join(b"%d %s" % (len(each), each) for each in messages)


def message(event: AuditEvent, host: str, *, details: bool = False) -> bytes:
    """An event as RFC 5424 has it; its details only by their hash unless wanted."""
    told = {
        "id": str(event.id),
        "chain": str(event.chain_id),
        "position": str(event.position or ""),
        "actor": event.actor,
        "subject": event.subject,
        "detailsHash": event.details_hash.hex(),
    }
    data = " ".join(f'{name}="{_escaped(value)}"' for name, value in told.items())
    moment = event.at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    text = orjson.dumps(event.details).decode() if details and event.details else ""
    head = f"<{PRIORITY}>1 {moment} {host or '-'} motcua - {_word(event.tag)} [{ELEMENT} {data}]"
    return f"{head} \ufeff{text}".encode() if text else head.encode()


def _send_datagrams(place: tuple[str, int], messages: Sequence[bytes]) -> None:
    family, kind, *_, address = socket.getaddrinfo(*place, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind) as out:
        for each in messages:
            out.sendto(each, address)


def _word(text: str) -> str:
    """A MSGID: at most 32 visible signs of ASCII."""
    return "".join(sign for sign in text if "!" <= sign <= "~")[-32:] or "-"


def _escaped(text: str) -> str:
    """A value of structured data; no line break of it begins another message."""
    for sign in ("\\", '"', "]"):
        text = text.replace(sign, "\\" + sign)
    return "".join(each if each.isprintable() else "?" for each in text)
