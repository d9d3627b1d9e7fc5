"""A process that is killed while it signs leaves nothing half; the next one finishes its work."""

import subprocess
import sys
from pathlib import Path

from signing import SigningDesk, verify_pdf
from signing.keys import RemoteKey
from tests.signing.interrupted import POINTS
from tests.signing.servers.smartca import SmartCaServer
from tests.signing.test_remote_smartca import key, office, server

__all__ = ["key", "office", "server"]


def test_wherever_the_process_is_killed_the_document_is_signed_once(
    server: SmartCaServer, office: SigningDesk, key: RemoteKey, tmp_path: Path
):
    server.approve()
    work = tmp_path / "work"
    work.mkdir()
    ran = subprocess.run(
        [sys.executable, "-m", "tests.signing.interrupted", str(office.table.folder.parent), work],
        capture_output=True,
        text=True,
        check=False,
    )
    # Killed by SIGKILL once, then finished; and no phone rang a second time.
    assert ran.stdout.splitlines() == [f"{point} -9 0" for point in POINTS], ran.stderr
    assert server.rang == len(POINTS)
    for point in POINTS:
        assert verify_pdf((work / point / "result.pdf").read_bytes()).valid, point
    assert not [path for path in office.table.folder.rglob(".*") if path.name != ".lock"]
