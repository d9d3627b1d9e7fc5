"""A sample keeps its dossiers whole until it is signed off; notes on them go when they do."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

import engine
from auditing.models import Sample, SampledDossier
from commands.sample.application import SAO_MAI
from commands.sample.dossiers import _actor, submitted
from core import clock
from core.clock import now, today
from core.database import db, transaction
from dossiers import operations
from dossiers.operations.pseudonymising import pseudonymise
from dossiers.privacy.outlook import due_dossiers
from tests.dossiers.conftest import installation
from tests.dossiers.whole_case import settle_term

__all__ = ["installation"]


@pytest.fixture
def sample(installation: Flask) -> Sample:
    """An open sample of one dossier that is over."""
    settle_term()
    dossier = submitted(installation, "saomai", SAO_MAI)
    with transaction():
        operations.withdraw(dossier.id, reason="Đổi ý", actor=_actor("saomai"))
    engine.run_due_jobs(installation)
    days = {"first_day": today(), "last_day": today()}
    made = Sample(service_key="", seed="1", population=1, drawn_by="account:x", **days)
    with transaction() as session:
        session.add(made)
        session.flush()
        drawn = SampledDossier(sample_id=made.id, position=1, dossier_id=dossier.id, note="Bà Mai")
        session.add(drawn)
    return made


def test_an_open_sample_keeps_its_dossiers_and_notes_go_with_them(sample: Sample):
    with clock.shifted(timedelta(days=6 * 366)):
        assert due_dossiers(10) == []
        with transaction():
            db.session.get_one(Sample, sample.id).signed_at = now()
        (due,) = due_dossiers(10)
        with transaction():
            assert pseudonymise(due)
    assert db.session.scalars(select(SampledDossier.note)).one() == ""
