"""Dossiers that were open in an older version are upgraded and finished, in either database."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from accounts import queries as accounts
from accounts.actor import Actor
from commands import migrations
from commands.backup.operations import restore_backup
from commands.sample.dossiers import attach
from commands.sample.people import account_of
from core import clock
from core.config import Settings
from core.database import db, transaction
from dossiers import operations, queries
from dossiers.models import Dossier, DossierStatus, PaymentOrder, RegisterEntry
from engine import run_due_jobs
from tests.releases.make import FOLDER
from wsgi import create_app

RELEASES = sorted(FOLDER.glob("*.tar.gz"))
DESK, POST_CHECK = "desk_check", "post_check"
ANSWERS: dict[str, dict[str, Any]] = {
    DESK: {"decision": "accept", "note": "Đủ điều kiện tiếp nhận"},
    POST_CHECK: {"outcome": "keep", "findings": "Hồ sơ phù hợp"},
}


@pytest.fixture(params=RELEASES, ids=lambda path: path.name.removesuffix(".tar.gz"))
def restored(
    request, empty_database, tmp_path, register_sandbox, payment_sandbox
) -> Iterator[Flask]:
    """The current version on an old version's data, shortly after that was saved."""
    settings = Settings(
        data_directory=tmp_path,
        database_url=empty_database,
        enterprise_register_url=register_sandbox.address,
        payment_gateway_url=payment_sandbox.address,
        log_level="ERROR",
    )
    app = migrations.with_migrations(create_app(settings))
    with app.app_context():
        manifest = restore_backup(request.param, tmp_path / "keys", replace=False)
        then = datetime.fromisoformat(manifest["made_at"]) + timedelta(minutes=5)
        with clock.at(then):
            yield app
        db.session.remove()
        db.engine.dispose()


def test_every_open_dossier_can_be_finished(restored):
    submit_drafts()
    run_due_jobs(restored)
    pay_fees()
    run_due_jobs(restored)
    reply_to_requests()
    run_due_jobs(restored)
    work_queue("motcua", DESK)
    run_due_jobs(restored)
    work_queue("chuyenvien", POST_CHECK)
    run_due_jobs(restored)
    assert {each.status for each in every(Dossier)} == {DossierStatus.DELIVERED}
    assert {each.state for each in every(RegisterEntry)} == {"valid"}
    assert all(each.checked_at for each in every(RegisterEntry))


def submit_drafts() -> None:
    for draft in every(Dossier, Dossier.status == DossierStatus.DRAFT):
        owner = actor(f"account:{draft.owner_id}")
        for kind in queries.missing_documents(draft):
            attach(draft, kind, owner)
        with transaction():
            operations.submit(draft.id, actor=owner, language="vi")


def pay_fees() -> None:
    for order in every(PaymentOrder, PaymentOrder.paid_at.is_(None)):
        with transaction():
            operations.note_payment(
                order.reference,
                amount=order.amount,
                currency=order.currency,
                transaction_code="UPGRADE",
            )


def reply_to_requests() -> None:
    for dossier in every(Dossier, Dossier.status == DossierStatus.AWAITING_SUPPLEMENT):
        owner = actor(f"account:{dossier.owner_id}")
        request = queries.request_to_applicant(dossier, visible_to=owner)
        assert request is not None
        with transaction():
            operations.complete_task(
                request.task.id, {"answer": "Đã sửa theo yêu cầu."}, actor=owner, language="vi"
            )


def work_queue(login: str, form: str) -> None:
    clerk = actor(f"account:{account_of(login).id}")
    for item in queries.tasks(visible_to=clerk):
        with transaction():
            token = operations.claim_task(item.task.id, actor=clerk)
            operations.complete_task(
                item.task.id, ANSWERS[form], actor=clerk, language="vi", token=token
            )


def actor(actor_id: str) -> Actor:
    found = accounts.actor(actor_id)
    assert found is not None
    return found


def every(table: type[Any], *conditions: Any) -> list[Any]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(table).where(*conditions)))
