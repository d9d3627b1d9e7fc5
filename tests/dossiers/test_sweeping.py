"""Files that nobody came to record go after a day; no other file ever does."""

import io
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from commands.sample.application import SAO_MAI, SERVICE
from commands.sample.dossiers import _actor, attach, draft
from core.chores import chores
from core.config import Settings
from core.database import db, reading
from dossiers import sweeping
from dossiers.models import Document, Dossier
from dossiers.operations.documents import keep_file
from dossiers.sweeping import Sweeping
from storage import make_store, store
from tests.chaos.failing import DEATH, attach_and_die
from tests.chaos.points import in_child
from tests.servers import running_seaweedfs
from workflows.queries import service
from wsgi import create_app

TWO_DAYS = timedelta(days=2)


@pytest.fixture
def dossier(installation: Flask) -> Dossier:
    return draft("saomai", SAO_MAI)


def stored(dossier: Dossier) -> str:
    """The key of a file that was stored and not recorded."""
    content = io.BytesIO(b"x")
    return keep_file(dossier.id, "x.pdf", content, "application/pdf").storage_key


def age(folder: Path) -> None:
    """Make every stored file two days old."""
    moment = time.time() - TWO_DAYS.total_seconds()
    for path in (path for path in folder.rglob("*") if path.is_file()):
        os.utime(path, (moment, moment))


def files() -> set[str]:
    return set(store().keys("dossiers/"))


def recorded() -> set[str]:
    with reading() as session:
        return set(session.scalars(select(Document.storage_key)))


@pytest.mark.slow
def test_what_a_death_between_storing_and_recording_left_behind_goes(settings: Settings):
    assert in_child(attach_and_die, settings) == DEATH
    app = create_app(settings)
    with app.app_context():
        assert len(files()) == 2
        chores(app).do_all(app)
        assert len(files()) == 2

        age(settings.data_directory / "documents")
        app = create_app(settings)
        chores(app).do_all(app)
        assert files() == recorded()
        assert len(files()) == 1
        db.session.remove()
        db.engine.dispose()


def test_an_upload_that_is_under_way_is_left_alone(dossier: Dossier):
    key = stored(dossier)

    assert Sweeping().go_on() == 0
    assert key in files()


def test_a_file_that_a_document_refers_to_is_kept_however_old(dossier: Dossier, settings: Settings):
    attach(dossier, service(SERVICE).required_documents(SAO_MAI)[0], _actor("saomai"))
    age(settings.data_directory / "documents")

    assert Sweeping().go_on() == 0
    assert files() == recorded() != set()


def test_what_is_not_a_document_s_file_is_left_alone(dossier: Dossier, settings: Settings):
    for key in ("dossiers/readme", "letters/00000000-0000-0000-0000-000000000000"):
        store().put(key, io.BytesIO(b"x"), "text/plain")
    age(settings.data_directory / "documents")

    assert Sweeping().go_on() == 0
    assert len(list(store().keys())) == 2


def test_a_walk_goes_on_page_by_page_and_begins_anew_a_day_later(
    dossier: Dossier, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sweeping, "PAGE", 2)
    for _ in range(3):
        stored(dossier)
    age(settings.data_directory / "documents")
    chore = Sweeping()

    assert [chore.go_on(), chore.go_on(), chore.go_on()] == [2, 1, 0]
    stored(dossier)
    age(settings.data_directory / "documents")
    assert chore.go_on() == 0


@pytest.fixture
def in_s3(installation: Flask, settings: Settings, tmp_path: Path) -> Iterator[None]:
    """The installation with its files in an S3 store."""
    with running_seaweedfs(tmp_path) as url:
        installation.extensions["motcua.storage"] = make_store(replace(settings, documents_url=url))
        yield


@pytest.mark.usefixtures("in_s3")
def test_in_s3_as_well(dossier: Dossier, monkeypatch: pytest.MonkeyPatch):
    attach(dossier, service(SERVICE).required_documents(SAO_MAI)[0], _actor("saomai"))
    lost = stored(dossier)
    assert Sweeping().go_on() == 0
    monkeypatch.setattr(sweeping, "OLD_ENOUGH", -TWO_DAYS)

    assert Sweeping().go_on() == 1
    assert files() == recorded()
    assert lost not in files()
