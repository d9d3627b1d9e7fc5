"""A mail server that keeps what it is sent and shows it on a page."""

import argparse
import socket
from collections import deque
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from flask import Flask, render_template

from connectors.sandbox import HOST, serve

KEPT = 100


@dataclass(frozen=True)
class Letter:
    """One e-mail as it arrived."""

    to: str
    subject: str
    date: str
    text: str


class PostBox:
    """Takes every message; the latest come first."""

    def __init__(self) -> None:
        self.letters: deque[Letter] = deque(maxlen=KEPT)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Keep one message."""
        message: Any = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        text = message.get_body(("plain",))
        self.letters.appendleft(
            Letter(
                to=", ".join(envelope.rcpt_tos),
                subject=str(message["Subject"]),
                date=str(message["Date"]),
                text=text.get_content() if text else "",
            )
        )
        return "250 kept"


def create_page(box: PostBox) -> Flask:
    """The page, and the same as JSON below /letters."""
    app = Flask(__name__, template_folder="templates")

    @app.get("/")
    def _page() -> str:
        return render_template("letters.html", letters=box.letters)

    @app.get("/letters")
    def _letters() -> list[dict[str, str]]:
        return [vars(letter) for letter in box.letters]

    return app


def main(arguments: list[str] | None = None) -> None:
    """Serve until ended; prints the page's address. `--port 0`: any free port for each."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--port", type=int, default=0)
    given, rest = parser.parse_known_args(arguments)
    box = PostBox()
    controller = Controller(box, hostname=HOST, port=given.port or _free_port())
    controller.start()
    page_port = controller.port + 1 if given.port else 0
    serve(
        create_page(box),
        f"mail sandbox smtp://{HOST}:{controller.port}",
        ["--port", str(page_port), *rest],
    )


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])
