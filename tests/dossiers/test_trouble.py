"""When a neighbour is down the dossier stays as it was, and goes on when the neighbour is back."""

import shutil
from dataclasses import replace

from accounts.actor import SYSTEM
from commands.sample.application import SAO_MAI
from commands.sample.dossiers import _actor
from connectors import jobs
from connectors.systems import current_systems
from core.audit import first_broken, loose_chains
from core.database import db, transaction
from dossiers import operations, queries
from dossiers.looks import note_look
from dossiers.models import BookNumber, Dossier, DossierStatus
from dossiers.operations import journal
from engine import operations as engine_operations
from engine import queries as engine_queries
from engine.jobs.kinds import JobPolicy
from engine.runtime import current_runtime
from signing import signing_desk
from signing.timestamps import RemoteAuthority
from tests.dossiers.conftest import NOBODY_LISTENS


def current(dossier: Dossier) -> Dossier:
    db.session.expire_all()
    return queries.find_dossier(dossier.id, visible_to=SYSTEM)


def incidents(dossier: Dossier) -> list[engine_queries.IncidentView]:
    return engine_queries.incidents(
        visible_to=engine_queries.EVERYTHING, instance_id=dossier.instance_id
    )


def retry_all(dossier: Dossier) -> None:
    for incident in incidents(dossier):
        with transaction():
            engine_operations.retry_incident(incident.instance_id, incident.id)


def only_number(dossier: Dossier) -> BookNumber:
    return db.session.query(BookNumber).filter_by(dossier_id=dossier.id).one()


def test_a_number_whose_sealing_fails_is_kept_with_its_reason_and_used_later(paid_dossier, work):
    desk, dossier = signing_desk(), paid_dossier()
    working = desk.timestamps
    desk.timestamps = RemoteAuthority(NOBODY_LISTENS)
    work(patience=10)

    number = only_number(dossier)
    assert number.state == "reserved"
    assert number.reason is not None
    assert "seal_result" in number.reason
    assert current(dossier).status is DossierStatus.PROCESSING

    desk.timestamps = working
    retry_all(dossier)
    work()
    entry = queries.entry_of(current(dossier))
    assert entry is not None
    assert entry.number == number.number
    assert only_number(dossier).state == "issued"


def test_a_number_whose_dossier_is_withdrawn_is_struck_out_and_never_given_again(
    paid_dossier, work
):
    desk, dossier = signing_desk(), paid_dossier()
    working = desk.timestamps
    desk.timestamps = RemoteAuthority(NOBODY_LISTENS)
    work()
    with transaction():
        operations.withdraw(dossier.id, reason="nộp nhầm", actor=_actor("saomai"))
    struck = only_number(dossier)
    assert (struck.state, current(dossier).status) == ("void", DossierStatus.WITHDRAWN)

    desk.timestamps = working
    another = paid_dossier()
    work()
    assert only_number(another).sequence == struck.sequence + 1


def test_the_register_being_down_leaves_the_dossier_waiting_and_then_it_goes_on(paid_dossier, work):
    runtime, outside = current_runtime(), current_systems()
    answering = runtime.jobs[jobs.ENTERPRISE_LOOKUP]
    dossier = paid_dossier()
    jobs.install(runtime, lambda: outside.enterprises, lambda: outside.payments)
    # Without its breaker: that one rests by the database's clock, which no test can push.
    asking = runtime.jobs[jobs.ENTERPRISE_LOOKUP]
    runtime.jobs[jobs.ENTERPRISE_LOOKUP] = replace(asking, policy=JobPolicy())
    work(patience=6)
    assert current(dossier).status is DossierStatus.SUBMITTED
    assert current(dossier).code is None

    runtime.jobs[jobs.ENTERPRISE_LOOKUP] = answering
    retry_all(dossier)
    work(patience=10)
    assert current(dossier).status is DossierStatus.DELIVERED


def test_the_document_store_being_down_delays_the_result_and_loses_nothing(
    settings, paid_dossier, work
):
    dossier, documents = paid_dossier(), settings.data_directory / "documents"
    moved = documents.rename(documents.with_name("elsewhere"))
    documents.write_text("not a folder")
    work()
    assert current(dossier).status is DossierStatus.RECEIVED

    documents.unlink()
    shutil.move(moved, documents)
    work(patience=1)
    assert current(dossier).status is DossierStatus.DELIVERED


def test_the_record_of_a_finished_dossier_holds(paid_dossier, work):
    dossier = paid_dossier()
    work()
    assert first_broken(dossier.id) is None


def test_a_payment_reported_twice_is_booked_once(paid_dossier, work):
    dossier = paid_dossier()
    order = queries.payments(dossier)[0]
    with transaction():
        operations.note_payment(
            order.reference, amount=order.amount, currency=order.currency, transaction_code="T"
        )
    work()
    assert current(dossier).status is DossierStatus.DELIVERED
    assert SAO_MAI["organisation_number"] == current(dossier).organisation_number


def test_looks_are_chained_by_a_chore_and_the_chain_still_holds(paid_dossier, work):
    dossier = paid_dossier()
    work()
    note_look(current(dossier), SYSTEM)
    assert dossier.id in loose_chains()
    db.session.rollback()
    journal.seal_looks()
    assert list(loose_chains()) == []
    assert first_broken(dossier.id) is None
