"""Where the pages of acting for others are hung."""

from flask import Blueprint

from web.visitors import require_account

blueprint = Blueprint("company", __name__, template_folder="templates")
blueprint.before_request(require_account)
