"""A small dossier on the real house, killed at one chosen point, and carried on by another process.

Points are before and after each commit that changed something, each document put into the store and
each message sent. They are counted by hooks of this child process alone: the house knows nothing.
"""

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from flask import Flask
from sqlalchemy import event, text

from commands.prepare import deploy_service
from commands.sample.application import SAO_MAI, SERVICE
from commands.sample.dossiers import _actor, attach, draft
from commands.sample.people import create_people
from core import audit, logs
from core.config import Settings
from core.database import Model, db, transaction
from dossiers.feed import number_status_changes
from dossiers.models import (
    BookNumber,
    Document,
    Dossier,
    DossierStatus,
    PaymentOrder,
    RegisterEntry,
    StatusChange,
)
from engine import run_due_jobs
from engine.models import Instance, Job, Task
from storage import store
from storage.folder import FolderStore
from tests.releases.finishing import DESK, POST_CHECK, every, pay_fees, submit_drafts, work_queue
from workflows.queries import service
from wsgi import create_app

DEATH = 86
NEVER = -1
UNCLAIMED = "unclaimed files"
_CHANGES = ("INSERT", "UPDATE", "DELETE")
# What stands in for the time until a dead process has lost its leases.
_LEASES_END = text("UPDATE engine_job SET lease_until = 0 WHERE lease_until IS NOT NULL")


@dataclass
class Points:
    """Counts the points as they are reached, and dies at one of them."""

    fatal: int
    names: list[str] = field(default_factory=list)

    def reach(self, name: str) -> None:
        """One more point."""
        self.names.append(name)
        if len(self.names) - 1 == self.fatal:
            os._exit(DEATH)

    def around(self, name: str, deed: Callable[..., Any]) -> Callable[..., Any]:
        """The same deed with a point before and behind it."""

        def watched(*arguments: Any, **named: Any) -> Any:
            self.reach(f"before {name}")
            result = deed(*arguments, **named)
            self.reach(f"after {name}")
            return result

        return watched

    def watch(self) -> None:
        """Put points around commits, documents and messages."""
        changed: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.lstrip().upper().startswith(_CHANGES):
                changed.append(statement)

        def before(_connection: Any) -> None:
            if changed:
                self.reach("before commit")

        def after(_session: Any) -> None:
            if changed:
                changed.clear()
                self.reach("after commit")

        event.listen(db.engine, "before_cursor_execute", note)
        event.listen(db.engine, "commit", before)
        event.listen(db.session, "after_commit", after)
        FolderStore.put = self.around("document", FolderStore.put)  # type: ignore[method-assign]
        httpx.post = self.around("message", httpx.post)


@dataclass
class DyingBetween(Points):
    """Dies as soon as this many documents are stored, and the last of them is not recorded."""

    def reach(self, name: str) -> None:
        """One more point."""
        self.names.append(name)
        if self.names.count("after document") == self.fatal:
            os._exit(DEATH)


def attach_and_die(settings: Settings) -> None:
    """Attach a first paper to a new dossier; die between storing the second and recording it."""
    prepare(settings)
    app = create_app(settings)
    with app.app_context():
        DyingBetween(fatal=2).watch()
        dossier = draft("saomai", SAO_MAI)
        for kind in service(SERVICE).required_documents(SAO_MAI)[:2]:
            attach(dossier, kind, _actor("saomai"))


def settings_of(url: str, folder: str, register: str, payment: str) -> Settings:
    """Settings of one installation."""
    return Settings(
        data_directory=Path(folder),
        database_url=url,
        embedded_workers=0,
        enterprise_register_url=register,
        payment_gateway_url=payment,
        log_level="CRITICAL",
    )


def prepare(settings: Settings) -> None:
    """Tables, people and services, but no dossier yet."""
    app = create_app(settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        deploy_service(SERVICE)
        with transaction():
            create_people()
        db.engine.dispose()


def go_on(settings: Settings, fatal: int, told: str) -> None:
    """Bring the dossier to its end; dies at point `fatal`, else writes down what there is."""
    app = create_app(settings)
    logs.configure("CRITICAL")
    with app.app_context():
        with db.engine.begin() as connection:
            connection.execute(_LEASES_END)
        points = Points(fatal)
        points.watch()
        finish(app)
        found = what_there_is()
        Path(told).write_text(json.dumps({"points": points.names, **found}))
        db.session.remove()
        db.engine.dispose()


def finish(app: Flask) -> None:
    """Every deed that is not done yet."""
    if not every(Dossier):
        draft("saomai", SAO_MAI)
    submit_drafts()
    run_due_jobs(app)
    pay_fees()
    run_due_jobs(app)
    work_queue("motcua", DESK)
    run_due_jobs(app)
    work_queue("chuyenvien", POST_CHECK)
    run_due_jobs(app)
    number_status_changes()


def what_there_is() -> dict[str, Any]:
    """All that could be lost or double, without ids and moments."""
    (dossier,) = every(Dossier)
    changes = sorted(every(StatusChange), key=lambda change: change.sequence)
    kept = {document.storage_key for document in every(Document)}
    return {
        "ended": dossier.status == DossierStatus.DELIVERED,
        "path": [change.status.value for change in changes],
        "feed": sorted(change.position or 0 for change in changes),
        "instances": sorted(instance.state for instance in every(Instance)),
        "left": sorted(job.kind for job in every(Job)),
        "tasks": sorted([task.element_id, task.state] for task in every(Task)),
        "payments": [order.state for order in every(PaymentOrder)],
        "numbers": [[number.sequence, number.state] for number in every(BookNumber)],
        "entries": [entry.state for entry in every(RegisterEntry)],
        "documents": sorted(Counter(each.document_type for each in every(Document)).items()),
        "missing": len(kept - set(store().keys("dossiers/"))),
        UNCLAIMED: len(set(store().keys("dossiers/")) - kept),
        "broken records": _broken_records(dossier.id),
    }


def _broken_records(dossier_id: UUID) -> int:
    with transaction():
        audit.seal(dossier_id)
    return int(audit.first_broken(dossier_id) is not None)
