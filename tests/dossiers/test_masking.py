"""Personal answers are hidden from staff, who get one at a time: for a reason, on record."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from accounts.actor import Actor
from accounts.errors import ActionRefused, FreshProofNeeded
from commands.sample.application import SAO_MAI
from commands.sample.dossiers import _actor
from core.audit import AuditEvent
from core.clock import now
from core.database import db, transaction
from dossiers import operations
from dossiers.errors import AnswerNotHidden, DossierNotFound, ReasonMissing
from dossiers.masking import application_form, shown_answers, shown_rows
from dossiers.models import Dossier

PERSONAL = {"contact_name", "contact_phone", "contact_email"}
PHONE, WHY = "contact_phone", "Gọi hỏi về giấy ủy quyền"


def fresh(login: str) -> Actor:
    return replace(_actor(login), proven_at=now())


def unmasked(dossier: Dossier, actor: Actor, field: str = PHONE, reason: str = WHY) -> object:
    with transaction():
        return operations.unmask(dossier.id, field, reason=reason, actor=actor)


@pytest.mark.parametrize("login", ["motcua", "chuyenvien", "lanhdao", "kiemtoan"])
def test_staff_sees_all_but_the_personal_answers(dossier_on_the_desk: Dossier, login: str):
    answers, hidden = shown_answers(dossier_on_the_desk, visible_to=_actor(login))

    assert set(hidden) == PERSONAL
    assert {key for key, value in answers.items() if value is None} >= PERSONAL
    assert answers["device_name"] == SAO_MAI["device_name"]


def test_who_applied_sees_every_answer(dossier_on_the_desk: Dossier):
    answers, hidden = shown_answers(dossier_on_the_desk, visible_to=_actor("saomai"))

    assert (hidden, answers[PHONE]) == ([], SAO_MAI[PHONE])


def test_a_page_shows_a_mask_in_place_of_the_value(dossier_on_the_desk: Dossier):
    form = application_form(dossier_on_the_desk)
    told = form.summary(dossier_on_the_desk.answers, "vi")
    rows = shown_rows(
        form, dossier_on_the_desk.answers, told, dossier_on_the_desk, _actor("motcua")
    )

    assert {row.path[0] for row in rows if row.masked} == PERSONAL
    assert SAO_MAI[PHONE] not in {row.value for row in rows}


def test_one_answer_is_shown_and_who_wanted_it_what_for_is_on_record(dossier_on_the_desk: Dossier):
    assert unmasked(dossier_on_the_desk, fresh("motcua")) == SAO_MAI[PHONE]

    noted = db.session.scalars(
        select(AuditEvent).where(AuditEvent.tag == "dossier:answer:unmasked")
    ).one()
    assert noted.actor == _actor("motcua").id
    assert noted.details == {"field": PHONE, "purpose": WHY, "role": "desk-clerk"}
    assert noted.chain_id == dossier_on_the_desk.id


def test_without_reason_or_fresh_proof_nothing_is_shown(dossier_on_the_desk: Dossier):
    with pytest.raises(ReasonMissing):
        unmasked(dossier_on_the_desk, fresh("motcua"), reason="  ")
    with pytest.raises(FreshProofNeeded):
        unmasked(dossier_on_the_desk, replace(_actor("motcua"), proven_at=None))
    with pytest.raises(AnswerNotHidden):
        unmasked(dossier_on_the_desk, fresh("motcua"), field="device_name")


def test_an_auditor_is_shown_none_and_a_stranger_not_even_the_dossier(dossier_on_the_desk: Dossier):
    with pytest.raises(ActionRefused):
        unmasked(dossier_on_the_desk, fresh("kiemtoan"))
    with pytest.raises(DossierNotFound):
        unmasked(dossier_on_the_desk, fresh("dongxanh"))
