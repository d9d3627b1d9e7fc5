"""A worker is killed in the middle of a row: the next one goes on, no row twice and none lost."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

import engine
from accounts.actor import Actor
from accounts.models import Unit
from core.audit import AuditEvent
from core.config import Settings
from core.database import db, transaction
from engine.runtime import EXTENSION
from importing import jobs, operations
from importing.models import ImportedKey, ImportRun, ImportState
from tests.importing.conftest import again, csv_file, states
from tests.importing.dying import shorten_lease

ROOT = Path(__file__).parents[2]
ROWS, DIES_AT = 25, 13
FILE = csv_file(
    ("agency", "code", "name_vi"), *(("H26.16", f"P{n}", f"Phòng {n}") for n in range(ROWS))
)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jobs, "BATCH", 10)


def test_an_import_goes_on_after_a_worker_was_killed(
    each_database: str,
    installation: Flask,
    settings: Settings,
    checked: Callable[..., ImportRun],
    administrator: Actor,
):
    shorten_lease(installation.extensions[EXTENSION])
    run = checked(FILE, "units")
    with transaction():
        operations.start(run.id, by=administrator)
    db.session.remove()

    told = [str(settings.data_directory), settings.database_url, str(DIES_AT)]
    dead = subprocess.run(
        [sys.executable, "-m", "tests.importing.dying", *told], cwd=ROOT, check=False
    )
    assert dead.returncode == -signal.SIGKILL
    assert states(again(run)) == {"made": DIES_AT - 1, "waiting": ROWS - DIES_AT + 1}

    deadline = time.monotonic() + 60
    while again(run).state is ImportState.RUNNING and time.monotonic() < deadline:
        engine.run_due_jobs(installation)
        time.sleep(0.05)
    assert (again(run).state, states(run)) == (ImportState.IMPORTED, {"made": ROWS})
    assert db.session.scalar(select(func.count()).select_from(Unit)) == ROWS
    assert db.session.scalar(select(func.count()).select_from(ImportedKey)) == ROWS
    made = select(func.count()).where(AuditEvent.tag == "importing:row:made")
    assert db.session.scalar(made) == ROWS
