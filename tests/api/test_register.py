"""The public register."""

import unicodedata

import pytest
from flask.testing import FlaskClient

from tests.api import rows
from tests.api.conftest import code_of
from tests.api.house import House

NUMBER, CODE = "000000001/PCBB-H26", "QR7F-2K9M-P4TX"
DECOMPOSED = unicodedata.normalize("NFD", "CÔNG TY")


@pytest.fixture
def nobody(house: House) -> FlaskClient:
    draft = house.owner.draft()
    with house.app.app_context():
        rows.entry(draft["id"], NUMBER, CODE)
    return house.app.test_client()


@pytest.mark.parametrize("known_by", [NUMBER, CODE])
def test_anybody_checks_a_result_by_number_or_code(nobody: FlaskClient, known_by: str):
    entry = nobody.get(f"/api/v1/register/{known_by}").get_json()
    assert (entry["number"], entry["state"]) == (NUMBER, "valid")
    assert entry["facts"] == {"device_name": "Ống nghe"}
    assert not {"owner_id", "dossier_id", "check_code"} & entry.keys()


def test_a_number_that_was_not_given_is_not_found(nobody: FlaskClient):
    answer = nobody.get("/api/v1/register/000000002/PCBB-H26")
    assert (answer.status_code, code_of(answer)) == (404, "register-entry-not-found")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", 1),
        ("sao_mai", 1),
        ("0315", 1),
        ("PCBB", 1),
        ("100%", 1),
        ("%%", 0),
        ("x", 0),
        (DECOMPOSED, 1),
    ],
)
def test_the_register_is_searched(nobody: FlaskClient, text: str, found: int):
    page = nobody.get("/api/v1/register", query_string={"text": text}).get_json()
    assert len(page["items"]) == found


def test_harvesting_is_slowed_down(nobody: FlaskClient):
    answers = [nobody.get(f"/api/v1/register/{CODE}") for _ in range(61)]
    assert code_of(answers[-1]) == "too-many-requests"
