"""Holds, retention and one's own copy in a browser, on a desktop and on a phone."""

import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

import engine
from commands.sample.application import DONG_XANH, SAO_MAI
from commands.sample.dossiers import submitted
from commands.sample.people import create_people
from core.clock import now
from core.database import db, transaction
from dossiers.models import Dossier, DossierStatus
from engine.runtime import EXTENSION, Runtime
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.serving import app_in, served
from tests.dossiers.whole_case import settle_term
from tests.web.house import PACK
from workflows.operations import deploy_pack
from workflows.pack import read_pack

# The pages are tested without a browser at every change; walking them takes its time.
pytestmark = pytest.mark.slow

WALKS = [(True, DESKTOP), (False, PHONE)]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Two dossiers settled six years ago, and a term of five; workers stand still."""
    app = app_in(tmp_path_factory.mktemp("privacy"))
    runtime: Runtime = app.extensions[EXTENSION]
    runtime.on_job("payment.order", lambda _call: {"checkout_url": "https://pay.example/1"})
    with app.app_context():
        with transaction():
            deploy_pack(read_pack(PACK), by="system")
            create_people()
        settle_term()
        for login, answers in (("saomai", SAO_MAI), ("dongxanh", DONG_XANH)):
            dossier = submitted(app, login, answers)
            with transaction() as session:
                session.add(dossier)
                dossier.status = DossierStatus.DELIVERED
                dossier.finished_at = now() - timedelta(days=6 * 366)
    return app


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.mark.parametrize(("javascript", "width"), WALKS)
def test_a_director_finds_a_dossier_and_holds_it(
    app: Flask, visitor: Visitor, *, javascript: bool, width: int
) -> None:
    person = visitor(javascript=javascript, width=width)
    person.sign_in("lanhdao")
    person.open("/desk/dossiers")
    person.look("privacy-find")
    person.fill({"reference": "HS-999"})
    person.press("Tìm")
    assert person.sees("Không có hồ sơ nào mang mã này")
    person.fill({"reference": _reference(app)})
    person.press("Tìm")
    person.press("Giữ nguyên hồ sơ theo yêu cầu pháp lý")
    person.look("privacy-hold")
    person.fill({"reason": "Thanh tra 12/2026 về thiết bị y tế"})
    person.press("Giữ nguyên hồ sơ theo yêu cầu pháp lý")
    assert person.sees("Thanh tra 12/2026")
    person.look("privacy-dossier")
    person.press("Bỏ lệnh giữ hồ sơ")
    person.fill({"reason": "Kết luận thanh tra đã ban hành"})
    person.press("Bỏ lệnh giữ hồ sơ")
    assert person.sees("Đã bỏ lệnh giữ")
    assert person.faults == []


@pytest.mark.parametrize(("javascript", "width"), WALKS)
def test_an_administrator_sees_what_is_due(
    visitor: Visitor, *, javascript: bool, width: int
) -> None:
    person = visitor(javascript=javascript, width=width)
    person.sign_in("quantri")
    person.open("/administration/retention")
    assert person.sees("60 tháng (Decision 1)")
    person.look("privacy-retention")
    person.open("/administration/settings/retention/propose")
    person.look("privacy-term")
    assert person.faults == []


@pytest.mark.parametrize(("javascript", "width"), WALKS)
def test_a_person_fetches_a_copy_and_reads_it(
    app: Flask, visitor: Visitor, tmp_path: Path, *, javascript: bool, width: int
) -> None:
    person = visitor(javascript=javascript, width=width)
    person.sign_in("saomai")
    person.open("/account")
    person.look("privacy-account")
    person.press("Bản sao dữ liệu của bạn")
    person.press("Yêu cầu bản sao")
    person.press("Tạo bản sao ngay")
    assert person.sees("đang tạo")
    with app.app_context():
        engine.run_due_jobs(app)
    person.open("/account/copies")
    person.look("privacy-copies")
    with person.page.expect_download() as download:
        person.page.get_by_role("link", name="Tải bản sao").first.click()
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(tmp_path)
    person.open((tmp_path / "index.html").as_uri())
    assert person.sees("Nguyễn Thị Mai")
    person.look("privacy-copy")
    person.page.get_by_role("link", name="HS-").first.click()
    assert person.sees(SAO_MAI["contact_phone"])
    person.look("privacy-copy-dossier")
    person.open((tmp_path / "record.html").as_uri())
    person.look("privacy-copy-record")
    assert person.faults == []


def _reference(app: Flask) -> str:
    with app.app_context():
        return str(db.session.scalars(select(Dossier.reference)).first())
