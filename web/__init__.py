"""The pages: for applicants, for clerks, and for anybody who checks a document."""

from flask import Flask
from jinja2 import BaseLoader, ChoiceLoader, PackageLoader, PrefixLoader

from core.config import Settings
from web import (
    account,
    admin,
    assets,
    auditor,
    citizen,
    clerk,
    company,
    confidential,
    cookies,
    downloads,
    evidence,
    failures,
    feedback,
    fees,
    formats,
    guest,
    headers,
    importing,
    integrator,
    languages,
    limits,
    navigation,
    operator,
    register_words,
    reporting,
    settling,
    site,
    verify,
    visitors,
    wording,
)
from workflows.profiles import read_profile

MEGABYTE = 1024 * 1024
BLUEPRINTS = (
    assets.blueprint,
    site.blueprint,
    account.blueprint,
    admin.blueprint,
    citizen.blueprint,
    citizen.results.blueprint,
    citizen.storing.blueprint,
    guest.blueprint,
    feedback.blueprint,
    clerk.blueprint,
    company.blueprint,
    operator.blueprint,
    settling.blueprint,
    importing.blueprint,
    auditor.blueprint,
    reporting.blueprint,
    integrator.blueprint,
    downloads.blueprint,
    evidence.blueprint,
    evidence.offline,
    verify.blueprint,
    verify.revocation.blueprint,
)


def init_app(app: Flask, settings: Settings) -> None:
    """Put the pages into the application, in the languages and the time zone of its profile."""
    profile = read_profile(settings.profile)
    app.config["UPLOAD_BYTES"] = settings.upload_megabytes * MEGABYTE
    app.config["MAX_CONTENT_LENGTH"] = app.config["UPLOAD_BYTES"] + MEGABYTE
    app.config["DEMONSTRATION"] = settings.demonstration
    app.config["TAKES_GUESTS"] = profile.guests.allowed
    _add_template_loaders(app)
    cookies.init_app(app, settings)
    languages.init_app(app, profile.time_zone, profile.languages)
    formats.init_app(app)
    confidential.install(app)
    wording.init_app(app)
    fees.init_app(app)
    company.words.init_app(app)
    register_words.init_app(app)
    headers.init_app(app, settings)
    limits.init_app(app)
    visitors.init_app(app)
    failures.init_app(app)
    navigation.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


def _add_template_loaders(app: Flask) -> None:
    components = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    loaders: list[BaseLoader] = [components]
    if app.jinja_loader is not None:
        loaders.insert(0, app.jinja_loader)
    app.jinja_loader = ChoiceLoader(loaders)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
