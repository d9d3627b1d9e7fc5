"""Requests about dossiers: asked, granted, denied, taken back."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import url_for

from accounts import policy
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.idempotency import once
from api.language import language
from api.paging import Page, PageArguments, page_schema, paged
from api.preconditions import matched_version, with_etag
from api.request_schemas import (
    CorrectedSchema,
    NewRequestSchema,
    RequestDenialSchema,
    RequestGrantSchema,
    RequestSchema,
    RequestsSchema,
    SupplementSchema,
    TicksSchema,
)
from api.resource import Resource
from core.database import db, transaction
from core.errors import N_, InvalidRequest
from core.i18n import translated
from dossiers import operations, queries
from dossiers.looks import note_look
from dossiers.models import Dossier
from dossiers.requests import operations as requesting
from dossiers.requests.models import DossierRequest
from dossiers.requests.parts import name_of_part
from dossiers.requests.queries import find_request, requests_of, to_answer
from workflows.queries import service_version

Headed = tuple[Any, int, dict[str, str]]
_COLUMNS: Final = (
    "id",
    "dossier_id",
    "kind",
    "round",
    "state",
    "reason",
    "asked_by",
    "by_applicant",
    "asked_at",
    "answer_until",
    "answer",
    "answered_by",
    "answered_at",
)

resource = Resource("requests", "What is asked about open dossiers, and what is answered.")


@resource.route("/requests")
@requires(Action.REQUEST_ANSWER, Action.REQUEST_DECIDE)
@resource.arguments(PageArguments, location="query")
@resource.response(200, page_schema(RequestSchema))
def list_requests_to_answer(arguments: dict[str, Any]) -> Page:
    """List the requests that wait for an answer which you may give, oldest first."""
    page = paged(_to_answer, arguments, lambda found: found[0].id)
    return Page([_shown(*found) for found in page.items], page.next)


@resource.route("/dossiers/<uuid:dossier_id>/requests")
@requires(Action.DOSSIER_VIEW)
@resource.response(200, RequestsSchema)
def list_requests(dossier_id: UUID) -> dict[str, Any]:
    """List the requests about a dossier; what was proposed inside is told once it is granted."""
    actor = current_actor()
    dossier = queries.find_dossier(dossier_id, visible_to=actor)
    note_look(dossier, actor)
    found = requests_of(dossier, visible_to=actor)
    return {"items": [_shown(each, dossier) for each in found]}


@resource.route("/dossiers/<uuid:dossier_id>/requests", methods=["POST"])
@requires(Action.REQUEST_MAKE, Action.REQUEST_PROPOSE)
@once
@resource.arguments(NewRequestSchema)
@resource.response(201, RequestSchema)
def make_request(data: dict[str, Any], dossier_id: UUID) -> Headed:
    """Ask for a correction or a stop, or propose an extension, a stop or a refusal."""
    dossier = queries.find_dossier(dossier_id, visible_to=current_actor())
    made = _MAKING[data["kind"]](dossier, data)
    db.session.flush()
    address = url_for("requests.show_request", request_id=made.id)
    return _shown(made, dossier), 201, {"Location": address, **with_etag(made.version)}


@resource.route("/requests/<uuid:request_id>")
@requires(Action.DOSSIER_VIEW)
@resource.response(200, RequestSchema)
def show_request(request_id: UUID) -> Headed:
    """Show one request."""
    actor = current_actor()
    request, dossier = find_request(request_id, visible_to=actor)
    note_look(dossier, actor)
    return _headed(request)


@resource.route("/requests/<uuid:request_id>/grant", methods=["POST"])
@requires(Action.REQUEST_ANSWER, Action.REQUEST_DECIDE)
@resource.arguments(RequestGrantSchema)
@resource.response(200, RequestSchema)
def grant_request(data: dict[str, Any], request_id: UUID) -> Headed:
    """Grant a request, which is done at once. Needs If-Match; never by who proposed it."""
    version, actor = matched_version(), current_actor()
    with transaction():
        granted = requesting.grant(
            request_id,
            reason=data["reason"],
            fields=data["fields_"],
            version=version,
            actor=actor,
        )
        return _headed(granted)


@resource.route("/requests/<uuid:request_id>/deny", methods=["POST"])
@requires(Action.REQUEST_ANSWER, Action.REQUEST_DECIDE)
@resource.arguments(RequestDenialSchema)
@resource.response(200, RequestSchema)
def deny_request(data: dict[str, Any], request_id: UUID) -> Headed:
    """Deny a request, with the reason. Needs If-Match; never by who proposed it."""
    version, actor = matched_version(), current_actor()
    with transaction():
        return _headed(
            requesting.deny(request_id, reason=data["reason"], version=version, actor=actor)
        )


@resource.route("/requests/<uuid:request_id>/take-back", methods=["POST"])
@requires(Action.REQUEST_MAKE, Action.REQUEST_PROPOSE)
@resource.response(200, RequestSchema)
def take_back_request(request_id: UUID) -> Headed:
    """Take back what you asked for and nobody has answered. Needs If-Match."""
    version, actor = matched_version(), current_actor()
    with transaction():
        return _headed(requesting.take_back(request_id, version=version, actor=actor))


@resource.route("/requests/<uuid:request_id>/ticks", methods=["PUT"])
@requires(Action.DOSSIER_EDIT)
@resource.arguments(TicksSchema)
@resource.response(200, RequestSchema)
def tick_items(data: dict[str, Any], request_id: UUID) -> Headed:
    """Keep which items of a list of defects are mended so far."""
    with transaction() as session:
        ticked = requesting.tick(request_id, data["done"], actor=current_actor())
        session.flush()
        return _headed(ticked)


@resource.route("/requests/<uuid:request_id>/correction", methods=["POST"])
@requires(Action.REQUEST_MAKE)
@resource.arguments(CorrectedSchema)
@resource.response(200, RequestSchema)
def make_correction(data: dict[str, Any], request_id: UUID) -> Headed:
    """Change the answers that were granted, once; the old ones are kept. Needs If-Match."""
    version, actor = matched_version(), current_actor()
    with transaction():
        corrected = requesting.correct(
            request_id, data["answers"], actor=actor, language=language(), version=version
        )
        return _headed(corrected)


@resource.route("/tasks/<uuid:task_id>/supplement", methods=["POST"])
@requires(Action.TASK_COMPLETE)
@resource.arguments(SupplementSchema)
@resource.response(204)
def ask_for_supplement(data: dict[str, Any], task_id: UUID) -> None:
    """Ask the applicant for everything that the dossier lacks, which completes the task."""
    asking = requesting.Asking(
        [requesting.Defect(**each) for each in data["items"]], basis=data["basis"]
    )
    with transaction():
        operations.ask_supplement(
            task_id, asking, token=data["token"], actor=current_actor(), language=language()
        )


def _correction(dossier: Dossier, data: dict[str, Any]) -> DossierRequest:
    return requesting.ask_correction(
        dossier.id, fields=data["fields_"], reason=data["reason"], actor=current_actor()
    )


def _extension(dossier: Dossier, data: dict[str, Any]) -> DossierRequest:
    if data["until"] is None:
        raise InvalidRequest({("until",): [translated(N_("Name the new day."))]})
    return requesting.propose_extension(
        dossier.id, until=data["until"], reason=data["reason"], actor=current_actor()
    )


def _stop(dossier: Dossier, data: dict[str, Any]) -> DossierRequest:
    actor = current_actor()
    if policy.allows(actor, Action.REQUEST_MAKE, dossier):
        return requesting.ask_stop(dossier.id, reason=data["reason"], actor=actor)
    return requesting.propose_stop(
        dossier.id, reason=data["reason"], basis=data["basis"], actor=actor
    )


def _refusal(dossier: Dossier, data: dict[str, Any]) -> DossierRequest:
    return requesting.propose_refusal(
        dossier.id, reason=data["reason"], basis=data["basis"], actor=current_actor()
    )


_MAKING: Final[dict[str, Callable[[Dossier, dict[str, Any]], DossierRequest]]] = {
    "correction": _correction,
    "extension": _extension,
    "stop": _stop,
    "refusal": _refusal,
}


def _to_answer(**filters: Any) -> Any:
    return to_answer(visible_to=current_actor(), **filters)


def _headed(request: DossierRequest) -> Headed:
    dossier = db.session.get_one(Dossier, request.dossier_id)
    return _shown(request, dossier), 200, with_etag(request.version)


def _shown(request: DossierRequest, dossier: Dossier) -> dict[str, Any]:
    """A request; of corrected answers the keys only: their values are told with the dossier."""
    pack, what = service_version(dossier.service_version), request.what
    items = [
        {**each, "label": name_of_part(pack, each["part"], language())}
        for each in what.get("items", [])
    ]
    return {
        **{column: getattr(request, column) for column in _COLUMNS},
        "items": items,
        "basis": what.get("basis", ""),
        "fields": what.get("fields", []),
        "granted": what.get("granted", []),
        "changed": [each["field"] for each in what.get("changes", [])],
        "old_due": what.get("old_due"),
        "new_due": what.get("new_due"),
    }
