"""A leader signs several results by pages without scripts: chooses, looks, confirms once."""

import re
from datetime import timedelta

import pytest

from commands.sample.application import SAO_MAI
from commands.sample.dossiers import submitted
from core import clock
from core.database import transaction
from tests.dossiers.sitting_pack import pack
from tests.web.house import House, Visitor
from workflows.operations import deploy_pack

DIRECTOR = "lanhdao"


@pytest.fixture
def leader(house: House) -> Visitor:
    """With two results that wait for his signature."""
    with house.app.app_context(), transaction():
        deploy_pack(pack(), by="system")
    for model in ("BA-1", "BA-2"):
        with house.app.app_context():
            sent = submitted(house.app, "saomai", {**SAO_MAI, "device_models": model})
        house.pay(sent.reference)
    house.work()
    return house.visitor(DIRECTOR)


def chosen(leader: Visitor) -> list[str]:
    return re.findall(r'name="task" value="([^"]+)" checked', leader.page("/desk/signing").text)


def begun(leader: Visitor) -> str:
    answer = leader.post("/desk/signing", task=chosen(leader))
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_everything_is_chosen_and_the_paper_of_each_can_be_opened(leader: Visitor):
    page = leader.page("/desk/signing").text
    assert len(chosen(leader)) == 2
    assert "Đồng ý" in page
    assert "checked" not in leader.page("/desk/signing?none=1").text
    address = re.findall(r'href="(/desk/tasks/[^"]+/paper)"', page)[0]
    paper = leader.page(address)
    assert paper.mimetype == "application/pdf"
    assert paper.data.startswith(b"%PDF-")


def test_one_is_left_out_and_taken_in_again_and_then_all_are_signed(house: House, leader: Visitor):
    address = begun(leader)
    leader.post(f"{address}/leave-out", number="1")
    assert "Ký 1 kết quả" in leader.page(address).text
    leader.post(f"{address}/leave-out", number="1", again="1")
    assert "Ký 2 kết quả" in leader.page(address).text
    assert leader.page(f"{address}/2/paper").data.startswith(b"%PDF-")
    assert leader.post(f"{address}/confirm").status_code == 303
    house.work()
    page = leader.page(address).text
    assert page.count("govuk-tag--green") == 2
    assert address in leader.page("/desk/signing").text


def test_who_proved_himself_long_ago_is_asked_again_and_nothing_is_lost(leader: Visitor):
    address = begun(leader)
    with clock.shifted(timedelta(minutes=40)):
        answer = leader.post(f"{address}/confirm")
    assert answer.status_code == 303
    assert "/prove" in str(answer.location)
    assert "Ký 2 kết quả" in leader.page(address).text


def test_choosing_nothing_is_told(leader: Visitor):
    answer = leader.post("/desk/signing")
    assert answer.status_code == 400
    assert "Chưa chọn kết quả nào" in answer.text


def test_a_list_that_runs_is_stopped(house: House, leader: Visitor):
    address = begun(leader)
    leader.post(f"{address}/confirm")
    assert leader.post(f"{address}/stop").status_code == 303
    house.work()
    page = leader.page(address).text
    assert "govuk-tag--green" not in page
    assert page.count("govuk-tag--yellow") == 2


def test_colleagues_find_no_list_of_somebody_else(house: House, leader: Visitor):
    address = begun(leader)
    assert house.visitor("chuyenvien").page(address).status_code == 404
    assert house.visitor("saomai").page("/desk/signing").status_code == 403
