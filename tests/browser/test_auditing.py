"""An auditor in a browser: searches the record, checks a chain, goes through a sample and a review."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from core.clock import now
from core.database import db, transaction
from dossiers.models import Dossier
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.serving import app_in, served
from tests.browser.visit import Visit
from tests.days import today
from tests.web.house import House, furnished

# The pages are tested without a browser at every change; walking them takes its time.
pytestmark = pytest.mark.slow

QUESTIONS = ("papers", "term", "people", "reason", "fee")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A site with two finished dossiers."""
    house = furnished(app_in(tmp_path_factory.mktemp("audited")))
    for _ in range(2):
        house.draft()
    with house.app.app_context(), transaction() as session:
        session.execute(update(Dossier).values(submitted_at=now(), finished_at=now()))
    return house


@pytest.fixture(scope="module")
def site(house: House) -> Iterator[str]:
    with served(house.app) as address:
        yield address


@pytest.mark.parametrize(("javascript", "width"), [(True, DESKTOP), (False, PHONE)])
def test_an_auditor_goes_through_everything(
    visitor: Visitor, house: House, *, javascript: bool, width: int
) -> None:
    auditor = visitor(javascript=javascript, width=width)
    auditor.sign_in("kiemtoan")
    _search(auditor, house)
    _sample(auditor)
    _review(auditor)
    assert auditor.faults == []


def _search(auditor: Visit, house: House) -> None:
    with house.app.app_context():
        dossier = db.session.scalars(select(Dossier)).first()
    assert dossier is not None
    auditor.open("/auditor/")
    auditor.look("auditor-record")
    auditor.open(f"/auditor/?about={dossier.reference}")
    auditor.look("auditor-record-found")
    assert auditor.sees("dossier:draft:started")
    auditor.open("/auditor/?about=nobody-is-called-so")
    auditor.look("auditor-record-with-errors")
    auditor.open(f"/auditor/chains/{dossier.id}")
    auditor.look("auditor-chain")


def _sample(auditor: Visit) -> None:
    auditor.open("/auditor/samples")
    auditor.fill({"first": str(today()), "last": str(today()), "size": "2"})
    _send(auditor, '[name="seed"]')
    auditor.look("auditor-sample")
    address = auditor.page.url
    for position in (1, 2):
        auditor.open(f"{address}/{position}")
        auditor.look("auditor-checklist")
        auditor.choose(dict.fromkeys(QUESTIONS, "yes"))
        _send(auditor, '[name="note"]')
    auditor.fill({"conclusion": "Không có sai sót."})
    _send(auditor, '[name="conclusion"]')
    auditor.look("auditor-sample-signed")
    auditor.open("/auditor/samples")
    auditor.look("auditor-samples")


def _review(auditor: Visit) -> None:
    auditor.open("/auditor/reviews")
    _send(auditor, '[name="day"]')
    auditor.look("auditor-review")
    address = auditor.page.url
    forms = auditor.page.locator('form:has(button[name="verdict"])').count()
    for number in range(forms):
        verdict = "withdraw" if number == 0 else "keep"
        form = auditor.page.locator('form:has(button[name="verdict"])').nth(number)
        form.locator('input[name="reason"]').fill("Đã chuyển công tác" if number == 0 else "")
        form.locator(f'button[value="{verdict}"]').click()
        auditor.page.wait_for_load_state("load")
    auditor.look("auditor-review-judged")
    auditor.fill({"conclusion": "Đã rà soát."})
    _send(auditor, '[name="conclusion"]')
    assert auditor.page.url == address
    auditor.look("auditor-review-signed")
    auditor.open("/auditor/reviews")
    auditor.look("auditor-reviews")


def _send(auditor: Visit, field: str) -> None:
    """Press the button of the form that has this field."""
    auditor.page.locator(f"form:has({field}) button").last.click()
    auditor.page.wait_for_load_state("load")
