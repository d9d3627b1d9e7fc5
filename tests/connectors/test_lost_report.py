"""A payment whose report got lost is found by asking, on both databases."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from commands.prepare import deploy_service
from commands.sample.application import SAO_MAI, SERVICE
from commands.sample.dossiers import submitted
from commands.sample.people import create_people
from core import clock
from core.config import Settings
from core.database import Model, db, transaction
from dossiers.models import Dossier, DossierStatus, PaymentOrder
from engine import run_due_jobs
from wsgi import create_app


@pytest.fixture
def app(each_database, tmp_path, register_sandbox, payment_sandbox):
    """The whole application; nobody listens at its public address."""
    settings = Settings(
        data_directory=tmp_path,
        database_url=each_database,
        public_url="http://127.0.0.1:9",
        enterprise_register_url=register_sandbox.address,
        payment_gateway_url=payment_sandbox.address,
        log_level="ERROR",
    )
    made = create_app(settings)
    with made.app_context():
        Model.metadata.create_all(db.engine)
        deploy_service(SERVICE)
        with transaction():
            create_people()
        yield made
        db.session.remove()
        db.engine.dispose()


def pay(decision: str) -> None:
    """Decide at the sandbox's checkout, whose report reaches nobody."""
    order = db.session.scalars(select(PaymentOrder)).one()
    answer = httpx.post(str(order.checkout_url), data={"decision": decision})
    assert answer.is_redirect


def status(dossier: Dossier) -> DossierStatus:
    db.session.rollback()
    return db.session.get_one(Dossier, dossier.id, populate_existing=True).status


def test_a_lost_report_is_made_good_by_asking(app):
    dossier = submitted(app, "saomai", SAO_MAI)
    assert status(dossier) is DossierStatus.AWAITING_PAYMENT
    pay("paid")
    run_due_jobs(app)
    assert status(dossier) is DossierStatus.AWAITING_PAYMENT
    with clock.shifted(timedelta(minutes=31)):
        run_due_jobs(app)
        assert status(dossier) is DossierStatus.DELIVERED


def test_an_unpaid_order_is_asked_for_again_and_given_up_after_three_days(app):
    dossier = submitted(app, "saomai", SAO_MAI)
    for hours in (1, 2, 73, 74):
        with clock.shifted(timedelta(hours=hours)):
            run_due_jobs(app)
    assert status(dossier) is DossierStatus.AWAITING_PAYMENT
    pay("paid")
    with clock.shifted(timedelta(hours=80)):
        run_due_jobs(app)
    assert status(dossier) is DossierStatus.AWAITING_PAYMENT
