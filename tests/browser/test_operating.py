"""Operators in a browser: what is stuck is seen, mended, and a skip approved by a second one."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.serving import app_in, served
from tests.web.house import House, furnished
from tests.web.stuck import Neighbour, refusing_neighbour, start_about


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A whole application whose jobs are worked when a test says so."""
    return furnished(app_in(tmp_path_factory.mktemp("operated")))


@pytest.fixture(scope="module")
def reference(house: House) -> str:
    return house.draft()


@pytest.fixture(scope="module")
def site(house: House) -> Iterator[str]:
    """Its address."""
    with served(house.app) as address:
        yield address


@pytest.fixture(autouse=True)
def neighbour(house: House, reference: str) -> Neighbour:
    """Two processes are stuck, as their neighbour refuses."""
    made = refusing_neighbour(house)
    for number in (17, 18):
        start_about(house, reference, number=number)
    return made


@pytest.mark.parametrize(
    ("javascript", "width"), [(True, DESKTOP), pytest.param(False, PHONE, marks=pytest.mark.slow)]
)
def test_what_is_stuck_is_mended(
    visitor: Visitor, house: House, neighbour: Neighbour, *, javascript: bool, width: int
) -> None:
    operator = visitor(javascript=javascript, width=width)
    operator.sign_in("vanhanh")
    operator.look("operation")
    operator.press("ask")
    operator.look("operation-group")
    operator.page.locator("main table a").first.click()
    operator.look("operation-instance")
    operator.press("Xem các biến (có ghi nhật ký)")
    operator.look("operation-variables")
    operator.press("Thay đổi biến")
    operator.look("operation-variables-with-errors")
    neighbour.refuses = False
    operator.fill({"name": "number", "value": "19", "reason": "Số đăng ký ghi nhầm."})
    operator.page.locator('input[name="retry"]').last.check()
    operator.press("Thay đổi biến")
    house.work()
    operator.page.reload()
    assert operator.sees("Một người xử lý")
    operator.press("Lịch sử")
    operator.look("operation-history")

    operator.press("Vận hành")
    operator.press("ask")
    operator.press("Thử lại tất cả")
    assert operator.sees("Đang thử lại")
    assert operator.faults == []


def test_a_skip_needs_a_second_operator(visitor: Visitor) -> None:
    proposing, approving = visitor(), visitor(width=PHONE)
    proposing.sign_in("vanhanh")
    proposing.press("ask")
    proposing.page.locator("main table a").first.click()
    proposing.page.locator("main").get_by_role("link", name="Can thiệp ask").click()
    proposing.press("Gửi đề xuất")
    proposing.look("operation-propose-with-errors")
    proposing.choose({"kind": "skip"})
    proposing.fill({"reason": "Đơn vị đã trả lời bằng văn bản."})
    proposing.press("Gửi đề xuất")
    proposing.look("operation-proposed")

    approving.sign_in("giamsat")
    approving.press("Chờ người thứ hai: 1")
    approving.look("operation-proposals")
    approving.press("Phê duyệt", exact=False)
    assert approving.sees("Đã thực hiện.")
    assert approving.sees("Một người xử lý")
    approving.press("Tạm dừng quy trình")
    approving.look("operation-suspend")
    approving.fill({"reason": "Chờ hướng dẫn."})
    approving.press("Tạm dừng quy trình")
    approving.look("operation-suspended")
    assert proposing.faults + approving.faults == []


def test_a_stuck_job_is_tried_again_by_keyboard_alone(
    visitor: Visitor, house: House, neighbour: Neighbour
) -> None:
    operator = visitor()
    operator.sign_in("vanhanh")
    for target in ('main table a[href*="/incidents/"]', 'main table a[href*="/instances/"]'):
        operator.tab_to(target)
        operator.enter()
    neighbour.refuses = False
    operator.tab_to('form[action$="/retry"] button')
    operator.enter()
    house.work()
    operator.page.reload()
    assert operator.sees("Một người xử lý")
