"""The relay of the status feed is killed again and again: no reader misses or sees twice anything."""

import multiprocessing
import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from threading import Event, Thread
from uuid import UUID

import pytest
from flask import Flask

from core import clock
from core.database import Model, db, transaction
from core.ids import new_id
from dossiers import feed
from dossiers.models import Dossier, DossierStatus
from dossiers.operations.locking import lock_dossier
from dossiers.operations.status import record_status
from tests.chaos.relays import application, relay
from tests.servers import Postgres

ROUND = (DossierStatus.SUBMITTED, DossierStatus.AWAITING_SUPPLEMENT)
DOSSIERS, LEAST_DEATHS = 5, 8


@pytest.fixture
def app(postgres: Postgres, tmp_path: Path) -> Iterator[Flask]:
    with postgres.database(Model.metadata) as url:
        made = application(url, tmp_path)
        made.config["url"] = url
        with made.app_context():
            yield made
            db.session.remove()
            db.engine.dispose()


@pytest.mark.slow
def test_no_change_is_skipped_or_told_twice_when_relays_die(app: Flask, tmp_path: Path):
    dossier_ids, over = [_new_dossier() for _ in range(DOSSIERS)], Event()
    writer = Thread(target=_write, args=(app, dossier_ids, over))
    writer.start()
    seen: list[tuple[UUID, int]] = []
    position = 0
    multiprocessing.get_context("forkserver").set_forkserver_preload([relay.__module__])
    for death in range(LEAST_DEATHS):
        dying = _hire(app.config["url"], tmp_path, death)
        while dying.is_alive():
            seen, position = _read(seen, position)
            time.sleep(0.005)
        assert dying.exitcode == -signal.SIGKILL
    over.set()
    writer.join()
    while feed.number_status_changes():
        pass
    before = -1
    while before < position:
        before = position
        seen, position = _read(seen, position)

    by_dossier = defaultdict(list)
    for dossier_id, sequence in seen:
        by_dossier[dossier_id].append(sequence)
    with transaction() as session:
        written = {id_: session.get_one(Dossier, id_).status_sequence for id_ in dossier_ids}
    assert sum(written.values()) > LEAST_DEATHS
    assert by_dossier == {id_: list(range(1, last + 1)) for id_, last in written.items()}


def _hire(url: str, folder: Path, number: int) -> BaseProcess:
    process = multiprocessing.get_context("forkserver").Process(
        target=relay, args=(url, folder, 1 + number % 5, number), daemon=True
    )
    process.start()
    return process


def _read(seen: list[tuple[UUID, int]], position: int) -> tuple[list[tuple[UUID, int]], int]:
    """What a reader sees who remembers the last position."""
    page = feed.status_changes(after=position, limit=50)
    db.session.rollback()
    if not page:
        return seen, position
    found = [(change.dossier_id, change.sequence) for change, _ in page]
    return seen + found, page[-1][0].position or position


def _write(app: Flask, dossier_ids: list[UUID], over: Event) -> None:
    random = Random(1)
    with app.app_context():
        while not over.wait(0.01):
            with transaction():
                dossier = lock_dossier(random.choice(dossier_ids))
                record_status(dossier, ROUND[dossier.status_sequence % 2])
        db.session.remove()


def _new_dossier() -> UUID:
    dossier = Dossier(
        id=new_id(),
        reference=new_id().hex,
        service_key="s",
        service_version="v",
        agency_id=new_id(),
        owner_id=new_id(),
        language="vi",
        created_at=clock.now(),
    )
    with transaction() as session:
        session.add(dossier)
    return dossier.id
