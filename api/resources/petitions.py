"""Petitions and ratings."""

from typing import Any, Final
from uuid import UUID

from flask import url_for
from marshmallow import fields, validate

from accounts import queries as accounts
from accounts.policy import Action
from api.authentication import current_actor, requires
from api.dossier_schemas import LONGEST_REASON
from api.idempotency import once
from api.language import language
from api.paging import Page, PageArguments, page_schema, paged
from api.preconditions import matched_version, with_etag
from api.resource import Resource
from api.schemas import Shape
from core.database import transaction
from dossiers.feedback import operations
from dossiers.feedback.models import Petition, PetitionState, Rating, Reopened
from dossiers.feedback.operations import Wish
from dossiers.feedback.queries import find_petition, own_petitions, petitions

Headed = tuple[Any, int, dict[str, str]]
LONGEST_TEXT: Final = 5000

resource = Resource("petitions", "What people say about how they were served.")


class PetitionSchema(Shape):
    """A petition. What waits for its sender is `asked`; `reopened_id` is of a dossier or a request."""

    id = fields.UUID(required=True)
    reference = fields.String(required=True)
    agency_id = fields.UUID(required=True)
    service = fields.String(required=True, attribute="service_key")
    dossier_id = fields.UUID(required=True, allow_none=True)
    state = fields.Enum(PetitionState, by_value=True, required=True)
    text = fields.String(required=True)
    question = fields.String(required=True)
    reply = fields.String(required=True)
    answer = fields.String(required=True)
    upheld = fields.Boolean(required=True, allow_none=True)
    may_be_published = fields.Boolean(required=True)
    sent_at = fields.AwareDateTime(required=True)
    refuse_until = fields.AwareDateTime(required=True)
    ask_until = fields.AwareDateTime(required=True)
    answer_until = fields.AwareDateTime(required=True)
    publish_until = fields.AwareDateTime(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    published_at = fields.AwareDateTime(required=True, allow_none=True)
    reopened_as = fields.Enum(Reopened, by_value=True, required=True, allow_none=True)
    reopened_id = fields.UUID(required=True, allow_none=True)


class OwnPetitionsSchema(Shape):
    """Your newest two hundred."""

    items = fields.List(fields.Nested(PetitionSchema), required=True)


class NewPetitionSchema(Shape):
    """About a dossier of yours, or about an agency (and perhaps a service) by their codes."""

    text = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_TEXT))
    agency = fields.String(load_default="", validate=validate.Length(max=100))
    service = fields.String(load_default="", validate=validate.Length(max=100))
    dossier_id = fields.UUID(load_default=None, allow_none=True)
    may_be_published = fields.Boolean(load_default=False)


class PetitionFilters(PageArguments):
    """How the list can be narrowed."""

    waiting = fields.Boolean(load_default=True)


class PetitionTextSchema(Shape):
    """What is said."""

    text = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_TEXT))


class PetitionAnswerSchema(PetitionTextSchema):
    """The answer; an upheld petition may reopen its case."""

    upheld = fields.Boolean(required=True)
    reopen_as = fields.Enum(Reopened, by_value=True, load_default=None, allow_none=True)


class PublicationSchema(PetitionTextSchema):
    """Petition and answer as everybody may read them."""

    answer = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_TEXT))


class NewRatingSchema(Shape):
    """A value of the profile, and perhaps what could be better."""

    value = fields.String(required=True, validate=validate.Length(min=1, max=100))
    text = fields.String(load_default="", validate=validate.Length(max=LONGEST_REASON))


class RatingSchema(Shape):
    """A rating as it is kept."""

    value = fields.String(required=True)
    text = fields.String(required=True)
    rated_at = fields.AwareDateTime(required=True)


@resource.route("/petitions", methods=["POST"])
@requires(Action.PETITION_OWN)
@once
@resource.arguments(NewPetitionSchema)
@resource.response(201, PetitionSchema)
def send_petition(data: dict[str, Any]) -> Headed:
    """Send a petition. Nobody whom it concerns reads or answers it."""
    agency = accounts.known_agency(data.pop("agency")) if data["dossier_id"] is None else None
    data.pop("agency", None)
    wish = Wish(
        text=data["text"],
        agency_id=agency.id if agency else UUID(int=0),
        service_key=data["service"],
        dossier_id=data["dossier_id"],
        may_be_published=data["may_be_published"],
    )
    petition, _secret = operations.send(wish, actor=current_actor(), language=language())
    address = url_for("petitions.show_petition", petition_id=petition.id)
    return petition, 201, {"Location": address, **with_etag(petition.version)}


@resource.route("/petitions")
@requires(Action.PETITION_VIEW)
@resource.arguments(PetitionFilters, location="query")
@resource.response(200, page_schema(PetitionSchema))
def list_petitions(arguments: dict[str, Any]) -> Page:
    """List the petitions that you handle, oldest first."""
    return paged(_find, arguments, lambda petition: petition.id)


@resource.route("/me/petitions")
@requires(Action.PETITION_OWN)
@resource.response(200, OwnPetitionsSchema)
def list_own_petitions() -> dict[str, Any]:
    """List your own petitions, newest first."""
    return {"items": own_petitions(visible_to=current_actor())}


@resource.route("/petitions/<uuid:petition_id>")
@requires(Action.PETITION_OWN, Action.PETITION_VIEW)
@resource.response(200, PetitionSchema)
def show_petition(petition_id: UUID) -> Headed:
    """Show a petition of yours, or one that you handle."""
    return _headed(find_petition(petition_id, visible_to=current_actor()))


@resource.route("/petitions/<uuid:petition_id>/refuse", methods=["POST"])
@requires(Action.PETITION_ANSWER)
@resource.arguments(PetitionTextSchema)
@resource.response(200, PetitionSchema)
def refuse_petition(data: dict[str, Any], petition_id: UUID) -> Headed:
    """Refuse to deal with a petition, with the reason. Needs If-Match."""
    version, actor = matched_version(), current_actor()
    with transaction() as session:
        refused = operations.refuse(petition_id, reason=data["text"], actor=actor, version=version)
        session.flush()
        return _headed(refused)


@resource.route("/petitions/<uuid:petition_id>/ask", methods=["POST"])
@requires(Action.PETITION_ANSWER)
@resource.arguments(PetitionTextSchema)
@resource.response(200, PetitionSchema)
def ask_sender(data: dict[str, Any], petition_id: UUID) -> Headed:
    """Ask the sender of a petition to say more. Needs If-Match."""
    version, actor = matched_version(), current_actor()
    with transaction() as session:
        asked = operations.ask(petition_id, question=data["text"], actor=actor, version=version)
        session.flush()
        return _headed(asked)


@resource.route("/petitions/<uuid:petition_id>/reply", methods=["POST"])
@requires(Action.PETITION_OWN)
@resource.arguments(PetitionTextSchema)
@resource.response(200, PetitionSchema)
def reply_to_agency(data: dict[str, Any], petition_id: UUID) -> Headed:
    """Say more about your petition, as you were asked."""
    with transaction() as session:
        replied = operations.reply(petition_id, text=data["text"], actor=current_actor())
        session.flush()
        return _headed(replied)


@resource.route("/petitions/<uuid:petition_id>/answer", methods=["POST"])
@requires(Action.PETITION_ANSWER)
@resource.arguments(PetitionAnswerSchema)
@resource.response(200, PetitionSchema)
def answer_petition(data: dict[str, Any], petition_id: UUID) -> Headed:
    """Answer a petition; one that is upheld may reopen its case. Needs If-Match."""
    version, actor = matched_version(), current_actor()
    with transaction() as session:
        answered = operations.answer(petition_id, actor=actor, version=version, **data)
        session.flush()
        return _headed(answered)


@resource.route("/petitions/<uuid:petition_id>/publish", methods=["POST"])
@requires(Action.PETITION_ANSWER)
@resource.arguments(PublicationSchema)
@resource.response(200, PetitionSchema)
def publish_petition(data: dict[str, Any], petition_id: UUID) -> Headed:
    """Publish petition and answer, without anything that tells of people. Needs If-Match."""
    version, actor = matched_version(), current_actor()
    with transaction() as session:
        told = operations.publish(
            petition_id,
            text=data["text"],
            answer_text=data["answer"],
            actor=actor,
            version=version,
        )
        session.flush()
        return _headed(told)


@resource.route("/dossiers/<uuid:dossier_id>/rating", methods=["PUT"])
@requires(Action.RATING_GIVE)
@resource.arguments(NewRatingSchema)
@resource.response(200, RatingSchema)
def rate_dossier(data: dict[str, Any], dossier_id: UUID) -> Rating:
    """Say once how the settling of your dossier was."""
    with transaction():
        return operations.rate(dossier_id, actor=current_actor(), **data)


def _find(**filters: Any) -> Any:
    return petitions(visible_to=current_actor(), **filters)


def _headed(petition: Petition) -> Headed:
    return petition, 200, with_etag(petition.version)
