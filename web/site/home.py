"""The first page."""

from flask import render_template

from web.site.blueprint import blueprint


@blueprint.get("/")
def home() -> str:
    """What can be done here."""
    return render_template("site/home.html")
