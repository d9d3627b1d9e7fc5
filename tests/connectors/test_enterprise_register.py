"""Looking up an enterprise, against the sandbox and against answers as real registers give them."""

import unicodedata

import pytest
from stdnum.vn import mst

from connectors import calls
from connectors.enterprise import EnterpriseRegister
from connectors.enterprise.messages import read_enterprise
from connectors.enterprise.sandbox.server import create_sandbox
from connectors.errors import AnswerUnreadable, SystemDown

ACTIVE = frozenset({"1"})
MINIMAL = {"MainInformation": {"ENTERPRISE_GDT_CODE": "0315123453", "NAME": "SAO MAI"}}


@pytest.fixture
def register(register_sandbox):
    return EnterpriseRegister(register_sandbox.address, ACTIVE)


def test_a_known_enterprise_is_told_with_its_name_and_address(register):
    found = register.look_up("0315123453")
    assert found.name.startswith("CÔNG TY TNHH THIẾT BỊ Y TẾ SAO MAI")
    assert found.province == "Thành phố Hồ Chí Minh"
    assert found.active


def test_a_dissolved_enterprise_is_known_but_not_active(register):
    found = register.look_up("0791112225")
    assert (found.active, found.status) == (False, "Đã giải thể")


def test_an_unknown_number_is_an_answer_not_an_error(register):
    assert register.look_up("0100233488") is None


def test_one_representative_or_several_are_read_alike(register):
    assert register.look_up("0315123453").representatives == ("NGUYỄN VĂN MẪU",)
    assert len(register.look_up("3601234569").representatives) == 2


def test_a_broken_register_is_down_and_works_again_later(register, register_sandbox):
    register_sandbox.fail("error")
    with pytest.raises(SystemDown, match="enterprise register"):
        register.look_up("0315123453")
    assert register.look_up("0315123453") is not None


def test_a_register_that_is_too_slow_is_down(register, register_sandbox, monkeypatch):
    monkeypatch.setattr(calls, "TIME_OUT_SECONDS", 0.2)
    register_sandbox.fail("slow", seconds=1)
    with pytest.raises(SystemDown):
        register.look_up("0315123453")


def test_a_register_that_is_not_there_is_down():
    with pytest.raises(SystemDown):
        EnterpriseRegister("http://127.0.0.1:9", ACTIVE).look_up("0315123453")


def test_an_answer_that_is_not_json_is_unreadable(register, register_sandbox):
    register_sandbox.fail("malformed")
    with pytest.raises(AnswerUnreadable, match="not JSON"):
        register.look_up("0315123453")


def test_everything_but_number_and_name_may_be_missing():
    found = read_enterprise(MINIMAL, active_statuses=ACTIVE)
    assert (found.address, found.representatives, found.active) == ("", (), False)


def test_names_are_composed_as_those_that_people_type():
    typed = "CÔNG TY ĐIỆN MÁY"
    told = unicodedata.normalize("NFD", "CÔNG TY  ĐIỆN MÁY ")
    answer = {"MainInformation": {**MINIMAL["MainInformation"], "NAME": told}}
    assert read_enterprise(answer, active_statuses=ACTIVE).name == typed


def test_an_enterprise_without_a_name_is_unreadable():
    with pytest.raises(AnswerUnreadable, match="NAME is missing"):
        read_enterprise(
            {"MainInformation": {"ENTERPRISE_GDT_CODE": "0315123453"}}, active_statuses=ACTIVE
        )


@pytest.mark.parametrize("key", ["HOAdress", "HOAddress"])
def test_the_address_is_read_however_its_key_is_spelt(key):
    answer = MINIMAL | {key: {"AddressFullText": "12 Đường Mẫu"}}
    assert read_enterprise(answer, active_statuses=ACTIVE).address == "12 Đường Mẫu"


def test_all_sample_companies_have_valid_tax_numbers():
    page = create_sandbox().test_client().get("/").text
    numbers = [word for word in page.replace("<", ">").split(">") if word.isdigit()]
    assert len(numbers) == 5
    assert all(mst.is_valid(number) for number in numbers)
