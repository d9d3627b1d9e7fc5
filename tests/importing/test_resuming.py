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
from commands.sample.application import SERVICE
from core.audit import AuditEvent
from core.config import Settings
from core.database import db, transaction
from dossiers.models import Dossier, StatusChange
from engine.models import Instance, Task
from engine.runtime import EXTENSION
from importing import jobs, operations
from importing.models import ImportedKey, ImportRun, ImportState
from tests.importing.conftest import again, csv_file, states
from tests.importing.dying import shorten_lease
from tests.importing.test_dossiers import file_of, of

ROOT = Path(__file__).parents[2]
ROWS, DIES_AT = 25, 13
FILE = csv_file(
    ("agency", "code", "name_vi"), *(("H26.16", f"P{n}", f"Phòng {n}") for n in range(ROWS))
)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jobs, "BATCH", 10)


def work_on(app: Flask, run: ImportRun, state: ImportState) -> None:
    deadline = time.monotonic() + 60
    while again(run).state is state and time.monotonic() < deadline:
        engine.run_due_jobs(app)
        time.sleep(0.05)


def die_at(number: int, settings: Settings) -> None:
    db.session.remove()
    told = [str(settings.data_directory), settings.database_url, str(number)]
    dead = subprocess.run(
        [sys.executable, "-m", "tests.importing.dying", *told], cwd=ROOT, check=False
    )
    assert dead.returncode == -signal.SIGKILL


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
    die_at(DIES_AT, settings)
    assert states(again(run)) == {"made": DIES_AT - 1, "waiting": ROWS - DIES_AT + 1}

    work_on(installation, run, ImportState.RUNNING)
    assert (again(run).state, states(run)) == (ImportState.IMPORTED, {"made": ROWS})
    assert db.session.scalar(select(func.count()).select_from(Unit)) == ROWS
    assert db.session.scalar(select(func.count()).select_from(ImportedKey)) == ROWS
    made = select(func.count()).where(AuditEvent.tag == "importing:row:made")
    assert db.session.scalar(made) == ROWS


def test_each_dossier_begins_its_process_once_though_a_worker_was_killed_in_the_release(
    installation: Flask, settings: Settings, imported: Callable[..., ImportRun], second: Actor
):
    shorten_lease(installation.extensions[EXTENSION])
    rows = [of(**{"Mã hồ sơ": f"CU/{n}", "is_national": ""}) for n in range(3)]
    run = imported(file_of(*rows), "dossiers", service=SERVICE)
    with transaction():
        operations.release(run.id, by=second)
    die_at(2, settings)
    assert states(again(run)) == {"released": 1, "made": 2}

    work_on(installation, run, ImportState.RELEASING)
    assert states(again(run)) == {"released": 3}
    for table in (Dossier, Instance, Task, StatusChange):
        assert db.session.scalar(select(func.count()).select_from(table)) == 3
    codes = sorted(str(code)[-4:] for code in db.session.scalars(select(Dossier.code)))
    assert codes == ["0001", "0002", "0003"]
