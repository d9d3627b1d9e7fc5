"""Drafts of an organisation: colleagues see and continue them by their roles."""

import io

import pytest
from flask import Flask

from accounts import operations as accounts
from accounts.actor import SYSTEM, OrganisationRole
from accounts.policy import Action, allows
from commands.sample.application import SAO_MAI, SERVICE, paper
from commands.sample.dossiers import _actor
from commands.sample.people import account_of, first_agency
from core.database import db, transaction
from core.errors import NotAllowed, NotFound, PreconditionFailed
from dossiers import operations, queries
from dossiers.edits import edits
from dossiers.errors import DraftChangedMeanwhile
from dossiers.models import Dossier
from workflows.queries import service

NUMBER = SAO_MAI["organisation_number"]
ROLE = OrganisationRole


def join(login: str, role: OrganisationRole) -> None:
    with transaction():
        accounts.add_membership(account_of(login).id, NUMBER, by=SYSTEM, role=role)


def shared(login: str = "saomai") -> Dossier:
    """A complete draft begun for the company."""
    actor = _actor(login)
    with transaction():
        draft = operations.start_draft(
            SERVICE,
            agency_id=first_agency().id,
            actor=actor,
            language="vi",
            answers=SAO_MAI,
            organisation=NUMBER,
        )
    for kind in service(SERVICE).required_documents(SAO_MAI):
        upload = operations.store_upload(
            draft.id, f"{kind}.pdf", io.BytesIO(paper(kind)), limit_bytes=10**6
        )
        with transaction():
            operations.attach_document(draft.id, kind, upload, actor=actor)
    return draft


def save(draft: Dossier, login: str, **answers) -> None:
    untouched_since = answers.pop("since", None)
    with transaction():
        operations.save_answers(
            draft.id, answers, actor=_actor(login), untouched_since=untouched_since
        )


def test_a_colleague_sees_and_continues_a_draft_of_the_company(installation: Flask):
    draft = shared()
    join("dongxanh", ROLE.DRAFTER)
    save(draft, "dongxanh", device_name="Máy đo")
    assert queries.dossiers(visible_to=_actor("dongxanh"))[0].id == draft.id


def test_a_drafter_does_not_send_it_and_a_signatory_does(installation: Flask):
    draft = shared()
    join("dongxanh", ROLE.DRAFTER)
    with pytest.raises(NotAllowed), transaction():
        operations.submit(draft.id, actor=_actor("dongxanh"), language="vi")
    with transaction():
        accounts.end_membership(account_of("dongxanh").id, NUMBER, by=SYSTEM)
    join("dongxanh", ROLE.SIGNATORY)
    with transaction():
        sent = operations.submit(draft.id, actor=_actor("dongxanh"), language="vi")
        assert sent.submitted_by == _actor("dongxanh").id
        assert sent.acting_for == NUMBER


def test_only_who_pays_for_the_company_pays(installation: Flask):
    draft = shared()
    join("dongxanh", ROLE.READER)
    assert not allows(_actor("dongxanh"), Action.DOSSIER_PAY, draft)


def test_a_draft_of_a_leaver_stays_with_the_company(installation: Flask):
    join("dongxanh", ROLE.DRAFTER)
    draft = shared("dongxanh")
    with transaction():
        accounts.end_membership(account_of("dongxanh").id, NUMBER, by=SYSTEM)
    db.session.expire_all()
    assert queries.dossiers(visible_to=_actor("dongxanh")) == []
    assert queries.find_dossier(draft.id, visible_to=_actor("saomai")).id == draft.id


def test_nobody_begins_a_draft_for_a_company_of_others(installation: Flask):
    with pytest.raises(NotFound):
        shared("dongxanh")


def test_a_draft_of_the_company_stays_its_own_whatever_number_it_states(installation: Flask):
    draft = shared()
    save(draft, "saomai", organisation_number="3601234569")
    with transaction():
        sent = operations.submit(draft.id, actor=_actor("saomai"), language="vi")
        assert (sent.organisation_number, sent.acting_for) == ("3601234569", NUMBER)


def test_two_who_change_the_same_answer_are_told_and_nothing_is_lost(installation: Flask):
    draft = shared()
    join("dongxanh", ROLE.DRAFTER)
    seen = draft.version
    save(draft, "dongxanh", device_name="Của đồng nghiệp", since=seen)
    with pytest.raises(DraftChangedMeanwhile):
        save(draft, "saomai", device_name="Của tôi", since=seen)
    save(draft, "saomai", device_models="BA-300", since=seen)
    now = db.session.get_one(Dossier, draft.id, populate_existing=True)
    assert now.answers["device_name"] == "Của đồng nghiệp"
    assert now.answers["device_models"] == "BA-300"


def test_a_program_that_saw_an_older_version_is_refused(installation: Flask):
    draft = shared()
    seen = draft.version
    save(draft, "saomai", device_name="Mới")
    with pytest.raises(PreconditionFailed), transaction():
        operations.save_answers(draft.id, {}, actor=_actor("saomai"), version=seen)


def test_the_record_tells_who_changed_what(installation: Flask):
    draft = shared()
    join("dongxanh", ROLE.DRAFTER)
    save(draft, "dongxanh", device_name="Máy đo")
    latest = edits(draft.id)[0]
    assert latest.actor == _actor("dongxanh").id
    assert latest.fields == {"device_name"}
