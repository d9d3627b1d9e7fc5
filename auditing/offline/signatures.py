"""Signatures and timestamps, checked by openssl: a tool that is none of ours."""

import os
import re
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

_TIME = re.compile(rb"Time stamp: (\w{3} +\d+ \d\d:\d\d:\d\d)(?:\.\d+)? (\d{4}) GMT")


def is_signed(content: bytes, signature: bytes, root: bytes, at: datetime | None) -> bool:
    """Whether a detached CMS signature covers the content, by a certificate that was valid then."""
    command = ["cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content"]
    moment = [] if at is None else ["-attime", str(int(at.timestamp()))]
    return (
        _ran([*command, "content", "-purpose", "any", *moment], content, signature, root)
        is not None
    )


def stamped_at(content: bytes, token: bytes, root: bytes) -> datetime | None:
    """The time in an RFC 3161 token, when it covers the content and leads to the root.

    The certificate of the authority need not be valid any more: it was when it stamped.
    """
    shown = _ran(["ts", "-reply", "-in", "signature", "-token_in", "-text"], content, token, None)
    said = _TIME.search(shown or b"")
    if said is None:
        return None
    moment = datetime.strptime(
        f"{said[1].decode()} {said[2].decode()}", "%b %d %H:%M:%S %Y"
    ).replace(tzinfo=UTC)
    verified = ["ts", "-verify", "-data", "content", "-in", "signature", "-token_in"]
    then = ["-attime", str(int(moment.timestamp()))]
    return moment if _ran([*verified, *then], content, token, root) is not None else None


def _ran(command: list[str], content: bytes, signature: bytes, root: bytes | None) -> bytes | None:
    """What openssl wrote; None when it refuses."""
    with tempfile.TemporaryDirectory() as folder:
        given = {"content": content, "signature": signature, "root.pem": root or b""}
        for name, each in given.items():
            Path(folder, name).write_bytes(each)
        trusting = [] if root is None else ["-CAfile", "root.pem"]
        done = subprocess.run(  # noqa: S603 (all arguments are ours)
            ["openssl", *command, *trusting],  # noqa: S607 (wherever it is installed)
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    return done.stdout if done.returncode == 0 else None
