"""Pages of acting for others, as a browser without JavaScript uses them."""

import re
from urllib.parse import urlsplit

from commands.sample.application import SAO_MAI, SERVICE
from tests.web.house import AGENCY, NUMBER, House, Visitor

COMPANY = f"/organisations/{NUMBER}"


def invited(house: House, role: str = "drafter") -> str:
    """The address of an invitation for the other applicant."""
    answer = house.visitor("saomai").post(f"{COMPANY}/invite", invited="dongxanh", role=role)
    found = re.search(r"https?://[^\s<]+/invitations/[\w-]+", answer.text)
    assert found, answer.text
    return urlsplit(found.group()).path


def shared_draft(visitor: Visitor) -> str:
    """Begin an application for the company; returns its first page of questions."""
    choice = f"organisation:{NUMBER}"
    answer = visitor.post(f"/services/{SERVICE}/start", agency=AGENCY, **{"for": choice})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_claim_is_shown_as_waiting_and_the_desk_confirms_it(house: House):
    person = house.visitor("dongxanh")
    assert person.post("/organisations/claim", number="0201557778").status_code == 303
    house.work()
    assert "Đang chờ xác nhận" in person.page("/organisations/").text
    desk = house.visitor("motcua")
    page = desk.page("/desk/claims").text
    assert "SINH PHẨM HẢI ĐĂNG" in page
    address = re.search(r'action="(/desk/claims/[^"]+)"', page)
    assert address
    told = {"deed": "confirm", "document": "QĐ 3/2026", "reason": "Người đại diện mới"}
    assert desk.post(address.group(1), **told).status_code == 303
    assert person.page("/organisations/0201557778").status_code == 200


def test_what_is_no_number_is_said_beside_the_field(house: House):
    answer = house.visitor("dongxanh").post("/organisations/claim", number="abc")
    assert answer.status_code == 422
    assert 'href="#number"' in answer.text


def test_an_invitation_is_accepted_on_its_page(house: House):
    address = invited(house)
    colleague = house.visitor("dongxanh")
    assert "Người soạn" in colleague.page(address).text
    assert colleague.post(address).status_code == 303
    assert "Trần Văn Xanh" in colleague.page(COMPANY).text
    assert colleague.page(address).status_code == 404


def test_strangers_and_staff_see_no_organisation_and_no_foreign_invitation(house: House):
    address = invited(house)
    assert house.visitor("dongxanh").page(COMPANY).status_code == 404
    assert house.visitor("saomai").page(address).status_code == 404
    assert house.visitor("motcua").page(COMPANY).status_code == 404
    assert house.visitor("dongxanh").page("/desk/claims").status_code == 403


def test_two_who_edit_one_page_see_what_the_other_wrote(house: House):
    first, second = house.visitor("saomai"), house.visitor("dongxanh")
    second.post(invited(house))
    address = shared_draft(first)
    seen = re.search(r'name="version" value="(\d+)"', first.page(address).text)
    assert seen
    answers = {key: str(value) for key, value in SAO_MAI.items() if isinstance(value, str)}
    theirs = answers | {"organisation_address": "Địa chỉ của đồng nghiệp"}
    mine = answers | {"organisation_address": "Địa chỉ của tôi"}
    assert second.post(address, version=seen.group(1), **theirs).status_code == 303
    refused = first.post(address, version=seen.group(1), **mine)
    assert refused.status_code == 409
    assert "Trần Văn Xanh" in refused.text
    assert "Địa chỉ của đồng nghiệp" in refused.text
    assert "Địa chỉ của tôi" in refused.text
    newer = re.search(r'name="version" value="(\d+)"', refused.text)
    assert newer
    assert first.post(address, version=newer.group(1), **mine).status_code == 303
    overview = re.sub(r"/questions/.*", "", urlsplit(address).path)
    assert "Ai đã sửa gì" in first.page(overview).text


def test_a_mandate_is_given_and_revoked_on_its_page(house: House):
    principal, agent = house.visitor("saomai"), house.visitor("dongxanh")
    given = principal.post("/mandates/", agent="dongxanh", scopes=["prepare", "submit"])
    assert given.status_code == 303
    assert "Nguyễn Thị Mai" in agent.page(f"/services/{SERVICE}").text
    link = re.search(r'href="(/mandates/[^"]+/revoke)"', principal.page("/mandates/").text)
    assert link
    assert principal.page(link.group(1)).status_code == 200
    assert principal.post(link.group(1), reason="").status_code == 303
    assert "Nguyễn Thị Mai" not in agent.page(f"/services/{SERVICE}").text


def test_the_desk_enters_a_mandate_from_a_paper(house: House):
    told = {"principal": "saomai", "agent": "dongxanh", "scopes": ["prepare"]}
    desk = house.visitor("motcua")
    assert desk.post("/desk/mandates", **told).status_code == 422
    assert desk.post("/desk/mandates", **told, document="GUQ 1/2026").status_code == 303
    assert "Nguyễn Thị Mai" in house.visitor("dongxanh").page("/mandates/").text
