"""kill -9 at every point of an upload: between quarantine, check, move and record."""

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from core.config import Settings
from tests.chaos.failing import DEATH, NEVER
from tests.chaos.points import in_child
from tests.dossiers.uploading import go_on, prepare, sweep

pytestmark = pytest.mark.slow


def settings_in(folder: Path) -> Settings:
    return Settings(data_directory=folder, embedded_workers=0, log_level="CRITICAL")


def carried_on(folder: Path, fatal: int = NEVER) -> dict[str, Any]:
    told = folder / "told.json"
    if fatal != NEVER:
        assert in_child(go_on, settings_in(folder), fatal, str(told)) == DEATH
    assert in_child(go_on, settings_in(folder), NEVER, str(told)) == 0
    return dict(json.loads(told.read_text()))


def swept_after_two_days(folder: Path) -> dict[str, Any]:
    moment = time.time() - 2 * 86_400
    for path in (folder / "documents").rglob("*@"):
        os.utime(path, (moment, moment))
    told = folder / "swept.json"
    assert in_child(sweep, settings_in(folder), str(told)) == 0
    return dict(json.loads(told.read_text()))


def test_wherever_it_dies_the_file_is_there_once_and_nothing_else(tmp_path: Path) -> None:
    base = tmp_path / "base"
    base.mkdir()
    assert in_child(prepare, settings_in(base)) == 0
    calm = carried_on(shutil.copytree(base, tmp_path / "calm"))
    points = calm.pop("points")
    assert {"after document", "before deletion", "after reading", "before commit"} <= set(points)
    assert calm == {"states": ["there"], "read": [True], "quarantine": 0, "unclaimed": 0}

    for number, name in enumerate(points):
        folder = shutil.copytree(base, tmp_path / f"point-{number}")
        found = carried_on(folder, number)
        assert (found["states"], found["read"]) == (["there"], [True]), name
        assert found["quarantine"] <= 1, name
        assert found["unclaimed"] <= 1, name
        assert swept_after_two_days(folder)["quarantine"] == 0, name
