"""Who administers or watches sees what the retention terms would do, of agencies of his own."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts import operations
from accounts.actor import SYSTEM, Kind, Role
from accounts.models import Agency
from commands.retention import retention
from commands.sample.people import PASSWORD
from core.clock import now
from core.database import db, transaction
from dossiers.models import Dossier, DossierStatus
from dossiers.privacy.models import LegalHold
from tests.dossiers.whole_case import settle_term
from tests.web.house import House

PAGE = "/administration/retention"


@pytest.fixture
def over(house: House) -> House:
    """Two dossiers settled six years ago, one of them on hold; the term is five years."""
    for _ in range(2):
        house.draft()
    with house.app.app_context():
        settle_term()
        with transaction() as session:
            found = session.scalars(select(Dossier)).all()
            for each in found:
                each.status, each.submitted_at = DossierStatus.DELIVERED, now()
                each.finished_at = now() - timedelta(days=6 * 366)
            hold = LegalHold(dossier_id=found[0].id, reason="Tòa án", placed_by="system")
            session.add(hold)
    return house


@pytest.mark.parametrize("login", ["quantri", "kiemtoan"])
def test_the_page_tells_what_is_due_and_what_is_kept_and_why(over: House, login: str):
    reader = over.visitor(login)
    reader.post("/language", change_language="en")
    page = " ".join(reader.page(PAGE).text.split())
    assert "60 months (Decision 1)" in page
    assert "1: on legal hold" in page
    cells = [part.partition("<")[0].strip() for part in page.split('role="cell"')]
    counts = [cell.partition(">")[2] for cell in cells]
    assert counts[3:6] == ["2", "2", "1"]


def test_an_auditor_of_another_agency_is_told_nothing_of_it(over: House):
    with over.app.app_context(), transaction():
        elsewhere = db.session.scalars(select(Agency.id).where(Agency.code == "H29.16")).one()
        account = operations.create_account(
            "noikhac", "Lý Nơi Khác", kind=Kind.STAFF, by=SYSTEM, password=PASSWORD
        )
        operations.grant_role(account.id, Role.AUDITOR, agency_id=elsewhere, by=SYSTEM)
    reader = over.visitor("noikhac")
    reader.post("/language", change_language="en")
    assert "No dossier that was sent tells of people." in reader.page(PAGE).text


@pytest.mark.parametrize("login", ["saomai", "motcua", "lanhdao"])
def test_others_do_not_see_it(house: House, login: str):
    assert house.visitor(login).page(PAGE).status_code == 403


def test_the_command_tells_the_same_and_then_does_it(over: House):
    runner = over.app.test_cli_runner()
    told = runner.invoke(retention, ["--dry-run"])
    assert told.exit_code == 0, told.output
    assert told.output.splitlines() == [
        "device-declaration-b at H26.16",
        "  2 dossiers tell of people; kept for 60 months (Decision 1)",
        "  2 are past it, of which 1 are due",
        "  1 kept: on legal hold",
    ]
    done = runner.invoke(retention, [])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[0] == "1 dossiers were pseudonymised."
    with over.app.app_context():
        left = db.session.scalars(select(Dossier.pseudonymised_at)).all()
        assert sorted(each is None for each in left) == [False, True]
