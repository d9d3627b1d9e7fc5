"""Administrators settle tariffs and days on pages: one proposes, another decides."""

from collections.abc import Iterator

import pytest

from accounts import departments
from accounts import queries as accounts
from accounts.actor import SYSTEM
from commands.sample.application import SERVICE
from core import clock
from core.config import Settings
from core.database import Model, db, transaction
from tests.tabled import with_fee_table
from tests.web.house import House, Visitor, furnished
from workflows.operations import deploy_pack
from wsgi import create_app

SETTINGS = "/administration/settings"
FACTS = f"{SETTINGS}/service-fact"
DAYS = f"{SETTINGS}/calendar-day"


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    app = create_app(settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
    house = furnished(app)
    with app.app_context(), transaction():
        deploy_pack(with_fee_table(), by="system")
    with clock.at(clock.now().replace(year=2027, month=6, day=7, hour=3)):
        yield house
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def fee(amount: str = "2500000", **changed: str) -> dict[str, str]:
    return {
        "service": SERVICE,
        "name": "fee",
        "value": amount,
        "basis": "Thông tư 1/2027/TT-BTC",
        "ruling_from-day": "7",
        "ruling_from-month": "6",
        "ruling_from-year": "2027",
        "ruling_reason": "Thông tư mới",
        **changed,
    }


def shown_fee(visitor: Visitor) -> str:
    return visitor.page(f"/services/{SERVICE}").text


def test_a_tariff_is_seen_before_it_is_proposed_and_decided_by_another(house: House):
    first, second = house.visitor("quantri"), house.visitor("quantri2")
    preview = first.post(f"{FACTS}/propose", **fee())
    assert preview.status_code == 200
    assert "3000000" in preview.text
    assert "2500000" in preview.text
    assert "07/06/2027" in preview.text
    proposed = first.post(f"{FACTS}/propose", **fee(), send="yes")
    assert proposed.status_code == 303
    assert "3.000.000" in shown_fee(first)
    assert second.post(f"{proposed.location}/decide", note="").status_code == 303
    assert "2.500.000" in shown_fee(first)
    assert "Đặng Thu Thủy" in first.page(proposed.location).text


def test_a_preview_keeps_nothing(house: House):
    administrator = house.visitor("quantri")
    administrator.post(f"{FACTS}/propose", **fee())
    assert "Chưa có đề xuất nào" in administrator.page(f"{FACTS}/decisions").text


def test_what_is_wrong_stays_typed_and_is_named(house: House):
    answer = house.visitor("quantri").post(f"{FACTS}/propose", **fee("ba triệu", ruling_reason=""))
    assert answer.status_code == 422
    assert 'value="ba triệu"' in answer.text
    assert 'href="#value"' in answer.text
    assert 'href="#ruling_reason"' in answer.text


def test_who_proposed_is_offered_to_take_it_back_and_not_to_decide(house: House):
    administrator = house.visitor("quantri")
    address = administrator.post(f"{FACTS}/propose", **fee(), send="yes").location
    page = administrator.page(address).text
    assert f'action="{address}/withdraw"' in page
    assert f'action="{address}/decide"' not in page
    assert administrator.post(f"{address}/decide").status_code == 403
    assert administrator.post(f"{address}/withdraw").status_code == 303


def test_a_refusal_needs_a_reason(house: House):
    address = house.visitor("quantri").post(f"{FACTS}/propose", **fee(), send="yes").location
    second = house.visitor("quantri2")
    assert second.post(f"{address}/refuse", note=" ").status_code == 400
    assert second.post(f"{address}/refuse", note="Chưa ban hành").status_code == 303
    assert "Chưa ban hành" in second.page(address).text


def test_a_day_of_rest_is_decided_by_one_person_and_listed(house: House):
    administrator = house.visitor("quantri")
    day = {"day-day": "8", "day-month": "6", "day-year": "2027", "sort": "rest", "name": "Bầu cử"}
    answer = administrator.post(f"{DAYS}/propose", **{**fee(), **day}, send="yes")
    assert (answer.status_code, answer.location) == (303, DAYS)
    assert "Bầu cử" in administrator.page(DAYS).text


def test_the_end_of_a_value_is_proposed_with_its_day(house: House):
    first, second = house.visitor("quantri"), house.visitor("quantri2")
    address = first.post(f"{FACTS}/propose", **fee(), send="yes").location
    second.post(f"{address}/decide")
    ends = fee(key=f"{SERVICE}/fee", agency="")
    ended = first.post(f"{FACTS}/end", **ends)
    assert ended.status_code == 303
    second.post(f"{ended.location}/decide")
    assert "3.000.000" in shown_fee(first)


@pytest.mark.parametrize("login", ["motcua", "saomai"])
def test_who_does_not_administer_is_refused(house: House, login: str):
    assert house.visitor(login).page(f"{SETTINGS}/").status_code == 403


def test_an_auditor_reads_and_is_offered_no_change(house: House):
    page = house.visitor("kiemtoan").page(FACTS)
    assert page.status_code == 200
    assert "/propose" not in page.text


def test_the_units_of_an_agency_are_offered_to_handle_a_service(house: House):
    with house.app.app_context(), transaction():
        for agency in accounts.agencies():
            departments.create_unit(agency.id, "NV", {"vi": f"Phòng {agency.code}"}, by=SYSTEM)
        here = accounts.known_agency("H26.16").id
    administrator = house.visitor("quantri")
    offers = f"{SETTINGS}/service-offer/propose"
    everywhere = administrator.page(offers).text
    assert "Phòng H29.16" in everywhere
    of_one = administrator.page(f"{offers}?agency={here}").text
    assert '<option value="H26.16/NV"' in of_one
    assert "Phòng H29.16" not in of_one
    chosen = {**fee(), "offered": "yes", "unit": "H26.16/NV", "agency": str(here)}
    preview = administrator.post(offers, **chosen)
    assert "phòng H26.16/NV xử lý" in preview.text
