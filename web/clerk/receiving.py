"""Taking applications in at the desk and by post: people, answers, papers, receipt, fee."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, cast
from uuid import UUID

from flask import (
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from accounts import policy
from accounts import queries as accounts
from accounts.models import Agency
from accounts.places import names_at
from accounts.policy import Action
from core.database import transaction
from core.errors import Conflict, InvalidRequest, NotAllowed
from core.i18n import pick, sentences_of, translated
from dossiers import operations, queries
from dossiers.desk import operations as desk
from dossiers.desk.models import DeskReception, Standing
from dossiers.desk.operations import MOST_SHEETS, Papers, Person, Sheets, Visit, awaits_papers
from dossiers.desk.queries import find_reception, may_receive, paper_components, receptions
from dossiers.errors import DocumentNotFound
from dossiers.fees import money, payments
from dossiers.fees.queries import fees_of
from dossiers.guest_rules import guest_rules
from dossiers.models import Dossier, DossierStatus
from dossiers.operations.documents import AUTHORITY
from dossiers.settled.tariff_lines import minor_units
from dossiers.uploads.damage import require_kept
from storage import store
from storage.serving import send
from web import limits
from web.clerk.blueprint import blueprint
from web.clerk.entering import CHANNELS, STANDINGS, Fields, address_of, entry_page, kinds_of
from web.clerk.hand_overs import hands_over
from web.clerk.queues import name_of
from web.languages import current
from web.limits import limiter
from web.papers import agency_of, named_documents, names_of, sections_of
from web.visitors import known_visitor, told
from workflows.queries import services

PERSON: Final = ("name", "identity_number", "address", "phone", "email")
LONGEST: Final = 500


@blueprint.get("/receptions")
def list_receptions() -> str:
    """What was taken in at the visitor's office, and the form to begin."""
    actor = known_visitor()
    policy.require_ever(actor, Action.DOSSIER_RECEIVE)
    found = receptions(visible_to=actor)
    return render_template(
        "clerk/receptions.html", found=found, names=names_of([each for each, _taken in found])
    )


@blueprint.get("/receptions/new")
def ask_reception() -> str:
    """Ask who comes for whom, and for which service."""
    return _start_page({}, {})


@blueprint.post("/receptions/new")
def enter_reception() -> AnyResponse | tuple[str, int]:
    """Begin a dossier for somebody at the desk."""
    typed = {name: text.strip()[:LONGEST] for name, text in request.form.items()}
    errors = _unchosen(typed)
    if errors:
        return _start_page(typed, errors), 400
    try:
        with transaction():
            dossier = desk.enter(_visit(typed), language=current(), by=known_visitor())
            reference = dossier.reference
    except InvalidRequest as error:
        return _start_page(typed, _told(error)), error.status
    except Conflict as error:
        return _start_page(typed, {"": sentences_of(error)}), error.status
    return redirect(url_for("clerk.reception", reference=reference), 303)


@blueprint.get("/receptions/<reference>")
def reception(reference: str) -> str:
    """The application as it is being entered; afterwards its code, receipt and fee."""
    dossier, taken = find_reception(reference, visible_to=known_visitor())
    if dossier.status is DossierStatus.DRAFT:
        return entry_page(dossier, taken, dossier.answers, {})
    return _taken_page(dossier, taken, {})


@blueprint.post("/receptions/<reference>/answers")
def write_reception(reference: str) -> AnyResponse | tuple[str, int]:
    """Write down answers and papers; with the button for it, take the dossier in."""
    actor = known_visitor()
    dossier, taken = find_reception(reference, visible_to=actor)
    pack = queries.pack_of(dossier)
    form = pack.form(pack.manifest.application_form)
    typed = form.answers_from(request.form)
    try:
        if "accept" in request.form:
            require_kept(dossier.id, visible_to=actor)
        with transaction():
            desk.write_down(reference, typed, _papers(dossier), language=current(), by=actor)
            if "accept" in request.form:
                desk.accept(reference, language=current(), by=actor)
    except InvalidRequest as error:
        return entry_page(dossier, taken, typed, error.fields), error.status
    done = _("The dossier is taken in.") if "accept" in request.form else _("It is written down.")
    return told(done, address_of(dossier))


@blueprint.post("/receptions/<reference>/scans/<kind>")
@limiter.limit(limits.UPLOAD)
def scan_paper(reference: str, kind: str) -> AnyResponse | tuple[str, int]:
    """Attach a scan of a paper that was brought."""
    actor = known_visitor()
    dossier, taken = find_reception(reference, visible_to=actor)
    file = request.files.get("file")
    if file is None or not file.filename:
        nothing: Fields = {("documents", kind): [_("Choose a file first")]}
        return entry_page(dossier, taken, dossier.answers, nothing), 400
    try:
        limit = current_app.config["UPLOAD_BYTES"]
        upload = operations.store_upload(
            dossier.id, file.filename, cast("Any", file.stream), limit_bytes=limit
        )
        with transaction():
            desk.digitise(reference, kind, upload, by=actor)
    except InvalidRequest as error:
        fields = error.fields or {("documents", kind): [sentences_of(error)]}
        return entry_page(dossier, taken, dossier.answers, fields), error.status
    flash(_("The scan is attached."), "done")
    return redirect(address_of(dossier, "papers"), 303)


@blueprint.post("/receptions/<reference>/fee")
def take_desk_fee(reference: str) -> AnyResponse | tuple[str, int]:
    """Take the fee at the desk that took the dossier in."""
    actor = known_visitor()
    dossier, taken = find_reception(reference, visible_to=actor)
    order, way = queries.open_payment(dossier), request.form.get("way", "")
    if order is None or way not in payments.AT_DESK:
        return _taken_page(dossier, taken, {"way": _("Choose how it is paid")}), 400
    try:
        with transaction():
            payments.take_at_desk(
                order.id,
                way=way,
                amount=_amount(),
                transaction_code=request.form.get("transaction", "").strip()[:100],
                by=actor,
                scope=_office(dossier, taken),
            )
    except (InvalidRequest, Conflict, NotAllowed) as error:
        return _taken_page(dossier, taken, {"amount": sentences_of(error)}), error.status
    return told(_("The fee is taken."), url_for("clerk.reception", reference=reference))


@blueprint.get("/receptions/<reference>/papers/<uuid:document_id>")
def reception_paper(reference: str, document_id: UUID) -> Response:
    """A paper that the authority made for the dossier, for the office that took it in."""
    dossier, _taken = find_reception(reference, visible_to=known_visitor())
    found = next((each for each in queries.documents(dossier) if each.id == document_id), None)
    if found is None or found.origin != AUTHORITY:
        raise DocumentNotFound
    return send(store(), found, save=False)


def _office(dossier: Dossier, taken: DeskReception) -> policy.Scope:
    """What the policy looks at for a fee taken by the office that received the dossier."""
    return policy.Scope(
        owner_id=dossier.owner_id,
        acting_for=dossier.acting_for,
        agency_id=taken.agency_id,
        service_key=dossier.service_key,
        submitted_at=dossier.submitted_at,
    )


def _unchosen(typed: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    if typed.get("service") not in {pack.manifest.key for pack in services()}:
        errors["service"] = _("Choose the service")
    if accounts.agency_by_code(typed.get("agency", "")) is None:
        errors["agency"] = _("Choose the agency that shall settle the dossier")
    if typed.get("channel") not in CHANNELS:
        errors["channel"] = _("Choose how the application came")
    if typed.get("standing") not in set(Standing):
        errors["standing"] = _("Choose who submits it")
    return errors


def _visit(typed: Mapping[str, str]) -> Visit:
    """What was typed; who comes himself is owner and submitter alike."""
    standing = Standing(typed["standing"])
    submitter = _person(typed, "submitter")
    oneself = standing is Standing.ONESELF
    owner = submitter if oneself and not typed.get("owner_name") else _person(typed, "owner")
    return Visit(
        service_key=typed["service"],
        agency_id=accounts.known_agency(typed["agency"]).id,
        receiving_agency_id=accounts.known_agency(typed.get("receiving", "")).id,
        channel=typed["channel"],
        owner=owner,
        submitter=submitter,
        standing=standing,
        standing_paper=typed.get("standing_paper", ""),
        fact=typed.get("fact", ""),
    )


def _person(typed: Mapping[str, str], who: str) -> Person:
    return Person(**{part: typed.get(f"{who}_{part}", "") for part in PERSON})


def _told(error: InvalidRequest) -> dict[str, str]:
    """What is wrong, by the ids of the fields; in one sentence where no field is named."""
    names = {"submitter_number": "submitter_identity_number"}
    found = {names.get(str(path[0]), str(path[0])): said[0] for path, said in error.fields.items()}
    whole = sentences_of(error)
    return {name: whole if name in {"agency", "channel"} else text for name, text in found.items()}


def _papers(dossier: Dossier) -> Papers:
    return Papers(
        {
            kind: Sheets(
                _count(f"originals-{kind}"),
                _count(f"copies-{kind}"),
                compared=bool(request.form.get(f"compared-{kind}")),
            )
            for kind in kinds_of(dossier)
        }
    )


def _count(name: str) -> int:
    text = request.form.get(name, "").strip()
    return min(int(text), MOST_SHEETS) if text.isdecimal() and len(text) < 4 else 0  # noqa: PLR2004


def _amount() -> int:
    """What was typed, in the smallest unit; no amount at all for nonsense."""
    try:
        return minor_units(request.form.get("amount", "").replace(" ", ""), money.decimals())
    except ValueError:
        return -1


def _own_agencies() -> list[Agency]:
    actor = known_visitor()
    policy.require_ever(actor, Action.DOSSIER_RECEIVE)
    return [each for each in accounts.agencies(open_only=True) if may_receive(actor, each.id)]


def _start_page(typed: Mapping[str, str], errors: dict[str, str]) -> str:
    own = _own_agencies()
    fact = guest_rules().fact if guest_rules().code else None
    return render_template(
        "clerk/new_reception.html",
        typed=typed,
        errors=errors,
        services=[(pack.manifest.key, pick(pack.manifest.name, current())) for pack in services()],
        own=[(each.code, pick(names_at(each), current())) for each in own],
        agencies=[
            (each.code, pick(names_at(each), current()))
            for each in sorted(accounts.agencies(open_only=True), key=lambda each: each not in own)
        ],
        channels=[(key, translated(text)) for key, text in CHANNELS.items()],
        standings=[(str(key), translated(text)) for key, text in STANDINGS.items()],
        fact=(pick(fact.name, current()), pick(fact.hint, current())) if fact else None,
    )


def _taken_page(dossier: Dossier, taken: DeskReception, errors: dict[str, str]) -> str:
    order = queries.open_payment(dossier)
    actor = known_visitor()
    return render_template(
        "clerk/taken_in.html",
        dossier=dossier,
        taken=taken,
        errors=errors,
        name=names_of([dossier])[dossier.id],
        standing=translated(STANDINGS[taken.standing]),
        channel=translated(CHANNELS[dossier.channel]),
        agency=agency_of(dossier),
        issued=[each for each in named_documents(dossier) if each.document.origin == AUTHORITY],
        sections=sections_of(dossier, visible_to=actor),
        awaited=awaits_papers(dossier),
        sends=hands_over(dossier, taken, actor),
        order=order,
        amount=str(Decimal(order.amount).scaleb(-money.decimals())) if order else "",
        receipts=[each for view in fees_of(dossier, visible_to=actor) for each in view.receipts],
        sheets=paper_components(dossier.id),
        paper_name=lambda kind: queries.pack_of(dossier).document_name(kind, current()),
        name_of=name_of,
    )
