"""Results are archived by a job, renewed in time, and what was handed out stays as it was."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

import engine
import signing
from core import clock
from core.audit import AuditEvent
from core.database import db
from dossiers import queries
from dossiers.archiving.models import ArchivedDocument
from dossiers.archiving.operations import MARGIN, order_archives
from dossiers.audit import DossierTag
from dossiers.models import Document, Dossier
from dossiers.privacy.files import needed
from dossiers.stored.references import references
from dossiers.verifying import Answer, check
from signing import Level
from storage import store


@pytest.fixture
def result(installation: Flask, paid_dossier: Callable[[], Dossier]) -> Document:
    """A sealed result, archived."""
    dossier = paid_dossier()
    engine.run_due_jobs(installation)
    ordered(installation)
    documents = queries.documents(db.session.get_one(Dossier, dossier.id))
    (found,) = (each for each in documents if each.document_type == "notice")
    return found


def ordered(app: Flask) -> int:
    db.session.rollback()
    count = order_archives()
    engine.run_due_jobs(app)
    db.session.rollback()
    db.session.expire_all()
    return count


def archived(result: Document) -> ArchivedDocument:
    return db.session.get_one(ArchivedDocument, result.id)


def content(key: str, sha256: str) -> bytes:
    with store().open(key, sha256=sha256) as stream:
        return stream.read()


def test_a_result_gets_a_form_for_the_archive_that_begins_with_it(result: Document):
    kept = archived(result)
    original = content(result.storage_key, result.sha256)
    made = content(kept.storage_key, kept.sha256)
    assert made.startswith(original)
    assert len(original) == result.size
    found = check(made)
    assert found.answer is Answer.IN_FORCE
    assert found.report.signatures[0].level is Level.ARCHIVED
    assert kept.until == found.report.archived_until


def test_what_was_handed_out_is_the_same_at_its_address(result: Document):
    assert signing.verify_pdf(content(result.storage_key, result.sha256)).valid


def test_it_is_on_record(result: Document):
    tagged = AuditEvent.tag == DossierTag.DOCUMENT_ARCHIVED
    (event,) = db.session.scalars(select(AuditEvent).where(tagged)).all()
    assert str(result.id) in event.subject


def test_it_is_archived_once(installation: Flask, result: Document):
    assert ordered(installation) == 0


def test_it_is_renewed_before_its_last_timestamp_ends(installation: Flask, result: Document):
    before = archived(result)
    key, until = before.storage_key, before.until
    assert until is not None
    with clock.at(until - MARGIN - timedelta(days=1)):
        assert ordered(installation) == 0
    with clock.at(until - MARGIN + timedelta(days=1)):
        assert ordered(installation) == 1
        after = archived(result)
        assert after.storage_key != key
        renewed = content(after.storage_key, after.sha256)
        assert renewed.startswith(content(result.storage_key, result.sha256))
        assert signing.verify_pdf(renewed).valid


def test_the_sweep_and_the_check_of_what_is_stored_know_it(result: Document):
    key = archived(result).storage_key
    assert needed([key]) == {key}
    assert key in {each.key for each in references()}
