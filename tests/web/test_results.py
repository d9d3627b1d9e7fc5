"""Results on pages: holders see theirs and ask for copies, staff see why and begin what follows."""

from uuid import UUID

import pytest
from sqlalchemy import select

from commands.sample.application import SAO_MAI
from core.database import db
from dossiers.models import Proceeding
from dossiers.register_entries import operations
from dossiers.register_entries.models import CertifiedCopy
from dossiers.register_entries.operations import Deed
from tests.dossiers.registered import RULES, do, entry, published, ruled
from tests.web.house import House


@pytest.fixture
def result(house: House) -> UUID:
    """A result of the sample company whose service has rules."""
    with house.app.app_context():
        ruled()
        return published()


def suspend(house: House, result: UUID) -> None:
    with house.app.app_context():
        deed = Deed(ground="false-papers", reason="Chỉ nội bộ", note="Đang xác minh")
        do(result, operations.suspend, deed)


def test_a_holder_sees_results_and_their_history_with_reasons(house: House, result: UUID):
    suspend(house, result)
    holder = house.visitor("saomai")
    assert "000000001/PCBB-HN" in holder.page("/results/").text
    page = holder.page(f"/results/{result}").text
    for told in ("Đang đình chỉ", "Giấy tờ giả", "Đang xác minh", "Chỉ nội bộ"):
        assert told in page
    public = house.visitor().page("/verify/000000001/PCBB-HN").text
    assert "Đang xác minh" in public
    assert "Chỉ nội bộ" not in public


def test_others_see_neither_list_nor_result(house: House, result: UUID):
    stranger = house.visitor("dongxanh")
    assert "000000001/PCBB-HN" not in stranger.page("/results/").text
    assert stranger.page(f"/results/{result}").status_code == 404
    assert house.visitor("motcua").page("/results/").status_code == 403


def test_a_copy_is_asked_for_made_fetched_and_checked(house: House, result: UUID):
    holder = house.visitor("saomai")
    assert holder.post(f"/results/{result}/copies").status_code == 303
    house.work()
    with house.app.app_context():
        copy = db.session.scalars(select(CertifiedCopy)).one()
        copy_id, number, code = copy.id, copy.number, copy.check_code
    assert number in holder.page(f"/results/{result}").text
    assert holder.page(f"/results/copies/{copy_id}").data.startswith(b"%PDF")
    assert house.visitor("motcua").page(f"/desk/copies/{copy_id}").mimetype == "application/pdf"
    assert house.visitor("dongxanh").page(f"/results/copies/{copy_id}").status_code == 404
    for known_by in (number, code):
        checked = house.visitor().page(f"/verify/{known_by}").text
        assert "Bản sao này là thật" in checked
    suspend(house, result)
    assert "đã thay đổi" in house.visitor().page(f"/verify/{code}").text


def test_an_officer_begins_the_revocation_of_an_entry(house: House, result: UUID):
    officer = house.visitor("chuyenvien")
    assert str(result) in officer.page("/desk/entries?text=sao+mai").text
    page = officer.page(f"/desk/entries/{result}").text
    assert "Thu hồi" in page
    assert "Đánh giá lại" in page
    address = f"/desk/entries/{result}/procedures"
    assert officer.post(address, procedure="no-such").status_code == 404
    assert officer.post(address, procedure="revocation").status_code == 303
    with house.app.app_context():
        assert entry(result).state == "withdrawn"
        assert db.session.scalars(select(Proceeding.entry_id)).all() == [result]
    assert "đã bị thu hồi" in house.visitor().page("/verify/000000001/PCBB-HN").text


def test_a_clerk_and_an_auditor_read_but_begin_nothing(house: House, result: UUID):
    for login in ("motcua", "kiemtoan"):
        reader = house.visitor(login)
        assert (
            f"/desk/entries/{result}/procedures" not in reader.page(f"/desk/entries/{result}").text
        )
        answer = reader.post(f"/desk/entries/{result}/procedures", procedure="revocation")
        assert answer.status_code == 403


def test_who_applies_for_what_is_registered_already_is_told_on_the_check_page(
    house: House, result: UUID
):
    applicant = house.visitor("saomai")
    reference = house.draft()
    page = applicant.page(f"/dossiers/{reference}/check").text
    assert "Thiết bị này đã có số công bố. (000000001/PCBB-HN)" in page
    refused = applicant.post(f"/dossiers/{reference}/submit")
    assert refused.status_code == 409
    assert "Đã có trong sổ đăng ký: 000000001/PCBB-HN" in refused.text


def test_the_register_is_narrowed_by_state_and_words(house: House, result: UUID):
    suspend(house, result)
    visitor = house.visitor()
    assert "000000001" in visitor.page("/register?text=may+do+huyet+ap&state=suspended").text
    assert "000000001" not in visitor.page("/register?state=valid").text


def test_a_hidden_number_of_a_holder_is_on_no_public_page(house: House):
    with house.app.app_context():
        ruled(RULES.replace("register:\n", "register:\n  holder_number: hidden\n", 1))
        published()
    page = house.visitor().page("/verify/000000001/PCBB-HN").text
    assert SAO_MAI["organisation_number"] not in page
