"""Where the pages of applicants are hung."""

from flask import Blueprint

blueprint = Blueprint("citizen", __name__, template_folder="templates", url_prefix="/dossiers")
