"""Imports for programs: the same deeds as on the pages, in the same order."""

import io
from typing import Any

import pytest

import engine
from accounts import operations
from accounts.actor import SYSTEM, Kind, Role
from commands.sample.application import SAO_MAI, SERVICE
from core.database import db, transaction
from core.ids import new_id
from dossiers.models import Dossier
from tests.api.house import AGENCY, Caller, House, caller
from tests.importing.conftest import csv_file

BASE = "/api/v1/imports"
DOSSIER = {
    "code": "CU/1",
    "agency": AGENCY,
    "state": "Đang kiểm tra",
    "received_at": "10/03/2025",
    **{name: str(value) for name, value in SAO_MAI.items()},
}
WITH_FAULTS = csv_file(
    ("code", "Cơ quan"), ("NV", AGENCY), ("NV1", "H99"), ("=1+1", "H98"), ("NV2", "H97")
)


@pytest.fixture
def administrator(house: House) -> Caller:
    return house.administrator


@pytest.fixture
def second(house: House) -> Caller:
    with house.app.app_context():
        with transaction():
            account = operations.create_account("admin2", "B", kind=Kind.STAFF, by=SYSTEM)
            operations.grant_role(account.id, Role.ADMINISTRATOR, agency_id=None, by=SYSTEM)
        return caller(house.app, f"account:{account.id}")


def upload(by: Caller, content: bytes, **told: str) -> Any:
    data = {"file": (io.BytesIO(content), "f.csv"), **told}
    headers = {**by.headers, "Idempotency-Key": new_id().hex}
    return by.client.post(BASE, data=data, headers=headers)


def uploaded(by: Caller, content: bytes, **told: str) -> str:
    answer = upload(by, content, **told)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"].endswith(answer.get_json()["id"])
    return f"{BASE}/{answer.get_json()['id']}"


def mapped(by: Caller, address: str, **mapping: Any) -> Any:
    return by.client.put(f"{address}/mapping", json=mapping, headers=by.headers)


def test_open_dossiers_go_from_the_file_to_the_desk(
    house: House, administrator: Caller, second: Caller
):
    content = csv_file(tuple(DOSSIER), tuple(DOSSIER.values()))
    address = uploaded(administrator, content, sort="dossiers", service=SERVICE)
    tried = administrator.post(f"{address}/check").get_json()
    assert (tried["state"], tried["counts"]) == ("checked", {"waiting": 1})
    clerk = house.desk_clerk
    for by, deed, then in ((administrator, "start", "imported"), (second, "release", "released")):
        assert clerk.get("/api/v1/tasks").get_json()["items"] == []
        assert by.post(f"{address}/{deed}").status_code == 200
        with house.app.app_context():
            engine.run_due_jobs(house.app)
        assert by.get(address).get_json()["state"] == then
    (task,) = clerk.get("/api/v1/tasks").get_json()["items"]
    assert task["name"] == "Check the dossier"
    assert second.post(f"{address}/take-back", {"reason": "x"}).status_code == 409


def test_who_uploaded_does_not_release_and_may_take_back(house: House, administrator: Caller):
    content = csv_file(tuple(DOSSIER), tuple(DOSSIER.values()))
    address = uploaded(administrator, content, sort="dossiers", service=SERVICE)
    administrator.post(f"{address}/check")
    administrator.post(f"{address}/start")
    with house.app.app_context():
        engine.run_due_jobs(house.app)
    refused = administrator.post(f"{address}/release")
    assert (refused.status_code, refused.get_json()["code"]) == (403, "import-second-person")
    assert administrator.post(f"{address}/take-back", {"reason": "wrong"}).status_code == 200
    with house.app.app_context():
        engine.run_due_jobs(house.app)
        assert db.session.query(Dossier).count() == 0
    assert administrator.get(address).get_json()["state"] == "taken-back"


def test_rows_are_paged_and_told_in_the_callers_language(administrator: Caller):
    address = uploaded(administrator, WITH_FAULTS, sort="units")
    columns = {"agency": "Cơ quan", "code": "code", "name_vi": "code"}
    assert mapped(administrator, address, columns=columns).status_code == 200
    counts = administrator.post(f"{address}/check").get_json()["counts"]
    assert counts == {"waiting": 1, "faulty": 3}

    first = administrator.get(f"{address}/rows?faulty=true&limit=2").get_json()
    rest = administrator.get(first["next"]).get_json()
    assert [row["number"] for row in (*first["items"], *rest["items"])] == [2, 3, 4]
    assert (rest["next"], first["items"][0]["problems"]) == (
        None,
        [
            {
                "field": "agency",
                "code": "agency-unknown",
                "title": "There is no agency “H99”",
                "remedy": "Give its code, or name the code in the list of replacements.",
            }
        ],
    )
    vietnamese = administrator.get(f"{address}/rows?faulty=true", **{"Accept-Language": "vi"})
    assert "Không có cơ quan" in vietnamese.get_json()["items"][0]["problems"][0]["title"]
    assert len(administrator.get(f"{address}/rows").get_json()["items"]) == 4


def test_the_report_is_a_table(administrator: Caller):
    address = uploaded(administrator, WITH_FAULTS, sort="units")
    mapped(administrator, address, columns={"agency": "Cơ quan", "code": "code", "name_vi": "code"})
    administrator.post(f"{address}/check")
    report = administrator.get(f"{address}/report")
    assert report.mimetype == "text/csv"
    assert report.text.splitlines()[1].startswith("2,Cơ quan,There is no agency “H99”,")


def test_a_mapping_is_suggested_and_can_be_kept(administrator: Caller):
    address = uploaded(administrator, WITH_FAULTS, sort="units")
    found = administrator.get(address).get_json()
    assert found["mapping"]["columns"] == {"agency": "Cơ quan", "code": "code"}
    assert {"name": "agency", "title": "Agency", "needed": True} in found["fields"]
    kept = mapped(administrator, address, columns={"code": "code"}, dates="iso", keep_as="HR")
    assert kept.get_json()["kept_mappings"] == [
        {"name": "HR", "mapping": {"columns": {"code": "code"}, "values": {}, "dates": "iso"}}
    ]
    incomplete = administrator.post(f"{address}/check")
    assert (incomplete.status_code, incomplete.get_json()["code"]) == (
        422,
        "import-mapping-incomplete",
    )


@pytest.mark.parametrize(
    ("content", "told", "code"),
    [
        (b"", {"sort": "units"}, "import-file-unreadable"),
        ("Mã,ệ\n".encode()[:-2], {"sort": "units"}, "import-encoding-unclear"),
        (b"a\n1\n", {"sort": "dossiers"}, "import-sort-unknown"),
        (b"a\n1\n", {"sort": "kings"}, "invalid-request"),
    ],
    ids=["empty", "encoding", "no-service", "no-sort"],
)
def test_a_file_that_cannot_be_taken_says_why(
    administrator: Caller, content: bytes, told: dict[str, str], code: str
):
    answer = upload(administrator, content, **told)
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)


def test_imports_are_listed_for_administrators_of_the_whole_authority_alone(
    house: House, administrator: Caller
):
    addresses = [uploaded(administrator, WITH_FAULTS, sort="units") for _ in range(2)]
    found = administrator.get(BASE).get_json()["items"]
    assert [f"{BASE}/{each['id']}" for each in found] == addresses[::-1]
    for name in ("operator", "auditor", "desk_clerk", "owner"):
        assert house.callers[name].get(BASE).status_code == 403, name
        assert house.callers[name].get(addresses[0]).status_code == 403, name
