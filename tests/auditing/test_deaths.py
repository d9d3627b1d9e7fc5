"""kill -9 in the middle of sealing and of sweeping: what follows finishes it, and nothing is lost."""

import io
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from auditing.seals import operations
from auditing.seals.models import RecordSeal
from auditing.seals.operations import seal_record
from auditing.seals.verifying import verify_record
from core import audit
from core.audit import AuditTag
from core.config import Settings
from core.database import Model, db, reading, transaction
from core.ids import new_id
from dossiers.sweeping import Sweeping
from engine import run_due_jobs
from engine.models import Job
from storage import copies, store
from storage.folder import FolderStore
from tests.chaos.points import in_child
from wsgi import create_app

KILLED = -9


class Tag(AuditTag):
    DONE = "test:thing:done"


def killing(deed: Callable[..., object], at: int) -> Callable[..., object]:
    """The deed, before whose call of this number the process is killed."""
    calls = [0]

    def called(*given: object, **named: object) -> object:
        calls[0] += 1
        if calls[0] == at:
            os.kill(os.getpid(), 9)
        return deed(*given, **named)

    return called


def seal_and_die(settings: Settings, place: str, at: int) -> None:
    app = create_app(settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        with transaction():
            for _ in range(3):
                audit.append(Tag.DONE, actor="x", subject="y", chain=new_id())
        if place == "copies":
            kept: Any = copies()
            kept.keep = killing(kept.keep, at)
        else:
            setattr(operations, place, killing(getattr(operations, place), at))
        seal_record()
        run_due_jobs(app)


def sweep_and_die(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        dossier = new_id()
        for _ in range(4):
            store().put(f"dossiers/{dossier}/{new_id()}", io.BytesIO(b"x"), "text/plain")
        old = time.time() - timedelta(days=2).total_seconds()
        for path in (settings.data_directory / "documents").rglob("*"):
            os.utime(path, (old, old))
        FolderStore.delete = killing(FolderStore.delete, 3)  # type: ignore[method-assign,assignment]
        Sweeping().go_on()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_directory=tmp_path / "var", embedded_workers=0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "at"),
    [("_seal", 1), ("entries_of", 1), ("_keep", 1), ("copies", 1), ("copies", 3)],
    ids=["before-the-seal", "before-the-signature", "before-it-is-kept", "no-copy", "two-copies"],
)
def test_a_seal_that_was_begun_is_finished(settings: Settings, place: str, at: int) -> None:
    assert in_child(seal_and_die, settings, place, at) == KILLED
    app = create_app(settings)
    with app.app_context():
        if not _seals():
            seal_record()
        with transaction() as session:  # else what the dead one held waits for its lease
            session.execute(update(Job).values(lease_until=None))
        run_due_jobs(app)
        assert [each.number for each in _seals()] == [1]
        assert verify_record().holds
        db.session.remove()
        db.engine.dispose()


def _seals() -> list[RecordSeal]:
    with reading() as session:
        return list(session.scalars(select(RecordSeal)))


@pytest.mark.slow
def test_a_sweep_that_was_killed_is_finished_by_the_next(settings: Settings) -> None:
    assert in_child(sweep_and_die, settings) == KILLED
    app = create_app(settings)
    with app.app_context():
        left = len(list(store().keys("dossiers/")))
        assert (left, Sweeping().go_on()) == (2, 2)
        assert list(store().keys("dossiers/")) == []
        db.session.remove()
        db.engine.dispose()
