"""The language switch, and what the site says about itself."""

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from web import languages
from web.addresses import local
from web.site.blueprint import blueprint


@blueprint.post("/language")
def language() -> Response:
    """Speak another language from now on, and show the page again."""
    languages.choose(request.form.get("change_language", ""))
    return redirect(local(request.form.get("next")), 303)


@blueprint.get("/privacy")
def privacy() -> str:
    """What is kept about visitors."""
    return render_template("site/privacy.html")


@blueprint.get("/accessibility")
def accessibility() -> str:
    """How accessible the site is, and what is not."""
    return render_template("site/accessibility.html")
