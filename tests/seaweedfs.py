"""A real S3-compatible server for tests: SeaweedFS from its wheel, on loopback."""

import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from core.errors import Unavailable
from storage.address import parse_s3_url
from storage.encryption import DocumentKeys
from storage.s3 import S3Store

_KEYS = DocumentKeys([bytes(32)])
_GRPC_OFFSET = 10_000
_START_SECONDS = 60


@contextmanager
def running_seaweedfs(folder: Path) -> Iterator[str]:
    """An S3-compatible SeaweedFS; yields a `documents_url` with a bucket and a key of its own.

    Its key is random: weed silently takes other ports when its own are busy, and with this key
    we can never mistake somebody else's server for ours.
    """
    key, secret = "motcua", secrets.token_urlsafe(24)
    with (folder / "weed.log").open("wb") as log:
        environment = {
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "HOME": str(folder),
            "TMPDIR": str(folder),
        }
        process, port = _started(folder, environment, log)
        try:
            url = f"s3://{key}:{secret}@127.0.0.1:{port}/motcua-test?secure=0"
            _wait_until_writable(url, process, folder)
            yield url
        finally:
            _stop(process)


def _started(
    folder: Path, environment: dict[str, str], log: IO[bytes]
) -> tuple[subprocess.Popen[bytes], int]:
    """The server and its port. It ends at once when somebody took one of its ports meanwhile."""
    for _ in range(5):
        port, *others = _free_ports(5)
        command = _weed_command(folder, port, others)
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            break
    return process, port


def _weed_command(folder: Path, s3_port: int, ports: list[int]) -> list[str]:
    weed = shutil.which("weed", path=str(Path(sys.executable).parent)) or "weed"
    master, filer, volume, admin = ports
    return [
        weed, "mini", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
        "-admin.ui=false", "-webdav=false", "-master.telemetry=false",
        f"-s3.port={s3_port}", "-s3.port.iceberg=0", "-s3.port.lance=0",
        f"-master.port={master}", f"-filer.port={filer}", f"-volume.port={volume}",
        f"-admin.port={admin}",
    ]  # fmt: skip


def _wait_until_writable(url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    """Its health page answers before writes work: only a write that succeeds means ready."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with (folder / "weed.log").open("rb") as anything:
                S3Store(parse_s3_url(url), _KEYS).put("ready", anything, "text/plain")
        except Unavailable:
            time.sleep(0.2)
        else:
            S3Store(parse_s3_url(url), _KEYS).delete("ready")
            return
    raise RuntimeError(f"SeaweedFS did not start:\n{(folder / 'weed.log').read_text()[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_ports(count: int) -> list[int]:
    """Ports that are free now, and whose gRPC twin 10,000 above is free too."""
    found: list[int] = []
    while len(found) < count:
        port = 20_000 + secrets.randbelow(25_000)
        if port not in found and _is_free(port) and _is_free(port + _GRPC_OFFSET):
            found.append(port)
    return found


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
