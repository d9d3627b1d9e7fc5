"""An outside system that asks to be left alone says for how long, and is believed."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from connectors.calls import ask
from connectors.errors import SystemDown


def asked_to_wait(status: int, retry_after: str | None) -> float | None:
    """What a system that answers so lets us know."""

    class Busy(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(status)
            if retry_after is not None:
                self.send_header("Retry-After", retry_after)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Busy) as server:
        Thread(target=server.handle_request, daemon=True).start()
        with pytest.raises(SystemDown) as caught:
            ask("register", f"http://127.0.0.1:{server.server_port}/", {})
    return caught.value.retry_after


@pytest.mark.parametrize("status", [429, 503])
def test_seconds_are_read(status):
    assert asked_to_wait(status, "120") == 120


def test_a_date_is_read():
    in_an_hour = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)

    assert 3500 < (asked_to_wait(503, in_an_hour) or 0) <= 3600


@pytest.mark.parametrize("header", [None, "soon", "-5"])
def test_anything_else_says_nothing(header):
    assert asked_to_wait(503, header) is None
