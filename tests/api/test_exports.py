"""A copy of everything kept about the caller, over the API."""

import io
import zipfile

import engine
from tests.api.house import House
from tests.api.test_programs import freshly_proven

ADDRESS = "/api/v1/me/exports"


def test_a_person_asks_waits_and_fetches(house: House):
    stale = house.owner.post(ADDRESS)
    assert (stale.status_code, stale.get_json()["code"]) == (401, "fresh-proof-needed")
    owner = freshly_proven(house, "owner")
    asked = owner.post(ADDRESS)
    assert asked.status_code == 202, asked.text
    where = asked.headers["Location"]
    assert owner.get(where).get_json()["ready_at"] is None
    assert owner.get(f"{where}/content").get_json()["code"] == "export-not-ready"
    with house.app.app_context():
        engine.run_due_jobs(house.app)
    shown = owner.get(where).get_json()
    fetched = owner.get(f"{where}/content")
    assert fetched.status_code == 200
    assert len(fetched.data) == shown["size"]
    assert "index.html" in zipfile.ZipFile(io.BytesIO(fetched.data)).namelist()
    assert house.owner.get(f"{where}/content").status_code == 401
    assert [each["id"] for each in owner.get(ADDRESS).get_json()] == [shown["id"]]
    assert freshly_proven(house, "stranger").get(where).status_code == 404
    assert house.portal.post(ADDRESS).status_code == 403
