"""The store of documents over the API."""

from typing import Any
from uuid import UUID

import pytest

from commands.sample.application import paper
from core.clock import now
from core.database import transaction
from dossiers.models import Dossier, DossierStatus
from tests.api import rows
from tests.api.conftest import code_of
from tests.api.house import House
from tests.dossiers.kept import KIND


@pytest.fixture
def document_id(house: House) -> str:
    """A paper of a finished dossier whose service keeps such papers."""
    draft = house.owner.draft()
    house.owner.upload(draft["id"], KIND, paper("x"))
    with house.app.app_context():
        rows.submitted(draft["id"], "H26.16-261121-0001")
        with transaction() as session:
            dossier = session.get_one(Dossier, UUID(draft["id"]))
            dossier.status, dossier.finished_at = DossierStatus.DELIVERED, now()
        return str(rows.document_of(draft["id"]))


def kept(house: House, document_id: str) -> dict[str, Any]:
    body = {"document_id": document_id, "issuer": "TÜV", "valid_until": "2099-12-31"}
    answer = house.owner.post("/api/v1/holdings", body)
    assert answer.status_code == 201, answer.text
    return dict(answer.get_json())


def test_a_document_is_kept_used_and_its_use_is_shown(house: House, document_id: str):
    holding = kept(house, document_id)
    assert (holding["document_type"], holding["usable"]) == ("iso-13485", True)
    assert house.owner.get("/api/v1/holdings").get_json()["items"] == [holding]
    draft = house.owner.draft()
    body = {"kind": KIND, "holding_id": holding["id"]}
    used = house.owner.post(f"/api/v1/dossiers/{draft['id']}/documents/reuse", body)
    assert (used.status_code, used.get_json()["sha256"]) == (201, holding["sha256"])
    shown = house.owner.get(f"/api/v1/holdings/{holding['id']}").get_json()
    assert [each["dossier"] for each in shown["uses"]] == [draft["reference"]]
    gone = house.owner.delete(f"/api/v1/holdings/{holding['id']}")
    assert (gone.status_code, code_of(gone)) == (409, "holding-used")


def test_it_is_hidden_and_deleted(house: House, document_id: str):
    address = f"/api/v1/holdings/{kept(house, document_id)['id']}"
    assert house.owner.post(f"{address}/hide", {"hidden": True}).get_json()["hidden_at"]
    assert house.owner.get(f"{address}/content").data.startswith(b"%PDF")
    assert house.owner.delete(address).status_code == 204
    assert code_of(house.owner.get(address)) == "holding-not-found"


def test_nobody_else_has_it(house: House, document_id: str):
    holding = kept(house, document_id)
    draft = house.stranger.draft()
    body = {"kind": KIND, "holding_id": holding["id"]}
    taken = house.stranger.post(f"/api/v1/dossiers/{draft['id']}/documents/reuse", body)
    assert (taken.status_code, code_of(taken)) == (404, "holding-not-found")
    assert house.stranger.get("/api/v1/holdings").get_json()["items"] == []
    assert house.desk_clerk.get("/api/v1/holdings").status_code == 403
