"""Migrations by API: an operator plans, tries, begins and follows; nobody else does."""

from typing import Any

import pytest

import engine
from core.database import transaction
from tests.api.conftest import code_of
from tests.api.house import PACK, House
from workflows.operations import deploy_pack
from workflows.pack import ServicePack

MIGRATIONS = "/api/v1/migrations"
DOSSIERS = "/api/v1/dossiers"
NOTHING = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def target(house: House) -> str:
    """A version whose first wait has another id; returns its hash."""
    process = PACK.files["process.bpmn"].replace(b'"await_payment"', b'"await_fee"')
    pack = ServicePack({**PACK.files, "process.bpmn": process})
    with house.app.app_context(), transaction():
        deploy_pack(pack, by="system")
    return pack.version


@pytest.fixture
def dossier(house: House) -> dict[str, Any]:
    """A dossier that waits for its fee in the version before."""
    with house.app.app_context():
        draft = house.owner.complete_draft()
        sent = house.owner.post(f"{DOSSIERS}/{draft['id']}/submit")
        engine.runtime().on_job("payment.order", lambda _: {"checkout_url": "https://x/1"})
        engine.run_due_jobs(house.app)
    return dict(sent.get_json())


def passage(target: str, **more: Any) -> dict[str, Any]:
    return {"source": PACK.version, "target": target, **more}


def test_a_plan_says_where_everything_goes(house, dossier, target):
    answer = house.operator.post(f"{MIGRATIONS}/plan", passage(target))

    assert answer.status_code == 200, answer.text
    places = {each["element_id"]: each for each in answer.get_json()["places"]}
    assert places["desk_check"]["target"] == "desk_check"
    gone = places["await_payment"]
    assert gone["target"] is None
    assert gone["against"] == [
        {
            "code": "gone",
            "element_id": "await_payment",
            "text": "“await_payment” has no counterpart in the new version: name one",
        }
    ]


def test_a_dry_run_names_those_who_cannot_go_over(house, dossier, target):
    refused = house.operator.post(f"{MIGRATIONS}/dry-run", passage(target)).get_json()
    assert refused["migratable"] == 0
    assert [each["remarks"][0]["code"] for each in refused["refused"]] == ["gone"]

    mapped = passage(target, mapping={"await_payment": "await_fee"})
    tried = house.operator.post(f"{MIGRATIONS}/dry-run", mapped).get_json()
    assert tried == {"migratable": 1, "refused": []}
    address = f"{DOSSIERS}/{dossier['id']}"
    assert house.owner.get(address).get_json()["service_version"] == PACK.version


def test_a_migration_is_begun_once_and_its_report_adds_up(house, dossier, target):
    body = passage(target, mapping={"await_payment": "await_fee"}, reason="another name")
    answer = house.operator.post(MIGRATIONS, body, **{"Idempotency-Key": "k"})
    assert answer.status_code == 201, answer.text
    again = house.operator.post(MIGRATIONS, body, **{"Idempotency-Key": "k"})
    assert again.get_json() == answer.get_json()
    assert answer.get_json()["counts"]["waiting"] == 1

    engine.run_due_jobs(house.app)

    report = house.operator.get(answer.headers["Location"]).get_json()
    assert report["done"]
    assert report["target"] == target
    assert report["counts"] == {"waiting": 0, "migrated": 1, "refused": 0, "untouched": 0}
    items = house.operator.get(f"{answer.headers['Location']}/items?state=migrated").get_json()
    assert [each["remarks"] for each in items["items"]] == [[]]
    address = f"{DOSSIERS}/{dossier['id']}"
    assert house.owner.get(address).get_json()["service_version"] == target


@pytest.mark.parametrize("who", ["owner", "director", "auditor", "administrator"])
def test_only_operators_migrate(house, target, who):
    body = passage(target, reason="x")
    for address in (f"{MIGRATIONS}/plan", f"{MIGRATIONS}/dry-run", MIGRATIONS):
        answer = house.callers[who].post(address, body)
        assert answer.status_code == 403, (address, answer.text)


def test_what_is_not_there_is_named(house, target):
    unknown = house.operator.post(f"{MIGRATIONS}/plan", passage("0" * 64))
    assert (unknown.status_code, code_of(unknown)) == (404, "service-unknown")
    wrong = house.operator.post(f"{MIGRATIONS}/plan", passage(target, mapping={"x": "y"}))
    assert (wrong.status_code, code_of(wrong)) == (422, "mapping-refused")
    nothing = house.operator.get(f"{MIGRATIONS}/{NOTHING}")
    assert (nothing.status_code, code_of(nothing)) == (404, "migration-not-found")
