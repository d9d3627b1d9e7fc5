"""Asking for a link: the first one to begin with, or a new one. Who is known is told to nobody."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import queries as accounts
from accounts.errors import EmailInvalid
from accounts.places import names_at
from core.i18n import pick, sentences_of
from dossiers import guests
from dossiers.guest_rules import guest_rules, require_takes_guests
from web import languages
from web.guest.blueprint import blueprint
from web.languages import current
from workflows.pack import ServicePack
from workflows.queries import service


@blueprint.get("/services/<key>/without-account")
def begin(key: str) -> str:
    """What is needed to begin without an account; raises AccountNeeded where that is not possible."""
    return _begin_page(_open_service(key), {})


@blueprint.post("/services/<key>/without-account")
def ask(key: str) -> str | Response | tuple[str, int]:
    """Send the first link."""
    pack = _open_service(key)
    if "change_language" in request.form:
        languages.choose(request.form["change_language"])
        return _begin_page(pack, {})
    agency = accounts.agency_by_code(request.form.get("agency", ""))
    email, fact = request.form.get("email", ""), request.form.get("fact", "")
    errors = {name: sentences_of(fault) for name, fault in guests.faults_of(email, fact).items()}
    if agency is None:
        errors = {"agency": _("Choose the agency that shall settle the dossier"), **errors}
    if agency is None or errors:
        return _begin_page(pack, errors), 400
    wish = guests.Wish(key, agency.id, email, fact)
    guests.ask(wish, language=current(), address=request.remote_addr or "")
    return redirect(url_for("guest.sent"), 303)


@blueprint.get("/guest/sent")
def sent() -> str:
    """What to do now that a link is on its way."""
    return render_template("guest/sent.html")


@blueprint.get("/guest/new-link")
def new_link() -> str:
    """Ask for the address to which a new link shall go."""
    return render_template("guest/new_link.html", errors={}, email="")


@blueprint.post("/guest/new-link")
def ask_again() -> Response | tuple[str, int]:
    """Send new links, if anything was begun with the address; the answer is the same if not."""
    email = request.form.get("email", "")
    try:
        guests.ask_again(email, address=request.remote_addr or "")
    except EmailInvalid as error:
        errors = {"email": sentences_of(error)}
        return render_template("guest/new_link.html", errors=errors, email=email), 400
    return redirect(url_for("guest.sent"), 303)


def _open_service(key: str) -> ServicePack:
    pack = service(key)
    require_takes_guests(pack)
    return pack


def _begin_page(pack: ServicePack, errors: dict[str, str]) -> str:
    fact = guest_rules().fact
    return render_template(
        "guest/begin.html",
        pack=pack,
        name=pick(pack.manifest.name, current()),
        fact={"name": pick(fact.name, current()), "hint": pick(fact.hint, current())},
        agencies=accounts.agencies(open_only=True),
        name_of_agency=lambda agency: pick(names_at(agency), current()),
        errors=errors,
        typed=request.form,
    )
