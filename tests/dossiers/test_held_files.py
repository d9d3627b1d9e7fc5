"""A legal hold reaches the bucket: the store itself refuses to delete until it is lifted."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from commands.sample.application import SAO_MAI
from commands.sample.dossiers import _actor, draft
from core.clock import now
from core.config import Settings
from core.database import transaction
from dossiers import operations
from dossiers.models import Dossier
from dossiers.operations.documents import APPLICANT, add_document, keep_file
from dossiers.operations.locking import lock_dossier
from dossiers.privacy.models import LegalHold
from dossiers.stored.holding import tell_store
from engine import run_due_jobs
from storage import make_store, store
from storage.errors import DocumentHeld
from tests.servers import running_seaweedfs


@pytest.fixture
def in_s3(installation: Flask, settings: Settings, tmp_path: Path) -> Iterator[None]:
    with running_seaweedfs(tmp_path) as url:
        installation.extensions["motcua.storage"] = make_store(replace(settings, documents_url=url))
        yield


def stored(dossier: Dossier) -> str:
    upload = keep_file(dossier.id, "a.txt", io.BytesIO(b"content"), "text/plain")
    with transaction():
        add_document(lock_dossier(dossier.id), "any", upload, origin=APPLICANT, by="system")
    return upload.storage_key


def change(dossier: Dossier, app: Flask, *, held: bool) -> None:
    with transaction() as session:
        if held:
            session.add(LegalHold(dossier_id=dossier.id, reason="x", placed_by="system"))
            session.flush()
        hold = session.query(LegalHold).one()
        hold.lifted_at = None if held else now()
        tell_store(hold)
    run_due_jobs(app)


@pytest.mark.usefixtures("in_s3")
def test_the_bucket_holds_what_is_on_legal_hold_until_it_is_lifted(installation: Flask) -> None:
    dossier = draft("saomai", SAO_MAI)
    key = stored(dossier)
    change(dossier, installation, held=True)
    with pytest.raises(DocumentHeld):
        store().delete(key)
    with store().open(key) as stream:
        assert stream.read() == b"content"
    change(dossier, installation, held=False)
    store().delete(key)
    assert list(store().keys("dossiers/")) == []


def test_placing_and_lifting_tell_the_store(dossier_on_the_desk: Dossier) -> None:
    director = replace(_actor("lanhdao"), proven_at=now())
    asked: list[bool] = []
    kept = store()
    keys = set(kept.keys(f"dossiers/{dossier_on_the_desk.id}/"))
    noted = type("Noted", (), {"__getattr__": lambda _self, name: getattr(kept, name)})()

    def hold(_key: str, *, held: bool) -> bool:
        asked.append(held)
        return False

    noted.hold = hold
    app = _current()
    app.extensions["motcua.storage"] = noted
    with transaction():
        operations.put_on_hold(dossier_on_the_desk.id, reason="x", actor=director)
    run_due_jobs(app)
    with transaction():
        operations.lift_hold(dossier_on_the_desk.id, reason="y", actor=director)
    run_due_jobs(app)
    assert asked == [True] * len(keys) + [False] * len(keys)
    assert keys


def _current() -> Flask:
    from flask import current_app

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app
