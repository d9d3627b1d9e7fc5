"""The pages of clerks."""

from flask import Blueprint

blueprint = Blueprint("clerk", __name__, template_folder="templates", url_prefix="/desk")
