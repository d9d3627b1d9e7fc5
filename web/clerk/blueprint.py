"""Where the pages of clerks are hung."""

from flask import Blueprint

from accounts.actor import Kind
from accounts.errors import ActionRefused
from web.visitors import known_visitor

blueprint = Blueprint("clerk", __name__, template_folder="templates", url_prefix="/desk")


@blueprint.before_request
def _for_staff() -> None:
    """Applicants answer requests on their own pages."""
    if known_visitor().kind is not Kind.STAFF:
        raise ActionRefused
