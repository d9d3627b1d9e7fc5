"""REST under /api/v1: one module per resource, problems as problem+json, OpenAPI 3.1 beside it."""

from api.setup import init_app

__all__ = ["init_app"]
