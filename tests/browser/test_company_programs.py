"""Programs and webhooks of an organisation in a browser, on a desktop and on a phone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from commands.sample.people import create_people
from connectors.webhooks.models import Webhook, WebhookAttempt
from core.clock import now
from core.database import transaction
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.serving import app_in, served
from tests.days import today
from tests.web.house import NUMBER

# The pages are tested without a browser at every change; walking them takes its time.
pytestmark = pytest.mark.slow

COMPANY = f"/organisations/{NUMBER}"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A house with sample people, whose workers stand still."""
    app = app_in(tmp_path_factory.mktemp("company"))
    with app.app_context(), transaction():
        create_people()
    return app


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


def given_up(app: Flask) -> None:
    """Every webhook has been gone for a while."""
    with app.app_context(), transaction() as session:
        for webhook in session.scalars(select(Webhook)):
            webhook.disabled_at = webhook.failing_since = now()
            webhook.fault = "HTTP 410"
            name = f"msg_{webhook.id.hex}_7"
            told = {"webhook_id": webhook.id, "at": now(), "message_id": name}
            session.add(WebhookAttempt(**told, position=7, status=410, fault="HTTP 410"))
            session.add(WebhookAttempt(**told, position=None, status=200, fault=""))


@pytest.mark.parametrize(("javascript", "width"), [(True, DESKTOP), (False, PHONE)])
def test_a_program_is_made_and_ended(visitor: Visitor, *, javascript: bool, width: int) -> None:
    person = visitor(javascript=javascript, width=width)
    person.sign_in("saomai")
    person.open(COMPANY)
    person.look("company-organisation")
    person.press("Chương trình làm thay tổ chức")
    person.press("Tạo chương trình")
    person.look("company-programs-with-errors")
    name = f"Phần mềm kho {width}"
    person.fill({"name": name, "until": (today() + timedelta(days=90)).isoformat()})
    person.page.get_by_label("Xem hồ sơ").check()
    person.press("Tạo chương trình")
    person.look("company-program-made")
    assert person.sees("Mã chỉ hiện một lần này.")
    person.press("Chấm dứt " + name, exact=False)
    assert person.sees("Chương trình không làm được gì nữa.")
    assert person.faults == []


@pytest.mark.parametrize(("javascript", "width"), [(True, DESKTOP), (False, PHONE)])
def test_a_webhook_is_kept(visitor: Visitor, app: Flask, *, javascript: bool, width: int) -> None:
    person = visitor(javascript=javascript, width=width)
    person.sign_in("saomai")
    person.open(f"{COMPANY}/webhooks")
    person.fill({"target": "https://10.0.0.1/"})
    person.press("Thêm")
    person.look("company-webhooks-with-error")
    address = f"https://hooks.example.vn/motcua/status-changes/{width}"
    person.fill({"target": address})
    person.press("Thêm")
    person.look("company-webhook-made")
    assert person.sees("whsec_")
    given_up(app)
    person.open(f"{COMPANY}/webhooks")
    person.look("company-webhooks")
    person.press(address)
    person.look("company-webhook-off")
    person.press("Bật lại")
    assert person.sees("Webhook đã được bật lại.")
    assert person.faults == []
