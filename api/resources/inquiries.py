"""Samples of finished dossiers and access reviews: begun, judged one by one, signed off as a whole."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import url_for

from accounts import queries as accounts
from accounts.policy import Action
from api.auditing_schemas import (
    ChecksSchema,
    ConclusionSchema,
    MarkedRolesSchema,
    NewReviewSchema,
    NewSampleSchema,
    ReviewDetailsSchema,
    ReviewSchema,
    SampleDetailsSchema,
    SampleSchema,
    SettledRoleSchema,
    VerdictSchema,
)
from api.authentication import current_actor, requires
from api.idempotency import once
from api.paging import Page, PageArguments, page_schema, paged
from api.preconditions import matched_version, named_version, with_etag
from api.resource import Resource
from auditing import inquiries, reviewing, sampling
from auditing.models import AccessReview, ReviewedGrant, Sample, SampledDossier
from auditing.reviewing import Line
from auditing.sampling import Population
from core.clock import today
from core.database import transaction

Headed = tuple[Any, int, dict[str, str]]

resource = Resource("inquiries", "Samples and access reviews, for auditors.")


@resource.route("/audit/samples")
@requires(Action.AUDIT_REVIEW)
@resource.arguments(PageArguments, location="query")
@resource.response(200, page_schema(SampleSchema))
def list_samples(arguments: dict[str, Any]) -> Page:
    """List the samples that you may see, newest first."""
    return _page(Sample, arguments)


@resource.route("/audit/samples", methods=["POST"])
@requires(Action.AUDIT_REVIEW)
@once
@resource.arguments(NewSampleSchema)
@resource.response(201, SampleDetailsSchema)
def draw_sample(data: dict[str, Any]) -> Headed:
    """Draw finished dossiers at random, by a seed that is on record."""
    days = data["first_day"], data["last_day"]
    population = Population(*days, _agency_id(data["agency"]), data["service"])
    made = sampling.draw(population, data["size"], by=current_actor(), seed=data["seed"])
    address = url_for("inquiries.show_sample", sample_id=made.id)
    return _sample(made), 201, {"Location": address, **with_etag(made.version)}


@resource.route("/audit/samples/<uuid:sample_id>")
@requires(Action.AUDIT_REVIEW)
@resource.response(200, SampleDetailsSchema)
def show_sample(sample_id: UUID) -> Headed:
    """Show a sample with its dossiers and what was found."""
    return _shown_sample(sample_id)


@resource.route("/audit/samples/<uuid:sample_id>/dossiers/<int:position>", methods=["PUT"])
@requires(Action.AUDIT_REVIEW)
@resource.arguments(ChecksSchema)
@resource.response(200, SampleDetailsSchema)
def check_dossier(data: dict[str, Any], sample_id: UUID, position: int) -> Headed:
    """Fill in the checklist of one dossier. With If-Match only if nothing has changed since."""
    version = named_version()
    with transaction():
        sampling.check(
            sample_id,
            position,
            data["checks"],
            data["note"],
            by=current_actor(),
            version=version,
        )
        return _shown_sample(sample_id)


@resource.route("/audit/samples/<uuid:sample_id>/sign-off", methods=["POST"])
@requires(Action.AUDIT_REVIEW)
@resource.arguments(ConclusionSchema)
@resource.response(200, SampleDetailsSchema)
def sign_sample(data: dict[str, Any], sample_id: UUID) -> Headed:
    """Close a sample as a whole. Needs If-Match: nobody signs what he has not seen."""
    version = matched_version()
    with transaction():
        sampling.sign_off(sample_id, data["conclusion"], by=current_actor(), version=version)
        return _shown_sample(sample_id)


@resource.route("/audit/reviews")
@requires(Action.AUDIT_REVIEW)
@resource.arguments(PageArguments, location="query")
@resource.response(200, page_schema(ReviewSchema))
def list_reviews(arguments: dict[str, Any]) -> Page:
    """List the access reviews that you may see, newest first."""
    return _page(AccessReview, arguments)


@resource.route("/audit/reviews", methods=["POST"])
@requires(Action.AUDIT_REVIEW)
@once
@resource.arguments(NewReviewSchema)
@resource.response(201, ReviewDetailsSchema)
def open_review(data: dict[str, Any]) -> Headed:
    """List the roles that were held on a day, to judge each."""
    day = data["day"] or today()
    made = reviewing.open_review(_agency_id(data["agency"]), day, by=current_actor())
    address = url_for("inquiries.show_review", review_id=made.id)
    return _review(made), 201, {"Location": address, **with_etag(made.version)}


@resource.route("/audit/reviews/<uuid:review_id>")
@requires(Action.AUDIT_REVIEW)
@resource.response(200, ReviewDetailsSchema)
def show_review(review_id: UUID) -> Headed:
    """Show a review with its roles and what was said of each."""
    return _shown_review(review_id)


@resource.route("/audit/reviews/<uuid:review_id>/roles/<uuid:grant_id>", methods=["PUT"])
@requires(Action.AUDIT_REVIEW)
@resource.arguments(VerdictSchema)
@resource.response(200, ReviewDetailsSchema)
def judge_role(data: dict[str, Any], review_id: UUID, grant_id: UUID) -> Headed:
    """Confirm a role, or mark it for withdrawal. With If-Match only if nothing has changed since."""
    version = named_version()
    with transaction():
        reviewing.judge(
            review_id,
            grant_id,
            data["verdict"],
            data["reason"],
            by=current_actor(),
            version=version,
        )
        return _shown_review(review_id)


@resource.route("/audit/reviews/<uuid:review_id>/sign-off", methods=["POST"])
@requires(Action.AUDIT_REVIEW)
@resource.arguments(ConclusionSchema)
@resource.response(200, ReviewDetailsSchema)
def sign_review(data: dict[str, Any], review_id: UUID) -> Headed:
    """Close a review; what is marked goes to the administrators. Needs If-Match."""
    version = matched_version()
    with transaction():
        reviewing.sign_off(review_id, data["conclusion"], by=current_actor(), version=version)
        return _shown_review(review_id)


@resource.route("/administration/withdrawals")
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.response(200, MarkedRolesSchema)
def list_withdrawals() -> dict[str, Any]:
    """List the roles that auditors marked and that wait for you."""
    return {"items": [_role(each) for each in reviewing.withdrawals(visible_to=current_actor())]}


@resource.route("/administration/withdrawals/<uuid:review_id>/<uuid:grant_id>", methods=["POST"])
@requires(Action.DEPARTMENT_ADMINISTER)
@resource.arguments(SettledRoleSchema)
@resource.response(204)
def settle_withdrawal(data: dict[str, Any], review_id: UUID, grant_id: UUID) -> None:
    """End a marked role, or keep it with an answer to the auditor."""
    with transaction():
        reviewing.settle(review_id, grant_id, data["outcome"], data["answer"], by=current_actor())


def _page(kind: type[Sample] | type[AccessReview], arguments: dict[str, Any]) -> Page:
    codes = _codes()

    def find(**place: Any) -> list[dict[str, Any]]:
        found = inquiries.newest(kind, visible_to=current_actor(), **place)  # type: ignore[type-var]
        return [_told(each, codes) for each in found]

    return paged(find, arguments, lambda each: each["id"])


def _shown_sample(sample_id: UUID) -> Headed:
    found = inquiries.find(Sample, sample_id, visible_to=current_actor())
    return _sample(found), 200, with_etag(found.version)


def _shown_review(review_id: UUID) -> Headed:
    found = inquiries.find(AccessReview, review_id, visible_to=current_actor())
    return _review(found), 200, with_etag(found.version)


def _sample(found: Sample) -> dict[str, Any]:
    rows = sampling.sampled(found)
    references = sampling.references(rows)
    return {
        **_told(found, _codes()),
        "dossiers": [
            {**_columns(each, SampledDossier), "reference": references.get(each.dossier_id, "")}
            for each in rows
        ],
    }


def _review(found: AccessReview) -> dict[str, Any]:
    return {
        **_told(found, _codes()),
        "roles": [_role(each) for each in reviewing.lines(found)],
    }


def _role(line: Line) -> dict[str, Any]:
    held = {name: getattr(line.grant, name) for name in _OF_GRANT}
    return {**_columns(line.row, ReviewedGrant), **held, "holder": line.holder}


def _told(found: Sample | AccessReview, codes: Mapping[UUID, str]) -> dict[str, Any]:
    agency = codes.get(found.agency_id) if found.agency_id else None
    return {**_columns(found, type(found)), "agency": agency}


def _columns(row: Any, kind: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in kind.__table__.columns}


def _codes() -> dict[UUID, str]:
    return {each.id: each.code for each in accounts.agencies()}


def _agency_id(code: str | None) -> UUID | None:
    """The agency of a code, None for all of them; raises AgencyUnknown."""
    return None if code is None else accounts.known_agency(code).id


_OF_GRANT = ("role", "queue", "service", "valid_from", "valid_until")
