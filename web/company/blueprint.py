"""Where the pages of acting for others are hung."""

from flask import Blueprint

blueprint = Blueprint("company", __name__, template_folder="templates")
