"""Variables of processes: operators see them without personal answers, and get one at a time."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from accounts.actor import SYSTEM, Actor
from accounts.errors import ActionRefused, FreshProofNeeded
from commands.sample.application import SAO_MAI
from commands.sample.dossiers import _actor
from core.audit import AuditEvent
from core.clock import now
from core.database import db, transaction
from dossiers import operations
from dossiers.errors import AnswerNotHidden, ReasonMissing
from dossiers.inside import Veil, look_inside
from dossiers.looks import looks_of
from dossiers.models import Dossier
from engine.errors import InstanceNotFound

PHONE, WHY = "declaration.contact_phone", "Cuộc gọi bị lỗi"
HIDDEN = {"declaration.contact_name", PHONE, "declaration.contact_email"}


def of(dossier: Dossier) -> UUID:
    assert dossier.instance_id is not None
    return dossier.instance_id


def unmasked(dossier: Dossier, actor: Actor, field: str = PHONE, reason: str = WHY) -> Any:
    with transaction():
        return operations.unmask_variable(of(dossier), 0, field, reason=reason, actor=actor)


def fresh(login: str = "vanhanh") -> Actor:
    return replace(_actor(login), proven_at=now())


def test_operators_see_all_but_the_personal_values(dossier_on_the_desk: Dossier):
    process, *_ = look_inside(of(dossier_on_the_desk), visible_to=_actor("vanhanh"))
    assert set(process.masked) >= HIDDEN
    answers = process.scope.variables["declaration"]
    assert (answers["contact_phone"], answers["device_name"]) == (None, SAO_MAI["device_name"])
    assert SAO_MAI["contact_phone"] not in str(process.scope.variables)


def test_the_system_sees_everything(dossier_on_the_desk: Dossier):
    process, *_ = look_inside(of(dossier_on_the_desk), visible_to=SYSTEM)
    assert process.masked == []
    assert process.scope.variables["declaration"]["contact_phone"] == SAO_MAI["contact_phone"]


def test_a_copy_under_another_name_and_a_text_with_it_are_hidden_too():
    veil = Veil(frozenset({"phone"}), frozenset({"0912 345 678", "An"}))
    variables = {
        "call": {"whom": "0912 345 678", "say": "Gọi 0912 345 678 ngay", "at": 9},
        "rows": [{"phone": 912}, {"fax": None}],
        "name": "An",
        "city": "An Giang",
    }
    shown, hidden = veil.over(variables)
    assert shown == {
        "call": {"whom": None, "say": None, "at": 9},
        "rows": [{"phone": None}, {"fax": None}],
        "name": None,
        "city": "An Giang",
    }
    assert hidden == [("call", "whom"), ("call", "say"), ("rows", 0, "phone"), ("name",)]


def test_one_value_is_shown_and_its_owner_reads_to_whom_and_what_for(dossier_on_the_desk: Dossier):
    assert unmasked(dossier_on_the_desk, fresh()) == SAO_MAI["contact_phone"]
    events = select(AuditEvent).where(AuditEvent.tag == "dossier:answer:unmasked")
    (event,) = db.session.scalars(events)
    assert event.chain_id == dossier_on_the_desk.id
    assert (event.details or {})["field"] == PHONE
    look, *_ = looks_of(dossier_on_the_desk, visible_to=_actor("saomai"), limit=1)
    assert (look.role, look.purpose, look.said) == ("operator", "operation", WHY)


def test_it_takes_a_fresh_proof_a_reason_and_a_hidden_value(dossier_on_the_desk: Dossier):
    with pytest.raises(FreshProofNeeded):
        unmasked(dossier_on_the_desk, _actor("vanhanh"))
    with pytest.raises(ReasonMissing):
        unmasked(dossier_on_the_desk, fresh(), reason=" ")
    for field in ("declaration.device_name", "declaration", "nothing"):
        with pytest.raises(AnswerNotHidden):
            unmasked(dossier_on_the_desk, fresh(), field)


def test_only_operators_of_the_agency_get_it(dossier_on_the_desk: Dossier):
    for login in ("motcua", "quantri", "saomai"):
        with pytest.raises(ActionRefused):
            unmasked(dossier_on_the_desk, fresh(login))
    there = frozenset(replace(each, agency_id=UUID(int=9)) for each in fresh().grants)
    with pytest.raises(InstanceNotFound):
        unmasked(dossier_on_the_desk, replace(fresh(), grants=there))
