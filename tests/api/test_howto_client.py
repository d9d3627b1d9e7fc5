"""The commands and the program of docs/howto-api-client.md, run in order against a real server."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.actor import SYSTEM, Kind
from accounts.operations import create_account
from core.config import Settings
from core.database import Model, db, transaction
from tests.api.external_site import build
from tests.commands.test_run import free_ports

PAGE = Path(__file__).parents[2] / "docs" / "howto-api-client.md"
HOUSE = Path(__file__).parents[2]
BLOCKS = re.findall(r"```(sh|python)\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of somebody who follows the page, with a site that runs."""
    folder, (port,) = tmp_path / "var", free_ports(1)
    folder.mkdir()
    settings = Settings(data_directory=folder)
    app = build(settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        with transaction():
            create_account("mai@example.vn", "Mai", kind=Kind.CITIZEN, by=SYSTEM)
        db.engine.dispose()
    (tmp_path / "motcua").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m commands "$@"\n')
    (tmp_path / "motcua").chmod(0o755)
    url = f"http://127.0.0.1:{port}"
    given = {
        "MOTCUA_DATA_DIRECTORY": str(folder),
        "MOTCUA_PUBLIC_URL": url,
        "MOTCUA_URL": url,
        "MOTCUA_LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(HOUSE),
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
    }
    command = [sys.executable, "-m", "tests.api.external_site", str(port)]
    environment = os.environ | given
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True, cwd=HOUSE
    ) as server:
        assert server.stdout is not None
        server.stdout.readline()
        try:
            yield environment
        finally:
            server.kill()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_following_the_page_from_top_to_bottom(reader: dict[str, str], tmp_path: Path):
    told = "".join(done(reader, tmp_path, language, text) for language, text in BLOCKS)

    assert "tracker signs with the key 2026-11." in told
    assert "You are client:tracker (Case tracker)." in told
    assert "Scopes: portal.read." in told
    assert "Quotas: 20000;w=86400, 300;w=60;" in told
    assert re.search(r"^\[\] \d+$", told, re.MULTILINE)
    assert re.search(r"2026-12  EdDSA  from .* until 2099-12-31", told)
    assert re.search(r"2026-11  EdDSA  from .* revoked", told)
    told = done(
        reader,
        tmp_path,
        "sh",
        'motcua try-client "$MOTCUA_URL" x --key next.pem --key-id 1 2>&1 || true',
    )
    assert told.startswith("Error: 401 ")


def done(environment: dict[str, str], folder: Path, language: str, text: str) -> str:
    """What a block of the page says when it is run."""
    program = ["bash", "-euc", text] if language == "sh" else [sys.executable, "-c", text]
    ended = subprocess.run(
        program, env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, f"{text}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout
