"""Imports in the browser, without JavaScript."""

import io
import re

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

import engine
from commands.sample.application import SERVICE
from core.database import db
from dossiers.models import Dossier
from tests.importing.conftest import csv_file
from tests.importing.test_dossiers import file_of, of
from tests.web.forms import token
from tests.web.house import AGENCY, NUMBER, House, Visitor

PAGE = "/administration/imports/"
STAFF = csv_file(
    ("Tài khoản", "Họ và tên", "Cơ quan"),
    ("hoa", "Lê Hoa", "Sở Y tế HN"),
    ("=nam", "Lý Nam", ""),
)
MAPPED = {"column.login": "Tài khoản", "column.name": "Họ và tên", "column.agency": "Cơ quan"}


@pytest.fixture
def administrator(house: House) -> Visitor:
    return house.visitor("quantri")


def uploaded(visitor: Visitor, content: bytes = STAFF, **told: str) -> TestResponse:
    values = {"sort": "staff", "csrf_token": token(visitor.page(PAGE).text), **told}
    return visitor.client.post(PAGE, data={**values, "file": (io.BytesIO(content), "staff.csv")})


def test_a_file_goes_from_upload_to_release(house: House, administrator: Visitor):
    page = str(uploaded(administrator).location)
    assert "Tài khoản" in administrator.page(page).text
    answer = administrator.post(
        f"{page}/mapping", **MAPPED, replacements="agency: Sở Y tế HN = H26.16", name="HR"
    )
    assert answer.status_code == 303
    assert re.search(r"“=nam”", administrator.page(page).text)
    assert administrator.post(f"{page}/start").status_code == 303
    with house.app.app_context():
        engine.run_due_jobs(house.app)
    assert administrator.post(f"{page}/release").status_code == 403
    second = house.visitor("quantri2")
    assert second.post(f"{page}/release").status_code == 303
    with house.app.app_context():
        engine.run_due_jobs(house.app)
    assert "release" not in re.findall(r'action="[^"]*/([a-z-]+)"', second.page(page).text)
    assert "Lê Hoa" in second.page("/administration/staff").text


def test_the_report_is_a_table_that_runs_nothing(administrator: Visitor):
    page = str(uploaded(administrator, csv_file(("=cmd", "name"), ("", "x"))).location)
    administrator.post(f"{page}/mapping", **{"column.login": "=cmd", "column.name": "name"})
    report = administrator.page(f"{page}/report.csv")
    assert report.mimetype == "text/csv"
    assert "1,'=cmd," in report.text


def test_a_kept_mapping_serves_the_next_file(administrator: Visitor):
    first = str(uploaded(administrator).location)
    administrator.post(f"{first}/mapping", **MAPPED, name="HR")
    second = str(uploaded(administrator, csv_file(("Tài khoản", "Họ và tên"), ("a", "b"))).location)
    assert administrator.post(f"{second}/mapping", kept="HR").status_code == 303
    assert f"{second}/start" in administrator.page(second).text


@pytest.mark.parametrize("content", [b"", b"a,a\n1,2\n", "Mã,ệ\n".encode()[:-2]])
def test_a_file_that_cannot_be_read_says_what_to_do(administrator: Visitor, content: bytes):
    answer = uploaded(administrator, content)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.text


def test_nobody_else_finds_imports(house: House, administrator: Visitor):
    page = str(uploaded(administrator).location)
    for login in ("motcua", "vanhanh", "kiemtoan", "saomai"):
        stranger = house.visitor(login)
        assert stranger.page(page).status_code == 403
        assert stranger.page(f"{page}/report.csv").status_code == 403
        assert stranger.post(f"{page}/start").status_code == 403


def test_a_released_licence_is_read_like_any_other(house: House, administrator: Visitor):
    header = ("Số", "Cơ quan cấp", "Ngày cấp", "MST", "Tên doanh nghiệp", "device_name")
    row = ("12/CŨ", AGENCY, "31/12/2019", NUMBER, "Công ty Sao Mai", "Máy đo huyết áp")
    answer = uploaded(administrator, csv_file(header, row), sort="licences", service=SERVICE)
    page, second = str(answer.location), house.visitor("quantri2")
    choice = r'name="(column[^"]+)".*?value="([^"]*)" selected'
    suggested = dict(re.findall(choice, _flat(administrator, page)))
    assert administrator.post(f"{page}/mapping", **suggested).status_code == 303
    for visitor, deed in ((administrator, "start"), (second, "release")):
        assert "12/CŨ" not in visitor.page("/register").text
        assert visitor.post(f"{page}/{deed}").status_code == 303
        with house.app.app_context():
            engine.run_due_jobs(house.app)
    assert "Máy đo huyết áp" in second.page("/verify/12/CŨ").text
    assert "12/CŨ" in second.page("/register").text
    with house.app.app_context():
        reference = db.session.scalars(select(Dossier.reference)).one()
    holder = house.visitor("saomai")
    assert reference in holder.page("/dossiers/").text
    assert "12/CŨ" in holder.page(f"/dossiers/{reference}").text


def test_an_open_dossier_is_found_on_the_desk_and_claimed_by_its_organisation(
    house: House, administrator: Visitor
):
    content = file_of(of(**{"Mã hồ sơ": "CU/77", "is_national": "", "Trạng thái": "Chờ bổ sung"}))
    page = str(uploaded(administrator, content, sort="dossiers", service=SERVICE).location)
    choice = r'name="(column[^"]+)".*?value="([^"]*)" selected'
    suggested = dict(re.findall(choice, _flat(administrator, page)))
    assert administrator.post(f"{page}/mapping", **suggested).status_code == 303
    holder = house.visitor("saomai")
    for visitor, deed in ((administrator, "start"), (house.visitor("quantri2"), "release")):
        assert holder.post("/dossiers/claim", code="CU/77").status_code == 404
        assert visitor.post(f"{page}/{deed}").status_code == 303
        with house.app.app_context():
            engine.run_due_jobs(house.app)
    stranger = house.visitor("dongxanh").post("/dossiers/claim", code="CU/77")
    assert (stranger.status_code, "govuk-error-summary" in stranger.text) == (404, True)
    claimed = holder.post("/dossiers/claim", code=" CU/77 ")
    assert claimed.status_code == 303
    assert "Bổ sung hồ sơ" in holder.page(str(claimed.location)).text
    assert holder.page("/dossiers/CU/77").status_code == 404, "codes with a slash are no addresses"


def test_a_clerk_reads_what_the_older_system_knew(house: House, administrator: Visitor):
    page = str(uploaded(administrator, file_of(of()), sort="dossiers", service=SERVICE).location)
    choice = r'name="(column[^"]+)".*?value="([^"]*)" selected'
    suggested = dict(re.findall(choice, _flat(administrator, page)))
    administrator.post(f"{page}/mapping", **suggested)
    for visitor, deed in ((administrator, "start"), (house.visitor("quantri2"), "release")):
        visitor.post(f"{page}/{deed}")
        with house.app.app_context():
            engine.run_due_jobs(house.app)
    clerk = house.visitor("motcua")
    (task,) = re.findall(r'href="(/desk/tasks/[^"]+)"', clerk.page("/desk/").text)
    told = clerk.page(task).text
    for words in ("tại cổng cũ", "Đã gọi điện ngày 12/3", "Đang kiểm tra", "H26.16-250310-0007"):
        assert words in told
    found = clerk.client.get("/desk/dossiers?reference=H26.16-250310-0007")
    assert found.status_code == 303


def _flat(visitor: Visitor, page: str) -> str:
    """Each choice of a column on one line."""
    return visitor.page(page).text.replace("\n", " ").replace("<select", "\n<select")
