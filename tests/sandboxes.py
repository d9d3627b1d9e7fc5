"""Sandbox servers as processes of their own, as `motcua run` starts them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx


class Sandbox:
    """A running sandbox: its address, and the faults to order."""

    def __init__(self, address: str) -> None:
        self.address = address

    def fail(self, mode: str, times: int = 1, seconds: float = 0.0) -> None:
        wish = {"mode": mode, "times": times, "seconds": seconds}
        httpx.post(f"{self.address}/faults", json=wish).raise_for_status()


@contextmanager
def running_sandbox(module: str, *options: str) -> Iterator[Sandbox]:
    command = [sys.executable, "-m", module, "--until-stdin-closes", *options]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        line = process.stdout.readline()
        yield Sandbox(line.split(": ", 1)[1].strip())
        process.stdin.close()
