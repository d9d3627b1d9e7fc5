"""`motcua audit` says whether the record holds, and names the row that does not."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, update

from commands.record import audit
from core.audit import AuditEvent, AuditTag, append
from core.config import Settings
from core.database import Model, db, transaction
from wsgi import create_app

CHAIN = UUID(int=7)


class Tag(AuditTag):
    DEED = "test:record:deed"


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        for _ in range(3):
            with transaction():
                append(Tag.DEED, actor="a", subject="s", chain=CHAIN)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def said(app: Flask, command: str) -> Result:
    result: Result = app.test_cli_runner().invoke(audit, [command])
    return result


def test_a_sealed_record_holds(app: Flask) -> None:
    assert said(app, "seal").output == "Seal 1 over 1 chains that grew.\n"
    assert said(app, "verify").output == ("3 events in 1 chains, 1 seals.\nThe record holds.\n")


def test_the_altered_row_is_named_and_the_command_fails(app: Flask) -> None:
    said(app, "seal")
    with app.app_context(), transaction() as session:
        session.execute(update(AuditEvent).where(AuditEvent.position == 2).values(actor="b"))
    told = said(app, "verify")
    assert told.exit_code == 1
    assert f"Chain {CHAIN}: event 2 was altered." in told.output


def test_what_was_cut_off_is_named_with_its_seal(app: Flask) -> None:
    said(app, "seal")
    with app.app_context(), transaction() as session:
        session.execute(delete(AuditEvent).where(AuditEvent.position == 3))
    assert f"Chain {CHAIN}: event 3 and all after it were cut off (seal 1)." in (
        said(app, "verify").output
    )
