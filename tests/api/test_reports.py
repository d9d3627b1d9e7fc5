"""Reports over the API: asked for once, made by a job, read in codes or taken as a file."""

import engine
from accounts.queries import agency_by_code
from tests.api.house import AGENCY, ELSEWHERE, House

ADDRESS = "/api/v1/reports"
OWN = {"kind": "settlement", "first_day": "2026-01-01", "last_day": "2026-01-31"}


def body(house: House, code: str = AGENCY, **other: str) -> dict[str, str]:
    with house.app.app_context():
        agency = agency_by_code(code)
        assert agency is not None
        return {**OWN, "agency_id": str(agency.id), **other}


def test_a_director_asks_waits_and_reads(house: House):
    director = house.callers["director"]
    asked = director.post(ADDRESS, body(house), **{"Idempotency-Key": "k"})
    assert asked.status_code == 202, asked.text
    again = director.post(ADDRESS, body(house), **{"Idempotency-Key": "k"})
    assert again.get_json()["id"] == asked.get_json()["id"]
    where = asked.headers["Location"]
    assert director.get(f"{where}/tables").get_json()["code"] == "report-not-ready"
    with house.app.app_context():
        engine.run_due_jobs(house.app)
    assert director.get(where).get_json()["made_at"] is not None
    [table] = director.get(f"{where}/tables").get_json()["tables"]
    assert table["rows"] == [["*", *[0] * 11]]
    file = director.get(f"{where}/content?form=xlsx")
    assert file.data.startswith(b"PK")
    assert director.get(f"{where}/content?form=pdf").status_code == 422
    assert [each["id"] for each in director.get(ADDRESS).get_json()["items"]] == [
        asked.get_json()["id"]
    ]


def test_another_agencys_report_and_impossible_days_are_refused(house: House):
    director = house.callers["director"]
    foreign = director.post(ADDRESS, body(house, ELSEWHERE))
    assert (foreign.status_code, foreign.get_json()["code"]) == (403, "action-refused")
    backwards = director.post(ADDRESS, body(house, last_day="2025-12-31"))
    assert backwards.get_json()["code"] == "report-days"
    assert director.post(ADDRESS, body(house, kind="weather")).status_code == 422


def test_applicants_have_no_reports(house: House):
    assert house.owner.get(ADDRESS).status_code == 403
