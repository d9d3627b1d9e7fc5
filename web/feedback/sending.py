"""Writing a petition: about a dossier of one's own, a service, or how one was served."""

from typing import Final

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import attempts
from accounts import queries as accounts
from accounts.attempts import Limit
from accounts.places import names_at
from core.database import transaction
from core.errors import InvalidRequest
from core.i18n import pick, sentences_of
from dossiers import queries
from dossiers.context import jurisdiction
from dossiers.feedback import operations
from dossiers.feedback.models import Petition
from dossiers.feedback.operations import Wish
from dossiers.models import Dossier
from web import languages
from web.feedback.blueprint import blueprint
from web.visitors import told, visitor
from workflows.queries import services

LONGEST: Final = 5000
LONGEST_LINE: Final = 200
PER_ADDRESS: Final = Limit("petition address", 20, minutes=60)
PER_EMAIL: Final = Limit("petition e-mail", 5, minutes=60)


@blueprint.get("/new")
def new() -> str:
    """The form; whoever is signed in is not asked for a contact."""
    return _page(_dossier(), {})


@blueprint.post("/new")
def send() -> str | Response | tuple[str, int]:
    """Send it. So many in an hour from one place, and for one address."""
    dossier = _dossier()
    if "change_language" in request.form:
        languages.choose(request.form["change_language"])
        return _page(dossier, {})
    agency = accounts.agency_by_code(_line("agency"))
    if dossier is None and agency is None:
        return _page(dossier, {"agency": _("Choose the agency")}), 400
    _count()
    try:
        petition, secret = _sent(_wish(dossier, agency.id if agency else None))
    except InvalidRequest as error:
        place = next((str(path[0]) for path in error.fields), "text")
        return _page(dossier, {place: sentences_of(error)}), error.status
    said = _(
        "Your petition was sent. Its reference is %(reference)s.", reference=petition.reference
    )
    if secret:
        return told(said, url_for("feedback.by_link", secret=secret))
    return told(said, url_for("feedback.petition", petition_id=petition.id))


def _sent(wish: Wish) -> tuple[Petition, str]:
    with transaction():
        return operations.send(wish, actor=visitor(), language=languages.current())


def _wish(dossier: Dossier | None, agency_id: object) -> Wish:
    return Wish(
        text=request.form.get("text", "")[:LONGEST],
        agency_id=dossier.agency_id if dossier else agency_id,  # type: ignore[arg-type]  # one is there
        service_key=_service(),
        dossier_id=dossier.id if dossier else None,
        name=_line("name"),
        email=_line("email"),
        may_be_published="may_be_published" in request.form,
    )


def _count() -> None:
    """Raise TooManyAttempts for whoever floods us, or somebody's letter box."""
    attempts.take(PER_ADDRESS, request.remote_addr or "")
    if visitor().account_id is None and _line("email"):
        attempts.take(PER_EMAIL, _line("email").casefold())


def _dossier() -> Dossier | None:
    """The dossier that it is about, which must be one that the visitor may see."""
    reference = request.values.get("dossier", "")[:LONGEST_LINE]
    if not reference:
        return None
    return queries.find_dossier_by_reference(reference, visible_to=visitor())


def _service() -> str:
    known = {pack.manifest.key for pack in services()}
    return _line("service") if _line("service") in known else ""


def _line(name: str) -> str:
    return request.values.get(name, "").strip()[:LONGEST_LINE]


def _page(dossier: Dossier | None, errors: dict[str, str]) -> str:
    rules, language = jurisdiction().profile.petitions, languages.current()
    return render_template(
        "feedback/new.html",
        dossier=dossier,
        known=visitor().account_id is not None,
        agencies=[(each.code, pick(names_at(each), language)) for each in accounts.agencies()],
        services=[(pack.manifest.key, pick(pack.manifest.name, language)) for pack in services()],
        typed=request.values,
        complaint=pick(rules.complaint, language),
        complaint_link=rules.complaint_link,
        terms=rules.terms,
        verified=rules.verified,
        errors=errors,
    )


@blueprint.get("/")
def petitions() -> Response:
    """One's own, or else those that were published."""
    home = "feedback.own" if visitor().account_id is not None else "feedback.published"
    return redirect(url_for(home), 303)
