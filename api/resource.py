"""The blueprint of every resource: what happens to each request before and after its view."""

from collections.abc import Callable
from typing import Any, TypeAlias, cast

from flask import Response
from flask_limiter import RateLimitExceeded
from flask_smorest import Blueprint
from marshmallow import Schema
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from api import authentication, language, metering, parsing, preconditions, problems, trace
from core.errors import MotcuaError

PREFIX = "/api/v1"

View: TypeAlias = Callable[..., Any]
Decorator: TypeAlias = Callable[[View], View]


class Resource(Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """One resource of the API, with everything that no route should have to think of."""

    ARGUMENTS_PARSER = parsing.StrictParser()

    def __init__(self, name: str, description: str, *, prefix: str = PREFIX) -> None:
        super().__init__(name, "api", url_prefix=prefix, description=description)
        for begin in (
            trace.begin,
            language.begin,
            authentication.forget,
            parsing.check_request,
            authentication.begin,
            metering.begin,
        ):
            self.before_request(begin)
        for finish in (metering.finish, trace.show, keep_private, preconditions.unless_known):
            self.after_request(finish)
        self.register_error_handler(MotcuaError, problems.answer_motcua_error)
        self.register_error_handler(HTTPException, problems.answer_http_error)
        self.register_error_handler(RateLimitExceeded, problems.answer_rate_limit)
        self.register_error_handler(OperationalError, problems.answer_database_down)
        self.register_error_handler(Exception, problems.answer_fault)

    def route(self, rule: str, **options: Any) -> Decorator:
        """Hang a view at an address."""
        return cast(Decorator, super().route(rule, **options))

    def arguments(self, schema: type[Schema], **options: Any) -> Decorator:
        """Read the body (or another `location`) by a schema and give it to the view."""
        return cast(Decorator, super().arguments(schema, **options))

    def response(self, status: int, schema: Any = None, **told: Any) -> Decorator:
        """Answer with this status, in the form of a schema."""
        return cast(Decorator, super().response(status, schema, **told))

    def doc(self, **told: Any) -> Decorator:
        """Add to the view's part of the OpenAPI document."""
        return cast(Decorator, Blueprint.doc(**told))


def keep_private(response: Response) -> Response:
    """What one caller was told is not kept by caches, unless the view says otherwise."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response
