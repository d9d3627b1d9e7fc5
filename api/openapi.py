"""The OpenAPI document: made from the schemas, served at /api/openapi.json."""

from http import HTTPStatus
from threading import Lock
from typing import Any, Final

from flask import Flask, Response
from flask_smorest import Api, Blueprint

from api.problems import MEDIA_TYPE
from api.schemas import ProblemSchema

DESCRIPTION: Final = """\
Apply for public services, follow dossiers, work tasks, read the public register.

Errors are problem documents (RFC 9457); each `type` leads to a page that explains it. Lists come in
pages: follow `next`. A change needs `If-Match` with the ETag that was read; a create needs an
`Idempotency-Key`. Texts come in the language of `Accept-Language`: `vi` (default) or `en`."""


class Contract(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest with our problem documents in place of its own errors.

    The document is made when somebody asks for it: it takes longer than all else an application needs
    to begin, and few processes ever show it.
    """

    DEFAULT_ERROR_RESPONSE_NAME = "Problem"

    def __init__(self, app: Flask) -> None:
        self._waiting: list[Blueprint] = []
        self._documenting = Lock()
        super().__init__(app)

    def register_blueprint(self, blueprint: Blueprint) -> None:
        """Serve it now, describe it later."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._waiting.append(blueprint)

    def _openapi_json(self) -> Response:
        with self._documenting:
            self._document()
        response: Response = super()._openapi_json()
        return response

    def _document(self) -> None:
        while self._waiting:
            blueprint = self._waiting.pop(0)
            name = blueprint.name
            blueprint.register_views_in_doc(self, self._app, self.spec, name=name, parameters=None)
            self.spec.tag({"name": name, "description": blueprint.description})
        self._name_operations()

    def _name_operations(self) -> None:
        """Give every operation an id, for those who generate clients."""
        for path, operations in self.spec._paths.items():
            for method, operation in operations.items():
                if method != "parameters":
                    operation.setdefault("operationId", _operation_id(method, path))

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


def _operation_id(method: str, path: str) -> str:
    """`get-dossiers-by-dossier-id` for GET /api/v1/dossiers/{dossier_id}."""
    parts = [part for part in path.removeprefix("/api/v1").split("/") if part]
    words = ["by-" + part.strip("{}") if part.startswith("{") else part for part in parts]
    return "-".join([method, *words]).replace("_", "-")


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": ProblemSchema}}}
