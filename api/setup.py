"""Putting the API into an application."""

from flask import Flask

from api import insiders, language, openapi, problems
from api.limits import limiter
from api.resources import RESOURCES, probes, problem_pages
from core.config import Settings
from core.metrics import metrics

MEGABYTE = 1024 * 1024


def init_app(app: Flask, settings: Settings) -> None:
    """Register every resource, the OpenAPI document, the probes and the problem pages.

    The rooms that the resources use are expected to be in the application when the first request
    comes, not before.
    """
    app.config["UPLOAD_BYTES"] = settings.upload_megabytes * MEGABYTE
    app.config["MAX_CONTENT_LENGTH"] = app.config["UPLOAD_BYTES"] + MEGABYTE
    app.config[insiders.CONFIGURED] = settings.metrics_token
    metrics(app).read_by(probes.build)
    limiter.init_app(app)
    app.before_request(problems.answer_unrouted)
    app.teardown_request(lambda _error: language.end())
    contract = openapi.init_app(app)
    for resource in RESOURCES:
        contract.register_blueprint(resource)
    app.register_blueprint(probes.blueprint)
    app.register_blueprint(problem_pages.blueprint)
