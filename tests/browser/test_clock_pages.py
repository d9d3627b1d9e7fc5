"""Who watches due dates, calendars and reports in a browser: pages of figures, wide and narrow."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.clock import now
from core.database import db, transaction
from dossiers.escalation.operations import escalate_all
from dossiers.models import Dossier, DossierStatus, StatusChange
from dossiers.settled import ESCALATION
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.serving import app_in, served
from tests.browser.visit import Visit
from tests.dossiers.test_settled import settle
from tests.web.house import House, furnished

# The pages are tested without a browser at every change; walking them takes its time.
pytestmark = pytest.mark.slow

LATE: dict[str, Any] = {
    "stage": "qua-han",
    "about": "dossier",
    "when": "breach",
    "whom": "head",
    "how": "page",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A site with a dossier that is late."""
    house = furnished(app_in(tmp_path_factory.mktemp("late")))
    house.draft()
    with house.app.app_context():
        settle(ESCALATION, **LATE)
        with transaction() as session:
            found = session.scalars(select(Dossier)).one()
            found.status, found.submitted_at = DossierStatus.PROCESSING, now()
            found.received_at, found.due_at = now() - timedelta(9), now() - timedelta(1)
            session.add(
                StatusChange(
                    dossier_id=found.id,
                    sequence=1,
                    status=DossierStatus.PROCESSING,
                    at=found.received_at,
                )
            )
        escalate_all()
    return house


@pytest.fixture(scope="module")
def site(house: House) -> Iterator[str]:
    with served(house.app) as address:
        yield address


@pytest.mark.parametrize(("javascript", "width"), [(True, DESKTOP), (False, PHONE)])
def test_who_watches_walks_through_everything(
    visitor: Visitor, house: House, *, javascript: bool, width: int
) -> None:
    director = visitor(javascript=javascript, width=width)
    director.sign_in("lanhdao")
    director.open("/desk/escalations")
    director.look("escalations")
    with house.app.app_context():
        reference = db.session.scalars(select(Dossier.reference)).one()
    director.open(f"/desk/dossiers/{reference}")
    director.look("late-dossier")
    director.open(f"/desk/dossiers/{reference}/lateness")
    director.look("lateness")
    _report(director, house)
    administrator = visitor(javascript=javascript, width=width)
    administrator.sign_in("quantri")
    administrator.open("/administration/")
    administrator.look("administration-warned")
    administrator.open("/administration/settings/calendar-day/years/2028")
    administrator.page.locator("#drafts").click()
    administrator.page.wait_for_load_state("load")
    administrator.look("calendar-year")
    administrator.open(
        "/administration/settings/calendar-day/years/2026?about=2026-01-02&on=2025-12-24"
    )
    administrator.look("calendar-belief")
    assert director.faults + administrator.faults == []


def _report(director: Visit, house: House) -> None:
    for kind in ("settlement", "quality"):
        director.open("/reports/")
        director.look("reports")
        director.choose({"kind": kind})
        director.page.locator("main button").click()
        director.page.wait_for_load_state("load")
        director.look(f"report-{kind}-being-made")
        house.work()
        director.page.reload()
        director.look(f"report-{kind}")
