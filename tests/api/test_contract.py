"""The OpenAPI document and the probes."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from core.config import Settings
from core.database import db
from storage.errors import StoreUnavailable


def test_the_openapi_document_is_valid(client: FlaskClient):
    contract = client.get("/api/openapi.json").get_json()
    assert contract["openapi"] == "3.1.0"
    validate(contract)


def test_every_operation_documents_its_problems_and_has_an_id_of_its_own(client: FlaskClient):
    contract = client.get("/api/openapi.json").get_json()
    operations = [
        operation
        for path in contract["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    ]
    for operation in operations:
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
        assert operation["summary"]
    ids = [operation["operationId"] for operation in operations]
    assert len(set(ids)) == len(ids)


def test_the_process_lives_and_is_ready(client: FlaskClient):
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert client.get("/readyz").get_json() == {
        "status": "ok",
        "parts": {"database": "ok", "documents": "ok"},
    }


def test_readiness_names_what_is_down(app: Flask, client: FlaskClient, settings: Settings):
    class Down:
        def keys(self, prefix: str) -> Any:
            raise StoreUnavailable(reason="refused")

    app.extensions["motcua.storage"] = Down()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["parts"] == {"database": "ok", "documents": "unavailable"}


def test_readiness_names_a_lost_database(app: Flask, client: FlaskClient, settings: Settings):
    with app.app_context():
        db.engine.dispose()
    database = settings.data_directory / "motcua.db"
    for path in settings.data_directory.glob("motcua.db*"):
        path.unlink()
    database.mkdir()
    answer = client.get("/readyz")
    assert answer.get_json()["parts"]["database"] == "unavailable"
