"""Where the pages of administrators are hung, and for whom."""

from flask import Blueprint, request

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from web.visitors import known_visitor

blueprint = Blueprint("admin", __name__, template_folder="templates", url_prefix="/administration")
OPEN_TO_OTHERS = frozenset(
    {
        "admin.begin",
        "admin.become",
        "admin.absences",
        "admin.name_substitute",
        "admin.ask_substitute",
        "admin.end_substitution",
        "admin.retention",
    }
)


@blueprint.before_request
def _for_administrators() -> None:
    if request.endpoint not in OPEN_TO_OTHERS:
        administrator()


def administrator() -> Actor:
    """The visitor, who administers something; raises NotSignedIn, ActionRefused."""
    policy.require_ever(known_visitor(), Action.DEPARTMENT_ADMINISTER)
    return known_visitor()
