"""The store on pages: offered where a paper is asked for, shown with every use, hidden and deleted."""

from uuid import UUID

import pytest

from commands.sample.application import SAO_MAI
from commands.sample.dossiers import _actor
from core.database import db, transaction
from dossiers import operations
from dossiers.holdings.models import Holding
from dossiers.queries import find_dossier_by_reference
from storage import store
from tests.dossiers.kept import KIND, finished, kept
from tests.web.house import House


@pytest.fixture
def holding_id(house: House) -> UUID:
    with house.app.app_context():
        return kept()


def test_a_paper_given_before_is_offered_and_used(house: House, holding_id: UUID):
    applicant = house.visitor("saomai")
    page = applicant.start()
    reference = page.split("/")[2]
    with house.app.app_context():
        actor = _actor("saomai")
        found = find_dossier_by_reference(reference, visible_to=actor)
        with transaction():
            operations.save_answers(found.id, SAO_MAI, actor=actor)
    documents = f"/dossiers/{reference}/documents"
    assert str(holding_id) in applicant.page(documents).text
    answer = applicant.post(f"{documents}/{KIND}/reuse", holding=str(holding_id))
    assert answer.location == f"{documents}#{KIND}"
    assert "iso_13485.pdf" in applicant.page(documents).text
    shown = applicant.page(f"/store/{holding_id}").text
    assert reference in shown
    assert applicant.post(f"/store/{holding_id}/delete").status_code == 409


def test_an_owner_keeps_hides_shows_and_deletes(house: House, holding_id: UUID):
    owner = house.visitor("saomai")
    with house.app.app_context():
        document = finished().id
    assert str(document) in owner.page("/store/").text
    wrong = owner.post(f"/store/keep/{document}", valid_until="31/12/2027")
    assert wrong.status_code == 400
    sent = {"issuer": "TÜV", "number": "A-1", "valid_until": "2031-12-31"}
    assert owner.post(f"/store/keep/{document}", **sent).status_code == 303
    page = owner.page("/store/").text
    assert "31/12/2031" in page
    owner.post(f"/store/{holding_id}/hide", hidden="yes")
    assert "không hiển thị" in owner.page(f"/store/{holding_id}").text
    owner.post(f"/store/{holding_id}/hide", hidden="no")
    assert owner.page(f"/store/{holding_id}/content").data.startswith(b"%PDF")
    assert owner.post(f"/store/{holding_id}/delete").status_code == 303
    assert owner.page(f"/store/{holding_id}").status_code == 404


def test_strangers_and_staff_have_no_part_in_it(house: House, holding_id: UUID):
    stranger = house.visitor("dongxanh")
    assert str(holding_id) not in stranger.page("/store/").text
    assert stranger.page(f"/store/{holding_id}/content").status_code == 404
    assert house.visitor("motcua").page("/store/").status_code == 403


def test_the_file_of_a_deleted_document_is_gone(house: House, holding_id: UUID):
    with house.app.app_context():
        key = db.session.get_one(Holding, holding_id).storage_key
        assert key in list(store().keys("holdings/"))
    house.visitor("saomai").post(f"/store/{holding_id}/delete")
    with house.app.app_context():
        assert key not in list(store().keys("holdings/"))
