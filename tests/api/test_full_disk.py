"""A disk without room for documents and temporary files: refused cleanly, and well again afterwards."""

import json
import os
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).parents[2]
# 3 MB hold one file of 1 MB, its copy while it is read, and no file of 3 MB.
DISK = 'mount -t tmpfs -o size=3m tmpfs "$2" && exec "$0" -m tests.api.full_disk "$1" "$2"'


def test_a_full_disk_refuses_uploads_and_recovers_without_repair(tmp_path: Path) -> None:
    folder, small = tmp_path / "var", tmp_path / "small"
    folder.mkdir()
    small.mkdir()
    own = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    done = subprocess.run(
        [*own, "sh", "-c", DISK, sys.executable, str(folder), str(small)],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "first": 201,
        "refused": [[503, "document-store-unavailable"]] * 2,
        "listed": 1,
        "read": True,
        "kept": 1,
        "removed": 204,
        "again": 201,
    }
