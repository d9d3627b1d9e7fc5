"""Where the pages of clerks are hung."""

from flask import Blueprint

blueprint = Blueprint("clerk", __name__, template_folder="templates", url_prefix="/desk")
