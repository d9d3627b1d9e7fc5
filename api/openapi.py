"""The OpenAPI document: made from the schemas, served at /api/openapi.json."""

from http import HTTPStatus
from typing import Any, Final

from flask import Flask
from flask_smorest import Api

from api.problems import MEDIA_TYPE
from api.schemas import ProblemSchema

DESCRIPTION: Final = """\
Apply for public services, follow dossiers, work tasks, read the public register.

Errors are problem documents (RFC 9457); each `type` leads to a page that explains it. Lists come in
pages: follow `next`. A change needs `If-Match` with the ETag that was read; a create needs an
`Idempotency-Key`. Texts come in the language of `Accept-Language`: `vi` (default) or `en`."""


class Contract(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest with our problem documents in place of its own errors."""

    DEFAULT_ERROR_RESPONSE_NAME = "Problem"

    def _register_error_handlers(self) -> None:
        """Leave errors to the resources: pages of the same application word their own."""

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            self.spec.components.response(status.name, _problem(status.phrase), lazy=True)
        self.spec.components.response("Problem", _problem("Any error."))

    def _register_pagination_header(self) -> None:
        """Leave paging to the bodies: flask-smorest counts pages, we follow cursors."""


def init_app(app: Flask) -> Contract:
    """Configure the document."""
    app.config.update(
        API_TITLE="Motcua",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": DESCRIPTION, "license": {"name": "Apache-2.0"}},
            "servers": [{"url": "/"}],
            "security": [{"bearer": []}],
        },
    )
    contract = Contract(app)
    contract.spec.components.security_scheme(
        "bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    )
    return contract


def complete(contract: Contract) -> None:
    """Give every operation an id, for those who generate clients."""
    for path, operations in contract.spec._paths.items():
        for method, operation in operations.items():
            if method != "parameters":
                operation.setdefault("operationId", _operation_id(method, path))


def _operation_id(method: str, path: str) -> str:
    """`get-dossiers-by-dossier-id` for GET /api/v1/dossiers/{dossier_id}."""
    parts = [part for part in path.removeprefix("/api/v1").split("/") if part]
    words = ["by-" + part.strip("{}") if part.startswith("{") else part for part in parts]
    return "-".join([method, *words]).replace("_", "-")


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": ProblemSchema}}}
