"""Where the pages of reports are hung, and for whom."""

from flask import Blueprint

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from web.visitors import known_visitor

blueprint = Blueprint("reporting", __name__, template_folder="templates", url_prefix="/reports")


@blueprint.before_request
def _for_readers() -> None:
    reader()


def reader() -> Actor:
    """The visitor, who reads reports of some agency; raises NotSignedIn, ActionRefused."""
    policy.require_ever(known_visitor(), Action.REPORT_VIEW)
    return known_visitor()
