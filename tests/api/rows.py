"""Rows as processes leave them, for tests of what is shown of them."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.clock import now
from core.database import db, transaction
from core.ids import new_id
from dossiers.models import (
    Document,
    Dossier,
    DossierStatus,
    Proceeding,
    RegisterEntry,
    StatusChange,
)
from engine.models import Task, TaskGroup, TaskState


def submitted(dossier_id: str, code: str) -> None:
    """Make a draft a submitted dossier with a national code."""
    with transaction():
        dossier = db.session.get_one(Dossier, UUID(dossier_id))
        dossier.status, dossier.submitted_at = DossierStatus.RECEIVED, now()
        dossier.code, dossier.received_at = code, now()


def changed(dossier_id: str, *statuses: DossierStatus, first_position: int) -> None:
    """Give a dossier numbered status changes."""
    with transaction() as session:
        for number, status in enumerate(statuses):
            change = StatusChange(
                dossier_id=UUID(dossier_id),
                sequence=number + 1,
                status=status,
                at=now(),
                position=first_position + number,
            )
            session.add(change)


def proceeding(dossier: Dossier) -> UUID:
    """Room for one more process about a dossier; returns the id of its instance to be."""
    with transaction() as session:
        about = Proceeding(
            instance_id=new_id(),
            agency_id=dossier.agency_id,
            service_key=dossier.service_key,
            service_version=dossier.service_version,
            reference=dossier.reference,
            owner_id=dossier.owner_id,
            dossier_id=dossier.id,
        )
        session.add(about)
        return about.instance_id


def task(dossier_id: str, group: str, form_key: str, element: str = "") -> UUID:
    """Make a task of a dossier wait in a queue, drawn as an element perhaps; returns its id."""
    with transaction() as session:
        dossier = session.get_one(Dossier, UUID(dossier_id))
        about = Proceeding(
            instance_id=new_id(),
            agency_id=dossier.agency_id,
            service_key=dossier.service_key,
            service_version=dossier.service_version,
            reference=dossier.reference,
            owner_id=dossier.owner_id,
            dossier_id=dossier.id,
        )
        waiting = Task(
            **{**_empty(Task), "element_id": element},
            instance_id=about.instance_id,
            id=new_id(),
            form_key=form_key,
            candidate_groups=[group],
            state=TaskState.OPEN,
            created_at=now(),
        )
        session.add_all([about, waiting])
        session.flush()
        session.add(TaskGroup(instance_id=about.instance_id, task_id=waiting.id, group_name=group))
        return waiting.id


def _empty(table: type[Task]) -> dict[str, Any]:
    """Whatever the columns of a table need to be filled with, when nothing in particular."""
    blank = {"VARCHAR": "", "INTEGER": 1, "BIGINT": 1, "JSON": {}}
    given = {"instance_id", "id", "form_key", "candidate_groups", "state", "created_at"}
    return {
        column.key: blank[str(column.type)]
        for column in table.__table__.columns
        if not column.nullable and column.key not in given
    }


def entry(dossier_id: str, number: str, check_code: str) -> None:
    """Publish a result."""
    with transaction() as session:
        dossier = session.get_one(Dossier, UUID(dossier_id))
        session.add(entry_of(dossier, number, check_code))


def entry_of(dossier: Dossier, number: str, check_code: str) -> RegisterEntry:
    """A result of a dossier, not yet written down."""
    return RegisterEntry(
        id=new_id(),
        agency_id=dossier.agency_id,
        service_key=dossier.service_key,
        service_version=dossier.service_version,
        dossier_id=dossier.id,
        owner_id=dossier.owner_id,
        number=number,
        check_code=check_code,
        organisation_number="0315123453",
        organisation_name="CÔNG TY 100% SAO_MAI",
        facts={"device_name": "Ống nghe"},
        issued_on=date(2026, 11, 2),
        published_at=now(),
    )


def document_of(dossier_id: str) -> UUID:
    """The only document of a dossier."""
    return db.session.scalars(
        select(Document.id).where(Document.dossier_id == UUID(dossier_id))
    ).one()
