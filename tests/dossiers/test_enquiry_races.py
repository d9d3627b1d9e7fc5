"""An answer in the moment in which its period ends, on both databases: nothing is lost."""

from datetime import timedelta

import pytest
from flask import Flask

import engine
from core import clock
from core.database import db
from dossiers.confidential.models import EnquiryState, Source
from dossiers.confidential.operations import Outcome
from dossiers.models import DossierStatus
from dossiers.requests.models import RequestState
from tests.dossiers.asking import fresh, requests
from tests.dossiers.enquired import asked, deliver, enquiry_of
from tests.dossiers.test_request_races import together

pytestmark = pytest.mark.usefixtures("each_database")


def test_an_answer_as_the_period_ends_is_there_and_no_paper_is_awaited(installation: Flask):
    dossier = asked(installation)
    with clock.shifted(timedelta(days=5, minutes=1)):
        outcome, _worked = together(
            installation, lambda: deliver(dossier), lambda: engine.run_due_jobs(installation)
        )
        engine.run_due_jobs(installation)
    assert outcome is Outcome.TAKEN
    enquiry = enquiry_of(dossier)
    assert [enquiry.state, enquiry.source] == [EnquiryState.ANSWERED, Source.DATA]
    assert fresh(dossier).status is DossierStatus.SUBMITTED
    assert {each.state for each in requests(dossier)} <= {RequestState.TAKEN_BACK}


def test_of_two_copies_that_come_at_once_one_is_kept(installation: Flask):
    dossier = asked(installation)
    outcomes = together(installation, lambda: deliver(dossier), lambda: deliver(dossier))
    assert sorted(outcomes) == [Outcome.KNOWN, Outcome.TAKEN]
    db.session.rollback()
    assert enquiry_of(dossier).source is Source.DATA
