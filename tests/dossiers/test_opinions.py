"""Who is asked together with others decides for himself; afterwards each is read with his own words."""

import pytest
from flask import Flask

from accounts.actor import Actor, Grant, Kind, Role
from core.database import transaction
from dossiers import operations, queries
from dossiers.models import Dossier
from tests.dossiers.asking import fresh, who
from tests.dossiers.test_supplement_shape import ANSWERS, agency_id, officer
from web.papers import decisions
from workflows.operations import deploy_pack
from workflows.pack import read_pack
from workflows.shapes import GALLERY


def director(name: str) -> Actor:
    grants = frozenset({Grant(Role.DIRECTOR, agency_id())})
    return Actor(f"account:{name}", Kind.STAFF, name, grants=grants)


def decide(actor: Actor, element: str, **answers: str) -> None:
    item = next(each for each in queries.tasks(visible_to=actor) if each.task.element_id == element)
    with transaction():
        token = operations.claim_task(item.task.id, actor=actor)
        operations.complete_task(item.task.id, answers, actor=actor, token=token, language="vi")


@pytest.fixture
def asked(installation: Flask) -> Dossier:
    """Two of three directors are to approve it."""
    applicant = who("saomai")
    with transaction():
        deploy_pack(read_pack(GALLERY), by="system")
    with transaction():
        dossier = operations.start_draft(
            "work-shapes", agency_id=agency_id(), actor=applicant, language="vi"
        )
        answers = {**ANSWERS, "shape": "approval"}
        operations.save_answers(dossier.id, answers, actor=applicant)
    with transaction():
        operations.submit(dossier.id, actor=applicant, language="vi")
    decide(officer(), "appraise")
    return fresh(dossier)


def read(dossier: Dossier, app: Flask) -> list[list[str]]:
    """What officers read of the decisions, newest first."""
    assert dossier.instance_id is not None
    pack = queries.pack_of(dossier)
    with app.test_request_context():
        found = decisions(dossier.instance_id, pack, of=dossier, visible_to=officer())
    return [[row.value for row in each.rows] for each in found]


def test_nobody_reads_what_others_said_before_all_have_decided(asked: Dossier, installation: Flask):
    decide(director("a"), "approve", decision="no", remark="Chưa đủ")
    assert read(fresh(asked), installation)[0] == []


def test_each_is_read_with_his_own_words_when_it_is_over(asked: Dossier, installation: Flask):
    decide(director("a"), "approve", decision="no", remark="Chưa đủ")
    decide(director("b"), "approve", decision="yes")
    decide(director("c"), "approve", decision="yes")
    last, middle, first = read(fresh(asked), installation)[:3]
    assert last == middle
    assert first[-1] == "Chưa đủ"
