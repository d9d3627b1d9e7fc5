"""Where these pages are hung."""

from flask import Blueprint

blueprint = Blueprint("feedback", __name__, template_folder="templates", url_prefix="/petitions")
