"""The owner of a dossier reads who looked at it: when, in which role and what for, but not who."""

from dataclasses import replace

from sqlalchemy import select

from accounts import queries as accounts
from commands.sample.people import account_of
from core.audit import AuditEvent
from core.clock import now
from core.database import db, transaction
from dossiers.looks import LOOKS, note_look, note_register_look
from dossiers.models import Dossier, Proceeding
from tests.web.house import House


def test_the_owner_sees_role_and_purpose_but_no_name(house: House):
    reference = house.draft()
    owner = house.visitor("saomai")
    owner.post("/language", change_language="en")
    with house.app.app_context():
        with transaction() as session:
            dossier = session.scalars(select(Dossier)).one()
            dossier.submitted_at = dossier.submitted_at or now()
        clerk = account_of("motcua")
        actor = accounts.actor(f"account:{clerk.id}")
        assert actor is not None
        note_look(dossier, actor)
        name = clerk.display_name
    page = owner.page(f"/dossiers/{reference}/looks").text
    assert "Opened the dossier" in page
    assert "Desk clerk" in page
    assert "Handling the dossier" in page
    assert name not in page


def test_the_name_is_told_where_the_profile_says_so(house: House):
    reference = house.draft()
    owner = house.visitor("saomai")
    rules = house.app.extensions["motcua.dossiers"]
    telling = replace(rules, profile=replace(rules.profile, looks_named=True))
    house.app.extensions["motcua.dossiers"] = telling
    with house.app.app_context():
        with transaction() as session:
            dossier = session.scalars(select(Dossier)).one()
            dossier.submitted_at = now()
        clerk = account_of("motcua")
        actor = accounts.actor(f"account:{clerk.id}")
        assert actor is not None
        note_look(dossier, actor)
    assert actor.name in owner.page(f"/dossiers/{reference}/looks").text


def test_ones_own_looks_are_left_out_and_strangers_are_told_nothing(house: House):
    reference = house.draft()
    owner = house.visitor("saomai")
    owner.post("/language", change_language="en")
    owner.page(f"/dossiers/{reference}")
    page = owner.page(f"/dossiers/{reference}/looks").text
    assert "Nobody of the authority has looked at it yet." in page
    assert house.visitor("motcua").page(f"/dossiers/{reference}/looks").status_code == 404


def test_a_question_to_the_register_is_on_record_with_its_purpose(house: House):
    house.draft()
    with house.app.app_context(), transaction() as session:
        dossier = session.scalars(select(Dossier)).one()
        session.add(
            Proceeding(
                instance_id=dossier.id,
                dossier_id=dossier.id,
                agency_id=dossier.agency_id,
                service_key=dossier.service_key,
                service_version=dossier.service_version,
                reference=dossier.reference,
                owner_id=dossier.owner_id,
            )
        )
        session.flush()
        note_register_look(dossier.id, "enterprise")
    with house.app.app_context():
        found = db.session.scalars(select(AuditEvent).where(AuditEvent.tag.in_(LOOKS))).one()
        assert found.subject == "register:enterprise"
        assert (found.details or {})["purpose"] == "process"
