"""The page of due dates: one's own notices, and for those who watch, what happens to whom."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from commands.escalations import escalations
from core.clock import now
from core.database import db, transaction
from dossiers.escalation.operations import escalate_all
from dossiers.models import Dossier, DossierStatus
from dossiers.settled import ESCALATION
from tests.dossiers.test_settled import settle
from tests.web.house import House, Visitor

PAGE = "/desk/escalations"
STAGE: dict[str, Any] = {
    "stage": "qua-han",
    "about": "dossier",
    "when": "breach",
    "whom": "head",
    "how": "page",
}


@pytest.fixture
def late(house: House) -> str:
    """The reference of a dossier that was due yesterday, where directors are told of what is late."""
    reference = house.draft()
    with house.app.app_context():
        settle(ESCALATION, **STAGE)
        with transaction() as session:
            found = session.scalars(select(Dossier)).one()
            found.status, found.submitted_at = DossierStatus.PROCESSING, now()
            found.received_at = now() - timedelta(days=3)
            found.due_at = now() - timedelta(days=1)
    return reference


def english(house: House, login: str) -> Visitor:
    reader = house.visitor(login)
    reader.post("/language", change_language="en")
    return reader


def test_who_is_told_says_so_once_it_is_read(house: House, late: str):
    with house.app.app_context():
        escalate_all()
    director = english(house, "lanhdao")
    assert "1 new" in director.page("/desk/").text
    page = director.page(PAGE).text
    assert "What you were told" in page
    assert late in page
    assert director.post(f"{PAGE}/read").status_code == 303
    assert "1 new" not in director.page("/desk/").text


@pytest.mark.parametrize("login", ["lanhdao", "quantri", "kiemtoan"])
def test_who_watches_sees_who_will_be_told_and_who_was(house: House, late: str, login: str):
    reader = english(house, login)
    before = reader.page(PAGE).text
    assert late in before.partition("Who will be told by tonight")[2]
    with house.app.app_context():
        escalate_all()
    after = reader.page(PAGE).text.partition("Who will be told by tonight")[2]
    assert "Nobody, as things stand." in after
    assert "Hoàng Minh Đức" in after.partition("What was escalated")[2]


def test_a_clerk_sees_his_own_notices_alone(house: House, late: str):
    page = english(house, "motcua").page(PAGE).text
    assert "You were told of no due date yet." in page
    assert "Who will be told" not in page
    assert late not in page


def test_the_command_tells_first_and_then_does_it(house: House, late: str):
    runner = house.app.test_cli_runner()
    told = runner.invoke(escalations, ["--dry-run"])
    assert told.exit_code == 0, told.output
    assert "qua-han -> Hoàng Minh Đức" in told.output
    assert runner.invoke(escalations, []).output == "1 stages were reached.\n"
    assert "0 stages" in runner.invoke(escalations, ["--dry-run"]).output
    with house.app.app_context():
        assert db.session.scalars(select(Dossier.status)).one() is DossierStatus.PROCESSING
