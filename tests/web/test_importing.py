"""Imports in the browser, without JavaScript."""

import io
import re

import pytest
from werkzeug.test import TestResponse

import engine
from tests.importing.conftest import csv_file
from tests.web.forms import token
from tests.web.house import House, Visitor

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
