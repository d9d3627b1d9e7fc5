"""Legal holds over the API."""

from tests.api import rows
from tests.api.house import House
from tests.api.test_programs import freshly_proven


def test_a_director_holds_and_lifts_and_an_auditor_reads_why(house: House):
    draft = house.owner.draft()
    with house.app.app_context():
        rows.submitted(draft["id"], "H26.16-261121-0001")
    address = f"/api/v1/dossiers/{draft['id']}/holds"
    stale = house.director.post(address, {"reason": "Tòa án"})
    assert (stale.status_code, stale.get_json()["code"]) == (401, "fresh-proof-needed")
    director = freshly_proven(house, "director")
    placed = director.post(address, {"reason": "Tòa án"})
    assert placed.status_code == 201
    assert director.post(address, {"reason": "Tòa án"}).get_json()["code"] == "hold-stands"
    lifted = director.post(f"{address}/lift", {"reason": "Án đã tuyên"})
    assert lifted.get_json()["lifting_reason"] == "Án đã tuyên"
    (seen,) = house.auditor.get(address).get_json()["items"]
    assert (seen["reason"], seen["placed_by"]) == ("Tòa án", director.actor_id)
    assert house.owner.get(address).status_code == 403
