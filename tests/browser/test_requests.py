"""Lists of defects, requests and petitions in a browser: every page of them is looked over."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.running import running_site
from tests.browser.visit import Visit

pytestmark = pytest.mark.slow
ASKED = "Cơ quan yêu cầu bổ sung"


@pytest.fixture
def visits(tmp_path: Path, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Visits of a site of its own: what happens here leads its samples elsewhere."""
    with running_site(tmp_path) as address:

        def visit(login: str = "", *, width: int = 1280) -> Visit:
            context = browser.new_context(
                base_url=address, viewport={"width": width, "height": 844}, locale="vi-VN"
            )
            made = Visit(context.new_page(), javascript=True)
            if login:
                made.sign_in(login)
            return made

        yield visit


def test_a_list_of_defects_and_what_may_be_asked(visits: Callable[..., Visit]) -> None:
    owner = visits("saomai", width=390)
    owner.open("/dossiers/")
    owner.page.locator("main tr", has_text="Chờ người nộp").locator("a").first.click()
    home = owner.page.url
    owner.reload_until("Các yêu cầu")
    owner.look("dossier-with-requests")
    owner.open(f"{home}/supplement")
    assert owner.sees(ASKED)
    owner.page.locator('input[name="done"]').first.check()
    owner.look("supplement-list")
    owner.fill({"answer": "Đã sửa tên theo đăng ký doanh nghiệp."})
    owner.press("Gửi trả lời")

    clerk = visits("motcua")
    clerk.open("/desk/?queue=desk-clerk")
    clerk.reload_until("Kiểm tra hồ sơ")
    clerk.page.locator("main table a").first.click()
    clerk.press("Nhận việc")
    clerk.look("task-with-requests")
    clerk.press("Yêu cầu bổ sung theo danh sách đầy đủ")
    clerk.fill({"defect": "Nhãn không ghi tên thiết bị", "remedy": "Nộp nhãn đầy đủ"})
    clerk.choose({"part": "document:instructions"})
    clerk.press("Thêm điểm")
    clerk.look("list-of-defects")
    clerk.press("Gửi danh sách cho người nộp")
    clerk.look("list-without-basis")
    clerk.fill({"basis": "Khoản 3 Điều 32 Nghị định 98/2021/NĐ-CP"})
    clerk.press("Gửi danh sách cho người nộp")

    owner.open(home)
    owner.press("Đề nghị dừng giải quyết hồ sơ")
    owner.look("ask-to-stop")
    owner.fill({"reason": "Không còn nhu cầu"})
    owner.press("Gửi đề nghị")
    owner.open(f"{home}/documents")
    owner.look("documents-with-defects")

    director = visits("lanhdao")
    director.open("/desk/requests")
    director.look("requests-to-answer")
    director.page.locator("main table a").first.click()
    director.look("request")
    director.press("Không chấp thuận")
    director.look("request-without-reason")
    assert director.sees("Cần nêu lý do")
    assert owner.faults + clerk.faults + director.faults == []


def test_a_petition_from_form_to_publication(visits: Callable[..., Visit]) -> None:
    stranger, director = visits(width=390), visits("lanhdao")
    stranger.open("/petitions/new")
    stranger.choose({"agency": "H26.16"})
    stranger.fill({"text": "Chờ lâu", "name": "Trần Lan", "email": "lan@example.vn"})
    stranger.page.locator('input[name="may_be_published"]').check()
    stranger.look("petition-form")
    stranger.press("Gửi")
    stranger.look("petition-followed")
    director.open("/desk/petitions")
    director.look("petitions")
    director.page.locator("main table a").first.click()
    director.look("petition")
    director.press("Trả lời")
    director.fill({"text": "Cơ quan đã nhắc nhở cán bộ."})
    director.choose({"upheld": "yes"})
    director.look("petition-answer")
    director.press("Gửi trả lời")
    director.press("Công khai")
    director.look("petition-publication")
    director.press("Công khai")
    stranger.open("/petitions/published")
    assert stranger.sees("Cơ quan đã nhắc nhở cán bộ.")
    stranger.look("petitions-published")
    assert stranger.faults + director.faults == []
