"""Petitions and ratings over the API."""

from typing import Any
from uuid import UUID

import pytest

from core.database import db, transaction
from dossiers.models import Dossier, DossierStatus
from tests.api import rows
from tests.api.house import AGENCY, House

PETITIONS = "/api/v1/petitions"
TEXT = {"text": "Chờ ba tuần không ai trả lời"}


@pytest.fixture
def dossier(house: House) -> dict[str, Any]:
    """A submitted dossier of the owner."""
    draft = house.owner.draft()
    with house.app.app_context():
        rows.submitted(draft["id"], "H26.16-261121-0001")
    return draft


def test_a_petition_is_sent_asked_about_answered_and_published(house: House, dossier):
    wish = {**TEXT, "dossier_id": dossier["id"], "may_be_published": True}
    sent = house.owner.post(PETITIONS, wish)
    assert sent.status_code == 201, sent.text
    address = sent.headers["Location"]
    (waiting,) = house.director.get(PETITIONS).get_json()["items"]
    assert waiting["id"] == sent.get_json()["id"]

    def do(deed: str, **body: Any) -> Any:
        version = house.director.get(address).headers["ETag"]
        answer = house.director.post(f"{address}/{deed}", body, **{"If-Match": version})
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    assert do("ask", text="Ngày nào?")["state"] == "asked"
    assert house.owner.post(f"{address}/reply", {"text": "Hôm qua"}).get_json()["state"] == "sent"
    assert do("answer", text="Đã nhắc nhở", upheld=True)["upheld"] is True
    assert do("publish", text="Người nộp chờ lâu", answer="Đã nhắc")["published_at"]
    (own,) = house.owner.get("/api/v1/me/petitions").get_json()["items"]
    assert [own["state"], own["answer"], own["reply"]] == ["answered", "Đã nhắc nhở", "Hôm qua"]


def test_a_deed_needs_the_version_that_was_seen(house: House):
    address = house.owner.post(PETITIONS, {**TEXT, "agency": AGENCY}).headers["Location"]
    assert house.director.post(f"{address}/refuse", {"text": "x"}).status_code == 428
    stale = house.director.post(f"{address}/refuse", {"text": "x"}, **{"If-Match": '"9"'})
    assert stale.status_code == 412


def test_what_is_personal_is_not_published(house: House):
    wish = {**TEXT, "agency": AGENCY, "may_be_published": True}
    address = house.owner.post(PETITIONS, wish).headers["Location"]
    version = house.director.get(address).headers["ETag"]
    body = {"text": "Đã nhắc nhở", "upheld": False}
    house.director.post(f"{address}/answer", body, **{"If-Match": version})
    version = house.director.get(address).headers["ETag"]
    personal = {"text": "Gọi 0912 345 678", "answer": "x"}
    refused = house.director.post(f"{address}/publish", personal, **{"If-Match": version})
    assert [refused.status_code, refused.get_json()["code"]] == [422, "still-personal"]


def test_an_agency_that_is_not_there_is_told(house: House):
    answer = house.owner.post(PETITIONS, {**TEXT, "agency": "H99"})
    assert [answer.status_code, answer.get_json()["code"]] == [422, "agency-unknown"]


def test_a_rating_is_given_once(house: House, dossier):
    address = f"/api/v1/dossiers/{dossier['id']}/rating"

    def rate(value: str) -> Any:
        return house.owner.client.put(address, json={"value": value}, headers=house.owner.headers)

    assert rate("satisfied").get_json()["code"] == "nothing-to-rate"
    with house.app.app_context(), transaction():
        found = db.session.get_one(Dossier, UUID(dossier["id"]))
        found.status = DossierStatus.DELIVERED
    assert rate("satisfied").status_code == 200
    assert rate("dissatisfied").get_json()["code"] == "rated-already"
