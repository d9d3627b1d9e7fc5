"""The pages of applicants."""

from flask import Blueprint

blueprint = Blueprint("citizen", __name__, template_folder="templates")
