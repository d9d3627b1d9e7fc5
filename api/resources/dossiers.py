"""Dossiers: from draft to result, for those who may see them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import url_for
from marshmallow import fields

from accounts import queries as accounts
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.dossier_schemas import (
    ChangeAnswersSchema,
    DecisionReasonSchema,
    DossierDetailsSchema,
    DossierSchema,
    LooksSchema,
    NewDossierSchema,
    UnmaskedSchema,
    UnmaskSchema,
    WithdrawalSchema,
)
from api.idempotency import once
from api.language import language
from api.paging import Page, PageArguments, page_schema, paged
from api.preconditions import matched_version, named_version, with_etag
from api.resource import Resource
from core.database import transaction
from core.errors import N_, InvalidRequest
from core.i18n import pick, translated
from dossiers import operations, queries
from dossiers.deadlines import deadline_of
from dossiers.looks import looks_of, note_look
from dossiers.masking import shown_answers, shown_number
from dossiers.models import DecisionReason, Dossier, DossierStatus
from dossiers.operations.reasons import reasons
from dossiers.procedure_codes import procedure_code_of
from dossiers.uploads.damage import require_kept
from forms import AnswersInvalid
from workflows.pack import ServicePack
from workflows.queries import service

NEWEST_LOOKS = 200
Headed = tuple[Any, int, dict[str, str]]

_SHOWN_COLUMNS = [
    field.attribute or name
    for name, field in DossierSchema().fields.items()
    if name not in {"procedure_code", "organisation_number"}
]

resource = Resource("dossiers", "Applications and what becomes of them.")


class DossierFilters(PageArguments):
    """How the list can be narrowed."""

    status = fields.Enum(DossierStatus, by_value=True, load_default=None)


@resource.route("/dossiers", methods=["POST"])
@requires(Action.DOSSIER_DRAFT)
@once
@resource.arguments(NewDossierSchema)
@resource.response(201, DossierDetailsSchema)
def start_dossier(data: dict[str, Any]) -> Headed:
    """Start an application as a draft."""
    agency = accounts.agency_by_code(data["agency"])
    if agency is None:
        raise InvalidRequest({("agency",): [translated(N_("There is no such agency."))]})
    if data["answers"]:
        _check(service(data["service"]), {}, data["answers"])
    dossier = operations.start_draft(
        data["service"],
        agency_id=agency.id,
        actor=current_actor(),
        language=language(),
        answers=data["answers"],
        organisation=data["organisation"],
        mandate_id=data["mandate_id"],
    )
    address = url_for("dossiers.show_dossier", dossier_id=dossier.id)
    return _details(dossier), 201, {"Location": address, **with_etag(dossier.version)}


@resource.route("/dossiers")
@requires(Action.DOSSIER_VIEW)
@resource.arguments(DossierFilters, location="query")
@resource.response(200, page_schema(DossierSchema))
def list_dossiers(arguments: dict[str, Any]) -> Page:
    """List dossiers that you may see, newest first."""
    page = paged(_find, arguments, lambda dossier: dossier.id)
    return Page([_row(dossier) for dossier in page.items], page.next)


@resource.route("/dossiers/<uuid:dossier_id>")
@requires(Action.DOSSIER_VIEW)
@resource.response(200, DossierDetailsSchema)
def show_dossier(dossier_id: UUID) -> Headed:
    """Show one dossier with its answers, its history and what is missing."""
    dossier = queries.find_dossier(dossier_id, visible_to=current_actor())
    note_look(dossier, current_actor())
    return _shown(dossier)


@resource.route("/dossiers/<uuid:dossier_id>/reasons")
@requires(Action.DOSSIER_VIEW)
@resource.response(200, DecisionReasonSchema(many=True))
def list_reasons(dossier_id: UUID) -> list[dict[str, Any]]:
    """Tell why the papers, the fee and the rest came out as they did, in your language."""
    dossier = queries.find_dossier(dossier_id, visible_to=current_actor())
    note_look(dossier, current_actor())
    return [_in_words(reason) for reason in reasons(dossier)]


@resource.route("/dossiers/<uuid:dossier_id>/looks")
@requires(Action.DOSSIER_VIEW_PERSONAL)
@resource.response(200, LooksSchema)
def list_looks(dossier_id: UUID) -> dict[str, Any]:
    """List who of the authority looked at your dossier, in which role and what for, newest first."""
    actor = current_actor()
    dossier = queries.find_dossier(dossier_id, visible_to=actor)
    return {"items": looks_of(dossier, visible_to=actor, limit=NEWEST_LOOKS)}


def _in_words(reason: DecisionReason) -> dict[str, Any]:
    columns = ("decision_id", "element_id", "value", "rules", "made_at")
    said = {name: getattr(reason, name) for name in columns}
    return {**said, "explanation": pick(reason.explanation, language())}


@resource.route("/dossiers/<uuid:dossier_id>/unmask", methods=["POST"])
@requires(Action.DOSSIER_UNMASK)
@resource.arguments(UnmaskSchema)
@resource.response(200, UnmaskedSchema)
def unmask_answer(data: dict[str, Any], dossier_id: UUID) -> dict[str, Any]:
    """Show one answer that is masked for you. The reason is recorded, and its owner can read it."""
    with transaction():
        value = operations.unmask(
            dossier_id, data["field"], reason=data["reason"], actor=current_actor()
        )
    return {"field": data["field"], "value": value}


@resource.route("/dossiers/<uuid:dossier_id>", methods=["PATCH"])
@requires(Action.DOSSIER_EDIT)
@resource.arguments(ChangeAnswersSchema)
@resource.response(200, DossierDetailsSchema)
def change_dossier(data: dict[str, Any], dossier_id: UUID) -> Headed:
    """Change answers; those that are not named stay, null forgets one. Needs If-Match."""
    version, actor = matched_version(), current_actor()
    seen = queries.find_dossier(dossier_id, visible_to=actor)
    _check(queries.pack_of(seen), seen.answers, data["answers"])
    with transaction():
        dossier = operations.save_answers(dossier_id, data["answers"], actor=actor, version=version)
        return _shown(dossier)


@resource.route("/dossiers/<uuid:dossier_id>/submit", methods=["POST"])
@requires(Action.DOSSIER_SUBMIT)
@resource.response(200, DossierDetailsSchema)
def submit_dossier(dossier_id: UUID) -> Headed:
    """Submit the application; names every answer and document that is missing or wrong."""
    version, actor = named_version(), current_actor()
    require_kept(dossier_id, visible_to=actor)
    with transaction():
        dossier = operations.submit(dossier_id, actor=actor, language=language(), version=version)
        return _shown(dossier)


@resource.route("/dossiers/<uuid:dossier_id>/withdraw", methods=["POST"])
@requires(Action.DOSSIER_WITHDRAW)
@resource.arguments(WithdrawalSchema)
@resource.response(200, DossierDetailsSchema)
def withdraw_dossier(data: dict[str, Any], dossier_id: UUID) -> Headed:
    """Withdraw a submitted dossier, with the reason."""
    with transaction():
        return _shown(operations.withdraw(dossier_id, actor=current_actor(), **data))


def _find(**filters: Any) -> Any:
    return queries.dossiers(visible_to=current_actor(), **filters)


def _shown(dossier: Dossier) -> Headed:
    return _details(dossier), 200, with_etag(dossier.version)


def _details(dossier: Dossier) -> dict[str, Any]:
    answers, hidden = shown_answers(dossier, visible_to=current_actor())
    return {
        **_row(dossier),
        "answers": answers,
        "masked": hidden,
        "missing_documents": queries.missing_documents(dossier),
        **(_NOTHING_YET if dossier.instance_id is None else _proceedings(dossier)),
    }


def _row(dossier: Dossier) -> dict[str, Any]:
    return {
        **{column: getattr(dossier, column) for column in _SHOWN_COLUMNS},
        "procedure_code": procedure_code_of(dossier),
        "organisation_number": shown_number(dossier, visible_to=current_actor()),
    }


_NOTHING_YET: dict[str, Any] = {
    "history": [],
    "clock_stands_since": None,
    "due_changes": [],
    "payments": [],
    "task_id": None,
    "register_number": None,
}


def _proceedings(dossier: Dossier) -> dict[str, Any]:
    """What has happened since a dossier was submitted."""
    asked = queries.request_to_applicant(dossier, visible_to=current_actor())
    entry, deadline = queries.entry_of(dossier), deadline_of(dossier)
    return {
        "clock_stands_since": deadline.stands_since,
        "due_changes": deadline.changes,
        "history": queries.timeline(dossier),
        "payments": queries.payments(dossier),
        "task_id": asked.task.id if asked else None,
        "register_number": entry.number if entry else None,
    }


def _check(pack: ServicePack, known: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Refuse answers that no completion could make right; what is missing may follow later."""
    form = pack.form(pack.manifest.application_form)
    try:
        form.load({**known, **given}, language(), strict=True)
    except AnswersInvalid as error:
        answered = {key for key, value in given.items() if value is not None}
        wrong = {path: said for path, said in error.fields.items() if path[0] in answered}
        if wrong:
            raise AnswersInvalid(
                {("answers", *path): said for path, said in wrong.items()}
            ) from error
