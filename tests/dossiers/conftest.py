"""An installation with the demo's people and services, whose outside systems answer as told."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from flask import Flask

import engine
from commands.prepare import deploy_service
from commands.sample.application import SAO_MAI, SERVICE
from commands.sample.dossiers import submitted
from commands.sample.people import create_people
from core import clock
from core.config import Settings
from core.database import Model, db, transaction
from dossiers import operations, queries
from dossiers.models import Dossier
from engine.runtime import EXTENSION, Runtime
from tests.furnishing import furnished_once
from wsgi import create_app

NOBODY_LISTENS = "http://127.0.0.1:9"


@pytest.fixture
def installation(settings: Settings) -> Iterator[Flask]:
    """The whole house; the register knows the sample company, the payment platform takes orders."""
    app = create_app(replace(settings, enterprise_register_url=NOBODY_LISTENS))
    runtime: Runtime = app.extensions[EXTENSION]
    runtime.on_job("payment.order", lambda _call: {"checkout_url": "https://pay.example/1"})
    runtime.on_job("enterprise.lookup", _registered)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        furnished_once("cases", _furnish)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def paid_dossier(installation: Flask) -> Callable[[], Dossier]:
    """Submit the sample application and pay for it, without letting the machine work afterwards.

    Each time it is about another device.
    """
    models = count(300)

    def make() -> Dossier:
        another = {**SAO_MAI, "device_models": f"BA-{next(models)}"}
        dossier = submitted(installation, "saomai", another)
        order = queries.open_payment(dossier)
        assert order is not None
        with transaction():
            operations.note_payment(
                order.reference, amount=order.amount, currency=order.currency, transaction_code="T"
            )
        return dossier

    return make


@pytest.fixture
def dossier_on_the_desk(installation: Flask, paid_dossier: Callable[[], Dossier]) -> Dossier:
    """A paid dossier whose company the register does not know, so that a clerk must look."""
    runtime: Runtime = installation.extensions[EXTENSION]
    unknown = {"enterprise": {"found": False, "active": False, "name": ""}}
    runtime.on_job("enterprise.lookup", lambda _call: unknown)
    dossier = paid_dossier()
    engine.run_due_jobs(installation)
    return dossier


@pytest.fixture
def work(installation: Flask) -> Callable[..., None]:
    """Let the machine work; with `patience`, also through the retries of that many hours."""

    def until_it_waits(patience: int = 0) -> None:
        engine.run_due_jobs(installation)
        for hour in range(patience):
            with clock.shifted(timedelta(hours=hour + 1)):
                engine.run_due_jobs(installation)
        db.session.rollback()

    return until_it_waits


def _furnish() -> None:
    deploy_service(SERVICE)
    with transaction():
        create_people()


def _registered(_call):
    return {"enterprise": {"found": True, "active": True, "name": SAO_MAI["organisation_name"]}}
