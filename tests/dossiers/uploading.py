"""An upload in a process of its own, killed at one chosen point, and carried on by another process."""

import io
import json
from pathlib import Path

from commands.prepare import deploy_service
from commands.sample.application import SAO_MAI, SERVICE
from commands.sample.dossiers import _actor, draft
from commands.sample.people import create_people
from core import logs
from core.config import Settings
from core.database import Model, db, transaction
from dossiers import operations
from dossiers.models import Document, Dossier
from dossiers.operations import documents
from dossiers.uploads.sweeping import QuarantineSweeping
from engine import run_due_jobs
from storage import store
from storage.folder import FolderStore
from storage.inspection.chamber import Chamber
from tests.chaos.failing import _LEASES_END, Points
from tests.releases.finishing import every
from tests.storage import files
from workflows.queries import service
from wsgi import create_app

CONTENT = files.pdf(files.with_opening_script)


class PointsOfUploads(Points):
    """Also around what is read, scanned and taken away."""

    def watch(self) -> None:
        """Put points around everything that an upload does."""
        super().watch()
        FolderStore.delete = self.around("deletion", FolderStore.delete)  # type: ignore[method-assign]
        Chamber.read = self.around("reading", Chamber.read)  # type: ignore[method-assign]


def prepare(settings: Settings) -> None:
    """Tables, people, a service and a draft without papers."""
    app = create_app(settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        deploy_service(SERVICE)
        with transaction():
            create_people()
        draft("saomai", SAO_MAI)
        db.engine.dispose()


def go_on(settings: Settings, fatal: int, told: str) -> None:
    """Attach one paper and have it checked; dies at point `fatal`, else writes down what there is."""
    app = create_app(settings)
    logs.configure("CRITICAL")
    documents.AT_ONCE = 0  # type: ignore[misc]  # every file is checked by a worker here
    with app.app_context():
        with db.engine.begin() as connection:
            connection.execute(_LEASES_END)
        points = PointsOfUploads(fatal)
        points.watch()
        _attach()
        run_due_jobs(app)
        Path(told).write_text(json.dumps({"points": points.names, **what_there_is()}))
        db.session.remove()
        db.engine.dispose()


def sweep(settings: Settings, told: str) -> None:
    """Sweep the quarantine, and tell what there is."""
    app = create_app(settings)
    with app.app_context():
        QuarantineSweeping().go_on()
        Path(told).write_text(json.dumps(what_there_is()))
        db.session.remove()
        db.engine.dispose()


def what_there_is() -> dict[str, object]:
    """Documents by state, whether each can be read, and files that belong to none."""
    found = every(Document)
    keys = {each.storage_key for each in found}
    return {
        "states": [str(each.state) for each in found],
        "read": [_read(each) for each in found if each.state == "there"],
        "quarantine": len(list(store().keys("quarantine/"))),
        "unclaimed": len(set(store().keys("dossiers/")) - keys),
    }


def _read(document: Document) -> bool:
    with store().open(document.storage_key, sha256=document.sha256) as stream:
        return len(stream.read()) == document.size


def _attach() -> None:
    (dossier,) = every(Dossier)
    if every(Document):
        return
    kind = service(SERVICE).required_documents(SAO_MAI)[0]
    upload = operations.store_upload(dossier.id, "a.pdf", io.BytesIO(CONTENT), limit_bytes=10**6)
    with transaction():
        operations.attach_document(dossier.id, kind, upload, actor=_actor("saomai"))
