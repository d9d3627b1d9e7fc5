"""While an upgrade is rolled out, servers of the last version still work on the new tables."""

import os
import subprocess
import sys
import tarfile
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from commands import migrations
from commands.backup.operations import restore_backup
from core.config import Settings
from core.database import db
from dossiers.models import Dossier, DossierStatus, RegisterEntry
from tests.releases.finishing import every
from tests.releases.make import FOLDER
from tests.releases.test_upgrade import RELEASES
from wsgi import create_app

LAST = RELEASES[-1]


def code_of(version: str, folder: Path) -> Path:
    """The files of a released version, as its tag in the repository says."""
    command = ["git", "archive", f"v{version}"]
    packed = subprocess.run(command, capture_output=True, check=True, cwd=FOLDER.parents[1])
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_last_version_finishes_its_dossiers_on_the_tables_of_this_one(
    empty_database, tmp_path, register_sandbox, payment_sandbox
):
    tree = code_of(LAST.name.removesuffix(".tar.gz"), tmp_path / "code")
    data = tmp_path / "data"
    data.mkdir()
    app = migrations.with_migrations(
        create_app(Settings(data_directory=data, database_url=empty_database, log_level="ERROR"))
    )
    with app.app_context():
        manifest = restore_backup(LAST, data / "keys", replace=False)
        then = datetime.fromisoformat(manifest["made_at"]) + timedelta(minutes=5)
        told = {
            "MOTCUA_DATA_DIRECTORY": str(data),
            "MOTCUA_DATABASE_URL": empty_database,
            "MOTCUA_ENTERPRISE_REGISTER_URL": register_sandbox.address,
            "MOTCUA_PAYMENT_GATEWAY_URL": payment_sandbox.address,
            "MOTCUA_LOG_LEVEL": "ERROR",
        }
        script = [sys.executable, str(FOLDER / "old_code.py"), str(tree), then.isoformat()]
        done = subprocess.run(
            script, env={**os.environ, **told}, capture_output=True, text=True, check=False
        )

        assert done.returncode == 0, done.stderr[-3000:]
        assert {each.status for each in every(Dossier)} == {DossierStatus.DELIVERED}
        assert {each.state for each in every(RegisterEntry)} == {"valid"}
        db.session.remove()
        db.engine.dispose()
