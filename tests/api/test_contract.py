"""The OpenAPI document."""

from flask.testing import FlaskClient
from openapi_spec_validator import validate


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
