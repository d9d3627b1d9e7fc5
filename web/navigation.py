"""The main menu, as far as the visitor's roles reach."""

from collections.abc import Iterator
from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext as _

from accounts.actor import Kind
from accounts.policy import Action, may_ever
from web import assets
from web.addresses import return_address
from web.visitors import visitor, watches_the_engine, works_at_the_desk


def init_app(app: Flask) -> None:
    """Give the layout what it draws around every page."""
    app.context_processor(
        lambda: {
            "navigation": navigation,
            "return_address": return_address,
            "stylesheets": assets.stylesheets,
            "scripts": assets.scripts,
        }
    )


def navigation() -> list[dict[str, Any]]:
    """The entries of the menu for this visitor."""
    return [
        {"text": text, "href": url_for(endpoint), "active": request.endpoint == endpoint}
        for text, endpoint in _entries()
    ]


def _entries() -> Iterator[tuple[str, str]]:
    yield _("Services"), "site.home"
    if visitor().kind is Kind.CITIZEN:
        yield _("My dossiers"), "citizen.dossiers"
        yield _("My results"), "results.results"
        yield _("My documents"), "store.documents"
        yield _("My organisations"), "company.organisations"
    if visitor().kind is Kind.GUEST:
        yield _("My dossier"), "citizen.dossiers"
    yield from _of_staff()
    yield _("Register"), "verify.search"
    if not visitor().is_known or visitor().kind is Kind.GUEST:
        yield _("Sign in"), "site.sign_in"


def _of_staff() -> Iterator[tuple[str, str]]:
    if works_at_the_desk():
        yield _("Tasks"), "clerk.queue"
    if may_ever(visitor(), Action.MEMBERSHIP_CONFIRM):
        yield _("Claims of organisations"), "company.claims"
    if watches_the_engine():
        yield _("Operation"), "operator.overview"
    if may_ever(visitor(), Action.AUDIT_VIEW):
        yield _("Record"), "auditor.overview"
    if may_ever(visitor(), Action.REPORT_VIEW):
        yield _("Reports"), "reporting.reports"
    if may_ever(visitor(), Action.DEPARTMENT_ADMINISTER):
        yield _("Administration"), "admin.overview"
    elif may_ever(visitor(), Action.SETTING_VIEW):
        yield _("Settings"), "settling.overview"
