"""Make this version's backup: `make release-data`. Do it once, when the version is tagged."""

import sys
import tempfile
from pathlib import Path

from commands.backup.operations import make_backup
from commands.migrations import with_migrations
from commands.prepare import prepare_installation
from commands.sandboxes import running_sandboxes
from core.config import Settings
from wsgi import create_app

FOLDER = Path(__file__).parent


def make(path: Path) -> None:
    """Save a fresh installation with its sample dossiers."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_directory=Path(folder), log_level="WARNING")
        app = with_migrations(create_app(settings))
        with running_sandboxes(settings), app.app_context():
            prepare_installation(app, demo=True)
            make_backup(path, settings.data_directory / "keys")


if __name__ == "__main__":
    target = FOLDER / f"{sys.argv[1]}.tar.gz"
    if target.exists():
        raise SystemExit(f"{target} is there already: what was released does not change.")
    make(target)
