"""What all sandbox servers have in common: they answer on loopback, and they fail when told to.

A sandbox stands in for an outside system in development and in tests. It shares no code with the
client that it tests. `POST /faults {"mode": "error", "times": 2}` makes the next two answers fail;
modes are `slow` (with `seconds`), `error` (HTTP 500) and `malformed` (not what was agreed).
"""

import argparse
import logging
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request
from werkzeug.serving import make_server

HOST = "127.0.0.1"
REMEMBERED = 100


@dataclass
class Faults:
    """Which answers shall go wrong, and how; `received` holds the latest messages, newest first."""

    mode: str = ""
    times: int = 0
    seconds: float = 0.0
    received: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_mode(self) -> str:
        """The fault of the next answer, or an empty text; counts it off."""
        with self.lock:
            if self.times == 0:
                return ""
            self.times -= 1
            return self.mode

    def order(self, mode: str, times: int, seconds: float) -> None:
        """Let the next answers go wrong."""
        with self.lock:
            self.mode, self.times, self.seconds = mode, times, seconds


def with_faults(app: Flask, *protected: str) -> Faults:
    """Let the endpoints whose paths begin with one of `protected` fail on demand."""
    faults = Faults()

    @app.before_request
    def _perhaps_fail() -> Response | None:
        if not request.path.startswith(protected) or request.method != "POST":
            return None
        faults.received.appendleft({"path": request.path, "message": request.get_json(silent=True)})
        return _spoilt_answer(faults)

    @app.post("/faults")
    def _order_fault() -> dict[str, Any]:
        wish = request.get_json()
        faults.order(wish.get("mode", ""), wish.get("times", 0), wish.get("seconds", 0.0))
        return {"mode": faults.mode, "times": faults.times}

    return faults


def _spoilt_answer(faults: Faults) -> Response | None:
    match faults.next_mode():
        case "slow":
            time.sleep(faults.seconds)
        case "error":
            return Response("broken on demand", status=500)
        case "malformed":
            return Response('["not what was agreed"', mimetype="application/json")
    return None


def serve(app: Flask, name: str, arguments: list[str] | None = None) -> None:
    """Run a sandbox on loopback until it is ended; prints its address first.

    With `--until-stdin-closes` it ends together with the process that started it.
    """
    parser = argparse.ArgumentParser(description=f"Sandbox of the {name}")
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--until-stdin-closes", action="store_true")
    options = parser.parse_args(arguments)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # it would write a line per request
    server = make_server(HOST, options.port, app, threaded=True)
    print(f"{name}: http://{HOST}:{server.port}", flush=True)  # noqa: T201  its only output
    if options.until_stdin_closes:
        threading.Thread(target=_end_with_stdin, args=[server], daemon=True).start()
    server.serve_forever()


def _end_with_stdin(server: Any) -> None:
    sys.stdin.buffer.read()
    server.shutdown()
