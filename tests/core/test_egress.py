"""Addresses that somebody outside has named are called by one door, which looks twice."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from threading import Thread
from time import monotonic

import pytest

from core.egress import LONGEST_ANSWER, AddressRefused, Egress, is_public

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Talk = Callable[[socket.socket], None]


@contextmanager
def listening(talk: Talk) -> Iterator[str]:
    """A server on loopback that talks to each caller as it likes."""
    server = socket.create_server(("127.0.0.1", 0))
    callers: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                caller, _ = server.accept()
            except OSError:
                return
            with caller:
                callers.append(caller.recv(65_536))
                with suppress(OSError):
                    talk(caller)

    Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/hook?x=1"
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def told(*addresses: str):
    """A resolver that knows one answer."""
    return lambda _host, port, **_: [(0, 0, 0, "", (each, port)) for each in addresses]


@pytest.mark.parametrize(
    "address",
    [
        "http://example.vn/hook",
        "file:///etc/passwd",
        "gopher://example.vn/",
        "https://user:word@example.vn/",
        "https://example.vn:22/",
        "https://example.vn/#part",
        "https://example.vn/\r\nX: y",
        "https://",
        "https://[::1/",
        "//example.vn",
        "https://example.vn:port/",
    ],
)
def test_what_is_no_plain_https_address_is_refused(address: str):
    with pytest.raises(AddressRefused):
        Egress().require(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "localhost",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fc00::1]",
        "[fec0::1]",
        "[ff02::1]",
        "[fd00:ec2::254]",
        "[::ffff:10.0.0.1]",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::a00:1]",
        "[2002:a00:1::1]",
        "[2001:0:a00:1::1]",
    ],
)
def test_no_spelling_of_a_private_address_is_called(host: str):
    with pytest.raises(AddressRefused):
        Egress().post(f"https://{host}/", b"{}", {})


def test_a_public_address_is_public():
    assert is_public(ip_address("203.162.0.11"))
    assert is_public(ip_address("2001:4860:4860::8888"))


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    egress = Egress(resolve=told("203.162.0.11", "10.0.0.1"))
    with pytest.raises(AddressRefused):
        egress.post("https://example.vn/", b"{}", {})


def test_a_name_is_resolved_once_and_what_was_looked_at_is_called(monkeypatch):
    asked, called = [], []
    answers = iter(["203.162.0.11", "127.0.0.1"])

    def resolve(host, port, **_):
        asked.append(host)
        return told(next(answers))(host, port)

    def connect(address, _timeout):
        called.append(address)
        raise ConnectionRefusedError("Refused")

    monkeypatch.setattr("core.egress.socket.create_connection", connect)
    with pytest.raises(OSError, match="Refused"):
        Egress(resolve=resolve).post("https://rebinding.example/", b"{}", {})
    assert (asked, called) == (["rebinding.example"], [("203.162.0.11", 443)])


def test_loopback_is_called_in_development_only():
    with listening(lambda caller: caller.sendall(OK)) as address:
        assert Egress(loopback=True).post(address, b"{}", {}).body == b"ok"
        with pytest.raises(AddressRefused):
            Egress().post(address, b"{}", {})


def test_nothing_unencrypted_leaves_the_machine_even_in_development():
    egress = Egress(loopback=True, resolve=told("203.162.0.11"))
    with pytest.raises(AddressRefused):
        egress.post("http://example.vn:8080/", b"{}", {})


def test_a_redirect_is_an_answer_and_is_not_followed():
    inner = b"HTTP/1.1 307 Go\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    with listening(lambda caller: caller.sendall(inner)) as address:
        assert Egress(loopback=True).post(address, b"{}", {}).status == 307


def test_an_endless_body_is_read_to_its_limit():
    def talk(caller: socket.socket) -> None:
        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3000000000\r\n\r\n")
        while True:
            caller.sendall(b"x" * 65_536)

    with listening(talk) as address:
        assert len(Egress(loopback=True).post(address, b"{}", {}).body) == LONGEST_ANSWER


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"])
def test_who_answers_by_single_bytes_is_cut_off(begun: bytes):
    def talk(caller: socket.socket) -> None:
        caller.sendall(begun)
        ended = monotonic() + 5
        while monotonic() < ended:
            caller.sendall(b"x")
            caller.settimeout(0.05)
            try:
                if not caller.recv(1):
                    return
            except TimeoutError:
                pass

    with listening(talk) as address:
        asked = monotonic()
        with pytest.raises(TimeoutError):
            Egress(loopback=True, seconds=0.4).post(address, b"{}", {})
        assert monotonic() - asked < 3


def test_a_certificate_of_nobody_is_not_believed(tmp_path):
    with listening(lambda caller: caller.sendall(OK)) as address:
        secured = address.replace("http:", "https:")
        with pytest.raises(OSError, match="SSL"):
            Egress(loopback=True).post(secured, b"{}", {})


def test_what_is_signed_by_itself_may_be_fetched_without_tls_but_not_from_private_addresses():
    plain = Egress(plain=True, resolve=told("10.0.0.1"))
    assert plain.require("http://crl.example.vn/list.crl")
    with pytest.raises(AddressRefused):
        plain.get("http://crl.example.vn/list.crl")


def test_a_list_is_fetched_up_to_its_limit():
    talk = lambda caller: caller.sendall(OK)  # noqa: E731
    with listening(talk) as address:
        assert Egress(loopback=True).get(address).body == b"ok"
        assert Egress(loopback=True, longest=1).get(address).body == b"o"
