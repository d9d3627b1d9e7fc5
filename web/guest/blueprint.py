"""Where the pages of this part are hung."""

from flask import Blueprint

blueprint = Blueprint("guest", __name__, template_folder="templates")
