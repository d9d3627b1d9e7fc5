"""Where the pages of integrators are hung."""

from flask import Blueprint

from accounts import policy
from accounts.policy import Action
from web.visitors import known_visitor

blueprint = Blueprint("integrator", __name__, template_folder="templates", url_prefix="/integrator")


@blueprint.before_request
def _for_contacts() -> None:
    policy.require_ever(known_visitor(), Action.CLIENT_VIEW)
