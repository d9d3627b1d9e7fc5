"""Administrators in a browser: an agency is followed by another, a role is agreed to by a second."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.serving import app_in, served
from tests.days import today
from tests.web.house import House, furnished

# The pages are tested without a browser at every change; walking them takes its time.
pytestmark = pytest.mark.slow

NEW, OLD = "Sở Y tế Hồng Hà", "Sở Y tế Hà Nội"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A whole application of its own: what is closed here must not be missed elsewhere."""
    return furnished(app_in(tmp_path_factory.mktemp("administered"), demonstration=False))


@pytest.fixture(scope="module")
def site(house: House) -> Iterator[str]:
    with served(house.app) as address:
        yield address


def test_a_role_is_proposed_and_agreed_to(visitor: Visitor) -> None:
    first, second = visitor(width=PHONE), visitor(width=DESKTOP)
    first.sign_in("quantri")
    first.press("Quản trị")
    first.press("Cán bộ và vai trò")
    first.look("admin-staff")
    first.press("Thêm cán bộ")
    first.press("Thêm và gửi thư mời")
    first.look("admin-person-with-errors")
    first.fill({"name": "Phan Thị Mới", "email": "moi@example.vn", "login": "moi"})
    first.page.locator('select[name="agency"]').select_option(label=OLD)
    first.press("Thêm và gửi thư mời")
    first.press("Phan Thị Mới")
    first.press("Giao vai trò")
    first.look("admin-role")
    first.choose({"role": "director"})
    first.fill({"reason": "Bổ nhiệm"})
    first.press("Giao")
    assert first.sees("Đã đề xuất vai trò")

    second.sign_in("quantri2")
    second.press("Quản trị")
    second.press("Vai trò chờ đồng ý")
    second.look("admin-proposed")
    second.press("Đồng ý Phan Thị Mới")
    assert second.sees("Đã giao vai trò")
    first.page.reload()
    first.look("admin-person")
    first.press("Cử người thay")
    first.look("admin-absence")
    first.fill({"last_day": today().isoformat()})
    first.press("Ghi nhận")
    first.look("admin-absences")
    first.press("Quản trị")
    first.press("Hàng chờ và cách giao việc")
    first.press("Thêm hàng chờ")
    first.look("admin-queue")
    first.fill({"code": "desk-clerk", "name_vi": "Một cửa"})
    first.choose({"rule": "round-robin"})
    first.press("Ghi nhận")
    first.look("admin-queues")
    assert first.faults + second.faults == []


def test_an_agency_is_followed_by_another(visitor: Visitor, house: House) -> None:
    reference = house.draft()
    one = visitor(width=PHONE)
    one.sign_in("quantri")
    one.press("Quản trị")
    one.press("Thêm cơ quan")
    one.fill({"code": "H99.16", "ending": "HH", "name_vi": NEW})
    one.press("Ghi nhận")
    one.press(NEW)
    one.press("Thêm đơn vị")
    one.fill({"code": "P1", "name_vi": "Phòng Một"})
    one.press("Ghi nhận")
    one.look("admin-agency")
    one.press("Phòng Một")
    one.look("admin-unit")
    one.press("Quản trị")
    one.press(OLD)
    one.press("Ngừng hoạt động")
    one.look("admin-close")
    one.page.locator('select[name="successor"]').select_option(label=NEW)
    one.press("Ngừng hoạt động")
    one.press("Bàn giao hồ sơ đang giải quyết")
    one.look("admin-hand-over")
    one.fill({"reason": "Sắp xếp bộ máy"})
    one.press("Xem những hồ sơ liên quan")
    one.look("admin-hand-over-preview")
    assert one.sees("1 hồ sơ")
    one.press("Bàn giao")
    assert one.sees("Số hồ sơ đã bàn giao: 1.")
    applicant = visitor()
    applicant.sign_in("saomai")
    applicant.open(f"/dossiers/{reference}")
    applicant.look("draft-of-a-closed-agency")
    assert one.faults + applicant.faults == []
