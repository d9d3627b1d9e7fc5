"""Dossiers that were open in an older version are upgraded and finished, in either database."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from commands import migrations
from commands.backup.operations import restore_backup
from core import clock
from core.config import Settings
from core.database import db
from dossiers.models import Dossier, DossierStatus, RegisterEntry
from engine import run_due_jobs
from tests.releases.finishing import (
    DESK,
    POST_CHECK,
    every,
    pay_fees,
    reply_to_requests,
    submit_drafts,
    work_queue,
)
from tests.releases.make import FOLDER
from wsgi import create_app

RELEASES = sorted(FOLDER.glob("*.tar.gz"))


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
