"""Whose dossier it is: naming a company in an answer gives nobody any right, representing it does."""

import pytest
from flask import Flask

from accounts import operations as accounts
from accounts.actor import SYSTEM, Actor
from accounts.policy import Action, allows
from commands.sample.application import SAO_MAI
from commands.sample.dossiers import _actor, draft, submitted
from commands.sample.people import account_of
from core.database import db, transaction
from core.errors import NotAllowed, NotFound
from dossiers import operations, queries
from dossiers.models import Dossier

NUMBER = SAO_MAI["organisation_number"]
DEEDS = (
    Action.DOSSIER_VIEW,
    Action.DOSSIER_EDIT,
    Action.DOSSIER_WITHDRAW,
    Action.DOSSIER_PAY,
    Action.DOCUMENT_VIEW,
)


def join(login: str) -> None:
    with transaction():
        accounts.add_membership(account_of(login).id, NUMBER, by=SYSTEM)


def leave(login: str) -> None:
    with transaction():
        accounts.end_membership(account_of(login).id, NUMBER, by=SYSTEM)


@pytest.fixture
def asked_to_supplement(dossier_on_the_desk: Dossier) -> Dossier:
    """The clerk wants to know more."""
    clerk = _actor("motcua")
    (item,) = queries.tasks(visible_to=clerk)
    with transaction():
        token = operations.claim_task(item.task.id, actor=clerk)
    answers = {"decision": "supplement", "note": "Bổ sung nhãn"}
    with transaction():
        operations.complete_task(item.task.id, answers, actor=clerk, language="vi", token=token)
    return dossier_on_the_desk


def reply(dossier: Dossier, actor: Actor) -> None:
    """The applicant answers the request."""
    (item,) = queries.tasks(visible_to=actor)
    answers = {"answer": "Đã bổ sung"}
    operations.complete_task(item.task.id, answers, actor=actor, language="vi")


def may(login: str, dossier: Dossier) -> set[Action]:
    """What somebody may do now, as details and lists agree."""
    db.session.rollback()
    db.session.expire_all()
    actor, dossier = _actor(login), db.session.get_one(Dossier, dossier.id)
    allowed = {deed for deed in DEEDS if allows(actor, deed, dossier)}
    listed = {found.id for found in queries.dossiers(visible_to=actor)}
    assert (dossier.id in listed) == (Action.DOSSIER_VIEW in allowed)
    return allowed


def test_a_stranger_who_names_a_company_lets_nobody_in(installation: Flask):
    dossier = submitted(installation, "dongxanh", SAO_MAI)
    assert dossier.organisation_number == NUMBER
    assert may("saomai", dossier) == set()
    assert may("dongxanh", dossier) == set(DEEDS)


def test_who_represents_a_company_shares_its_dossiers_with_colleagues(installation: Flask):
    dossier = submitted(installation, "saomai", SAO_MAI)
    assert may("dongxanh", dossier) == set()
    join("dongxanh")
    assert may("dongxanh", dossier) == set(DEEDS)


def test_a_draft_is_nobody_elses(installation: Flask):
    join("dongxanh")
    assert may("dongxanh", draft("saomai", SAO_MAI)) == set()


def test_who_leaves_a_company_leaves_its_dossiers_there(installation: Flask):
    dossier = submitted(installation, "saomai", SAO_MAI)
    join("dongxanh")
    leave("saomai")
    assert may("saomai", dossier) == set()
    assert may("dongxanh", dossier) == set(DEEDS)
    with pytest.raises(NotFound), transaction():
        operations.withdraw(dossier.id, reason="Trả thù", actor=_actor("saomai"))


def test_who_left_cannot_reply_to_a_request_for_a_supplement_either(
    installation: Flask, asked_to_supplement: Dossier
):
    leave("saomai")
    with pytest.raises(NotAllowed), transaction():
        reply(asked_to_supplement, _actor("saomai"))


def test_a_supplement_cannot_hand_a_dossier_to_another_company(
    installation: Flask, asked_to_supplement: Dossier
):
    with transaction():
        operations.save_answers(
            asked_to_supplement.id,
            {"organisation_number": "3601234569"},
            actor=_actor("saomai"),
        )
    with transaction():
        reply(asked_to_supplement, _actor("saomai"))
    assert may("dongxanh", asked_to_supplement) == set()
    assert may("saomai", asked_to_supplement) == set(DEEDS)
