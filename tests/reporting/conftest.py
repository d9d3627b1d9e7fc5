"""The whole house, and dossiers whose life is written down as it would have happened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete

from core.config import Settings
from core.database import Model, db, transaction
from core.ids import new_id
from dossiers.clock_models import DueCause, DueChange
from dossiers.models import Dossier, DossierStatus, StatusChange
from engine.models import Job
from reporting.models import OverdueCause, Report
from tests.dossiers.test_settled import here
from tests.web.house import House, furnished
from workflows.queries import service
from wsgi import create_app


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2027-{text}+07:00")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The application with its service and its people, one for all tests of a file."""
    folder = tmp_path_factory.mktemp("house")
    app = create_app(Settings(data_directory=folder, embedded_workers=0))
    with app.app_context():
        Model.metadata.create_all(db.engine)
    yield furnished(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@dataclass(frozen=True)
class Archive:
    """Writes dossiers down."""

    app: Flask

    def dossier(self, due: str, *events: tuple[str, str], **other: Any) -> UUID:
        """A dossier with its changes of status; it is received with the one of that name."""
        statuses = [(DossierStatus(name), at(moment)) for name, moment in events]
        received = next((when for each, when in statuses if each == "received"), None)
        finished = next((when for each, when in statuses if each == "finished"), None)
        pack, identity = service("device-declaration-b"), new_id()
        dossier = Dossier(
            id=identity,
            reference=f"HS-{identity.hex[-12:]}",
            service_key=pack.manifest.key,
            service_version=pack.version,
            agency_id=here(),
            owner_id=new_id(),
            language="vi",
            status=statuses[-1][0],
            status_sequence=len(statuses),
            created_at=statuses[0][1],
            submitted_at=statuses[0][1],
            received_at=received,
            due_at=at(due),
            finished_at=finished,
            **other,
        )
        with transaction() as session:
            session.add(dossier)
            session.flush()
            session.add_all(
                StatusChange(dossier_id=identity, sequence=number, status=status, at=when)
                for number, (status, when) in enumerate(statuses, 1)
            )
        return identity

    def moved(self, dossier_id: UUID, on: str, before: str, after: str, cause: DueCause) -> None:
        """Another due date."""
        change = DueChange(
            dossier_id=dossier_id,
            at=at(on),
            before=at(before),
            after=at(after),
            cause=cause,
            by="b",
        )
        with transaction() as session:
            session.add(change)
            session.get_one(Dossier, dossier_id).due_at = at(after)


@pytest.fixture
def archive(house: House) -> Iterator[Archive]:
    """An empty archive; what a test writes down goes afterwards."""
    with house.app.app_context():
        yield Archive(house.app)
        with transaction() as session:
            for model in (OverdueCause, DueChange, StatusChange, Report, Job, Dossier):
                session.execute(delete(model))
        db.session.remove()
