"""The list of services, and what one needs to know before applying."""

from dataclasses import dataclass

from flask import redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import queries as accounts
from accounts.places import names_at
from core.database import transaction
from core.i18n import pick
from dossiers import operations
from dossiers.fees.assessing import charges, fee_is_certain, fee_today
from dossiers.guest_rules import takes_guests
from web.citizen import steps
from web.languages import current
from web.principals import chosen_principal, principals
from web.site.blueprint import blueprint
from web.visitors import known_visitor, visitor
from workflows.pack import ServicePack
from workflows.queries import service as find_service
from workflows.queries import services


@dataclass(frozen=True)
class Paper:
    """A document that may be asked for, in the reader's language."""

    name: str
    hint: str


@blueprint.get("/")
def home() -> str:
    """All services on offer."""
    return render_template("site/home.html", services=services(), text=_text)


@blueprint.get("/services/<key>")
def service(key: str) -> str:
    """One service: what it needs, what it costs, how long it takes."""
    return _page(find_service(key), {})


@blueprint.post("/services/<key>/start")
def start(key: str) -> Response | tuple[str, int]:
    """Begin an application, at the chosen agency."""
    actor = known_visitor()
    agency = accounts.agency_by_code(request.form.get("agency", ""))
    if agency is None:
        errors = {"agency": _("Choose the agency that shall settle the dossier")}
        return _page(find_service(key), errors), 400
    with transaction():
        dossier = operations.start_draft(
            key, agency_id=agency.id, actor=actor, language=current(), **chosen_principal()
        )
        return redirect(steps.first(dossier), 303)


def _page(pack: ServicePack, errors: dict[str, str]) -> str:
    asked = pack.asked_documents
    return render_template(
        "site/service.html",
        pack=pack,
        errors=errors,
        papers=[_paper(pack, kind) for kind in pack.manifest.documents if kind in asked],
        fee=fee_today(pack, {}),
        charges=charges(pack),
        certain=fee_is_certain(pack) and _verified(pack, "time_limit"),
        agencies=accounts.agencies(open_only=True),
        name_of_agency=lambda agency: pick(names_at(agency), current()),
        takes_guests=takes_guests(pack),
        principals=principals(visitor(), pack.manifest.key),
        text=_text,
    )


def _verified(pack: ServicePack, name: str) -> bool:
    fact = pack.manifest.settings.get(name)
    return fact is not None and fact.verified


def _text(texts: dict[str, str]) -> str:
    return pick(texts, current())


def _paper(pack: ServicePack, kind: str) -> Paper:
    known = pack.document_type(kind)
    return Paper(pick(known.name, current()), pick(known.hint, current()))
