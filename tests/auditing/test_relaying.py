"""Every event reaches a real log server, at least once and in order, also when it dies in between."""

import re
import socket
import threading
from contextlib import closing
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from auditing.models import Relay
from auditing.relaying import Relaying
from auditing.syslog import LogServer, message
from core.audit import AuditEvent, AuditTag, first_broken, note, seal
from core.database import transaction


class Tag(AuditTag):
    DEED = "auditing:test:deed"


class Listener:
    """A log server on loopback, which reads streams of counted messages until it is stopped."""

    def __init__(self, port: int = 0, *, dies_reading: bool = False) -> None:
        self.got: list[str] = []
        self._dies = dies_reading
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(timeout=5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                if self._dies:
                    connection.recv(10)
                    # Closed with bytes unread: the other side is answered by a reset.
                    continue
                whole = b""
                while part := connection.recv(65536):
                    whole += part
            self.got += _messages(whole)


def _messages(stream: bytes) -> list[str]:
    found = []
    while stream:
        count, _, rest = stream.partition(b" ")
        found.append(rest[: int(count)].decode())
        stream = rest[int(count) :]
    return found


def deeds(*numbers: int) -> None:
    with transaction():
        for number in numbers:
            note(Tag.DEED, actor="x", subject=f"s:{number}", details={"secret": "Lan"})


def subjects(got: list[str]) -> list[str]:
    return [found[1] for each in got if (found := re.search(r'subject="(s:\d+)"', each))]


@pytest.fixture
def begun(bare_app: Flask) -> Flask:
    """The relay has begun: what is on record from now on is sent."""
    Relaying(LogServer("tcp://127.0.0.1:9")).go_on()
    return bare_app


def test_what_was_recorded_in_an_outage_comes_afterwards_in_order(each_database: str, begun: Flask):
    listener = Listener()
    relaying = Relaying(LogServer(f"tcp://127.0.0.1:{listener.port}"))
    _free_the_lease()
    deeds(1, 2)
    assert relaying.go_on() == 2
    listener.stop()

    deeds(3, 4)
    assert relaying.go_on() == 0
    dying = Listener(listener.port, dies_reading=True)
    assert relaying.go_on() == 0
    dying.stop()

    again = Listener(listener.port)
    assert relaying.go_on() == 2
    assert relaying.go_on() == 0
    again.stop()
    assert subjects(listener.got) == ["s:1", "s:2"]
    assert subjects(again.got) == ["s:3", "s:4"]


def test_details_leave_the_house_only_where_it_is_configured(begun: Flask):
    listener = Listener()
    server = LogServer(f"tcp://127.0.0.1:{listener.port}")
    _free_the_lease()
    deeds(1)
    Relaying(server).go_on()
    _free_the_lease()
    deeds(2)
    Relaying(server, details=True).go_on()
    listener.stop()
    assert "Lan" not in listener.got[0]
    assert '{"secret":"Lan"}' in listener.got[1]


def test_two_processes_do_not_send_at_once(begun: Flask):
    listener = Listener()
    server = LogServer(f"tcp://127.0.0.1:{listener.port}")
    _free_the_lease()
    first, second = Relaying(server), Relaying(server)
    deeds(1)
    assert first.go_on() == 1
    deeds(2)
    assert second.go_on() == 0
    assert first.go_on() == 1
    listener.stop()


def test_the_chain_holds_after_sending(begun: Flask):
    listener = Listener()
    _free_the_lease()
    deeds(1, 2)
    Relaying(LogServer(f"tcp://127.0.0.1:{listener.port}")).go_on()
    listener.stop()
    with transaction():
        assert seal(UUID(int=0)) == 2
        assert first_broken(UUID(int=0)) is None


def test_datagrams_are_sent_too(begun: Flask):
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(5)
        _free_the_lease()
        deeds(1)
        Relaying(LogServer(f"udp://127.0.0.1:{listener.getsockname()[1]}")).go_on()
        assert subjects([listener.recv(65536).decode()]) == ["s:1"]


def test_a_message_is_one_line_whatever_an_event_says():
    event = AuditEvent(
        id=UUID(int=1),
        chain_id=UUID(int=2),
        at=datetime(2026, 11, 22, 4, 5, 6, tzinfo=UTC),
        tag="a:b:c",
        actor="x",
        subject='a"]\n<109>1 forged',
        details_hash=b"\x01",
    )
    told = message(event, "host").decode()
    assert told.startswith("<109>1 2026-11-22T04:05:06.000000Z host motcua - a:b:c [motcua@32473 ")
    assert r'subject="a\"\]?<109>1 forged"' in told
    assert "\n" not in told


def _free_the_lease() -> None:
    with transaction() as session:
        session.execute(update(Relay).values(leased_until=None))
