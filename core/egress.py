"""The only door by which the house calls addresses that somebody outside has named.

A name is resolved once, every address it has is looked at, and the very address that was looked at
is connected to: a name that changes its mind in between (DNS rebinding) gains nothing. Redirects are
not followed, and whoever answers slowly or without end is cut off.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final, TypeAlias
from urllib.parse import SplitResult, urlsplit

from core.errors import N_, InvalidRequest

SECONDS: Final = 10.0
LONGEST_ANSWER: Final = 65_536
LONGEST_ADDRESS: Final = 500
HTTPS: Final = 443
HTTP: Final = 80
FIRST_FREE_PORT: Final = 1024
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")

Ip: TypeAlias = IPv4Address | IPv6Address
Resolve: TypeAlias = Callable[..., list[tuple[Any, ...]]]


class AddressRefused(InvalidRequest):
    """An address that the house does not call; `params["reason"]` is a word for the log."""

    code = "address-refused"
    title = N_("This address is not called")
    remedy = N_("Name an https address of a server on the public internet.")


@dataclass(frozen=True)
class Answer:
    """The status, what it asks by `Retry-After` (as sent), and what was said up to the limit."""

    status: int
    retry_after: str
    body: bytes


@dataclass(frozen=True)
class Egress:
    """Calls addresses on the public internet; with `loopback` also this very machine, unencrypted.

    `plain` lets it ask without TLS too: only for what is signed by itself, such as lists of revoked
    certificates. At most `longest` bytes of an answer are read.
    """

    loopback: bool = False
    plain: bool = False
    seconds: float = SECONDS
    longest: int = LONGEST_ANSWER
    resolve: Resolve = socket.getaddrinfo

    def require(self, address: str) -> SplitResult:
        """Look at an address before any name is resolved; raises AddressRefused."""
        parts = _parts(address)
        unencrypted = parts.scheme == "http" and (self.loopback or self.plain)
        if parts.scheme != "https" and not unencrypted:
            raise AddressRefused(reason="scheme")
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise AddressRefused(reason="form")
        usual = {HTTPS, HTTP} if self.plain else {HTTPS}
        if _port(parts) not in usual and _port(parts) < FIRST_FREE_PORT:
            raise AddressRefused(reason="port")
        if literal := _literal(parts.hostname or ""):
            self._require_public(literal)
        return parts

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a body, and read what is answered. Raises AddressRefused, and OSError for all else."""
        return self._asked("POST", address, body, headers)

    def get(self, address: str) -> Answer:
        """Read what an address has. Raises as `post`."""
        return self._asked("GET", address, None, {})

    def _asked(
        self, method: str, address: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        parts = self.require(address)
        ip = self._resolved(parts)
        if parts.scheme == "http" and not (ip.is_loopback or self.plain):
            raise AddressRefused(reason="scheme")
        with (
            socket.create_connection((str(ip), _port(parts)), self.seconds) as raw,
            _cut_off_after(self.seconds, raw),
            closing(HTTPConnection(_host(parts))) as connection,
        ):
            connection.sock = _secured(raw, parts)
            _send(connection, method, parts, body, headers)
            return _answer(connection, self.longest)

    def _resolved(self, parts: SplitResult) -> Ip:
        host = _host(parts)
        try:
            found = self.resolve(host, _port(parts), type=socket.SOCK_STREAM)
        except UnicodeError as error:
            raise AddressRefused(reason="name") from error
        addresses = [ip_address(str(each[4][0]).partition("%")[0]) for each in found]
        for each in addresses:
            self._require_public(each)
        if not addresses:
            raise AddressRefused(reason="name")
        return addresses[0]

    def _require_public(self, ip: Ip) -> None:
        if not (is_public(ip) or (self.loopback and ip.is_loopback)):
            raise AddressRefused(reason="private")


def is_public(ip: Ip) -> bool:
    """Whether an address is one of the public internet, also when it hides in another."""
    if isinstance(ip, IPv6Address):
        if ip.teredo or ip.is_site_local:
            return False
        inner = ip.ipv4_mapped or ip.sixtofour or _translated(ip)
        if inner is not None:
            return is_public(inner)
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _translated(ip: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _TRANSLATED else None


def _parts(address: str) -> SplitResult:
    if len(address) > LONGEST_ADDRESS or not address.isascii() or not address.isprintable():
        raise AddressRefused(reason="form")
    try:
        parts = urlsplit(address)
        _port(parts)
    except ValueError as error:
        raise AddressRefused(reason="form") from error
    if not parts.hostname or " " in address:
        raise AddressRefused(reason="form")
    return parts


def _literal(host: str) -> Ip | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _host(parts: SplitResult) -> str:
    return str(parts.hostname)


def _port(parts: SplitResult) -> int:
    return parts.port or (HTTPS if parts.scheme == "https" else HTTP)


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _secured(raw: socket.socket, parts: SplitResult) -> socket.socket:
    if parts.scheme == "http":
        return raw
    return _trust().wrap_socket(raw, server_hostname=_host(parts))


@contextmanager
def _cut_off_after(seconds: float, raw: socket.socket) -> Iterator[None]:
    """A time-out of each read is not enough: a byte now and then would keep us for ever."""
    handle, over = raw.dup(), threading.Event()

    def cut() -> None:
        over.set()
        handle.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPException) as error:
        if not over.is_set():
            raise OSError(type(error).__name__) from error
    finally:
        timer.cancel()
        timer.join()
        handle.close()
        if over.is_set():
            raise TimeoutError("no whole answer in time")


def _send(
    connection: HTTPConnection,
    method: str,
    parts: SplitResult,
    body: bytes | None,
    headers: Mapping[str, str],
) -> None:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    connection.putheader("Host", parts.netloc)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(body)


def _answer(connection: HTTPConnection, longest: int) -> Answer:
    response = connection.getresponse()
    text = response.read(longest)
    return Answer(response.status, response.getheader("Retry-After") or "", text)
