"""A clerk takes in what somebody brings, and takes the fee; the person follows it without account."""

import pytest

from commands.sample.application import SAO_MAI
from tests.browser.conftest import DESKTOP, PHONE, Visitor

PEOPLE = {
    "submitter_name": "Trần Văn Nam",
    "submitter_identity_number": "001085654321",
    "standing_paper": "Giấy ủy quyền 12/UQ ngày 20/11/2026",
    "owner_name": "Công ty TNHH Thiết bị y tế Sao Mai",
    "fact": "654321",
}


@pytest.mark.slow
@pytest.mark.parametrize(("javascript", "width"), [(False, PHONE), (True, DESKTOP)])
def test_an_application_is_taken_in_at_the_desk(
    visitor: Visitor, *, javascript: bool, width: int
) -> None:
    clerk = visitor(javascript=javascript, width=width)
    clerk.sign_in("motcua")
    clerk.open("/desk/receptions")
    clerk.press("Tiếp nhận hồ sơ")
    clerk.press("Tiếp tục")
    clerk.look("reception-faults")
    clerk.page.select_option("#service", "device-declaration-b")
    clerk.choose({"standing": "mandate"})
    clerk.fill(PEOPLE)
    clerk.look("reception-new")
    clerk.press("Tiếp tục")
    reference = clerk.page.url.rpartition("/")[2]
    clerk.press("Tiếp nhận hồ sơ")
    clerk.look("reception-entry-faults")
    for name, answer in SAO_MAI.items():
        _give(clerk, name, answer)
    for field in clerk.page.locator("input[id^=originals-]").all():
        field.fill("1")
    clerk.press("Tiếp nhận hồ sơ")
    clerk.look("reception-taken")
    clerk.reload_until("Giấy tiếp nhận hồ sơ")
    clerk.reload_until("Thu phí tại quầy")
    clerk.choose({"way": "cash"})
    clerk.press("Thu phí")
    clerk.look("reception-paid")
    clerk.open(f"/desk/dossiers/{reference}/fees")
    clerk.look("desk-fees")
    for address, name in (("fees", "fees-waiting"), ("fee-journal", "fee-journal")):
        clerk.open(f"/desk/{address}")
        clerk.look(name)

    person = visitor(javascript=javascript, width=width)
    person.open("/track")
    person.look("track")
    person.fill({"code": reference, "fact": "654321"})
    person.press("Xem tình trạng")
    person.look("tracked")
    assert clerk.faults + person.faults == []


@pytest.mark.slow
def test_an_applicant_and_an_administrator_read_about_fees(visitor: Visitor) -> None:
    applicant = visitor(width=PHONE)
    applicant.sign_in("saomai")
    applicant.open("/dossiers/")
    applicant.page.locator("main a[href*='/dossiers/HS']").first.click()
    applicant.press("Phí, biên lai và hoàn trả")
    applicant.look("fees-phone")
    administrator = visitor(width=DESKTOP)
    administrator.sign_in("quantri")
    administrator.open("/administration/tariff")
    administrator.look("tariff")
    assert applicant.faults + administrator.faults == []


def _give(clerk, name: str, answer: object) -> None:
    field = clerk.page.locator(f"[name={name}]")
    kind = field.first.get_attribute("type")
    if kind == "radio":
        clerk.page.locator(f"[name={name}][value={answer}]").check()
    elif kind == "checkbox":
        field.first.check()
    elif field.first.evaluate("each => each.tagName") == "SELECT":
        field.first.select_option(str(answer))
    else:
        field.first.fill(str(answer))
