"""Saying how it was, once the result is there."""

from flask import url_for
from flask_babel import gettext as _

from accounts import policy
from accounts.policy import Action
from core.i18n import pick
from dossiers import queries
from dossiers.context import jurisdiction
from dossiers.feedback import operations
from dossiers.models import Dossier
from web import languages
from web.admin import forms
from web.admin.forms import Field, Page, Sheet
from web.citizen.blueprint import blueprint
from web.visitors import known_visitor


@blueprint.get("/<reference>/rating")
def ask_rating(reference: str) -> str:
    """Ask how it was."""
    return _sheet(_found(reference)).page()


@blueprint.post("/<reference>/rating")
def rate(reference: str) -> Page:
    """Keep the answer."""
    dossier = _found(reference)
    return _sheet(dossier).done(
        lambda: operations.rate(
            dossier.id,
            value=forms.text("value"),
            text=forms.text("text"),
            actor=known_visitor(),
        ),
        _("Thank you. Your rating is kept."),
        url_for("citizen.dossier", reference=reference),
    )


def _found(reference: str) -> Dossier:
    actor = known_visitor()
    dossier = queries.find_dossier_by_reference(reference, visible_to=actor)
    policy.require(actor, Action.RATING_GIVE, dossier)
    return dossier


def _sheet(dossier: Dossier) -> Sheet:
    language = languages.current()
    values = [(each.key, pick(each.name, language)) for each in jurisdiction().profile.ratings]
    return Sheet(
        _("How was it?"),
        _("Send the rating"),
        [
            Field("value", _("Your rating"), kind="select", options=[("", "–"), *values]),
            Field("text", _("What could be better"), kind="area", needed=False),
        ],
        (url_for("citizen.dossier", reference=dossier.reference), _("Back")),
        caption=dossier.code or dossier.reference,
    )
