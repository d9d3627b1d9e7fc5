"""After the retention term nothing of a case tells of people, no row and no file; the record holds."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

import engine
from accounts.pseudonyms import is_pseudonym
from commands.sample.application import SAO_MAI
from commands.sample.dossiers import _actor, submitted
from core import clock
from core.audit import AuditEvent, first_broken
from core.chores import chores
from core.database import Model, db, transaction
from dossiers import operations, queries
from dossiers.errors import DossierNotFound
from dossiers.masking import shown_answers
from dossiers.models import Dossier, DossierStatus
from dossiers.operations.pseudonymising import Tally, pseudonymise
from engine.queries import EVERYTHING, variables
from storage import store
from tests.dossiers.whole_case import MARK, PUBLIC, SECRETS, Played, play, settle_term

WHY = "Tôi đổi ý vì chuyện riêng"
AFTERWARDS = timedelta(days=5 * 366 + 40)


def ended(app: Flask, login: str) -> Dossier:
    """A dossier that was sent, and then withdrawn by its applicant."""
    dossier = submitted(app, login, SAO_MAI)
    with transaction():
        operations.withdraw(dossier.id, reason=WHY, actor=_actor(login))
    engine.run_due_jobs(app)
    return dossier


def gone(dossier: Dossier) -> Tally:
    """Pseudonymise it."""
    db.session.rollback()
    with transaction():
        tally = pseudonymise(dossier.id)
    assert tally is not None
    db.session.refresh(dossier)
    return tally


@pytest.fixture
def over(installation: Flask) -> Iterator[Dossier]:
    """A small case that is over, at a time when its term has passed."""
    settle_term()
    dossier = ended(installation, "saomai")
    with clock.shifted(AFTERWARDS):
        yield dossier


@pytest.fixture
def case(each_database: str, installation: Flask) -> Iterator[Played]:
    """A case that is over, at a time when its term has passed."""
    settle_term()
    played = play(installation)
    with clock.shifted(AFTERWARDS):
        yield played


def columns_with(secret: str) -> set[str]:
    """Every `table.column` in which a text stands, however it is stored."""
    found = set()
    for table in Model.metadata.sorted_tables:
        for row in db.session.execute(select(table)).mappings():
            found |= {f"{table.name}.{name}" for name, value in row.items() if _has(value, secret)}
    return found


def _has(value: Any, secret: str) -> bool:
    if isinstance(value, bytes | memoryview):
        raw = bytes(value)
        return secret.encode() in raw or secret.encode("unicode_escape") in raw
    return secret in str(value)


def files_with(secret: str) -> list[str]:
    found = []
    for key in store().keys(""):
        with store().open(key) as file:
            if secret.encode() in file.read():
                found.append(key)
    return found


def test_no_column_of_any_table_and_no_file_tells_what_people_wrote(
    installation: Flask, case: Played
):
    assert columns_with(MARK) >= {
        "audit_event.details",
        "document.file_name",
        "dossier.answers",
        "engine_history.contents",
        "engine_instance_state.state",
        "engine_message.variables",
        "legal_hold.reason",
        "register_entry.facts",
    }
    assert columns_with(SECRETS[1])
    assert files_with(MARK)

    with transaction():
        assert pseudonymise(case.id) is not None
    engine.run_due_jobs(installation)
    chores(installation).do_all(installation)

    public = {f"register_entry.{name}" for name in ("facts", "withdrawal_reason")}
    public |= {f"register_change.{name}" for name in ("facts", "note")}
    left = columns_with(MARK)
    assert left == public
    assert columns_with(SECRETS[1]) == set()
    assert columns_with("12 Đường Mẫu") == set()
    assert [key for key in store().keys("") if str(case.id) in key] == []
    assert files_with(MARK) == []
    for value in PUBLIC.values():
        assert columns_with(value) == {"register_change.facts", "register_entry.facts"}


def test_the_reason_of_a_withdrawal_goes_with_the_message_that_brought_it(over: Dossier):
    assert "engine_instance_state.state" in columns_with(WHY)
    gone(over)
    assert columns_with(WHY) == set()


def test_the_record_holds_and_tells_who_did_what_without_details(over: Dossier):
    tally = gone(over)
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.chain_id == over.id).order_by(AuditEvent.position)
    ).all()
    assert first_broken(over.id) is None
    assert len(events) == tally.events + 1
    assert {(each.details, each.salt) for each in events[:-1]} == {(None, None)}
    assert events[-1].tag == "dossier:retention:pseudonymised"
    counts = {"documents": tally.documents, "events": tally.events}
    assert events[-1].details == {**counts, "months": 60, "basis": "Decision 1"}


def test_whoever_alters_an_erased_event_is_still_found_out(over: Dossier):
    gone(over)
    with transaction() as session:
        event = session.scalars(
            select(AuditEvent).where(AuditEvent.chain_id == over.id, AuditEvent.position == 3)
        ).one()
        event.actor = "account:somebody-else"
    broken = first_broken(over.id)
    assert broken is not None
    assert broken.position == 3


def test_no_row_of_the_case_leads_to_its_applicant(over: Dossier):
    owner = str(over.owner_id)
    gone(over)
    cases = {"dossier", "proceeding", "document", "register_entry", "decision_reason"}
    assert {each for each in columns_with(owner) if each.partition(".")[0] in cases} == set()


def test_one_person_has_one_pseudonym_and_can_still_be_counted(installation: Flask, over: Dossier):
    others = [ended(installation, "saomai"), ended(installation, "dongxanh")]
    with clock.shifted(AFTERWARDS):
        for each in (over, *others):
            gone(each)
    same, of_another = (db.session.get_one(Dossier, each.id) for each in others)
    assert same.owner_id == over.owner_id
    assert same.answers["contact_phone"] == over.answers["contact_phone"]
    assert is_pseudonym(same.answers["contact_email"])
    assert of_another.owner_id != over.owner_id


def test_what_was_chosen_or_counted_stays_for_statistics(over: Dossier):
    gone(over)
    chosen = (
        *("request", "device_class", "manufacturer_country"),
        *("own_product", "single_use", "in_vitro", "commitment_given"),
    )
    personal = {"contact_name", "contact_phone", "contact_email"}
    assert set(over.answers) == {*chosen, *personal}
    assert {name: over.answers[name] for name in chosen} == {name: SAO_MAI[name] for name in chosen}
    assert over.reference
    assert over.status is DossierStatus.WITHDRAWN


def test_pages_of_what_is_left_can_still_be_opened(installation: Flask, over: Dossier):
    gone(over)
    director = _actor("lanhdao")
    found = queries.find_dossier(over.id, visible_to=director)
    assert shown_answers(found, visible_to=director)[0]["contact_phone"] is None
    assert queries.documents(found) == []
    assert found.instance_id is not None
    assert variables(found.instance_id, visible_to=EVERYTHING) == {}
    with pytest.raises(DossierNotFound):
        queries.find_dossier(over.id, visible_to=_actor("saomai"))


def test_a_second_time_changes_nothing(over: Dossier):
    gone(over)
    answers = dict(over.answers)
    with transaction():
        assert pseudonymise(over.id) is None
    assert db.session.get_one(Dossier, over.id).answers == answers
